/**
 * What is allowed of a group in which state of its sessions. Its sessions are not made by jobs: the nodes have them already, each in its state,
 * and the control plane takes them up, with the group that they are of.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConsistencyGroupView } from '../../src/control-plane/consistencygroup/consistency-group-view.dto.js';
import { newUid, type GroupUid, type SessionUid, type VolumeUid } from '../../src/model/ids.js';
import {
  MEMBERSHIP_TABLE,
  SESSION_STATES,
  SESSION_TABLE,
  type ReachableState,
  type Verdict,
} from '../../src/model/session-operations.js';
import { DEFAULT_SESSION_SETTINGS, type SessionPhase, type SessionStatus } from '../../src/model/session.js';
import type { SessionSpec } from '../../src/node-api/contract.js';
import { API, fakeInstallation, idOf, type FakeInstallation } from '../support/fake-installation.js';
import type { FakeNode } from '../support/fake-node.js';

type Operation = 'add' | 'remove' | 'suspend' | 'suspend-force' | 'resume' | 'reverse';
const OPERATIONS: readonly Operation[] = ['add', 'remove', 'suspend', 'suspend-force', 'resume', 'reverse'];

function verdictOf(operation: Operation, state: ReachableState): Verdict {
  return operation === 'add' || operation === 'remove' ? MEMBERSHIP_TABLE[state] : SESSION_TABLE[state][operation];
}

/** What the nodes must have been told of each session by an operation that is allowed. */
const EFFECTS: Record<Operation, Partial<SessionSpec>> = {
  add: { generation: 2 },
  remove: { generation: 2 },
  suspend: { generation: 2, run: 'Suspend', isForced: false },
  'suspend-force': { generation: 2, run: 'Suspend', isForced: true },
  resume: { generation: 2, run: 'Active', resumedGeneration: 2 },
  reverse: { generation: 2, run: 'Suspend' },
};
const SESSIONS_AFTER: Record<Operation, number> = {
  add: 3,
  remove: 1,
  suspend: 2,
  'suspend-force': 2,
  resume: 2,
  reverse: 2,
};

let all: FakeInstallation;
let label = 0;
let spares: number[];
const placed = new Map<string, GroupUid>();

beforeAll(async () => {
  all = await fakeInstallation();
  for (const state of SESSION_STATES) {
    const allowed = OPERATIONS.filter((operation) => verdictOf(operation, state) === 'yes');
    for (const cell of [...allowed, 'refusals']) placed.set(`${state} ${cell}`, await place(state));
  }
  await all.until('/consistencygroup', { total_count: placed.size });
  await all.until('/copysession', { total_count: 2 * placed.size });
  const last = await all.get('/copysession?max_records=1000&fields=status');
  expect(last).toMatchObject({ list_count: 2 * placed.size });
  const count = [...placed.keys()].filter((name) => / (add|refusals)$/.test(name)).length;
  spares = await Promise.all(Array.from({ length: count }, (_, index) => all.volume(all.a, `spare ${index}`)));
  const lostUid = placed.get('Error/No_Pair refusals');
  for (const node of [all.a, all.b]) {
    for (const [uid, { spec }] of node.sessions) if (spec.groupUid === lostUid) node.sessions.delete(uid);
  }
  for (const [cell, uid] of placed) {
    const [status, phase] = cell.split(' ')[0]!.split('/');
    await untilShown(uid, { status, phase });
  }
});
afterAll(() => all.close());

/** Makes both ends hold a stream of two sessions that are in this state. */
async function place(state: ReachableState): Promise<GroupUid> {
  const [status, phase] = state.split('/') as [SessionStatus, SessionPhase];
  const groupUid = newUid<GroupUid>();
  const specs: SessionSpec[] = [];
  for (const slot of [0, 1]) {
    label++;
    specs.push({
      uid: newUid<SessionUid>(),
      label,
      generation: 1,
      groupUid,
      group: { name: `group-${groupUid.slice(0, 8)}`, label: placed.size + 1 },
      slot,
      source: await end(all.a),
      destination: await end(all.b),
      settings: DEFAULT_SESSION_SETTINGS,
      srlSizeBytes: 1 << 30,
      run: status === 'Suspend' ? 'Suspend' : 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    });
  }
  for (const node of [all.b, all.a]) {
    await node.putSessions(specs);
    for (const { uid } of specs) {
      node.set(uid, { status, phase, dataState: phase === 'Equivalent' ? 'Up_To_Date' : 'Inconsistent' });
    }
  }
  return groupUid;
}

async function end(node: FakeNode): Promise<SessionSpec['source']> {
  const volumeUid = newUid<VolumeUid>();
  const { nodeUid, peerAddresses, fingerprint, isPeerPlain } = node.identity();
  await node.putVolume({
    uid: volumeUid,
    name: `volume ${label}`,
    label: 2 * label + (node === all.a ? 0 : 1),
    sizeBytes: 1 << 22,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8'],
    isCopyProtected: false,
    createdTime: '2026-11-20T10:00:00.000Z',
  });
  return { nodeUid, volumeUid, peerAddresses, fingerprint, isPeerPlain };
}

async function groupOf(uid: GroupUid): Promise<ConsistencyGroupView> {
  const { consistencygroup_list } = await all.get(`/consistencygroup?name=group-${uid.slice(0, 8)}`);
  return (consistencygroup_list as unknown as ConsistencyGroupView[])[0]!;
}

async function untilShown(uid: GroupUid, wanted: object): Promise<void> {
  for (const deadline = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const stream = (await groupOf(uid)).stream_list[0];
    try {
      return expect(stream).toMatchObject(wanted);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function held(node: FakeNode, groupUid: GroupUid): SessionSpec[] {
  return [...node.sessions.values()].map(({ spec }) => spec).filter((spec) => spec.groupUid === groupUid);
}

function request(operation: Operation, group: ConsistencyGroupView, spare: number): ['post' | 'patch', string, object] {
  const path = `/consistencygroup/${group.consistencygroup_id}`;
  switch (operation) {
    case 'add':
      return ['patch', path, { volume_id_list: [...group.volume_id_list, spare] }];
    case 'remove':
      return ['patch', path, { volume_id_list: group.volume_id_list.slice(0, 1) }];
    case 'suspend-force':
      return ['post', `${path}/suspend`, { force: true }];
    default:
      return ['post', `${path}/${operation}`, {}];
  }
}

describe('C51: what is allowed of a group in which state', () => {
  for (const state of SESSION_STATES) {
    const allowed = OPERATIONS.filter((operation) => verdictOf(operation, state) === 'yes');
    const refused = OPERATIONS.filter((operation) => verdictOf(operation, state) !== 'yes');

    it(`C51: ${state} refuses ${refused.join(', ')}, each by its code, and nothing changes`, async () => {
      const uid = placed.get(`${state} refusals`)!;
      const group = await groupOf(uid);
      const before = [all.a, all.b].map((node) => held(node, uid));
      const spare = spares.pop()!;
      for (const operation of refused) {
        const [method, path, body] = request(operation, group, spare);
        const answer = await all.admin[method](`${API}${path}`).send(body);
        const seen = [operation, answer.status, answer.body.internal_code];
        expect(seen).toEqual([operation, 409, verdictOf(operation, state)]);
      }
      expect([all.a, all.b].map((node) => held(node, uid))).toEqual(before);
      expect(await groupOf(uid)).toMatchObject({ volume_id_list: group.volume_id_list });
    });

    if (allowed.length === 0) continue;
    it(`C51: ${state} allows ${allowed.join(', ')}`, async () => {
      await Promise.all(allowed.map((operation) => requireWorks(operation, placed.get(`${state} ${operation}`)!)));
    });
  }

  async function requireWorks(operation: Operation, uid: GroupUid): Promise<void> {
    const [method, path, body] = request(operation, await groupOf(uid), operation === 'add' ? spares.pop()! : 0);
    expect(await all.job(method, path, body)).toMatchObject({ status: 'Success', error: null });
    for (const node of [all.a, all.b]) {
      const specs = held(node, uid);
      expect(specs).toHaveLength(SESSIONS_AFTER[operation]);
      for (const spec of specs) expect(spec).toMatchObject(EFFECTS[operation]);
    }
    expect(await groupOf(uid)).toMatchObject({
      node_id: await idOf(all.admin, operation === 'reverse' ? all.b : all.a),
    });
  }
});
