/** PostgreSQL killed, stopped and put back from a cold copy, under an API with its worker that goes on running all the while. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import type { DataSource } from 'typeorm';
import { createApi } from '../../src/control-plane/api.js';
import { openDatabase } from '../../src/control-plane/database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/control-plane/database/embedded-postgres.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { WorkerModule } from '../../src/control-plane/worker/worker.module.js';
import { ADMIN_PASSWORD } from '../support/api.js';
import { pause, until } from '../support/crash-world.js';
import { API } from '../support/fake-installation.js';
import { FakeNode, type FakeNodes } from '../support/fake-node.js';

let home: string;
let postgres: EmbeddedPostgres;
let database: DataSource;
let app: NestExpressApplication;
let admin: TestAgent;
let a: FakeNode;
let b: FakeNode;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'evenkeel-faults-'));
  chmodSync(home, 0o755);
  postgres = await startEmbeddedPostgres(home);
  database = await openDatabase(postgres.url, DATABASE_PARTS);
  app = await createApi(database, { tls: null, logLevel: 'silent', requestsPerMinute: 1_000_000 }, [WorkerModule]);
  app.get(Reconciler).idlePollMs = 200;
  await app.listen(0, '127.0.0.1');
  await app.get(Logins).ensureAdmin(ADMIN_PASSWORD);
  const { token } = await app.get(Logins).open('admin', ADMIN_PASSWORD, false, '');
  admin = supertest.agent(app.getHttpServer()).auth(token, { type: 'bearer' });
  const nodes: FakeNodes = new Map();
  [a, b] = [await FakeNode.start('site-a', nodes), await FakeNode.start('site-b', nodes)];
  for (const { name, address, enrolmentToken: enrolment_token } of [a, b]) {
    await ended(await accepted('/node', { name, address, enrolment_token }));
  }
});
afterAll(async () => {
  await app.close();
  await database.destroy();
  await postgres.stop();
  for (const node of [a, b]) await node.remove();
  rmSync(home, { recursive: true, force: true });
});

/** Sends until it is accepted: the database may be away. Repeated with its key, so that it makes one job. */
async function accepted(path: string, body: object, key: string = randomUUID()): Promise<number> {
  for (;;) {
    const { status, body: answer } = await admin.post(`${API}${path}`).set('Idempotency-Key', key).send(body);
    if (status === 202) return answer.job_id as number;
    expect([status, answer]).toEqual([503, expect.objectContaining({ internal_code: 'DATABASE_UNAVAILABLE' })]);
    await pause();
  }
}

async function ended(id: number): Promise<void> {
  await until(async () => {
    const { body } = await admin.get(`${API}/job/${id}`);
    expect(body).toMatchObject({ status: 'Success' });
  });
}

async function start(): Promise<void> {
  postgres = await startEmbeddedPostgres(home);
}

async function killPostgres(): Promise<void> {
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.untilEnded();
}

/** Many jobs one after the other, on both nodes. */
async function storm(prefix: string, count: number): Promise<number[]> {
  const jobs: number[] = [];
  for (let n = 0; n < count; n++) {
    jobs.push(await accepted('/volume', { name: `${prefix}${n}`, node_id: 1 + (n % 2), capacity: 4 }));
  }
  return jobs;
}

function names(node: FakeNode): string[] {
  return [...node.volumes.values()].map(({ spec }) => spec.name).sort();
}

async function expectEqual(): Promise<void> {
  await until(async () => {
    const rows = await database.query(
      'SELECT n.uid, v.name FROM volume v JOIN storage_node n ON n.id = v.node_id ORDER BY v.name COLLATE "C"',
    );
    for (const node of [a, b]) {
      const wanted = (rows as { uid: string; name: string }[]).filter(({ uid }) => uid === node.uid);
      expect(names(node)).toEqual(wanted.map(({ name }) => name));
    }
    expect(await database.query('SELECT 1 FROM job_operation UNION ALL SELECT 1 FROM tombstone')).toEqual([]);
  });
}

describe('C73: PostgreSQL under jobs', () => {
  it('killed again and again: every job that was accepted ends as it should, once', async () => {
    let isStorming = true;
    const jobs = storm('k', 30).finally(() => (isStorming = false));
    for (let n = 0; n < 2 && isStorming; n++) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await killPostgres();
      await start();
    }
    const made = await jobs;
    expect(new Set(made).size).toBe(30);
    for (const id of made) await ended(id);
    await expectEqual();
    expect(names(a).length + names(b).length).toBe(30);
  });

  it('away for longer: nodes go on, nothing is lost, and what was under way is finished', async () => {
    const letGo = a.hold();
    const job = await accepted('/volume', { name: 'held', node_id: 1, capacity: 4 });
    await until(async () => expect(a.calls.at(-1)).toMatch(/^putVolume/));
    await postgres.stop();
    letGo();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect((await admin.get(`${API}/job/${job}`)).status).toBe(503);
    await start();
    await ended(job);
    await expectEqual();
    expect(a.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  });

  it('put back from a cold copy: nothing that nodes have is deleted, and it is taken up', async () => {
    const folder = realpathSync(path.join(home, 'postgres'));
    const [data, copy] = [path.join(folder, 'data'), path.join(folder, 'copy')];
    await postgres.stop();
    // With its owner.
    execFileSync('cp', ['-a', data, copy]);
    await start();
    const ends = { source_volume_id: await volumeId('k0'), destination_volume_id: await volumeId('k1') };
    await ended(await accepted('/copysession/rec', { ...ends, transfer_mode: 'Synchronous' }));
    for (const id of await storm('later', 4)) await ended(id);
    await ended(await accepted('/copysession/1/suspend', {}));
    const session = [...a.sessions.values()];
    const held = [names(a), names(b)];
    for (const node of [a, b]) node.calls.length = 0;

    await postgres.stop();
    rmSync(data, { recursive: true });
    renameSync(copy, data);
    await start();
    await until(async () => expect(await volumeId('later0')).toBeGreaterThan(0));
    await expectEqual();
    await until(async () => {
      const { body } = await admin.get(`${API}/copysession/1`);
      expect(body).toMatchObject({ status: 'Suspend', source_volume_id: ends.source_volume_id });
    });
    expect([names(a), names(b)]).toEqual(held);
    expect([...a.sessions.values()]).toEqual(session);
    expect([a.calls, b.calls]).toEqual([[], []]);
  });

  async function volumeId(name: string): Promise<number> {
    const { body } = await admin.get(`${API}/volume?name=${name}`);
    return body.volume_list?.[0]?.volume_id ?? 0;
  }
});
