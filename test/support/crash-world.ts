/**
 * An API without a worker, two fake nodes, and workers that are killed: runs a job to its end however often its worker dies, and judges what is
 * left. What a scenario starts from is made once and put back before every run.
 */
import { expect } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import type { Limits } from '../../src/control-plane/worker/desired.js';
import { testApi, type TestApi } from './api.js';
import { CrashPoint } from './crash-point.js';
import { API, type JobAnswer } from './fake-installation.js';
import { FakeNode, type FakeNodes } from './fake-node.js';
import { MortalWorker } from './mortal-worker.js';

/** In an order in which they can be filled. */
const TABLES = [
  'storage_node',
  'consistency_group',
  'volume',
  'stream',
  'copy_session',
  'copy_session_view',
  'copy_session_sample',
  'event',
  'job',
  'job_operation',
  'tombstone',
] as const;
/** Nodes remember the revisions that they were shown: these go back only when the database alone does. */
const REVISIONS = ['authority', 'revision'] as const;
const SEQUENCES = ['storage_node', 'consistency_group', 'volume', 'stream', 'copy_session', 'job'] as const;
const UNTIL_MS = 20_000;
const LOOK_MS = 15;

export type Rows = Record<string, unknown>[];

export class CrashWorld {
  readonly point = new CrashPoint();
  limits: Partial<Limits> = {};
  /** Where workers died since the start was put back. */
  readonly died: string[] = [];
  private worker: MortalWorker | null = null;
  private readonly kept = new Map<string, ReturnType<FakeNode['keep']>[]>();

  private constructor(
    readonly api: TestApi,
    readonly admin: TestAgent,
    readonly a: FakeNode,
    readonly b: FakeNode,
    /** Not registered. */
    readonly c: FakeNode,
  ) {}

  static async make(): Promise<CrashWorld> {
    const api = await testApi();
    const nodes: FakeNodes = new Map();
    const [a, b, c] = [
      await FakeNode.start('site-a', nodes),
      await FakeNode.start('site-b', nodes),
      await FakeNode.start('site-c', nodes),
    ];
    const world = new CrashWorld(api, await api.as('admin'), a, b, c);
    for (const node of nodes.values()) {
      // Everything that a node does is an event, too.
      const tellOf = async <T>(act: () => Promise<T>): Promise<T> => {
        const result = await act();
        node.tell('Mode_Changed');
        return result;
      };
      node.around = (what, act) => world.point.around(what, () => tellOf(act));
    }
    return world;
  }

  get nodes(): FakeNode[] {
    return [this.a, this.b, this.c];
  }

  sql(text: string, values: unknown[] = []): Promise<Rows> {
    return this.api.database.dataSource.query(text, values);
  }

  async send(method: 'post' | 'patch' | 'delete', path: string, body?: object): Promise<number> {
    const answer = await this.admin[method](`${API}${path}`).send(body);
    if (answer.status !== 202) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.job_id as number;
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return (await this.admin.get(`${API}${path}`)).body;
  }

  /** Sends a request and waits for its job's success, with a worker that lives. */
  async job(method: 'post' | 'patch' | 'delete', path: string, body?: object): Promise<JobAnswer> {
    await this.startWorker();
    const job = await this.ended(await this.send(method, path, body));
    expect(job).toMatchObject({ status: 'Success', error: null });
    return job;
  }

  register(node: FakeNode): Promise<number> {
    const { name, address, enrolmentToken } = node;
    return this.send('post', '/node', { name, address, enrolment_token: enrolmentToken });
  }

  /** Keeps what there is now under a name, to be put back. */
  async keep(name: string): Promise<void> {
    await until(() => this.requireQuiet());
    await this.endWorker();
    await this.keepDatabase(name);
    this.kept.set(
      name,
      this.nodes.map((node) => node.keep()),
    );
  }

  async keepDatabase(name: string): Promise<void> {
    const copies = [...TABLES, ...REVISIONS].map(
      (table) => `DROP TABLE IF EXISTS ${name}_${table}; CREATE TABLE ${name}_${table} AS TABLE ${table};`,
    );
    const numbers = SEQUENCES.map((table) => `(SELECT last_value FROM ${table}_id_seq) AS ${table}`);
    copies.push(`DROP TABLE IF EXISTS ${name}_numbers; CREATE TABLE ${name}_numbers AS SELECT ${numbers.join(', ')};`);
    await this.sql(copies.join('\n'));
  }

  /** The database as it was, from a copy; the nodes as they are. */
  async restoreDatabase(name: string): Promise<void> {
    await this.endWorker();
    await this.fill(name, [...TABLES, ...REVISIONS]);
  }

  private async fill(name: string, tables: readonly string[]): Promise<void> {
    const fill = tables.map((table) => `INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE ${name}_${table};`);
    for (const table of SEQUENCES) fill.push(`SELECT setval('${table}_id_seq', ${table}) FROM ${name}_numbers;`);
    await this.sql(`TRUNCATE ${tables.join(', ')}; ${fill.join('\n')}`);
  }

  async putBack(name: string): Promise<void> {
    await this.endWorker();
    this.point.disarm();
    this.died.length = 0;
    await this.fill(name, TABLES);
    for (const putBack of this.kept.get(name)!) await putBack();
  }

  /**
   * Has the work done by one worker after the other, each of which dies at its n-th step, and one that lives.
   * @param deaths steps at which the first, the second, … dies; those that were died are taken from it
   * @param isDone throws as long as there is something left to do
   */
  async workDying(deaths: number[], isDone: () => Promise<void>): Promise<void> {
    while (deaths.length > 0) {
      this.point.arm(deaths[0]!, () => this.worker?.cutOff());
      await this.startWorker();
      await until(async () => {
        if (this.point.died === null) await isDone();
      });
      if (this.point.died === null) break;
      this.died.push(this.point.died);
      deaths.shift();
      await this.endWorker();
    }
    this.point.disarm();
    await this.startWorker();
    await until(isDone);
  }

  async startWorker(): Promise<void> {
    this.worker ??= await MortalWorker.start(this.api.database.url, this.point, this.limits);
  }

  async endWorker(): Promise<void> {
    await this.worker?.end();
    this.worker = null;
  }

  /** @throws unless the nodes that can be reached hold exactly what the database wants, and nothing is under way */
  async requireQuiet(): Promise<void> {
    const registered = new Set(
      (await this.sql('SELECT uid FROM storage_node WHERE is_enrolled')).map(({ uid }) => uid),
    );
    const nodes = this.nodes.filter((node) => node.isUp && registered.has(node.uid));
    const tombstones = await this.sql('SELECT kind, uid FROM tombstone WHERE node_uid = ANY($1)', [
      nodes.map(({ uid }) => uid),
    ]);
    expect(tombstones).toEqual([]);
    expect(await this.sql('SELECT kind, uid FROM job_operation')).toEqual([]);
    expect(await this.sql('SELECT name FROM volume WHERE is_deleted OR NOT is_established')).toEqual([]);
    expect(await this.sql('SELECT uid FROM stream WHERE is_deleted')).toEqual([]);
    expect(await this.sql(`SELECT uid FROM copy_session WHERE membership <> 'Member'`)).toEqual([]);
    for (const node of nodes) expect(heldBy(node)).toEqual(await this.wantedOf(node));
    for (const node of nodes) await this.requireEvents(node);
  }

  /** @throws unless each event that the node shows is written down once (promise C54) */
  private async requireEvents(node: FakeNode): Promise<void> {
    const written = await this.sql(
      'SELECT sequence FROM event WHERE node_uid = $1 AND run_id = $2 AND sequence >= $3 ORDER BY sequence',
      [node.uid, node.state().runIds[0], node.events[0]?.sequence ?? 0],
    );
    expect(written).toEqual(node.events.map(({ sequence }) => ({ sequence })));
  }

  private async wantedOf(node: FakeNode): Promise<unknown> {
    const volumes = await this.sql(
      `SELECT v.uid, v.name, v.id AS label, v.size_bytes::int AS size, v.write_cache AS cache, v.allowed_clients AS clients
       FROM volume v JOIN storage_node n ON n.id = v.node_id WHERE n.uid = $1 ORDER BY v.uid`,
      [node.uid],
    );
    const sessions = await this.sql(
      `SELECT s.uid, t.generation, t.generation AS applied, t.run, t.is_alone AS alone, t.settings->>'splitMode' AS split, s.slot,
              CASE WHEN source.uid = $1 THEN 'source' ELSE 'destination' END AS role
       FROM copy_session s JOIN stream t ON t.id = s.stream_id
       JOIN volume sv ON sv.id = s.source_volume_id JOIN storage_node source ON source.id = sv.node_id
       JOIN volume dv ON dv.id = s.destination_volume_id JOIN storage_node destination ON destination.id = dv.node_id
       WHERE $1 IN (source.uid, destination.uid) ORDER BY s.uid`,
      [node.uid],
    );
    return { volumes, sessions };
  }

  async ended(id: number): Promise<JobAnswer> {
    await until(() => this.requireEnded(id));
    return (await this.get(`/job/${id}`)) as unknown as JobAnswer;
  }

  async requireEnded(id: number): Promise<void> {
    expect(await this.sql('SELECT id FROM job WHERE id = $1 AND ended_time IS NOT NULL', [id])).toEqual([{ id }]);
  }

  async close(): Promise<void> {
    await this.endWorker();
    await this.api.close();
    for (const node of this.nodes) await node.remove();
  }
}

function heldBy({ volumes, sessions }: FakeNode): unknown {
  const byUid = (one: { uid: string }, other: { uid: string }) => (one.uid < other.uid ? -1 : 1);
  return {
    volumes: [...volumes.values()]
      .map(({ spec: { uid, name, label, sizeBytes: size, writeCache: cache, allowedClients: clients } }) => {
        return { uid, name, label, size, cache, clients };
      })
      .sort(byUid),
    sessions: [...sessions.values()]
      .map(({ spec: { uid, generation, run, isAlone: alone, settings, slot }, appliedGeneration: applied, role }) => {
        return { uid, generation, applied, run, alone, split: settings.splitMode, slot, role };
      })
      .sort(byUid),
  };
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** Tries again until the expectations hold. */
export async function until(expectations: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + UNTIL_MS; ; await pause()) {
    try {
      return await expectations();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
