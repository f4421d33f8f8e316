/** What watchers are told, and who is told what. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { WorkerModule } from '../../src/control-plane/worker/worker.module.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { testApi, type TestApi } from '../support/api.js';

const TOKEN = 'a-token-for-Prometheus';

interface Report {
  status: string;
  checks: { name: string; status: string; reason: string }[];
}

async function untilReport(api: TestApi, wanted: (report: Report) => boolean): Promise<Report & { http: number }> {
  return eventually('the report', async () => {
    const { body, status } = await api.anyone.get('/health/ready');
    return wanted(body as Report) ? { ...(body as Report), http: status } : undefined;
  });
}

describe('the health of the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi({ metricsToken: TOKEN });
  });
  afterAll(() => api.close());

  it('says in words that no worker leads, and serves requests all the same', async () => {
    const report = await untilReport(api, ({ status }) => status !== 'failed');
    expect(report).toEqual({
      http: 200,
      status: 'degraded',
      checks: [
        { name: 'database', status: 'ok', reason: 'The database answers' },
        { name: 'schema', status: 'ok', reason: 'The schema is that of this version' },
        {
          name: 'worker',
          status: 'degraded',
          reason: 'No worker leads: jobs wait, and what is shown of the nodes grows old',
        },
      ],
    });
  });

  it('is failed, and says why, when the schema is another version’s', async () => {
    const { dataSource } = api.database;
    const [last]: { name: string }[] = await dataSource.query('SELECT name FROM migrations ORDER BY id DESC LIMIT 1');
    const { name } = last!;
    const rename = (from: string, to: string) =>
      dataSource.query('UPDATE migrations SET name = $2 WHERE name = $1', [from, to]);
    await rename(name, 'Future9995000000000');
    const newer = await untilReport(api, ({ status }) => status === 'failed');
    expect(newer.http).toBe(503);
    expect(newer.checks[1]!.reason).toBe(
      'A newer version changed the database (Future9995000000000): run that version',
    );
    await dataSource.query("DELETE FROM migrations WHERE name = 'Future9995000000000'");
    const older = await untilReport(api, ({ checks }) => checks[1]?.reason.startsWith('The database lacks') === true);
    expect(older).toMatchObject({ http: 503, status: 'failed' });
    expect(older.checks[1]!.reason).toContain(name);
  });

  it('shows metrics to whoever has the token, when there is one', async () => {
    const { body } = await api.anyone.get('/metrics').expect(401);
    expect(body).toMatchObject({ internal_code: 'NOT_AUTHENTICATED' });
    await api.anyone.get('/metrics').set('Authorization', 'Bearer another-token-of-that-kind').expect(401);
    const { text, headers } = await api.anyone.get('/metrics').set('Authorization', `Bearer ${TOKEN}`).expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('evenkeel_database_up 1\n');
    // The token of a user is none for metrics.
    await (await api.as('admin')).get('/metrics').expect(401);
  });
});

describe('the health of an API with its worker', () => {
  it('is well once the worker leads, and the metrics show what it does', async () => {
    const api = await testApi({}, [WorkerModule]);
    try {
      await api.app.init();
      api.app.get(Reconciler).idlePollMs = 150;
      const report = await untilReport(api, ({ status }) => status === 'ok');
      expect(report.checks.map(({ name, status }) => [name, status])).toEqual([
        ['database', 'ok'],
        ['schema', 'ok'],
        ['worker', 'ok'],
      ]);
      const text = await eventually('a pass in the metrics', async () => {
        const { text } = await api.anyone.get('/metrics').expect(200);
        return /evenkeel_worker_pass_seconds_count [1-9]/.test(text) ? text : undefined;
      });
      for (const line of [
        'evenkeel_worker_is_leader 1',
        'evenkeel_worker_operations 0',
        'evenkeel_jobs{status="Queued"} 0',
        'evenkeel_job_oldest_unfinished_seconds 0',
        'evenkeel_database_connections_max 20',
        'evenkeel_volumes{status="Error"} 0',
      ]) {
        expect(text).toContain(`${line}\n`);
      }
    } finally {
      await api.close();
    }
  });
});
