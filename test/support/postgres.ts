/**
 * A real PostgreSQL for specs: one for a whole run of jest, started by the first spec that asks and adopted by the others, ended by
 * stop-postgres.mjs. Every spec gets a database of its own, copied from a migrated template.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { DataSource } from 'typeorm';
import { makeDataSource, openDatabase } from '../../src/control-plane/database/data-source.js';
import { startEmbeddedPostgres } from '../../src/control-plane/database/embedded-postgres.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { stopPostgresIn } from './stop-postgres.mjs';

const TEMPLATE = 'evenkeel_template';
const TEMPLATE_LOCK = 5665_002;
/** Durability is of no use to a test's database. */
export const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Closes and removes it. */
  close(): Promise<void>;
}

/** A fresh database with today's schema, open. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = await freshDatabaseUrl();
  const dataSource = makeDataSource(url, DATABASE_PARTS);
  await dataSource.initialize();
  return {
    url,
    dataSource,
    close: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await asAdministrator((client) =>
        client.query(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`),
      );
    },
  };
}

/** The URL of a fresh database with today's schema, for a process under test. */
export async function freshDatabaseUrl(): Promise<string> {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const server = await serverUrl();
  await asAdministrator(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) await makeTemplate(client, server);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  });
  return databaseUrl(server, name);
}

/** The URL of a fresh database without any schema. */
export async function emptyDatabaseUrl(): Promise<string> {
  const name = `spec_${randomBytes(6).toString('hex')}`;
  await asAdministrator((client) => client.query(`CREATE DATABASE ${name}`));
  return databaseUrl(await serverUrl(), name);
}

async function makeTemplate(client: pg.Client, server: string): Promise<void> {
  const unfinished = `${TEMPLATE}_unfinished`;
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${unfinished}`);
  const url = databaseUrl(server, unfinished);
  await (await openDatabase(url, DATABASE_PARTS)).destroy();
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  await boss.start();
  await boss.stop({ graceful: false });
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
}

async function asAdministrator<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: await serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

let server: Promise<string> | null = null;

function serverUrl(): Promise<string> {
  server ??= startServer();
  return server;
}

async function startServer(): Promise<string> {
  const home = process.env['EVENKEEL_TEST_HOME'];
  if (!home) throw new Error('jest.config.js sets EVENKEEL_TEST_HOME');
  await removeLeftovers();
  mkdirSync(home, { recursive: true });
  // Another version for a whole run: EVENKEEL_TEST_POSTGRES=/usr/lib/postgresql/15/bin
  return (await startEmbeddedPostgres(home, FAST, process.env['EVENKEEL_TEST_POSTGRES'] || null)).url;
}

/** A run that was killed could not stop its server; the next one does. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^evenkeel-test-(\d+)$/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const home = path.join(tmpdir(), name);
    await stopPostgresIn(home);
    rmSync(home, { recursive: true, force: true });
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
