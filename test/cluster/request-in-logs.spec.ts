/** One request is found in the logs of every process that had to do with it: API, worker and both storage nodes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RestApi } from '../../src/tools/rest-api.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { ControlPlaneProcess } from '../support/control-plane-process.js';
import { freshDatabaseUrl } from '../support/postgres.js';

const PASSWORD = 'correct horse';
const REQUEST_ID = 'order-4711.a_b';

type Line = Record<string, unknown>;

describe('the logs of both planes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-logs-'));
  const nodes: NodeProcess[] = [];
  const planes: ControlPlaneProcess[] = [];
  let api: RestApi;

  beforeAll(async () => {
    const environment = {
      DATABASE_URL: await freshDatabaseUrl(),
      EVENKEEL_ADMIN_PASSWORD: PASSWORD,
      EVENKEEL_LOG_LEVEL: 'info',
    };
    planes.push(await ControlPlaneProcess.start(['api', '--no-worker'], folder, environment));
    planes.push(await ControlPlaneProcess.start(['worker'], folder, environment));
    api = new RestApi(await planes[0]!.url(), PASSWORD);
    for (const name of ['site-a', 'site-b']) {
      const dataDirectory = path.join(folder, name);
      const node = await NodeProcess.start({ name, dataDirectory });
      nodes.push(node);
      const body = { name, address: `127.0.0.1:${node.adminPort}`, enrolment_token: tokenIn(dataDirectory) };
      expect(await api.job('POST', '/node', body)).toMatchObject({ status: 'Success', error: null });
    }
  }, 90_000);
  afterAll(async () => {
    for (const plane of planes) await plane.kill();
    for (const node of nodes) await node.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function tokenIn(dataDirectory: string): string {
    return readFileSync(path.join(dataDirectory, 'enrolment-token'), 'utf8').trim();
  }

  function linesOf(log: string): Line[] {
    return log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  }

  const ofRequest = (log: string): Line[] => linesOf(log).filter((line) => line.request_id === REQUEST_ID);

  /** @returns the id of its job, once that has ended well */
  async function createSession(session: object): Promise<number> {
    const { token } = await api.call('POST', '/session', { username: 'admin', password: PASSWORD });
    const answer = await fetch(`${api.url}/api/v1/copysession/rec?wait=60`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-request-id': REQUEST_ID },
      body: JSON.stringify(session),
    });
    expect(answer.headers.get('x-request-id')).toBe(REQUEST_ID);
    const job = (await answer.json()) as { job_id: number };
    expect(job).toMatchObject({ status: 'Success' });
    return job.job_id;
  }

  it('show the id that a client gave to a request, with that of its job, and no secret', async () => {
    const { resource_href_list: volumes } = await api.job('POST', '/volume', { name: 'data', node_id: 1, capacity: 4 });
    const session = {
      source_volume_id: Number(volumes[0]!.split('/').at(-1)),
      destination: { node_id: 2 },
      transfer_mode: 'Consistency',
    };
    const job_id = await createSession(session);
    const [ofApi, ofWorker] = planes as [ControlPlaneProcess, ControlPlaneProcess];

    const answered = await eventually('the line of the API', () => ofRequest(ofApi.log)[0]);
    expect(answered).toMatchObject({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      name: 'api',
      component: 'http',
      user: 'admin',
      method: 'POST',
      path: '/api/v1/copysession/rec',
      status: 200,
      ms: expect.any(Number),
      job_id,
    });

    const worked = await eventually('the end of the job', () => {
      const lines = ofRequest(ofWorker.log);
      return lines.some(({ msg }) => msg === 'job ended') ? lines : undefined;
    });
    expect(worked.every((line) => line.name === 'worker' && line.job_id === job_id)).toBe(true);
    expect(worked.at(-1)).toMatchObject({ kind: 'copysession.create', status: 'Success', ms: expect.any(Number) });
    for (const node of nodes) {
      expect(worked).toContainEqual(expect.objectContaining({ call: 'putSessions', node_uid: node.identity.nodeUid }));
      const ordered = ofRequest(node.log);
      expect(ordered.every((line) => line.name === node.name && line.job_id === job_id)).toBe(true);
      const answer = { component: 'admin', method: 'PUT', path: '/v1/sessions', msg: 'call answered' };
      expect(ordered).toContainEqual(expect.objectContaining(answer));
      expect(ordered).toContainEqual(
        expect.objectContaining({ msg: 'sessions ordered', sessions: [expect.any(String)] }),
      );
    }

    const all = [...planes, ...nodes].map(({ log }) => log).join('\n');
    for (const secret of [PASSWORD, ...nodes.map(({ options }) => tokenIn(options.dataDirectory))]) {
      expect(all).not.toContain(secret);
    }
  });
});
