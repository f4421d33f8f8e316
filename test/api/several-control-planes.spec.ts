/** Two APIs and two workers over one database, as processes: whoever of them is killed or stopped, each job is done once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { pause, until } from '../support/crash-world.js';
import { ControlPlaneProcess } from '../support/control-plane-process.js';
import { FakeNode, type FakeNodes } from '../support/fake-node.js';
import { freshDatabaseUrl } from '../support/postgres.js';

const PASSWORD = 'correct horse';

let folder: string;
let environment: Record<string, string>;
let database: pg.Client;
let apis: ControlPlaneProcess[];
let workers: ControlPlaneProcess[];
let token: string;
let a: FakeNode;
let b: FakeNode;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-several-'));
  environment = { DATABASE_URL: await freshDatabaseUrl(), EVENKEEL_ADMIN_PASSWORD: PASSWORD };
  database = new pg.Client({ connectionString: environment['DATABASE_URL'] });
  await database.connect();
  apis = await Promise.all([startApi(), startApi()]);
  workers = await Promise.all([startWorker(), startWorker()]);
  token = (await call<{ token: string }>('POST', '/session', { username: 'admin', password: PASSWORD })).token;
  const nodes: FakeNodes = new Map();
  [a, b] = [await FakeNode.start('site-a', nodes), await FakeNode.start('site-b', nodes)];
  for (const { name, address, enrolmentToken: enrolment_token } of [a, b]) {
    await done(await send('POST', '/node', { name, address, enrolment_token }));
  }
});
afterAll(async () => {
  await Promise.all([...apis, ...workers].map((process) => process.kill()));
  await database.end();
  for (const node of [a, b]) await node.remove();
  rmSync(folder, { recursive: true, force: true });
});

function startApi(): Promise<ControlPlaneProcess> {
  return ControlPlaneProcess.start(['api', '--no-worker'], folder, environment);
}

function startWorker(): Promise<ControlPlaneProcess> {
  return ControlPlaneProcess.start(['worker'], folder, environment);
}

let calls = 0;

/** To the APIs in turn. */
async function call<T>(method: string, route: string, body?: object): Promise<T> {
  const url = await apis[calls++ % apis.length]!.url();
  const answer = await fetch(`${url}/api/v1${route}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as T;
  if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

async function send(method: string, route: string, body?: object): Promise<number> {
  return (await call<{ job_id: number }>(method, route, body)).job_id;
}

async function done(id: number): Promise<void> {
  await until(async () => expect(await call('GET', `/job/${id}`)).toMatchObject({ status: 'Success' }));
}

/** The worker that leads: it names itself where it holds the lead. */
async function leader(): Promise<ControlPlaneProcess> {
  for (;;) {
    const { rows } = await database.query<{ name: string }>(
      `SELECT s.application_name AS name FROM pg_locks l JOIN pg_stat_activity s USING (pid)
       WHERE l.locktype = 'advisory' AND l.granted AND l.objid = 5665003
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    const found = workers.find(({ pid }) => rows[0]?.name === `evenkeel worker ${pid}`);
    if (found) return found;
    await pause();
  }
}

async function volumeId(name: string): Promise<number> {
  const { volume_list } = await call<{ volume_list: { volume_id: number }[] }>('GET', `/volume?name=${name}`);
  return volume_list[0]!.volume_id;
}

/** Makes a volume, renames it, and deletes every second one. */
async function life(name: string, nodeId: number, isDeleted: boolean): Promise<void> {
  await done(await send('POST', '/volume', { name, node_id: nodeId, capacity: 4 }));
  const id = await volumeId(name);
  await done(await send('PATCH', `/volume/${id}`, { name: `${name}-new` }));
  if (isDeleted) await done(await send('DELETE', `/volume/${id}`));
}

function names(node: FakeNode): string[] {
  return [...node.volumes.values()].map(({ spec }) => spec.name).sort();
}

describe('several APIs and workers', () => {
  it('C73: a storm of jobs, with the leader killed in its midst: each is done once', async () => {
    const lives = Array.from({ length: 8 }, (_, n) => life(`v${n}`, 1 + (n % 2), n % 4 > 1));
    const killed = (async () => {
      for (let n = 0; n < 2; n++) {
        const leading = await leader();
        await leading.kill();
        workers = [...workers.filter((worker) => worker !== leading), await startWorker()];
      }
    })();
    await Promise.all([...lives, killed]);
    const kept = Array.from({ length: 8 }, (_, n) => n).filter((n) => n % 4 <= 1);
    const wanted = (rest: number) => kept.filter((n) => n % 2 === rest).map((n) => `v${n}-new`);
    expect(names(a)).toEqual(wanted(0).sort());
    expect(names(b)).toEqual(wanted(1).sort());
    const { rows } = await database.query('SELECT 1 FROM job_operation UNION ALL SELECT 1 FROM tombstone');
    expect(rows).toEqual([]);
  });

  it('C73: a leader that is stopped in the midst of its commands loses the lead, and sends none of the rest when it goes on', async () => {
    const leading = await leader();
    let isStopped = false;
    b.around = async (what, act) => {
      const answer = await act();
      if (what.startsWith('putVolume') && !isStopped) {
        isStopped = true;
        leading.signal('SIGSTOP');
      }
      return answer;
    };
    const job = await send('POST', '/volume', { name: 'late', node_id: 2, capacity: 4, count: 5 });
    await done(job);
    expect(await leader()).not.toBe(leading);
    const ids = await Promise.all([1, 2, 3, 4, 5].map((n) => volumeId(`late${n}`)));
    await done(await send('POST', '/volume/delete', { volume_id_list: ids }));
    const before = names(b);
    b.calls.length = 0;
    leading.signal('SIGCONT');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(b.calls.filter((made) => made.startsWith('putVolume'))).toEqual([]);
    expect(names(b)).toEqual(before);
    // It stands by, and leads again when it is its turn.
    const other = await leader();
    await other.kill();
    workers = workers.filter((worker) => worker !== other);
    await life('after', 2, true);
    expect(await leader()).toBe(leading);
  });
});
