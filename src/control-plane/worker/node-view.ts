import type { SessionUid, VolumeUid } from '../../model/ids.js';
import { NODE_EVENTS_MAX, type NodeState, type SessionState, type VolumeState } from '../../node-api/contract.js';
import { streamKey } from './desired.js';

/** What a node says of itself as a whole. */
export type NodeHeader = Omit<NodeState, 'volumes' | 'sessions' | 'events' | 'mark' | 'gone'>;

/** What an answer of a node made different. */
export interface ViewChange {
  readonly volumes: ReadonlySet<VolumeUid>;
  readonly sessions: ReadonlySet<SessionUid>;
  /** By streamKey: streams of which any session came, went or is different. */
  readonly streams: ReadonlySet<string>;
}

/** All that one node last said, by identity; kept up to date by what it says has changed. */
export class NodeView {
  readonly volumes = new Map<VolumeUid, VolumeState>();
  readonly sessions = new Map<SessionUid, SessionState>();
  /** The latest of its run, oldest first. */
  events: NodeState['events'] = [];
  private readonly byStream: SessionIndex<string> = new Map();
  private readonly byVolume: SessionIndex<VolumeUid> = new Map();

  header: NodeHeader;

  /** @param state everything */
  constructor(state: NodeState) {
    this.header = headerOf(state);
    this.apply(state);
  }

  /** Sessions that the node takes for one stream. */
  stream(key: string): readonly SessionState[] {
    return [...(this.byStream.get(key)?.values() ?? [])];
  }

  get streamKeys(): Iterable<string> {
    return this.byStream.keys();
  }

  /** Whether the node itself still has a session on the volume. */
  isInSession(volumeUid: VolumeUid): boolean {
    return this.byVolume.has(volumeUid);
  }

  /** @param state everything, or with `gone` what is different since the last that was applied */
  apply(state: NodeState): ViewChange {
    const { volumes, sessions, events, gone = this.missingFrom(state) } = state;
    this.header = headerOf(state);
    this.events = state.gone ? [...this.events, ...events].slice(-NODE_EVENTS_MAX) : events;
    const changedVolumes = new Set<VolumeUid>([...gone.volumes, ...volumes.map(({ spec }) => spec.uid)]);
    const changedSessions = new Set<SessionUid>([...gone.sessions, ...sessions.map(({ spec }) => spec.uid)]);
    const streams = new Set<string>();
    for (const uid of gone.volumes) this.volumes.delete(uid);
    for (const volume of volumes) this.volumes.set(volume.spec.uid, volume);
    for (const uid of changedSessions) this.removeSession(uid, streams);
    for (const session of sessions) this.addSession(session, streams);
    return { volumes: changedVolumes, sessions: changedSessions, streams };
  }

  private missingFrom({ volumes, sessions }: NodeState): Required<NodeState>['gone'] {
    const shown = new Set<string>([...volumes, ...sessions].map(({ spec }) => spec.uid));
    const isMissing = (uid: string): boolean => !shown.has(uid);
    return {
      volumes: [...this.volumes.keys()].filter(isMissing),
      sessions: [...this.sessions.keys()].filter(isMissing),
    };
  }

  private removeSession(uid: SessionUid, streams: Set<string>): void {
    const known = this.sessions.get(uid);
    if (known === undefined) return;
    this.sessions.delete(uid);
    streams.add(streamKey(known.spec));
    removeFrom(this.byStream, streamKey(known.spec), uid);
    removeFrom(this.byVolume, ownVolume(known), uid);
  }

  private addSession(session: SessionState, streams: Set<string>): void {
    this.sessions.set(session.spec.uid, session);
    streams.add(streamKey(session.spec));
    addTo(this.byStream, streamKey(session.spec), session);
    addTo(this.byVolume, ownVolume(session), session);
  }
}

function headerOf({ volumes: _v, sessions: _s, events: _e, mark: _m, gone: _g, ...header }: NodeState): NodeHeader {
  return header;
}

/** The end of the session that is at the node that shows it. */
function ownVolume({ spec, role }: SessionState): VolumeUid {
  return spec[role].volumeUid;
}

type SessionIndex<K> = Map<K, Map<SessionUid, SessionState>>;

function addTo<K>(index: SessionIndex<K>, key: K, session: SessionState): void {
  const { uid } = session.spec;
  const sessions = index.get(key);
  if (sessions) sessions.set(uid, session);
  else index.set(key, new Map([[uid, session]]));
}

function removeFrom<K>(index: SessionIndex<K>, key: K, uid: SessionUid): void {
  const sessions = index.get(key);
  sessions?.delete(uid);
  if (sessions?.size === 0) index.delete(key);
}
