/** The control plane on the PostgreSQL that Debian 12 ships. All other tests run on the embedded one, which is PostgreSQL 18. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import pg from 'pg';
import { RestApi } from '../../src/tools/rest-api.js';
import { openDatabase } from '../../src/control-plane/database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/control-plane/database/embedded-postgres.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { ControlPlaneProcess } from '../support/control-plane-process.js';
import { fillEmptyTables } from '../support/database-rows.js';
import { FakeNode, type FakeNodes } from '../support/fake-node.js';
import { makeTemporaryHome, removeTemporaryHome } from '../support/installation.js';
import { walkAllVersions } from '../support/migration-walk.js';
import { FAST } from '../support/postgres.js';
import { hasTool, itWithTools, runTool } from '../support/tools.js';

const BINARIES = '/usr/lib/postgresql/15/bin';
const SERVER = `${BINARIES}/postgres`;
/** For a busy machine. */
const TIMEOUT_MS = 180_000;
const PASSWORD = 'correct horse';
const { entities, migrations } = DATABASE_PARTS;

const itThere = (name: string, run: () => Promise<void>): void => itWithTools([SERVER], name, run, TIMEOUT_MS);

describe('on PostgreSQL 15', () => {
  let home: string;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    if (!hasTool(SERVER)) return;
    home = makeTemporaryHome();
    server = await startEmbeddedPostgres(home, FAST, BINARIES);
  }, TIMEOUT_MS);
  afterAll(async () => {
    if (server === undefined) return;
    await server.stop();
    removeTemporaryHome(home);
  });

  async function emptyUrl(): Promise<string> {
    const name = `spec_${randomBytes(6).toString('hex')}`;
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    expect(rows[0]!.server_version).toMatch(/^15\./);
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  itThere(
    'every version of the schema can be undone and done again with its rows, and the last is that of the entities',
    async () => walkAllVersions(await emptyUrl()),
  );

  itThere('two APIs that start at once on an older version migrate it once, and serve', async () => {
    const DATABASE_URL = await emptyUrl();
    const older = await openDatabase(DATABASE_URL, { entities, migrations: migrations.slice(0, -1) });
    await fillEmptyTables(older);
    await older.destroy();
    const start = () => ControlPlaneProcess.start(['api', '--no-worker'], home, { DATABASE_URL });
    const apis = await Promise.all([start(), start()]);
    for (const api of apis) expect((await fetch(`${await api.url()}/health/ready`)).status).toBe(200);
    for (const api of apis) expect(await api.kill()).toBe('');
    const opened = await openDatabase(DATABASE_URL, DATABASE_PARTS);
    const done = await opened.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
    await opened.destroy();
    expect(done.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  });

  itThere('API and worker go on with a database that was dumped and restored', async () => {
    const environment = { DATABASE_URL: await emptyUrl(), EVENKEEL_ADMIN_PASSWORD: PASSWORD };
    let planes = await startBoth(environment);
    const nodes: FakeNodes = new Map();
    const [a, b] = [await FakeNode.start('site-a', nodes), await FakeNode.start('site-b', nodes)];
    try {
      let rest = new RestApi(await planes[0].url(), PASSWORD);
      for (const { name, address, enrolmentToken: enrolment_token } of [a, b]) {
        await rest.change('POST', '/node', { name, address, enrolment_token });
      }
      await rest.change('POST', '/volume', { name: 'db', capacity: 16, node_id: 1, count: 2 });
      const session = { source_volume_id: 1, destination: { node_id: 2 }, transfer_mode: 'Synchronous' };
      await rest.change('POST', '/copysession/rec', session);
      const isEquivalent = async () =>
        (await rest.call('GET', '/copysession/1'))['phase'] === 'Equivalent' || undefined;
      await eventually('Equivalent', isEquivalent);
      await rest.change('PATCH', '/copysession/1', { transfer_mode: 'Consistency', rpo_seconds: 60 });
      await rest.change('POST', '/copysession/1/suspend', { force: true });

      await Promise.all(planes.map((plane) => plane.kill()));
      await dumpAndRestore(environment.DATABASE_URL);
      planes = await startBoth(environment);
      rest = new RestApi(await planes[0].url(), PASSWORD);
      expect(await rest.call('GET', '/copysession/1')).toMatchObject({
        status: 'Suspend',
        transfer_mode: 'Consistency',
      });
      await rest.change('DELETE', '/copysession/1?force=true');
      await rest.change('POST', '/volume/delete', { volume_id_list: [1, 2, 3] });
      expect(await rest.call('GET', '/volume')).toMatchObject({ total_count: 0 });
    } finally {
      await Promise.all(planes.map((plane) => plane.kill()));
      await Promise.all([a.remove(), b.remove()]);
    }
  });

  function startBoth(environment: Record<string, string>): Promise<[ControlPlaneProcess, ControlPlaneProcess]> {
    return Promise.all([
      ControlPlaneProcess.start(['api', '--no-worker'], home, environment),
      ControlPlaneProcess.start(['worker'], home, environment),
    ]);
  }

  /** As docs/deployment.md says. */
  async function dumpAndRestore(url: string): Promise<void> {
    const file = path.join(home, 'evenkeel.dump');
    const name = new URL(url).pathname.slice(1);
    const administrator = `--maintenance-db=${server.url}`;
    for (const [program, ...args] of [
      ['pg_dump', '--format=custom', `--file=${file}`, url],
      ['dropdb', administrator, name],
      ['createdb', administrator, name],
      ['pg_restore', '--no-owner', '--exit-on-error', `--dbname=${url}`, file],
    ]) {
      const { exitCode, stderr } = await runTool(`${BINARIES}/${program}`, args);
      expect({ program, exitCode, stderr }).toEqual({ program, exitCode: 0, stderr: '' });
    }
  }
});
