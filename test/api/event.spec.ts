/** What operators are told: by nodes, which count their events, and by the control plane itself. Each thing once, whatever is restarted. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import type { EventType } from '../../src/model/event.js';
import type { SessionUid } from '../../src/model/ids.js';
import { NODE_EVENTS_MAX, type NodeEvent } from '../../src/node-api/contract.js';
import { createApi } from '../../src/control-plane/api.js';
import { makeDataSource } from '../../src/control-plane/database/data-source.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import { Reconciler } from '../../src/control-plane/worker/reconciler.js';
import { WorkerModule } from '../../src/control-plane/worker/worker.module.js';
import { ADMIN_PASSWORD } from '../support/api.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from '../support/fake-installation.js';
import type { FakeNode } from '../support/fake-node.js';

let all: FakeInstallation;
/** The API after a restart, in the place of the installation's. */
let restarted: NestExpressApplication | null = null;
let admin: TestAgent;
let session: string;
let uid: SessionUid;
/** Events after this one are those of the test. */
let start: number;

beforeAll(async () => {
  all = await fakeInstallation();
  admin = all.admin;
  const ends = {
    source_volume_id: await all.volume(all.a, 'source'),
    destination_volume_id: await all.volume(all.b, 'destination'),
  };
  const job = await all.job('post', '/copysession/rec', { ...ends, transfer_mode: 'Consistency' });
  session = job.resource_href_list[0]!;
  uid = [...all.a.sessions.keys()][0]!;
});
afterAll(async () => {
  await restarted?.close();
  await all.close();
});
beforeEach(async () => {
  const { body } = await admin.get(`${API}/event?max_records=1000`);
  start = body.event_list.at(-1)?.event_id ?? 0;
});

async function restartApi(): Promise<void> {
  await (restarted ?? all.api.app).close();
  const dataSource = makeDataSource(all.api.database.url, DATABASE_PARTS);
  await dataSource.initialize();
  const settings = { tls: null, logLevel: 'error', requestsPerMinute: 1_000_000 } as const;
  restarted = await createApi(dataSource, settings, [WorkerModule]);
  await restarted.listen(0, '127.0.0.1');
  restarted.get(Reconciler).idlePollMs = 150;
  const { token } = await restarted.get(Logins).open('admin', ADMIN_PASSWORD, false, '');
  admin = supertest.agent(restarted.getHttpServer()).auth(token, { type: 'bearer' });
}

function tell(node: FakeNode, type: EventType, about: Partial<NodeEvent> = {}): void {
  node.tell(type, { sessionUids: [uid], ...about });
}

type Listed = Record<string, unknown>[];

async function listed(query = ''): Promise<Listed> {
  const { body } = await admin.get(`${API}/event?max_records=1000&after=${start}${query}`).expect(200);
  return body.event_list as Listed;
}

/** Waits until so many are there, then for two more looks at the nodes. */
async function afterSeen(count: number): Promise<Listed> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline && (await listed()).length < count;) await pause(50);
  await pause(400);
  return listed();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

describe('C54: events', () => {
  it('C54: shows what a node told, with its severity, its time and the session that it is about', async () => {
    tell(all.a, 'Log_Overflow');
    const [event, ...more] = await afterSeen(1);
    expect(more).toEqual([]);
    expect(event).toEqual({
      event_id: expect.any(Number),
      time: '2026-11-20T10:00:00.250Z',
      severity: 'Warning',
      type: 'Log_Overflow',
      resource_href: session,
      message: expect.stringContaining('Log_Overflow'),
      details: { resource_href_list: [session] },
    });
  });

  it('C54: has each event exactly once, whatever is looked at again, restarted or begun anew', async () => {
    tell(all.a, 'Link_Lost');
    tell(all.b, 'Role_Changed');
    expect((await afterSeen(2)).map(({ type }) => type).toSorted()).toEqual(['Link_Lost', 'Role_Changed']);
    await restartApi();
    tell(all.a, 'Link_Restored');
    const types = ['Link_Lost', 'Link_Restored', 'Role_Changed'];
    expect((await afterSeen(3)).map(({ type }) => type).toSorted()).toEqual(types);
    await restartApi();
    expect((await afterSeen(3)).map(({ type }) => type).toSorted()).toEqual(types);
    // A new run of the node counts from 1 again. Its restart may be noticed.
    await all.a.restart();
    all.a.events.length = 0;
    tell(all.a, 'Throttle_On');
    const ofNode = async () => (await listed()).filter(({ type }) => !String(type).startsWith('Node_'));
    for (let tries = 0; (await ofNode()).length < 4 && tries < 200; tries++) await pause(50);
    await pause(400);
    expect((await ofNode()).map(({ type }) => type).toSorted()).toEqual([...types, 'Throttle_On']);
  });

  it('C54: goes on behind a ring that turned over while nobody looked', async () => {
    await all.a.goDown();
    for (let i = 0; i < NODE_EVENTS_MAX + 5; i++) tell(all.a, i % 2 === 0 ? 'Throttle_Off' : 'Throttle_On');
    await all.a.goUp();
    for (let tries = 0; (await listed('&type=Throttle_On')).length < 128 && tries < 200; tries++) await pause(50);
    const throttles = await listed('&type=Throttle_On&type=Throttle_Off');
    expect(throttles).toHaveLength(NODE_EVENTS_MAX);
    expect(new Set(throttles.map(({ message }) => message)).size).toBe(NODE_EVENTS_MAX);
  });

  it('C54: tells once that a node is away and once that it is back, also over a restart of the API', async () => {
    const node = `${API}/node/${await idOf(admin, all.b)}`;
    await all.b.goDown();
    const offline = { type: 'Node_Offline', severity: 'Warning', resource_href: node };
    expect(await afterSeen(1)).toEqual([expect.objectContaining(offline)]);
    await restartApi();
    expect(await afterSeen(1)).toHaveLength(1);
    await all.b.goUp();
    expect(await afterSeen(2)).toEqual([
      expect.objectContaining(offline),
      expect.objectContaining({ type: 'Node_Online', severity: 'Information', resource_href: node }),
    ]);
  });

  it('C54: tells once that a node has lost its half of a session, and once that it has it again', async () => {
    const half = all.b.sessions.get(uid)!;
    all.b.sessions.delete(uid);
    const lost = { type: 'Session_Failed', severity: 'Error', resource_href: session };
    expect(await afterSeen(1)).toEqual([expect.objectContaining(lost)]);
    all.b.sessions.set(uid, half);
    expect(await afterSeen(2)).toEqual([
      expect.objectContaining(lost),
      expect.objectContaining({ type: 'Session_Recovered', resource_href: session }),
    ]);
  });

  it('C54: shows what a group is told of as its own, with its sessions', async () => {
    const node_id = await idOf(admin, all.a);
    const destination_node_id = await idOf(admin, all.b);
    const change = async (path: string, body: object): Promise<string[]> => {
      const answer = await admin.post(`${API}${path}?wait=30`).send(body);
      expect(answer.body).toMatchObject({ status: 'Success' });
      return answer.body.resource_href_list;
    };
    const volume_id_list: number[] = [];
    for (const name of ['data', 'redo']) {
      const made = await change('/volume', { name, node_id, capacity: 4 });
      volume_id_list.push(idIn(made[0]!));
    }
    const known = new Set(all.a.sessions.keys());
    const [group] = await change('/consistencygroup', { name: 'db', node_id, volume_id_list });
    await change(`/consistencygroup/${idIn(group!)}/copysession`, { destination_node_id, transfer_mode: 'Stack' });
    const sessionUids = [...all.a.sessions.keys()].filter((key) => !known.has(key));
    const { groupUid } = all.a.sessions.get(sessionUids[0]!)!.spec;
    tell(all.a, 'Resync_Started', { groupUid, sessionUids });
    const [event] = await afterSeen(1);
    const hrefs = [group!, expect.stringMatching(/copysession/), expect.stringMatching(/copysession/)];
    expect(event).toMatchObject({ resource_href: group, details: { resource_href_list: hrefs } });
    expect(await listed(`&resource=${group}`)).toEqual([event]);
  });

  it('C56: lists events by type, severity and resource, after an id, in pages', async () => {
    const volumeUid = [...all.a.volumes.keys()][0]!;
    tell(all.a, 'Rpo_Breached');
    tell(all.a, 'Rpo_Met');
    tell(all.a, 'Volume_Joined', { sessionUids: [], volumeUid });
    tell(all.a, 'Split_Brain', { sessionUids: [] });
    const events = await afterSeen(4);
    const types = (list: Listed) => list.map(({ type }) => type);
    expect(types(events)).toEqual(['Rpo_Breached', 'Rpo_Met', 'Volume_Joined', 'Split_Brain']);
    expect(types(await listed('&type=Rpo_Met&type=Split_Brain'))).toEqual(['Rpo_Met', 'Split_Brain']);
    expect(types(await listed('&severity=Error'))).toEqual(['Split_Brain']);
    expect(types(await listed(`&resource=${session}`))).toEqual(['Rpo_Breached', 'Rpo_Met']);
    expect(types(await listed('&resource=/api/v1/volume/1'))).toEqual(['Volume_Joined']);
    // What names nothing that is known is about the node.
    expect(events[3]!['resource_href']).toBe(`${API}/node/${await idOf(admin, all.a)}`);
    const { body } = await admin.get(`${API}/event?after=${start}&max_records=3&type=Rpo_Met&type=Split_Brain`);
    expect(body).toMatchObject({ total_count: expect.any(Number), list_count: 2 });
    const first = await admin.get(`${API}/event?after=${start}&max_records=3`);
    expect(idIn(first.body.next_href.replace(/.*last_get_id=/, '/'))).toBe(first.body.event_list[2].event_id);
    expect(types((await admin.get(first.body.next_href)).body.event_list)).toEqual(['Split_Brain']);
  });

  it('C56: refuses a query that makes no sense', async () => {
    for (const query of ['after=-1', 'after=x', 'type=Nonsense', 'severity=7', 'colour=red']) {
      const { body } = await admin.get(`${API}/event?${query}`).expect(400);
      expect(body.details[0].parameter).toBe(query.split('=')[0]);
    }
    await all.api.anyone.get(`${API}/event`).expect(401);
  });
});
