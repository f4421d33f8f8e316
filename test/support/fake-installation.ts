/** The API with its worker over a database of its own, and two fake nodes registered with it. */
import type TestAgent from 'supertest/lib/agent.js';
import { expect } from '@jest/globals';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { WorkerModule } from '../../src/control-plane/worker/worker.module.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/control-plane/worker/desired.js';
import { testApi, type TestApi } from './api.js';
import { FakeNode, type FakeNodes } from './fake-node.js';

export interface FakeInstallation {
  readonly api: TestApi;
  readonly admin: TestAgent;
  readonly a: FakeNode;
  readonly b: FakeNode;
  readonly nodes: FakeNodes;
  /** Shorter waits than those of production. */
  limit(limits: Partial<Limits>): void;
  /** Sends a request that makes a job and gives back the ended job. */
  job(method: 'post' | 'patch' | 'delete', path: string, body?: object): Promise<JobAnswer>;
  /** A volume; its id. */
  volume(node: FakeNode, name: string, more?: object): Promise<number>;
  /** Looks every few milliseconds until the answer holds what is wanted. */
  until(path: string, wanted: object): Promise<Record<string, unknown>>;
  /** Ends the node's server, and waits until the control plane has noticed. */
  kill(node: FakeNode): Promise<void>;
  get(path: string): Promise<Record<string, never>>;
  close(): Promise<void>;
}

export interface JobAnswer {
  readonly status: string;
  readonly resource_href_list: string[];
  readonly error: { internal_code: string; error_code: number } | null;
  readonly failed_resource_info_list: { resource_href: string; error_code: number }[];
  readonly job_id: number;
}

export const API = '/api/v1';
const UNTIL_MS = 40_000;

export async function fakeInstallation(): Promise<FakeInstallation> {
  const api = await testApi({}, [WorkerModule]);
  await api.app.init();
  // What a test changes at a node is to be seen soon.
  api.app.get(Reconciler).idlePollMs = 150;
  const admin = await api.as('admin');
  const nodes: FakeNodes = new Map();
  const a = await FakeNode.start('site-a', nodes);
  const b = await FakeNode.start('site-b', nodes);
  const installation: FakeInstallation = {
    api,
    admin,
    a,
    b,
    nodes,
    limit: (limits) => {
      api.app.get(Reconciler).limits = { ...DEFAULT_LIMITS, ...limits };
    },
    job: async (method, path, body) => {
      const separator = path.includes('?') ? '&' : '?';
      const answer = await admin[method](`${API}${path}${separator}wait=40`).send(body);
      if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as JobAnswer;
    },
    volume: async (node, name, more = {}) => {
      const node_id = await idOf(admin, node);
      const job = await installation.job('post', '/volume', { name, node_id, capacity: 4, ...more });
      expect(job).toMatchObject({ status: 'Success', error: null });
      return idIn(job.resource_href_list[0]!);
    },
    until: async (path, wanted) => {
      for (const deadline = Date.now() + UNTIL_MS; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const { body } = await admin.get(`${API}${path}`);
        const isThere = Object.entries(wanted).every(([name, value]) => body[name] === value);
        if (isThere) return body;
        if (Date.now() > deadline) expect(body).toMatchObject(wanted);
      }
    },
    kill: async (node) => {
      await node.goDown();
      await installation.until(`/node/${await idOf(admin, node)}`, { status: 'Offline' });
    },
    get: async (path) => (await admin.get(`${API}${path}`)).body,
    close: async () => {
      await api.close();
      for (const node of nodes.values()) await node.remove();
    },
  };
  for (const node of [a, b]) await register(installation, node);
  return installation;
}

export async function register(installation: FakeInstallation, node: FakeNode): Promise<JobAnswer> {
  const { name, address, enrolmentToken } = node;
  return installation.job('post', '/node', { name, address, enrolment_token: enrolmentToken });
}

/** The number at the end of a href. */
export function idIn(href: string): number {
  return Number(href.split('/').at(-1));
}

export async function idOf(admin: TestAgent, node: FakeNode): Promise<number> {
  const { body } = await admin.get(`${API}/node?name=${node.name}`);
  return body.node_list[0].node_id as number;
}
