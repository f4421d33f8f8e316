import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyDatabaseUrl, testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { DATABASE_PARTS } from '../entities.js';
import { makeDataSource, openDatabase } from './data-source.js';
import { Job } from '../job/job.entity.js';
import { isDatabaseOutage } from './outage.js';
import type { EntityManager, MigrationInterface, QueryRunner } from 'typeorm';

describe('database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  it('has after its migrations exactly the schema that the entities describe', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map((query) => query.query)).toEqual([]);
  });

  it('is migrated once when several processes start at the same time', async () => {
    const url = await emptyDatabaseUrl();
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase(url, DATABASE_PARTS)));
    const done = await opened[0]!.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id');
    expect(done.map(({ name }) => name)).toEqual(DATABASE_PARTS.migrations.map(({ name }) => name));
    await Promise.all(opened.map((each) => each.destroy()));
  });

  it('calls it an outage when the connection ends in the middle of a transaction, whatever comes next in it', async () => {
    const { dataSource } = database;
    const continuations: ((manager: EntityManager) => Promise<unknown>)[] = [
      (manager) => manager.query('SELECT 1'),
      (manager) => manager.queryRunner!.query('SELECT 1'),
      (manager) => manager.countBy(Job, {}),
      (manager) => manager.transaction((inner) => inner.query('SELECT 1')),
      () => Promise.resolve(),
    ];
    for (const goOn of continuations) {
      const transaction = dataSource.transaction(async (manager) => {
        const [backend] = await manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
        await dataSource.query('SELECT pg_terminate_backend($1)', [backend!.pid]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await goOn(manager);
      });
      expect(isDatabaseOutage(await transaction.catch((error: unknown) => error))).toBe(true);
    }
  });

  it('is given all the time that its migrations need, and not a call', async () => {
    const told: unknown[] = [];
    class Slow1999000000000 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        told.push(...((await runner.query('SHOW statement_timeout')) as unknown[]));
      }
      async down(): Promise<void> {}
    }
    const url = await emptyDatabaseUrl();
    const opened = await openDatabase(url, { entities: [], migrations: [Slow1999000000000] });
    expect(told).toEqual([{ statement_timeout: '0' }]);
    expect(await opened.query('SHOW statement_timeout')).toEqual([{ statement_timeout: '30s' }]);
    await opened.destroy();
  });

  it('is refused when a newer version has changed it', async () => {
    const url = await emptyDatabaseUrl();
    const opened = await openDatabase(url, DATABASE_PARTS);
    await opened.query("INSERT INTO migrations (timestamp, name) VALUES (1, 'Tomorrow1')");
    await opened.destroy();
    await expect(openDatabase(url, DATABASE_PARTS)).rejects.toMatchObject({
      code: 'FORMAT_UNSUPPORTED',
      message: expect.stringContaining('Tomorrow1'),
    });
  });

  it('goes back to nothing by undoing every migration', async () => {
    const url = await emptyDatabaseUrl();
    const opened = await openDatabase(url, DATABASE_PARTS);
    for (let left = DATABASE_PARTS.migrations.length; left > 0; left--) await opened.undoLastMigration();
    const tables = await opened.query<{ table_name: string }[]>(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    expect(tables.map((row) => row.table_name)).toEqual(['migrations']);
    await opened.destroy();
  });

  it('is told from a mistake of ours when nobody listens at its address', async () => {
    const nowhere = makeDataSource('postgresql://x:y@127.0.0.1:1/z', DATABASE_PARTS);
    const error = await nowhere.initialize().catch((thrown: unknown) => thrown);
    expect(isDatabaseOutage(error)).toBe(true);
    expect(isDatabaseOutage(new Error('x'))).toBe(false);
  });
});
