/** Streams of several sessions: told as one, and their sessions come and go at all nodes or at none. */
import { describe, expect, it } from '@jest/globals';
import type { GroupUid, NodeUid, SessionUid, StreamUid, VolumeUid } from '../../model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../model/session.js';
import type { NodeState, SessionSpec, SessionState, VolumeSpec } from '../../node-api/contract.js';
import type { Command, Desired, DesiredStream, Observation, OperationKind, StreamChange } from './desired.js';
import { NodeView } from './node-view.js';
import { plan } from './plan.js';

const NOW = 1_000_000;
const nodeSpec = { name: 'n', isInMaintenance: false, copyConcurrency: 20 };

/** The n-th session of the stream from a to another node. */
function spec(to: string, n: number, generation: number): SessionSpec {
  const end = { peerAddresses: [], fingerprint: '', isPeerPlain: false };
  return {
    uid: `${to}${n}` as SessionUid,
    label: n,
    generation,
    groupUid: 'g' as GroupUid,
    slot: n,
    source: { nodeUid: 'a' as NodeUid, volumeUid: `va${n}` as VolumeUid, ...end },
    destination: { nodeUid: to as NodeUid, volumeUid: `v${to}${n}` as VolumeUid, ...end },
    settings: DEFAULT_SESSION_SETTINGS,
    srlSizeBytes: 1 << 29,
    run: 'Active',
    resumedGeneration: 1,
    isForced: false,
    isAlone: false,
  };
}

/** What a node shows: for each stream its generation and the numbers of its sessions; all its volumes. */
type Shown = Partial<Record<'b' | 'c', [generation: number, ...numbers: number[]]>>;

function node(uid: string, shown: Shown, isBehind = false): Observation {
  const sessions = Object.entries(shown).flatMap(([to, [generation, ...numbers]]) =>
    numbers.map((n) => ({
      spec: spec(to, n, generation),
      role: 'source',
      appliedGeneration: generation - (isBehind ? 1 : 0),
    })),
  );
  const volumes = [1, 2, 3].map((n) => ({ spec: { uid: `v${uid}${n}`, sizeBytes: 1, allowedClients: [] } }));
  const state = { volumes, sessions: sessions as unknown as SessionState[], events: [] } as unknown as NodeState;
  return { isReachable: true, view: new NodeView(state) };
}

function stream(
  to: string,
  generation: number,
  numbers: number[],
  changes: Partial<DesiredStream> = {},
): DesiredStream {
  return {
    uid: `to ${to}` as StreamUid,
    specs: numbers.map((n) => spec(to, n, generation)) as unknown as DesiredStream['specs'],
    leaving: [],
    issuedGeneration: generation,
    lastChange: 'stream-create',
    isEstablished: true,
    isLost: false,
    isDeleted: false,
    isDeleteForced: false,
    ...changes,
  };
}

function want(streams: DesiredStream[], kind: OperationKind | null, changes: Partial<Desired> = {}): Desired {
  return {
    revision: { number: 9, id: 'nine' },
    nodes: ['a', 'b', 'c'].map((uid) => ({
      uid: uid as NodeUid,
      spec: nodeSpec,
      appliedSpec: nodeSpec,
      isEnrolled: true,
      isTruth: false,
    })),
    volumes: ['a', 'b', 'c'].flatMap((uid) =>
      [1, 2, 3].map((n) => ({
        nodeUid: uid as NodeUid,
        spec: { uid: `v${uid}${n}`, sizeBytes: 1, allowedClients: [] } as unknown as VolumeSpec,
        isEstablished: true,
        isDeleted: false,
        isDeleteForced: false,
      })),
    ),
    streams,
    tombstones: [],
    operations:
      kind === null ? [] : streams.map(({ uid }) => ({ id: uid, jobId: 'j', kind, uid, startedMs: NOW - 1000 })),
    ...changes,
  };
}

/** @param behind nodes that know their generation and have not done all of it yet */
function run(desired: Desired, a: Shown, b: Shown, c: Shown, behind: ReadonlySet<string> = new Set()) {
  const nodes = new Map(
    Object.entries({ a, b, c }).map(([uid, shown]) => [uid as NodeUid, node(uid, shown, behind.has(uid))] as const),
  );
  const made = plan(desired, { nowMs: NOW, sinceMs: 0, strangers: new Map(), nodes, refusals: new Map() });
  return {
    commands: made.commands.filter(({ call }) => call !== 'putVolume').map(short),
    facts: made.facts,
    outcomes: made.outcomes.map(({ failure }) => failure?.code ?? 'Success'),
  };
}

function short(command: Command): string {
  const what = 'specs' in command ? command.specs.map(({ uid }) => uid).join('+') : 'uid' in command ? command.uid : '';
  return `${command.call}@${command.nodeUid} ${what}`;
}

const none = { commands: [], facts: [], outcomes: [] };
/** Both streams of the group, as one change of it left them. */
const both = (generation: number, numbers: number[], lastChange: StreamChange, changes: Partial<DesiredStream> = {}) =>
  ['b', 'c'].map((to) => stream(to, generation, numbers, { lastChange, ...changes }));

describe('plan of streams of several sessions', () => {
  it('tells all sessions of a stream in one call', () => {
    const made = want([stream('b', 1, [1, 2], { isEstablished: false })], 'stream-create');
    expect(run(made, {}, {}, {}).commands).toEqual(['putSessions@b b1+b2']);
    expect(run(made, {}, { b: [1, 1, 2] }, {}).commands).toEqual(['putSessions@a b1+b2']);
    expect(run(made, { b: [1, 1, 2] }, { b: [1, 1, 2] }, {})).toMatchObject({
      facts: [{ fact: 'stream-established' }],
      outcomes: ['Success'],
    });
  });

  it('C36: suspends the sessions of all streams of a group in one call', () => {
    const streams = both(2, [1, 2], 'stream-suspend');
    const suspended = want(streams, 'stream-suspend');
    const shown = { b: [1, 1, 2], c: [1, 1, 2] } satisfies Shown;
    expect(run(suspended, shown, { b: [1, 1, 2] }, { c: [1, 1, 2] }).commands).toEqual([
      'suspendSessions@a b1+b2+c1+c2',
    ]);
  });

  it('C47: tells a volume that joins to every destination, then to the source', () => {
    const joining = want(both(2, [1, 2], 'stream-join'), 'stream-join');
    const before = { b: [1, 1], c: [1, 1] } satisfies Shown;
    expect(run(joining, before, { b: [1, 1] }, { c: [1, 1] }).commands).toEqual([
      'putSessions@b b1+b2',
      'putSessions@c c1+c2',
    ]);
    expect(run(joining, before, { b: [2, 1, 2] }, { c: [1, 1] }).commands).toEqual(['putSessions@c c1+c2']);
    expect(run(joining, before, { b: [2, 1, 2] }, { c: [2, 1, 2] }).commands).toEqual([
      'putSessions@a b1+b2',
      'putSessions@a c1+c2',
    ]);
    const after = { b: [2, 1, 2], c: [2, 1, 2] } satisfies Shown;
    expect(run(joining, after, { b: [2, 1, 2] }, { c: [2, 1, 2] }).outcomes).toEqual(['Success', 'Success']);
  });

  it('C47: tells a volume that leaves to the source, then to the destinations', () => {
    const streams = ['b', 'c'].map((to) =>
      stream(to, 2, [1], { lastChange: 'stream-leave', leaving: [`${to}2` as SessionUid] }),
    );
    const leaving = want(streams, 'stream-leave');
    const before = { b: [1, 1, 2], c: [1, 1, 2] } satisfies Shown;
    expect(run(leaving, before, { b: [1, 1, 2] }, { c: [1, 1, 2] }).commands).toEqual([
      'putSessions@a b1',
      'putSessions@a c1',
    ]);
    expect(run(leaving, { b: [2, 1], c: [1, 1, 2] }, { b: [1, 1, 2] }, { c: [1, 1, 2] }).commands).toEqual([
      'putSessions@a c1',
    ]);
    expect(run(leaving, { b: [2, 1], c: [2, 1] }, { b: [1, 1, 2] }, { c: [1, 1, 2] }).commands).toEqual([
      'putSessions@b b1',
      'putSessions@c c1',
    ]);
    expect(run(leaving, { b: [2, 1], c: [2, 1] }, { b: [2, 1] }, { c: [2, 1] }).outcomes).toEqual([
      'Success',
      'Success',
    ]);
  });

  it('C47: lets a volume leave though a destination that was told is far behind', () => {
    const streams = [stream('b', 2, [1], { lastChange: 'stream-leave', leaving: ['b2' as SessionUid] })];
    const at = (startedMs: number): Desired => {
      const [operation] = want(streams, 'stream-leave').operations;
      return want(streams, null, { operations: [{ ...operation!, startedMs }] });
    };
    expect(run(at(NOW - 119_000), { b: [2, 1] }, { b: [2, 1] }, {}, new Set(['b'])).outcomes).toEqual([]);
    expect(run(at(NOW - 121_000), { b: [2, 1] }, { b: [2, 1] }, {}, new Set(['b'])).outcomes).toEqual(['Success']);
    expect(run(at(NOW - 121_000), { b: [2, 1] }, { b: [1, 1, 2] }, {}).outcomes).toEqual(['OPERATION_TIMED_OUT']);
  });

  it('C47: tells anew without it where a volume joined that was taken back, and ends no stream for it', () => {
    const tombstones = [{ kind: 'session', uid: 'b2' as SessionUid, nodeUid: 'b' as NodeUid }] as const;
    const takenBack = want([stream('b', 1, [1], { issuedGeneration: 2 })], null, { tombstones });
    expect(run(takenBack, { b: [1, 1] }, { b: [2, 1, 2] }, {})).toEqual({
      ...none,
      facts: [{ fact: 'stream-reissued', uid: 'to b', generation: 3 }],
    });
    const again = want([stream('b', 3, [1])], null, { tombstones });
    expect(run(again, { b: [1, 1] }, { b: [2, 1, 2] }, {}).commands).toEqual(['putSessions@a b1', 'putSessions@b b1']);
    expect(run(again, { b: [3, 1] }, { b: [3, 1] }, {}).facts).toEqual([
      { fact: 'tombstone-done', tombstone: tombstones[0] },
    ]);
  });

  it('removes a stream that was deleted meanwhile, though another of its group lives', () => {
    const tombstones = [{ kind: 'session', uid: 'b1' as SessionUid, nodeUid: 'b' as NodeUid }] as const;
    const deleted = want([stream('c', 1, [1])], null, { tombstones });
    expect(run(deleted, { c: [1, 1] }, { b: [1, 1] }, { c: [1, 1] }).commands).toEqual(['deleteSession@b b1']);
  });

  it('takes up a stream as a whole, once all its volumes are known', () => {
    const found = run(want([], null), { b: [4, 1, 2] }, {}, {});
    expect(found.facts).toMatchObject([{ fact: 'stream-adopted', specs: [{ uid: 'b1' }, { uid: 'b2' }] }]);
    const unknown = run(want([], null), { b: [4, 1, 9] }, {}, {});
    expect(unknown.facts).toEqual([]);
  });

  it('takes over sessions with a generation that this database never issued, or orders its own again', () => {
    const older = want([stream('b', 1, [1])], null);
    expect(run(older, { b: [3, 1, 2] }, { b: [3, 1, 2] }, {}).facts).toMatchObject([
      { fact: 'stream-overtaken', uid: 'to b', generation: 3, specs: [{ uid: 'b1' }, { uid: 'b2' }] },
    ]);
    const same = want([stream('b', 3, [1])], null);
    expect(run(same, { b: [3, 1, 2] }, { b: [3, 1] }, {}).facts).toEqual([
      { fact: 'stream-reissued', uid: 'to b', generation: 4 },
    ]);
  });

  it('takes a stream for lost where a node has none of its sessions', () => {
    const lost = want([stream('b', 1, [1, 2])], null);
    expect(run(lost, { b: [1, 1, 2] }, {}, {}).facts).toEqual([{ fact: 'stream-lost', uid: 'to b' }]);
  });

  it('C59: deletes a stream by one of its sessions, and buries all that an end keeps', () => {
    const deleted = want([stream('b', 1, [1, 2], { isDeleted: true, isDeleteForced: true })], 'stream-delete');
    expect(run(deleted, { b: [1, 1, 2] }, { b: [1, 1, 2] }, {}).commands).toEqual(['deleteSession@a b1']);
    const nodes = new Map<NodeUid, Observation>([
      ['a' as NodeUid, node('a', {})],
      ['b' as NodeUid, { isReachable: false, code: 'NODE_UNREACHABLE', sinceMs: 0 }],
    ]);
    const made = plan(deleted, { nowMs: NOW, sinceMs: 0, strangers: new Map(), nodes, refusals: new Map() });
    expect(made.facts).toEqual([{ fact: 'stream-removed', uid: 'to b', sessionUids: ['b1', 'b2'], leftAt: ['b'] }]);
  });
});
