import { Body, Controller, Module, Post, Query } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { IsString } from 'class-validator';
import type TestAgent from 'supertest/lib/agent.js';
import { DataSource } from 'typeorm';
import { JobCall } from '../../src/control-plane/job/job-call.js';
import { WaitQuery } from '../../src/control-plane/job/job.dto.js';
import { Job } from '../../src/control-plane/job/job.entity.js';
import { Jobs } from '../../src/control-plane/job/jobs.js';
import { AllowedFor } from '../../src/control-plane/session/caller.js';
import { testApi, type TestApi } from '../support/api.js';

interface Page {
  readonly total_count: number;
  readonly job_list: readonly { readonly job_id: number }[];
  readonly next_href?: string;
}

class MakeThingBody {
  @IsString()
  name!: string;
}

/** A feature as any other: its job is all that it makes. */
@Controller('thing')
class ThingController {
  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
  ) {}

  @Post()
  @AllowedFor('operator')
  @JobCall({ summary: 'Make a thing', isPost: true, hasBody: true })
  make(@Body() body: MakeThingBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.database.transaction((manager) =>
      this.jobs.create(manager, {
        kind: 'thing.make',
        description: `Make ${body.name}`,
        resourceHrefs: ['/api/v1/thing/1'],
        operation: 'make',
      }),
    );
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {}

describe('jobs over REST', () => {
  let api: TestApi;
  let operator: TestAgent;
  let jobs: Jobs;
  const allJobs = (): Promise<Job[]> => api.database.dataSource.getRepository(Job).find();
  beforeAll(async () => {
    api = await testApi({}, [ThingModule]);
    operator = await api.as('operator');
    jobs = api.app.get(Jobs);
  });
  afterEach(() => api.database.dataSource.getRepository(Job).deleteAll());
  afterAll(() => api.close());

  const make = (name = 'a'): ReturnType<TestAgent['post']> => operator.post('/api/v1/thing').send({ name });

  it('C56: answers a change with 202 and a job that any role can read, with every documented field', async () => {
    const { body } = await make().expect(202);
    expect(body).toEqual({ job_id: expect.any(Number), job_href: `/api/v1/job/${body.job_id}` });
    const monitor = await api.as('monitor');
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    const view = {
      ...body,
      description: 'Make a',
      status: 'Queued',
      requestor: 'operator',
      created_time: time,
      modified_time: time,
      resource_href_list: ['/api/v1/thing/1'],
      progress_href_list: [],
      succeeded_resource_href_list: [],
      failed_resource_info_list: [],
      operation_list: [{ operation: 'make', result: '', time }],
      error: null,
    };
    expect((await monitor.get(body.job_href).expect(200)).body).toEqual(view);
    expect((await monitor.get('/api/v1/job').expect(200)).body).toEqual({
      total_count: 1,
      list_count: 1,
      job_list: [view],
    });
    await monitor.post('/api/v1/thing').send({ name: 'a' }).expect(403);
    await monitor.delete(body.job_href).expect(403);
  });

  it('C56: shows the error of a job and of each resource by code', async () => {
    const { body } = await make();
    const failed = { resourceHref: '/api/v1/thing/1', code: 'VOLUME_NAME_IN_USE', message: 'taken' } as const;
    await jobs.end(body.job_id, {
      status: 'Error',
      failedResources: [failed],
      error: { code: 'VOLUME_NAME_IN_USE', message: 'taken' },
    });
    const job = (await operator.get(body.job_href)).body;
    expect(job.failed_resource_info_list).toEqual([
      { resource_href: '/api/v1/thing/1', error_code: 3002, message: 'taken' },
    ]);
    expect(job.error).toEqual({ error_code: 3002, internal_code: 'VOLUME_NAME_IN_USE', message: 'taken' });
  });

  it('C56: waits with ?wait= until the job ends, and answers 200 with it', async () => {
    const waiting = make().query({ wait: 30 });
    const ended = (async () => {
      let found: Job[] = [];
      while (found.length === 0) found = await allJobs();
      await jobs.end(found[0]!.id, { status: 'Success' });
    })();
    const [{ status, body }] = await Promise.all([waiting, ended]);
    expect({ status, job: body.status }).toEqual({ status: 200, job: 'Success' });
  });

  it('C56: answers 202 when the wait is over first', async () => {
    await make().query({ wait: 1 }).expect(202);
  });

  for (const wait of ['-1', '61', '1.5', 'x', '']) {
    it(`C56: refuses ?wait=${wait}`, async () => {
      await make().query({ wait }).expect(400);
      expect(await allJobs()).toEqual([]);
    });
  }

  it('C56: takes the same Idempotency-Key and body for the same job, whatever the order of fields and however many at once', async () => {
    const send = (): ReturnType<typeof make> => make().set('Idempotency-Key', 'k-1');
    const answers = await Promise.all([send(), send(), send(), send()]);
    const again = await send().expect(202);
    expect(new Set([...answers, again].map(({ body }) => body.job_id)).size).toBe(1);
    expect(await allJobs()).toHaveLength(1);
  });

  it('C56: refuses an Idempotency-Key that came with another body, until 24 hours are over', async () => {
    const first = await make('a').set('Idempotency-Key', 'k-2').expect(202);
    const { body } = await make('b').set('Idempotency-Key', 'k-2').expect(409);
    expect(body.internal_code).toBe('IDEMPOTENCY_KEY_REUSED');
    const rows = api.database.dataSource.getRepository(Job);
    await rows.update({ id: first.body.job_id }, { createdTime: new Date(Date.now() - 24.1 * 3_600_000) });
    const next = await make('b').set('Idempotency-Key', 'k-2').expect(202);
    expect(next.body.job_id).not.toBe(first.body.job_id);
  });

  it('C56: takes another query for another request, but not another wait', async () => {
    const first = await make().set('Idempotency-Key', 'k-4').expect(202);
    const again = await make().query({ wait: 1 }).set('Idempotency-Key', 'k-4').expect(202);
    expect(again.body).toEqual(first.body);
    await make().query({ force: 'true' }).set('Idempotency-Key', 'k-4').expect(409);
  });

  it('C56: keeps the keys of users apart', async () => {
    const admin = await api.as('admin');
    const mine = await make('a').set('Idempotency-Key', 'k-3').expect(202);
    const other = await admin.post('/api/v1/thing').send({ name: 'b' }).set('Idempotency-Key', 'k-3').expect(202);
    expect(other.body.job_id).not.toBe(mine.body.job_id);
  });

  it('C56: says when to come again when 512 jobs are unfinished', async () => {
    const rows = Array.from({ length: 512 }, () => ({ kind: 'x', description: 'x', requestor: 'x' }));
    await api.database.dataSource.getRepository(Job).insert(rows);
    const { body, headers } = await make().expect(503);
    expect(body.internal_code).toBe('JOB_LIMIT_REACHED');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('answers 202 to whoever waits when the process stops', async () => {
    const other = await testApi({}, [ThingModule]);
    const agent = await other.as('operator');
    const waiting = agent.post('/api/v1/thing').query({ wait: 60 }).send({ name: 'a' }).then();
    while ((await other.database.dataSource.getRepository(Job).count()) === 0);
    await other.close();
    expect((await waiting).status).toBe(202);
  });

  it('C56: pages, filters and chooses fields', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await make(name);
    const all = (await operator.get('/api/v1/job')).body.job_list as { job_id: number }[];
    await jobs.end(all[1]!.job_id, { status: 'Success' });
    await jobs.start(all[2]!.job_id);

    const seen: number[] = [];
    let href: string | undefined = '/api/v1/job?max_records=2&fields=description';
    while (href !== undefined) {
      const { body }: { body: Page } = await operator.get(href).expect(200);
      expect(body.total_count).toBe(5);
      for (const entry of body.job_list) {
        expect(Object.keys(entry).sort()).toEqual(['description', 'job_id']);
        seen.push(entry.job_id);
      }
      href = body.next_href;
    }
    expect(seen).toEqual(all.map((job) => job.job_id));

    const some = await operator.get('/api/v1/job?status=Success&status=Running&max_records=1').expect(200);
    expect(some.body).toMatchObject({ total_count: 2, list_count: 1, job_list: [{ job_id: all[1]!.job_id }] });
    const rest = await operator.get(some.body.next_href).expect(200);
    expect(rest.body).toMatchObject({ total_count: 2, list_count: 1, job_list: [{ job_id: all[2]!.job_id }] });
    expect(rest.body.next_href).toBeUndefined();
    const none = await operator.get('/api/v1/job?requestor=nobody&last_get_id=2147483647').expect(200);
    expect(none.body).toEqual({ total_count: 0, list_count: 0, job_list: [] });
  });
});
