import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import type { EntityManager } from 'typeorm';
import { Jobs } from '../../src/control-plane/job/jobs.js';
import { WakeUps } from '../../src/control-plane/job/wake-ups.js';
import { takeLead } from '../../src/control-plane/worker/authority.entity.js';
import { lockDesired } from '../../src/control-plane/worker/desired-lock.js';
import { createWorker } from '../../src/control-plane/worker/worker.module.js';
import { testApi, type TestApi } from '../support/api.js';
import { FakeNode, type FakeNodes } from '../support/fake-node.js';

const API = '/api/v1';
let api: TestApi;
let admin: TestAgent;
let node: FakeNode;
const nodes: FakeNodes = new Map();
let workers: INestApplicationContext[] = [];

async function startWorker(): Promise<INestApplicationContext> {
  const worker = await createWorker(api.database.dataSource, { logLevel: 'silent' });
  await worker.init();
  workers.push(worker);
  return worker;
}

/** A worker that no wake-up ever reaches. */
async function startDeafWorker(): Promise<void> {
  const worker = await createWorker(api.database.dataSource, { logLevel: 'silent' });
  worker.get(WakeUps).listen = async () => undefined;
  await worker.init();
  workers.push(worker);
}

async function stopWorker(worker: INestApplicationContext): Promise<void> {
  workers = workers.filter((one) => one !== worker);
  await worker.close();
}

async function send(path: string, body: object, waitSeconds = 0) {
  return (await admin.post(`${API}${path}?wait=${waitSeconds}`).send(body)).body;
}

async function ended(jobId: number): Promise<{ status: string }> {
  for (;;) {
    const { body } = await admin.get(`${API}/job/${jobId}`);
    if (!['Queued', 'Running'].includes(body.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeEach(async () => {
  api = await testApi();
  await api.app.init();
  admin = await api.as('admin');
  node = await FakeNode.start('site-a', nodes);
});
afterEach(async () => {
  for (const worker of workers) await stopWorker(worker);
  await api.close();
  await node.remove();
});

function registration(): object {
  return { name: node.name, address: node.address, enrolment_token: node.enrolmentToken };
}

/** Waits until so many transactions wait for the lock of the desired state. */
async function waitingForLock(manager: EntityManager, count: number): Promise<void> {
  for (;;) {
    const rows = await manager.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    if (rows.length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the worker as a process of its own', () => {
  it('C73: ends a job once that was made while no worker ran, and one whose worker went away midway', async () => {
    const made = await send('/node', registration());
    const first = await startWorker();
    expect(await ended(made.job_id)).toMatchObject({ status: 'Success' });
    const letGo = node.hold();
    const [{ node_id }] = (await admin.get(`${API}/node`)).body.node_list;
    const creation = await send('/volume', { name: 'v', node_id, capacity: 1 });
    while (!node.calls.some((call) => call.startsWith('putVolume')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await stopWorker(first);
    expect((await admin.get(`${API}/job/${creation.job_id}`)).body).toMatchObject({ status: 'Running' });
    letGo();
    await startWorker();
    expect(await ended(creation.job_id)).toMatchObject({ status: 'Success' });
    expect(node.volumes.size).toBe(1);
  });

  it('C73: does its jobs although every wake-up is lost', async () => {
    await startDeafWorker();
    expect(await send('/node', registration(), 30)).toMatchObject({ status: 'Success' });
    const [{ node_id }] = (await admin.get(`${API}/node`)).body.node_list;
    expect(await send('/volume', { name: 'v', node_id, capacity: 1 }, 30)).toMatchObject({ status: 'Success' });
  });

  it('C73: writes nothing of what it found out before another took the lead', async () => {
    const jobs = (await startWorker()).get(Jobs);
    expect(await send('/node', registration(), 30)).toMatchObject({ status: 'Success' });
    const [{ node_id }] = (await admin.get(`${API}/node`)).body.node_list;
    const { dataSource } = api.database;
    let endings = 0;
    jobs.end = async (...given) => {
      endings++;
      return Jobs.prototype.end.apply(jobs, given);
    };
    let isTaken = false;
    const { putVolume } = node;
    node.putVolume = async (spec) => {
      const answer = await putVolume.call(node, spec);
      // As if this worker had been stopped here for long. No lock is taken: it still holds the one of the leader.
      if (!isTaken) await dataSource.transaction((manager) => takeLead(manager, randomUUID()));
      isTaken = true;
      return answer;
    };
    const made = await send('/volume', { name: 'v', node_id, capacity: 1 }, 30);
    expect(made).toMatchObject({ status: 'Success' });
    expect(endings).toBe(1);
    // It took the lead anew, and looked at everything anew.
    const [{ count }] = await dataSource.query(`SELECT count(*)::int AS count FROM authority WHERE leader IS NOT NULL`);
    expect([count, isTaken]).toEqual([1, true]);
  });

  it('lets one of several lead, and the next when it is gone', async () => {
    const first = await startWorker();
    await startWorker();
    expect(await send('/node', registration(), 30)).toMatchObject({ status: 'Success' });
    while (node.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(node.calls).toEqual(['putNode']);
    await stopWorker(first);
    const [{ node_id }] = (await admin.get(`${API}/node`)).body.node_list;
    expect(await send('/volume', { name: 'v', node_id, capacity: 1 }, 30)).toMatchObject({ status: 'Success' });
  });

  it('lets a job be cancelled that a starting worker has read already', async () => {
    const first = await startWorker();
    expect(await send('/node', registration(), 30)).toMatchObject({ status: 'Success' });
    await stopWorker(first);
    const [{ node_id }] = (await admin.get(`${API}/node`)).body.node_list;
    const { job_id } = await send('/volume', { name: 'v', node_id, capacity: 1 });
    const { dataSource } = api.database;
    const cancelled = await dataSource.transaction(async (manager) => {
      await lockDesired(manager);
      // Whoever waits first comes first: the cancelling, then the worker, which has read the job by then.
      const cancelling = admin.delete(`${API}/job/${job_id}`).then();
      await waitingForLock(manager, 1);
      await startWorker();
      await waitingForLock(manager, 2);
      return { cancelling };
    });
    expect((await cancelled.cancelling).status).toBe(204);
    // Its turn is over once it has done something else.
    expect(await send('/volume', { name: 'other', node_id, capacity: 1 }, 30)).toMatchObject({ status: 'Success' });
    expect([...node.volumes.values()].map(({ spec }) => spec.name)).toEqual(['other']);
    expect(node.calls.filter((call) => call.startsWith('putVolume'))).toHaveLength(1);
  });

  it('sends nothing of a plan with a job that was cancelled since', async () => {
    const jobs = (await startWorker()).get(Jobs);
    expect(await send('/node', registration(), 30)).toMatchObject({ status: 'Success' });
    const [{ node_id }] = (await admin.get(`${API}/node`)).body.node_list;
    const start = jobs.start.bind(jobs);
    let count = 0;
    jobs.start = async () => ++count < 0;
    const { job_id } = await send('/volume', { name: 'v', node_id, capacity: 1 });
    while (count < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(node.calls.filter((call) => call.startsWith('putVolume'))).toEqual([]);
    jobs.start = start;
    expect(await ended(job_id)).toMatchObject({ status: 'Success' });
  });

  it('takes back what a job was to bring that is cancelled before a worker took it', async () => {
    const made = await send('/node', registration());
    await admin.delete(`${API}/job/${made.job_id}`).expect(204);
    expect((await admin.get(`${API}/job/${made.job_id}`)).body).toMatchObject({ status: 'Canceled' });
    expect((await admin.get(`${API}/node`)).body).toMatchObject({ total_count: 0 });
  });
});
