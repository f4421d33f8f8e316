/** The one way into PostgreSQL. The schema is what the migrations make; entities describe it and never change it. */
import pg from 'pg';
import { DataSource, type EntityTarget, type MigrationInterface, type ObjectLiteral } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { QueryLog } from './query-log.js';
import { SnakeNaming } from './snake-naming.js';

/** Any number that no other program uses for an advisory lock in this database. */
const MIGRATION_LOCK = 5665_001;
export const POOL_SIZE = 20;
/** A statement that takes longer is told of. */
const SLOW_QUERY_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5000;
/** No call of the API needs longer; a statement that waits for a lock this long is stuck. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** A process that is stopped in the middle of a transaction must not hold its locks for ever. */
const TRANSACTION_SILENCE_MS = 10_000;

export interface DatabaseParts {
  readonly entities: readonly EntityTarget<ObjectLiteral>[];
  readonly migrations: readonly (new () => MigrationInterface)[];
}

export function makeDataSource(
  url: string,
  parts: DatabaseParts,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: parts.entities as never,
    migrations: parts.migrations as never,
    migrationsTransactionMode: 'each',
    synchronize: false,
    namingStrategy: new SnakeNaming(),
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: 'evenkeel',
    logger: new QueryLog(),
    maxQueryExecutionTime: SLOW_QUERY_MS,
    // The pool replaces connections that a restart of the database broke; without a listener their error would end the process.
    poolErrorHandler: () => undefined,
    extra: {
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: TRANSACTION_SILENCE_MS,
    },
  });
}

/**
 * Connects and brings the schema up to date. Several processes may start at once: one migrates, the others wait.
 * @throws Refusal FORMAT_UNSUPPORTED when a newer version has changed the schema
 */
export async function openDatabase(url: string, parts: DatabaseParts): Promise<DataSource> {
  const database = makeDataSource(url, parts);
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  lock.on('error', () => undefined);
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.initialize();
    await requireKnownSchema(database);
    if (await database.showMigrations()) await migrate(url, parts);
    return database;
  } catch (error) {
    if (database.isInitialized) await database.destroy();
    throw error;
  } finally {
    // Closing the connection releases the lock.
    await lock.end().catch(() => undefined);
  }
}

/** Without the time limit of a call: a large table may take minutes to rewrite. */
async function migrate(url: string, parts: DatabaseParts): Promise<void> {
  const database = makeDataSource(url, parts, 0);
  try {
    await database.initialize();
    await database.runMigrations();
  } finally {
    if (database.isInitialized) await database.destroy();
  }
}

/** Before anything is changed in it. */
async function requireKnownSchema(database: DataSource): Promise<void> {
  const [{ table }] = await database.query<[{ table: string | null }]>(`SELECT to_regclass('migrations') AS "table"`);
  if (table === null) return;
  const { unknown } = await schemaGaps(database);
  if (unknown.length > 0)
    throw new Refusal('FORMAT_UNSUPPORTED', `the database was changed by a newer version: ${unknown.join(', ')}`);
}

/** Names of migrations that the database lacks, and of those that this version does not know. */
export async function schemaGaps(database: DataSource): Promise<{ missing: string[]; unknown: string[] }> {
  const known = new Set(database.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const rows = await database.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
  const done = new Set(rows.map(({ name }) => name));
  return {
    missing: [...known].filter((name) => !done.has(name)),
    unknown: [...done].filter((name) => !known.has(name)),
  };
}
