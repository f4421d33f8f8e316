/** A control plane over a database of its own, in this process, for real storage nodes. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { WorkerModule } from '../../src/control-plane/worker/worker.module.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { testApi, type TestApi } from './api.js';

const API = '/api/v1';
const WAIT_MS = 60_000;

type View = Record<string, unknown>;

export class ControlPlane {
  private constructor(
    private readonly api: TestApi,
    private readonly admin: TestAgent,
  ) {}

  static async start(): Promise<ControlPlane> {
    const api = await testApi({}, [WorkerModule]);
    api.app.get(Reconciler).idlePollMs = 150;
    return new ControlPlane(api, await api.as('admin'));
  }

  async job(method: 'post' | 'patch' | 'delete', at: string, body: object = {}): Promise<number[]> {
    const answer = await this.admin[method](`${API}${at}${at.includes('?') ? '&' : '?'}wait=60`).send(body);
    expect([at, answer.body]).toMatchObject([at, { status: 'Success', error: null }]);
    return (answer.body.resource_href_list as string[]).map((href) => Number(href.split('/').at(-1)));
  }

  async register(node: NodeProcess): Promise<void> {
    // As the operator finds it beside the node, whatever control planes the node knows already.
    const enrolment_token = await readFile(path.join(node.options.dataDirectory, 'enrolment-token'), 'utf8');
    await this.job('post', '/node', { name: node.name, address: `127.0.0.1:${node.adminPort}`, enrolment_token });
  }

  async get(at: string): Promise<View> {
    return (await this.admin.get(`${API}${at}`).expect(200)).body;
  }

  async list(resource: string): Promise<View[]> {
    return (await this.get(`/${resource}?max_records=1000`))[`${resource}_list`] as View[];
  }

  async until(at: string, wanted: object): Promise<void> {
    for (const deadline = Date.now() + WAIT_MS; ; await sleep(50)) {
      const view = await this.get(at);
      try {
        return expect(view).toMatchObject(wanted);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  stop(): Promise<void> {
    return this.api.close();
  }
}
