import { beforeEach, describe, expect, it } from '@jest/globals';
import { newUid, type GroupUid, type NodeUid, type SessionUid, type VolumeUid } from '../../model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../model/session.js';
import { NODE_EVENTS_MAX, type SessionState } from '../../node-api/contract.js';
import { EventJournal } from './event-journal.js';
import { EventWatch } from './event-watch.js';

const GROUP = newUid<GroupUid>();
const [HERE, EAST, WEST] = [newUid<NodeUid>(), newUid<NodeUid>(), newUid<NodeUid>()];

let journal: EventJournal;
let watch: EventWatch;
let nowMs: number;
const volumes = new Map<string, VolumeUid>();
const sessions = new Map<string, SessionUid>();

beforeEach(() => {
  nowMs = Date.parse('2026-11-20T10:00:00.000Z');
  journal = new EventJournal({ wallMs: () => nowMs });
  watch = new EventWatch(journal);
});

function uidOf<T extends string>(map: Map<string, T>, name: string): T {
  return map.get(name) ?? map.set(name, newUid<never>()).get(name)!;
}

/** A session of this node's volume of that name to another node. */
function session(volume: string, to: NodeUid, state: Partial<SessionState> = {}): SessionState {
  const end = { peerAddresses: [], fingerprint: '', isPeerPlain: false };
  const settings = DEFAULT_SESSION_SETTINGS;
  return {
    spec: {
      uid: uidOf(sessions, `${volume} ${to}`),
      groupUid: GROUP,
      source: { ...end, nodeUid: HERE, volumeUid: uidOf(volumes, volume) },
      destination: { ...end, nodeUid: to, volumeUid: uidOf(volumes, `${volume} ${to}`) },
      settings,
    },
    role: 'source',
    status: 'Active',
    phase: 'Equivalent',
    effectiveMode: settings.transferMode,
    loggingTo: 'Srl',
    error: null,
    isJoining: false,
    throttle: 'None',
    isRpoBreached: false,
    isLinkUp: true,
    paths: [],
    statistics: { stalls: 0, overflows: 0, throttles: 0 },
    ...state,
  } as SessionState;
}

function told(): [string, string[]][] {
  const nameOf = (uid: string) => [...sessions].find(([, of]) => of === uid)![0].split(' ')[0]!;
  return journal.list().map(({ type, sessionUids }) => [type, sessionUids.map(nameOf)]);
}

describe('what a node tells of its sessions', () => {
  it('C54: tells of a stream once, with all sessions of it, and of the other streams nothing', () => {
    const all = (east: Partial<SessionState>) => [
      session('data', EAST, east),
      session('log', EAST, east),
      session('data', WEST),
      session('log', WEST),
    ];
    watch.look(all({}));
    watch.look(all({ isRpoBreached: true }));
    watch.look(all({ isRpoBreached: true }));
    expect(told()).toEqual([['Rpo_Breached', ['data', 'log']]]);
    expect(journal.list()[0]).toMatchObject({ sequence: 1, groupUid: GROUP, time: '2026-11-20T10:00:00.000Z' });
  });

  it('C47, C54: tells once that a volume joined, when it has on every stream, and once that it left', () => {
    const group = (...names: string[]) => names.flatMap((name) => [session(name, EAST), session(name, WEST)]);
    watch.look(group('data', 'log'));
    watch.look([...group('data', 'log'), session('new', EAST, { isJoining: true }), session('new', WEST)]);
    watch.look([...group('data', 'log'), session('new', EAST), session('new', WEST, { isJoining: true })]);
    expect(told()).toEqual([]);
    watch.look(group('data', 'log', 'new'));
    watch.look(group('data', 'log', 'new'));
    expect(told()).toEqual([['Volume_Joined', ['new', 'new']]]);
    watch.look(group('data', 'new'));
    watch.look(group('data', 'new'));
    expect(told().slice(1)).toEqual([['Volume_Left', []]]);
    expect(journal.list().map(({ volumeUid }) => volumeUid)).toEqual([volumes.get('new'), volumes.get('log')]);
  });

  it('C54: forgets a stream that ended; the next one of the same volumes begins afresh', () => {
    watch.look([session('data', EAST, { isRpoBreached: true })]);
    watch.look([]);
    watch.look([session('data', EAST, { isRpoBreached: true })]);
    expect(told().map(([type]) => type)).toEqual(['Rpo_Breached', 'Rpo_Breached']);
  });

  it('C54: tells of a role at the node that became the source', () => {
    const reversed = session('data', EAST);
    const { source, destination } = reversed.spec;
    watch.look([
      { ...reversed, role: 'destination', spec: { ...reversed.spec, source: destination, destination: source } },
    ]);
    watch.look([reversed]);
    watch.look([reversed]);
    expect(told()).toEqual([['Role_Changed', ['data']]]);
  });
});

describe('the journal', () => {
  it('numbers events from 1 and keeps the latest', () => {
    for (let i = 1; i <= NODE_EVENTS_MAX + 3; i++) {
      nowMs += 1000;
      journal.tell({ type: 'Rpo_Met', groupUid: null, sessionUids: [], volumeUid: null, message: `${i}` });
    }
    const events = journal.list();
    expect(events).toHaveLength(NODE_EVENTS_MAX);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 4));
    expect(events.at(-1)).toMatchObject({ message: `${NODE_EVENTS_MAX + 3}`, time: new Date(nowMs).toISOString() });
  });
});
