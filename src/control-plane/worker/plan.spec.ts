import { describe, expect, it } from '@jest/globals';
import type { ErrorName } from '../../errors/registry.js';
import type { GroupUid, NodeUid, SessionUid, StreamUid, VolumeUid } from '../../model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../model/session.js';
import type { NodeState, SessionSpec, SessionState, VolumeSpec } from '../../node-api/contract.js';
import {
  commandKey,
  type Command,
  type Desired,
  type DesiredStream,
  type DesiredVolume,
  type Failure,
  type Observation,
  type OperationKind,
  type StreamChange,
} from './desired.js';
import { NodeView } from './node-view.js';
import { plan } from './plan.js';

const A = 'node-a' as NodeUid;
const B = 'node-b' as NodeUid;
const NOW = 1_000_000;
/** The worker has led for long, and knows all nodes. */
const settledLead = { nowMs: NOW, sinceMs: 0, strangers: new Map() };

function volumeSpec(uid: string, changes: Partial<VolumeSpec> = {}): VolumeSpec {
  return {
    uid: uid as VolumeUid,
    name: uid,
    label: 1,
    sizeBytes: 1 << 20,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8'],
    isCopyProtected: false,
    createdTime: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

function sessionSpec(generation: number, changes: Partial<SessionSpec> = {}): SessionSpec {
  const end = { peerAddresses: [], fingerprint: '', isPeerPlain: false };
  return {
    uid: 's' as SessionUid,
    label: 1,
    generation,
    groupUid: 'g' as GroupUid,
    slot: 0,
    source: { nodeUid: A, volumeUid: 'va' as VolumeUid, ...end },
    destination: { nodeUid: B, volumeUid: 'vb' as VolumeUid, ...end },
    settings: DEFAULT_SESSION_SETTINGS,
    srlSizeBytes: 1 << 29,
    run: 'Active',
    resumedGeneration: 1,
    isForced: false,
    isAlone: false,
    ...changes,
  };
}

/** A node as the tests write it: its volumes, and per session [known generation, applied generation]. */
function node(
  volumes: VolumeSpec[],
  sessions: Record<string, [number, number]> = {},
  base = sessionSpec(1),
): Observation {
  const state = {
    volumes: volumes.map((spec) => ({ spec })),
    sessions: Object.entries(sessions).map(([uid, [known, applied]]) => ({
      spec: { ...base, uid, generation: known },
      role: volumes.some((volume) => volume.uid === base.source.volumeUid) ? 'source' : 'destination',
      appliedGeneration: applied,
    })) as unknown as SessionState[],
    events: [],
  } as unknown as NodeState;
  return { isReachable: true, view: new NodeView(state) };
}

function down(sinceMs = NOW - 5000, code: ErrorName = 'NODE_UNREACHABLE'): Observation {
  return { isReachable: false, code, sinceMs };
}

const enrolled = {
  appliedSpec: { name: 'n', isInMaintenance: false, copyConcurrency: 20 },
  spec: { name: 'n', isInMaintenance: false, copyConcurrency: 20 },
  isEnrolled: true,
  isTruth: false,
};

function desiredVolume(nodeUid: NodeUid, spec: VolumeSpec, changes: Partial<DesiredVolume> = {}): DesiredVolume {
  return { nodeUid, spec, isEstablished: true, isDeleted: false, isDeleteForced: false, ...changes };
}

/** The stream of one session, by whose uid it goes here. */
function desiredStream(
  spec: SessionSpec,
  lastChange: StreamChange,
  changes: Partial<DesiredStream> = {},
): DesiredStream {
  return {
    uid: spec.uid as string as StreamUid,
    specs: [spec],
    leaving: [],
    lastChange,
    issuedGeneration: spec.generation,
    isEstablished: true,
    isLost: false,
    isDeleted: false,
    isDeleteForced: false,
    ...changes,
  };
}

function want(changes: Partial<Desired>): Desired {
  return {
    revision: { number: 9, id: 'nine' },
    nodes: [A, B].map((uid) => ({ uid, ...enrolled })),
    volumes: [desiredVolume(A, volumeSpec('va')), desiredVolume(B, volumeSpec('vb'))],
    streams: [],
    tombstones: [],
    operations: [],
    ...changes,
  };
}

function operation(kind: OperationKind, uid: string, startedMs = NOW - 1000) {
  return { id: `o-${uid}`, jobId: 'j', kind, uid, startedMs };
}

/** What the plan is, in short: commands as `call@node uid/generation`, facts by name, outcomes as `Success` or the code. */
function run(desired: Desired, a: Observation, b: Observation, refusals = new Map<string, Failure>()) {
  const made = plan(desired, {
    ...settledLead,
    nodes: new Map([
      [A, a],
      [B, b],
    ]),
    refusals,
  });
  return {
    commands: made.commands.map(short),
    facts: made.facts.map(({ fact }) => fact),
    outcomes: made.outcomes.map(({ failure }) => failure?.code ?? 'Success'),
  };
}

function short(command: Command): string {
  const at = `${command.call}@${command.nodeUid.slice(-1)}`;
  if (command.call === 'putSessions') return `${at} ${command.specs[0]!.generation}`;
  if (command.call === 'suspendSessions') return `${at} ${command.specs.map((spec) => spec.uid).join('+')}`;
  if (command.call === 'deleteSession' || command.call === 'deleteVolume') {
    return `${at} ${command.uid}${command.isForced ? ' force' : ''}`;
  }
  return command.call === 'putVolume' ? `${at} ${command.spec.name}` : at;
}

const none = { commands: [], facts: [], outcomes: [] };
const va = volumeSpec('va');
const vb = volumeSpec('vb');

describe('plan of nodes', () => {
  it('enrols a new node, ends the job with what it brought once it is seen, and tells it its name', () => {
    const fresh = { uid: A, ...enrolled, appliedSpec: null, isEnrolled: false };
    const desired = want({ nodes: [fresh], volumes: [], operations: [operation('node-create', A)] });
    const waiting = plan(desired, { ...settledLead, nodes: new Map(), refusals: new Map() });
    expect(waiting.commands.map(short)).toEqual(['enrol@a']);
    expect(run(desired, node([va]), down())).toEqual({
      commands: ['putNode@a'],
      facts: ['node-enrolled', 'volume-adopted'],
      outcomes: ['Success'],
    });
    const told = { ...desired, operations: [], nodes: [{ ...fresh, isEnrolled: true, appliedSpec: enrolled.spec }] };
    expect(run(told, node([]), down())).toEqual(none);
  });

  it('ends a change of an unreachable node in NODE_UNREACHABLE after the limit, and at once when another node answers', () => {
    const changed = { uid: A, ...enrolled, spec: { name: 'other', isInMaintenance: false, copyConcurrency: 20 } };
    const old = want({ nodes: [changed], operations: [operation('node-change', A, NOW - 40_000)] });
    expect(run(old, down(NOW - 29_000), node([])).outcomes).toEqual([]);
    expect(run(old, down(NOW - 31_000), node([])).outcomes).toEqual(['NODE_UNREACHABLE']);
    expect(run(old, down(NOW - 1000, 'NODE_IDENTITY_CHANGED'), node([])).outcomes).toEqual(['NODE_IDENTITY_CHANGED']);
  });

  it('takes up volumes and sessions of a node that the database does not know, the session once both volumes are known', () => {
    const unknown = want({ volumes: [] });
    expect(run(unknown, node([va], { s: [3, 3] }), down()).facts).toEqual(['volume-adopted']);
    expect(run(unknown, node([va], { s: [3, 3] }), node([vb], { s: [2, 2] })).facts).toEqual([
      'volume-adopted',
      'volume-adopted',
      'stream-adopted',
    ]);
  });

  it('does not take up a volume whose record its node cannot read, and orders a known one again', () => {
    const damaged = { ...va, name: '', sizeBytes: 0 };
    expect(run(want({ volumes: [] }), node([damaged]), down()).facts).toEqual([]);
    expect(run(want({}), node([damaged]), down()).commands).toContain('putVolume@a va');
  });

  it('C59: removes what was deleted meanwhile when its node returns, sessions before the volumes that they hold', () => {
    const tombstones = [
      { kind: 'volume', uid: 'vb' as VolumeUid, nodeUid: B },
      { kind: 'session', uid: 's' as SessionUid, nodeUid: B },
    ] as const;
    const desired = want({ volumes: [desiredVolume(A, va)], tombstones });
    expect(run(desired, node([va]), down())).toEqual(none);
    expect(run(desired, node([va]), node([vb], { s: [1, 1] })).commands).toEqual(['deleteSession@b s force']);
    expect(run(desired, node([va]), node([vb])).commands).toEqual(['deleteVolume@b vb force']);
    expect(run(desired, node([va]), node([])).facts).toEqual(['tombstone-done', 'tombstone-done']);
  });
});

describe('plan of a database that was restored from a copy', () => {
  const outdated = want({
    volumes: [desiredVolume(A, va, { isDeleted: true }), desiredVolume(B, vb, { isEstablished: false })],
    operations: [operation('volume-delete', 'va'), operation('volume-create', 'vb', NOW - 999_000)],
  });

  it('does nothing by it once a node knows what it does not', () => {
    const known = { number: 12, id: 'twelve' };
    const nodes = new Map([[B, node([])]]);
    const made = plan(outdated, { ...settledLead, nodes, strangers: new Map([[A, known]]), refusals: new Map() });
    const facts = [{ fact: 'database-restored', nodeUid: A, known }];
    expect(made).toEqual({ commands: [], facts, outcomes: [], unsettled: null });
  });

  it('takes each node as it is before it commands any', () => {
    const doubted = { ...outdated, nodes: [A, B].map((uid) => ({ uid, ...enrolled, isTruth: uid === A })) };
    expect(run(doubted, node([va]), node([]))).toEqual({ ...none, facts: ['node-believed'] });
    expect(run({ ...doubted, operations: [] }, down(), node([])).commands).toEqual(['putVolume@b vb']);
  });

  it('gives a job all its time after no worker led for long', () => {
    const desired = want({
      volumes: [desiredVolume(A, va, { isEstablished: false })],
      operations: [operation('volume-create', 'va', NOW - 999_000)],
    });
    const observed = { ...settledLead, sinceMs: NOW - 1000, refusals: new Map() };
    expect(plan(desired, { ...observed, nodes: new Map([[A, down(NOW - 999_000)]]) }).outcomes).toEqual([]);
  });
});

describe('plan of volumes', () => {
  const creating = want({
    volumes: [desiredVolume(A, va, { isEstablished: false })],
    operations: [operation('volume-create', 'va')],
  });

  it('creates a volume and ends its job when the node shows it', () => {
    expect(run(creating, node([]), node([])).commands).toEqual(['putVolume@a va']);
    expect(run(creating, node([va]), node([]))).toEqual({
      commands: [],
      facts: ['volume-established'],
      outcomes: ['Success'],
    });
  });

  it('ends the job with the reason of the node, and does not repeat what was just refused', () => {
    const refusals = new Map<string, Failure>([
      [commandKey({ nodeUid: A, call: 'putVolume', spec: va }), { code: 'VOLUME_CAPACITY_EXCEEDED', message: 'full' }],
    ]);
    expect(run(creating, node([]), node([]), refusals)).toEqual({ ...none, outcomes: ['VOLUME_CAPACITY_EXCEEDED'] });
  });

  it('ends the job in time when the node takes the order and never shows its effect', () => {
    const late = { ...creating, operations: [operation('volume-create', 'va', NOW - 121_000)] };
    expect(run(late, node([]), node([]))).toEqual({ ...none, outcomes: ['OPERATION_TIMED_OUT'] });
  });

  it('never makes an empty volume in place of one that was lost', () => {
    expect(run(want({}), node([]), node([vb]))).toEqual(none);
  });

  it('changes a volume that differs, and lets a growth stand', () => {
    expect(run(want({}), node([volumeSpec('va', { name: 'old' })]), node([vb])).commands).toEqual(['putVolume@a va']);
    expect(run(want({}), node([volumeSpec('va', { sizeBytes: 1 << 21 })]), node([vb])).facts).toEqual(['volume-grown']);
  });

  describe('C75: release', () => {
    const desired = want({ operations: [operation('volume-release', 'va')] });
    const held = (spec: VolumeSpec) => {
      const seen = node([spec]) as Observation & { isReachable: true };
      seen.view.volumes.set(spec.uid, { ...seen.view.volumes.get(spec.uid)!, access: 'Held' });
      return seen;
    };

    it('is told to the node while it holds the volume, and ends when it does not', () => {
      expect(run(desired, held(va), node([vb]))).toEqual({ ...none, commands: ['releaseVolume@a'] });
      expect(run(desired, node([va]), node([vb]))).toEqual({ ...none, outcomes: ['Success'] });
    });

    it('is told to nobody who was not asked for it', () => {
      expect(run(want({}), held(va), node([vb]))).toEqual(none);
    });

    it('ends in what keeps the node from doing it', () => {
      const command: Command = { nodeUid: A, call: 'releaseVolume', uid: va.uid };
      const refusals = new Map([[commandKey(command), { code: 'DEVICE_FAILED' as const, message: 'no' }]]);
      expect(run(desired, held(va), node([vb]), refusals)).toEqual({ ...none, outcomes: ['DEVICE_FAILED'] });
      const late = want({ operations: [operation('volume-release', 'va', 0)] });
      expect(run(late, down(0), node([vb]))).toEqual({ ...none, outcomes: ['NODE_UNREACHABLE'] });
      expect(run(late, held(va), node([vb]))).toEqual({ ...none, outcomes: ['OPERATION_TIMED_OUT'] });
    });
  });

  it('deletes a volume and forgets it when the node no longer shows it', () => {
    const desired = want({
      volumes: [desiredVolume(A, va, { isDeleted: true })],
      operations: [operation('volume-delete', 'va')],
    });
    expect(run(desired, node([va]), node([])).commands).toEqual(['deleteVolume@a va']);
    expect(run(desired, node([]), node([]))).toEqual({
      commands: [],
      facts: ['volume-removed'],
      outcomes: ['Success'],
    });
  });
});

describe('plan of copy sessions', () => {
  const at = (generation: number, lastChange: StreamChange, changes: Partial<SessionSpec> = {}) =>
    want({
      streams: [
        desiredStream(sessionSpec(generation, changes), lastChange, {
          isEstablished: lastChange !== 'stream-create',
        }),
      ],
      operations: [operation(lastChange, 's')],
    });
  /** What the ends show before a change: nothing yet of a session that is being made. */
  const before = (kind: StreamChange): Record<string, [number, number]> =>
    kind === 'stream-create' ? {} : { s: [1, 1] };

  it.each(['stream-create', 'stream-resume', 'stream-reverse'] as const)(
    '%s: tells the destination, then the source, and succeeds when both applied it',
    (kind) => {
      const desired = at(2, kind);
      const [a, b] = [node([va], before(kind)), node([vb], before(kind))];
      expect(run(desired, a, b).commands).toEqual(['putSessions@b 2']);
      expect(run(desired, a, node([vb], { s: [2, 1] })).commands).toEqual(['putSessions@a 2']);
      const isSeen = kind === 'stream-create' ? ['stream-established'] : [];
      const both = node([va], { s: [2, 2] });
      expect(run(desired, both, node([vb], { s: [2, 1] }))).toEqual({ ...none, facts: isSeen });
      expect(run(desired, both, node([vb], { s: [2, 2] })).outcomes).toEqual(['Success']);
    },
  );

  it.each(['stream-create', 'stream-resume', 'stream-reverse'] as const)(
    '%s: tells neither end while one cannot be reached',
    (kind) => {
      expect(run(at(2, kind), down(), node([vb], before(kind)))).toEqual(none);
      expect(run(at(2, kind), node([va], before(kind)), down())).toEqual(none);
    },
  );

  it('waits for the volumes of a new session', () => {
    expect(run(at(1, 'stream-create'), node([va]), node([])).commands).toEqual([]);
  });

  const suspended = sessionSpec(2, { run: 'Suspend' });

  it('suspends at the source, which tells its destination itself', () => {
    const desired = at(2, 'stream-suspend', { run: 'Suspend' });
    expect(run(desired, node([va], { s: [1, 1] }), node([vb], { s: [1, 1] })).commands).toEqual(['putSessions@a 2']);
    expect(run(desired, node([va], { s: [2, 1] }, suspended), node([vb], { s: [1, 1] })).commands).toEqual([]);
    expect(run(desired, node([va], { s: [2, 2] }, suspended), node([vb], { s: [1, 1] })).commands).toEqual([
      'putSessions@b 2',
    ]);
    expect(run(desired, node([va], { s: [2, 2] }, suspended), node([vb], { s: [2, 2] }, suspended)).outcomes).toEqual([
      'Success',
    ]);
  });

  it('suspends without the destination only by force', () => {
    const applied = node([va], { s: [2, 2] }, suspended);
    expect(run(at(2, 'stream-suspend', { run: 'Suspend' }), applied, down()).outcomes).toEqual([]);
    const forced = at(2, 'stream-suspend', { run: 'Suspend', isForced: true });
    expect(run(forced, applied, down()).outcomes).toEqual(['Success']);
  });

  it('suspends several sessions of one job in one call at their source', () => {
    const specs = ['s', 't'].map((uid) =>
      sessionSpec(2, { uid: uid as SessionUid, groupUid: `group of ${uid}` as GroupUid, run: 'Suspend' }),
    );
    const desired = want({
      streams: specs.map((spec) => desiredStream(spec, 'stream-suspend')),
      operations: specs.map((spec) => operation('stream-suspend', spec.uid)),
    });
    const before: Record<string, [number, number]> = { s: [1, 1], t: [1, 1] };
    const after: Record<string, [number, number]> = { s: [2, 2], t: [2, 2] };
    expect(run(desired, node([va], before), node([vb], before)).commands).toEqual(['suspendSessions@a s+t']);
    expect(run(desired, node([va], after, suspended), node([vb], after, suspended)).outcomes).toEqual([
      'Success',
      'Success',
    ]);
    const late = specs.map((spec) => operation('stream-suspend', spec.uid, NOW - 121_000));
    expect(run({ ...desired, operations: late }, node([va], before), node([vb], before))).toEqual({
      ...none,
      outcomes: ['OPERATION_TIMED_OUT', 'OPERATION_TIMED_OUT'],
    });
  });

  it('C36: with the source unreachable a forced suspend is done by the destination alone; the source learns it on return', () => {
    const content = { run: 'Suspend', isForced: true, isAlone: true } as const;
    const alone = sessionSpec(2, content);
    const desired = at(2, 'stream-suspend-alone', content);
    expect(run(desired, down(), node([vb], { s: [1, 1] })).commands).toEqual(['putSessions@b 2']);
    expect(run(desired, down(), node([vb], { s: [2, 2] }, alone)).outcomes).toEqual(['Success']);
    const later = { ...desired, operations: [] };
    expect(run(later, node([va], { s: [1, 1] }), node([vb], { s: [2, 2] }, alone)).commands).toEqual([
      'putSessions@a 2',
    ]);
  });

  it('C36: leaves it to the destination when the source is lost during a forced suspend', () => {
    const desired = at(2, 'stream-suspend', { run: 'Suspend', isForced: true });
    expect(run(desired, down(NOW - 500), node([vb], { s: [1, 1] }))).toEqual(none);
    const waiting = { ...desired, operations: [operation('stream-suspend', 's', NOW - 4000)] };
    expect(run(waiting, down(NOW - 4000), node([vb], { s: [1, 1] })).facts).toEqual(['stream-left-alone']);
  });

  it('changes settings although the destination is lost, and tells it when it returns', () => {
    const desired = at(2, 'stream-change');
    expect(run(desired, node([va], { s: [1, 1] }), down()).commands).toEqual(['putSessions@a 2']);
    expect(run(desired, node([va], { s: [2, 2] }), down()).outcomes).toEqual(['Success']);
    const later = { ...desired, operations: [] };
    expect(run(later, node([va], { s: [2, 2] }), node([vb], { s: [1, 1] })).commands).toEqual(['putSessions@b 2']);
  });

  it('ends a job whose node stays away in NODE_UNREACHABLE, and one that nodes never fulfil in OPERATION_TIMED_OUT', () => {
    const late = (startedMs: number) => ({
      ...at(2, 'stream-resume'),
      operations: [operation('stream-resume', 's', startedMs)],
    });
    expect(run(late(NOW - 31_000), down(NOW - 31_000), node([vb], { s: [1, 1] })).outcomes).toEqual([
      'NODE_UNREACHABLE',
    ]);
    const stuck = node([va], { s: [2, 1] });
    expect(run(late(NOW - 121_000), stuck, node([vb], { s: [2, 2] })).outcomes).toEqual(['OPERATION_TIMED_OUT']);
  });

  it('issues the desired content again when a rolled back change reached a node after all', () => {
    const session = desiredStream(sessionSpec(1), 'stream-create', { issuedGeneration: 2 });
    const rolledBack = want({ streams: [session] });
    expect(run(rolledBack, node([va], { s: [2, 2] }), node([vb], { s: [1, 1] })).facts).toEqual(['stream-reissued']);
  });

  it('C36: lets a destination that acts alone after all have its way, since hosts may write there', () => {
    const session = desiredStream(sessionSpec(1), 'stream-create', { issuedGeneration: 2 });
    const alone = sessionSpec(2, { run: 'Suspend', isForced: true, isAlone: true });
    const b = node([vb], { s: [2, 2] }, alone);
    expect(run(want({ streams: [session] }), node([va], { s: [1, 1] }), b).facts).toEqual(['stream-overtaken']);
  });

  it('takes over a generation that this database never issued', () => {
    const desired = want({ streams: [desiredStream(sessionSpec(1), 'stream-create')] });
    expect(run(desired, node([va], { s: [5, 5] }), node([vb], { s: [1, 1] })).facts).toEqual(['stream-overtaken']);
  });

  it('issues its own order again, above what is known, where a node knows another by the same number', () => {
    const session = desiredStream(sessionSpec(2), 'stream-change');
    const made = plan(want({ streams: [session] }), {
      ...settledLead,
      nodes: new Map([
        [A, node([va], { s: [2, 2] }, suspended)],
        [B, node([vb], { s: [2, 2] })],
      ]),
      refusals: new Map(),
    });
    expect(made.facts).toEqual([{ fact: 'stream-reissued', uid: 's', generation: 3 }]);
  });

  it('C36: lets the order to act alone stand against a later one that it does not know, since hosts may write there', () => {
    const alone = sessionSpec(2, { run: 'Suspend', isForced: true, isAlone: true });
    const desired = want({ streams: [desiredStream(alone, 'stream-suspend-alone')] });
    const b = node([vb], { s: [2, 2] }, alone);
    expect(run(desired, node([va], { s: [7, 7] }), b).facts).toEqual(['stream-reissued']);
  });

  it('believes a resume that it does not know only when both ends were told', () => {
    const desired = want({ streams: [desiredStream(suspended, 'stream-suspend')] });
    const told = (uid: VolumeSpec) => node([uid], { s: [3, 3] });
    const untold = node([va], { s: [2, 2] }, suspended);
    expect(run(desired, told(va), told(vb)).facts).toEqual(['stream-overtaken']);
    expect(run(desired, untold, told(vb)).facts).toEqual(['stream-reissued']);
    expect(run(desired, down(), told(vb))).toEqual(none);
  });

  it('never makes half of an established session again, shows its loss, and fails what is asked of it', () => {
    const half = [node([va], { s: [1, 1] }), node([vb])] as const;
    const desired = at(2, 'stream-resume');
    expect(run(desired, ...half)).toEqual({ commands: [], facts: ['stream-lost'], outcomes: ['SESSION_LOST'] });
    const shown = want({ streams: [desiredStream(sessionSpec(1), 'stream-create', { isLost: true })] });
    expect(run(shown, ...half)).toEqual(none);
    expect(run(shown, node([va]), node([vb]))).toEqual(none);
    expect(run(shown, half[0], node([vb], { s: [1, 1] })).facts).toEqual(['stream-found']);
  });

  it('tells both ends anew when the peer address of one changed', () => {
    const moved = { ...sessionSpec(1).destination, peerAddresses: ['10.0.0.2:5701'] };
    const desired = want({ streams: [desiredStream(sessionSpec(1, { destination: moved }), 'stream-create')] });
    const settled = [node([va], { s: [1, 1] }), node([vb], { s: [1, 1] })] as const;
    expect(run(desired, ...settled)).toEqual({ ...none, facts: ['stream-reissued'] });
    expect(run({ ...desired, operations: [operation('stream-delete', 's')] }, ...settled).facts).toEqual([]);
  });

  describe('C59: deletion', () => {
    const deleting = (isDeleteForced: boolean, startedMs = NOW - 1000) =>
      want({
        streams: [desiredStream(sessionSpec(1), 'stream-create', { isDeleted: true, isDeleteForced })],
        operations: [operation('stream-delete', 's', startedMs)],
      });

    it('goes from the source to the destination', () => {
      const both = [node([va], { s: [1, 1] }), node([vb], { s: [1, 1] })] as const;
      expect(run(deleting(false), ...both).commands).toEqual(['deleteSession@a s']);
      expect(run(deleting(false), node([va]), both[1]).commands).toEqual(['deleteSession@b s force']);
      expect(run(deleting(false), node([va]), node([vb]))).toEqual({
        commands: [],
        facts: ['stream-removed'],
        outcomes: ['Success'],
      });
    });

    it('ends although the destination keeps its half when the source has let go, and leaves it a tombstone', () => {
      const kept = node([vb], { s: [1, 1] });
      const removed = { commands: [], facts: ['stream-removed'], outcomes: ['Success'] };
      expect(run(deleting(false, NOW - 121_000), node([va]), kept)).toEqual(removed);
      const command: Command = { nodeUid: B, call: 'deleteSession', uid: 's' as SessionUid, isForced: true };
      const refusals = new Map([[commandKey(command), { code: 'INTERNAL', message: 'no' } as Failure]]);
      expect(run(deleting(false), node([va]), kept, refusals)).toEqual(removed);
      const whole = node([va], { s: [1, 1] });
      expect(run(deleting(false, NOW - 121_000), whole, kept).outcomes).toEqual(['OPERATION_TIMED_OUT']);
    });

    it('by force does not wait for an end that cannot be reached, and leaves it a tombstone', () => {
      expect(run(deleting(true), down(), node([vb], { s: [1, 1] })).commands).toEqual(['deleteSession@b s force']);
      const made = plan(deleting(true), {
        ...settledLead,
        nodes: new Map([
          [A, down()],
          [B, node([vb])],
        ]),
        refusals: new Map(),
      });
      expect(made.facts).toEqual([{ fact: 'stream-removed', uid: 's', sessionUids: ['s'], leftAt: [A] }]);
      expect(run(deleting(true), down(), down()).outcomes).toEqual(['Success']);
    });

    it('without force waits as long as any job for an end that cannot be reached, then ends too', () => {
      expect(run(deleting(false), node([va]), down())).toEqual(none);
      expect(run(deleting(false, NOW - 31_000), node([va]), down(NOW - 31_000)).outcomes).toEqual(['Success']);
    });
  });

  it('does nothing when everything is as it should be', () => {
    const settled = want({ streams: [desiredStream(sessionSpec(1), 'stream-create')] });
    expect(run(settled, node([va], { s: [1, 1] }), node([vb], { s: [1, 1] }))).toEqual(none);
  });
});
