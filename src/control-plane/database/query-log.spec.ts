import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { QueryLog } from './query-log.js';

describe('what is told of statements', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => database.close());

  it('is how many failed, by class, and nothing that they were given', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { dataSource } = database;
    await expect(dataSource.query('SELECT $1::integer', ['s3cret'])).rejects.toThrow();
    await expect(dataSource.query('SELECT 1 FROM nowhere')).rejects.toThrow();
    await expect(dataSource.query('SELECT nothing')).rejects.toThrow();
    const { errors } = QueryLog.of(dataSource);
    expect([...errors]).toEqual([
      ['22', 1],
      ['42', 2],
    ]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('is the text of those that take long, without the values that they came with', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const { dataSource } = database;
    await dataSource.query('SELECT pg_sleep(2.1), length($1)', ['s3cret']);
    const told = { ms: expect.any(Number), query: 'SELECT pg_sleep(2.1), length($1)' };
    expect(warn.mock.calls).toEqual([[told, 'slow query']]);
  });
});
