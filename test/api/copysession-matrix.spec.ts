/**
 * Every cell of model/session-operations. The sessions are not made by jobs: the nodes have them already, each in its state, and the control plane
 * takes them up.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUid, type GroupUid, type SessionUid, type VolumeUid } from '../../src/model/ids.js';
import {
  SESSION_OPERATIONS,
  SESSION_STATES,
  SESSION_TABLE,
  type ReachableState,
  type SessionOperation,
} from '../../src/model/session-operations.js';
import {
  DEFAULT_SESSION_SETTINGS,
  type SessionPhase,
  type SessionStatus,
  type TransferMode,
} from '../../src/model/session.js';
import type { SessionSpec } from '../../src/node-api/contract.js';
import { API, fakeInstallation, idOf, type FakeInstallation } from '../support/fake-installation.js';
import type { FakeNode } from '../support/fake-node.js';

const REQUESTS: Record<SessionOperation, ['post' | 'patch' | 'delete', string, object?]> = {
  patch: ['patch', '', { split_mode: 'Manual' }],
  'make-asynchronous': ['patch', '', { transfer_mode: 'Stack' }],
  'make-synchronous': ['patch', '', { transfer_mode: 'Synchronous', split_mode: 'Manual' }],
  suspend: ['post', '/suspend', {}],
  'suspend-force': ['post', '/suspend', { force: true }],
  resume: ['post', '/resume', {}],
  reverse: ['post', '/reverse', {}],
  delete: ['delete', ''],
  'delete-force': ['delete', '?force=true'],
};

/** What the nodes must have been told by an operation that is allowed; null: neither has the session any more. */
const EFFECTS: Record<SessionOperation, Partial<SessionSpec> | null> = {
  patch: { generation: 2, settings: { ...DEFAULT_SESSION_SETTINGS, splitMode: 'Manual' } },
  'make-asynchronous': { generation: 2, settings: { ...DEFAULT_SESSION_SETTINGS, transferMode: 'Stack' } },
  'make-synchronous': { generation: 2, settings: { ...DEFAULT_SESSION_SETTINGS, splitMode: 'Manual' } },
  suspend: { generation: 2, run: 'Suspend', isForced: false },
  'suspend-force': { generation: 2, run: 'Suspend', isForced: true },
  resume: { generation: 2, run: 'Active', resumedGeneration: 2 },
  reverse: { generation: 2, run: 'Suspend' },
  delete: null,
  'delete-force': null,
};

interface Placed {
  readonly uid: SessionUid;
  readonly label: number;
}

let all: FakeInstallation;
/**
 * For each cell that is allowed a session of its own, and for each state one that refuses the rest. Only what is asynchronous can be
 * made synchronous: for that there is a session of its own in every state.
 */
const placed = new Map<string, Placed>();

beforeAll(async () => {
  all = await fakeInstallation();
  for (const state of SESSION_STATES) {
    const cells = new Set<SessionOperation | 'refusals'>(['make-synchronous', 'refusals']);
    for (const operation of SESSION_OPERATIONS) if (SESSION_TABLE[state][operation] === 'yes') cells.add(operation);
    for (const cell of cells) {
      const mode = cell === 'make-synchronous' ? 'Consistency' : 'Synchronous';
      placed.set(`${state} ${cell}`, await place(state, placed.size + 1, mode));
    }
  }
  await all.until('/copysession', { total_count: placed.size });
  for (const state of SESSION_STATES) {
    const labels = [...placed].filter(([cell]) => cell.startsWith(`${state} `)).map(([, { label }]) => label);
    const [status, phase] = state.split('/');
    // Both nodes have shown it before it is lost.
    for (const label of labels) await all.until(`/copysession/${label}`, { is_stale: false });
    if (state === 'Error/No_Pair') for (const node of [all.a, all.b]) forget(node, labels);
    for (const label of labels) await all.until(`/copysession/${label}`, { status, phase });
  }
});
afterAll(() => all.close());

/** Makes both ends hold a session that is in this state. */
async function place(state: ReachableState, label: number, transferMode: TransferMode): Promise<Placed> {
  const [status, phase] = state.split('/') as [SessionStatus, SessionPhase];
  const uid = newUid<SessionUid>();
  const spec: SessionSpec = {
    uid,
    label,
    generation: 1,
    groupUid: newUid<GroupUid>(),
    slot: 0,
    source: await end(all.a, label),
    destination: await end(all.b, label),
    settings: { ...DEFAULT_SESSION_SETTINGS, transferMode },
    srlSizeBytes: 1 << 30,
    run: status === 'Suspend' ? 'Suspend' : 'Active',
    resumedGeneration: 1,
    isForced: false,
    isAlone: false,
  };
  for (const node of [all.b, all.a]) {
    await node.putSessions([spec]);
    node.set(uid, { status, phase, dataState: phase === 'Equivalent' ? 'Up_To_Date' : 'Inconsistent' });
  }
  return { uid, label };
}

async function end(node: FakeNode, label: number): Promise<SessionSpec['source']> {
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

function forget(node: FakeNode, labels: readonly number[]): void {
  for (const [uid, { spec }] of node.sessions) if (labels.includes(spec.label)) node.sessions.delete(uid);
}

function held(uid: SessionUid): (SessionSpec | undefined)[] {
  return [all.a, all.b].map((node) => node.sessions.get(uid)?.spec);
}

describe('C51: what is allowed in which state', () => {
  it('C51: the table has every status, and a verdict in every cell', () => {
    const statuses = new Set(SESSION_STATES.map((state) => state.split('/')[0]));
    expect([...statuses]).toEqual(['Reserved', 'Active', 'Suspend', 'Halt', 'Error']);
    for (const state of SESSION_STATES) {
      expect(Object.keys(SESSION_TABLE[state])).toEqual([...SESSION_OPERATIONS]);
      expect(Object.values(SESSION_TABLE[state])).not.toContain(undefined);
    }
  });

  for (const state of SESSION_STATES) {
    const [status, phase] = state.split('/') as [SessionStatus, SessionPhase];
    const allowed = SESSION_OPERATIONS.filter((operation) => SESSION_TABLE[state][operation] === 'yes');
    const refused = SESSION_OPERATIONS.filter((operation) => SESSION_TABLE[state][operation] !== 'yes');

    it(`C51: ${state} refuses ${refused.join(', ')}, each by its code, and nothing changes`, async () => {
      const asked = (operation: SessionOperation) =>
        placed.get(`${state} ${operation === 'make-synchronous' ? operation : 'refusals'}`)!;
      const before = refused.map((operation) => held(asked(operation).uid));
      for (const operation of refused) {
        const { label } = asked(operation);
        const [method, path, body] = REQUESTS[operation];
        const answer = await all.admin[method](`${API}/copysession/${label}${path}`).send(body);
        const seen = [operation, answer.status, answer.body.internal_code];
        expect(seen).toEqual([operation, 409, SESSION_TABLE[state][operation]]);
      }
      for (const operation of refused) {
        expect(await all.get(`/copysession/${asked(operation).label}`)).toMatchObject({ status, phase });
      }
      expect(refused.map((operation) => held(asked(operation).uid))).toEqual(before);
    });

    for (const operation of allowed) {
      it(`C51: ${state} allows ${operation}`, async () => {
        const { uid, label } = placed.get(`${state} ${operation}`)!;
        const [method, path, body] = REQUESTS[operation];
        const job = await all.job(method, `/copysession/${label}${path}`, body);
        expect(job).toMatchObject({ status: 'Success', error: null });
        const effect = EFFECTS[operation];
        const wanted = effect === null ? undefined : expect.objectContaining(effect);
        expect(held(uid)).toEqual([wanted, wanted]);
        if (effect === null) await all.admin.get(`${API}/copysession/${label}`).expect(404);
        else
          expect(await all.get(`/copysession/${label}`)).toMatchObject({ source_node_id: await sourceOf(operation) });
      });
    }
  }

  function sourceOf(operation: SessionOperation): Promise<number> {
    return idOf(all.admin, operation === 'reverse' ? all.b : all.a);
  }
});
