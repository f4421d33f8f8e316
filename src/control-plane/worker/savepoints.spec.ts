import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { Savepoints } from './savepoints.js';

describe('savepoints', () => {
  let database: TestDatabase;
  let savepoints: Savepoints;
  let told: unknown[];
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());
  beforeEach(() => {
    savepoints = new Savepoints();
    told = [];
    jest.spyOn(Logger.prototype, 'error').mockImplementation((_error, what) => void told.push(what));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** In a transaction of its own, as each pass does it. */
  function attempt(what: string, failure: string | null): Promise<boolean> {
    return database.dataSource.transaction((manager) =>
      savepoints.try(what, manager, async (inner) => {
        await inner.query('CREATE TABLE IF NOT EXISTS tried (id integer)');
        if (failure !== null) throw new Error(failure);
      }),
    );
  }

  it('tells a failure once, and again when it is another one or comes back', async () => {
    for (const failure of ['a', 'a', 'a', 'b', 'b']) expect(await attempt('one', failure)).toBe(false);
    expect(told).toHaveLength(2);
    expect(await attempt('other', 'b')).toBe(false);
    expect(await attempt('one', null)).toBe(true);
    expect(await attempt('one', 'b')).toBe(false);
    expect(told).toEqual(['one', 'one', 'other', 'one'].map((what) => `${what} failed, and is tried again`));
  });

  it('takes back what failed, and nothing else of the transaction', async () => {
    const { dataSource } = database;
    await dataSource.query('DROP TABLE IF EXISTS tried; CREATE TABLE kept (id integer)');
    await dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO kept VALUES (1)');
      await savepoints.try('one', manager, async (inner) => {
        await inner.query('INSERT INTO kept VALUES (2)');
        throw new Error('no');
      });
    });
    expect(await dataSource.query('SELECT id FROM kept')).toEqual([{ id: 1 }]);
  });
});
