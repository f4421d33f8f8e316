import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { Job } from './job.entity.js';
import { Jobs, UNFINISHED_MAX, type NewJob } from './jobs.js';
import { WakeUps } from './wake-ups.js';

describe('jobs', () => {
  let database: TestDatabase;
  let wakeUps: WakeUps;
  let jobs: Jobs;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await testDatabase();
    wakeUps = new WakeUps(database.dataSource);
    jobs = new Jobs(database.dataSource, wakeUps);
  });
  afterEach(() => database.dataSource.createQueryBuilder().delete().from(Job).execute());
  afterAll(async () => {
    await wakeUps.onApplicationShutdown();
    await database.close();
  });

  const order: NewJob = {
    kind: 'thing.make',
    description: 'Make a thing',
    resourceHrefs: ['/api/v1/thing/1'],
    operation: 'make',
    requestor: 'alice',
  };
  const make = (): Promise<Job> => database.dataSource.transaction((manager) => jobs.create(manager, order));

  it('are queued, run, and succeed with their resources', async () => {
    const { id } = await make();
    expect(await jobs.get(id)).toMatchObject({
      status: 'Queued',
      requestor: 'alice',
      endedTime: null,
    });
    expect(await jobs.start(id)).toBe(true);
    expect(await jobs.end(id, { status: 'Success' })).toBe(true);
    const job = await jobs.get(id);
    expect(job).toMatchObject({
      status: 'Success',
      succeededHrefs: ['/api/v1/thing/1'],
      error: null,
      operations: [{ operation: 'make', result: 'Success' }],
    });
    expect(job.endedTime).toBeInstanceOf(Date);
  });

  it('C73: end once, whoever tries again', async () => {
    const { id } = await make();
    const error = { code: 'NODE_UNREACHABLE', message: 'Storage node cannot be reached (site-a)' } as const;
    const ends = await Promise.all([
      jobs.end(id, { status: 'Error', error }),
      jobs.end(id, { status: 'Error', error }),
      jobs.end(id, { status: 'Error', error }),
    ]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await jobs.end(id, { status: 'Success' })).toBe(false);
    expect(await jobs.start(id)).toBe(false);
    expect(await jobs.get(id)).toMatchObject({ status: 'Error', error, succeededHrefs: [] });
  });

  it('do not exist when the transaction that made them fails', async () => {
    const failing = database.dataSource.transaction(async (manager) => {
      await jobs.create(manager, order);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await database.dataSource.getRepository(Job).count()).toBe(0);
  });

  it('wake the worker when their transaction commits, and not before', async () => {
    await database.dataSource.query('DELETE FROM pgboss.job');
    let woken = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    await wakeUps.listen(async () => {
      woken++;
      resolve();
    });
    await database.dataSource.transaction(async (manager) => {
      await jobs.create(manager, order);
      expect(woken).toBe(0);
    });
    await promise;
  });

  it('are cancelled while queued, taking back what they were to bring, and removed when ended', async () => {
    const undone: number[] = [];
    jobs.onCancel('thing.make', async (_manager, job) => void undone.push(job.id));
    const { id } = await make();
    await jobs.remove(id);
    expect(undone).toEqual([id]);
    expect(await jobs.get(id)).toMatchObject({ status: 'Canceled', error: { code: 'JOB_CANCELED' } });
    expect(await jobs.start(id)).toBe(false);
    await jobs.remove(id);
    await expect(jobs.get(id)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('stay queued when taking back fails', async () => {
    jobs.onCancel('thing.make', async () => {
      throw new Error('no');
    });
    const { id } = await make();
    await expect(jobs.remove(id)).rejects.toThrow('no');
    expect(await jobs.get(id)).toMatchObject({ status: 'Queued' });
  });

  it('cannot be removed while they run', async () => {
    const { id } = await make();
    await jobs.start(id);
    await expect(jobs.remove(id)).rejects.toMatchObject({ code: 'JOB_RUNNING' });
  });

  it('are refused when 512 are unfinished', async () => {
    const rows = Array.from({ length: UNFINISHED_MAX }, () => ({ kind: 'x', description: 'x', requestor: 'x' }));
    await database.dataSource.getRepository(Job).insert(rows);
    await expect(make()).rejects.toMatchObject({ code: 'JOB_LIMIT_REACHED' });
  });

  it('are forgotten 24 hours after their end, and not earlier', async () => {
    const ended = async (hoursAgo: number): Promise<number> => {
      const { id } = await make();
      await jobs.end(id, { status: 'Success' });
      await database.dataSource
        .getRepository(Job)
        .update({ id }, { endedTime: new Date(Date.now() - hoursAgo * 3_600_000) });
      return id;
    };
    const old = await ended(24.1);
    const recent = await ended(23.9);
    const unfinished = (await make()).id;
    await jobs.removeOld();
    const left = await database.dataSource.getRepository(Job).find({ order: { id: 'ASC' } });
    expect(left.map((job) => job.id)).toEqual([recent, unfinished]);
    expect(left.map((job) => job.id)).not.toContain(old);
  });
});
