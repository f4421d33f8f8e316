import { isSampled } from '../copysession/session-sample.entity.js';
import type { NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { NodeEvent, NodeSpec, SessionState, VolumeState } from '../../node-api/contract.js';
import type { Observation } from './desired.js';
import type { NodeHeader, NodeView, ViewChange } from './node-view.js';

/** How often it is written down that a node was seen that says nothing new. */
const LAST_SEEN_MS = 5_000;
/** How often what sessions count is kept for later comparison. */
const SAMPLE_MS = 10_000;

/** What was seen at one node and is to be saved. */
export type Sighting = {
  readonly nodeId: number;
  readonly nodeUid: NodeUid;
  /** Whether it can be reached is not known to be as it was saved last. */
  readonly isTurning: boolean;
  /** On the monotonic clock. */
  readonly timeMs: number;
} & (
  | { readonly isReachable: true; readonly seen: Seen }
  | { readonly isReachable: false; readonly code: string; readonly sinceMs: number }
);

export interface Seen {
  readonly header: NodeHeader;
  /** The spec that the node confirmed meanwhile, if any. */
  readonly confirmedSpec: NodeSpec | null;
  readonly volumes: readonly VolumeState[];
  readonly sessions: readonly SessionState[];
  /** What is not there any more: these, or null: all but what is in the lists above. */
  readonly gone: { readonly volumes: readonly VolumeUid[]; readonly sessions: readonly SessionUid[] } | null;
  readonly events: readonly NodeEvent[];
  /** Sessions of which a sample is due. */
  readonly sampled: readonly SessionState[];
}

/** Keeps of one node what differs from what was saved of it. */
export class Unsaved {
  private isWhole = true;
  private readonly volumes = new Set<VolumeUid>();
  private readonly sessions = new Set<SessionUid>();
  /** The code when it could not be reached; null when nothing was saved yet. */
  private saved: { readonly code: string | null } | null = null;
  private savedHeader = '';
  private headerMs = -Infinity;
  private sampledMs = -Infinity;
  private lastEvent: { readonly runId: string; readonly sequence: number } | null = null;

  note({ volumes, sessions }: Pick<ViewChange, 'volumes' | 'sessions'>): void {
    for (const uid of volumes) this.volumes.add(uid);
    for (const uid of sessions) this.sessions.add(uid);
  }

  /** Nothing that is known of the node is taken for saved any more. */
  noteEverything(): void {
    this.isWhole = true;
  }

  /** What was taken may not have been saved. */
  forget(): void {
    this.noteEverything();
    this.saved = null;
    this.savedHeader = '';
    this.sampledMs = -Infinity;
    this.lastEvent = null;
  }

  /** @returns null when nothing has to be saved */
  take(
    node: { readonly id: number; readonly uid: NodeUid },
    observation: Observation,
    confirmedSpec: NodeSpec | null,
    timeMs: number,
  ): Sighting | null {
    const code = observation.isReachable ? null : observation.code;
    const isTurning = (this.saved?.code === null) !== observation.isReachable || this.saved === null;
    const isSame = this.saved?.code === code;
    this.saved = { code };
    const common = { nodeId: node.id, nodeUid: node.uid, isTurning, timeMs };
    if (!observation.isReachable) {
      const { sinceMs } = observation;
      return isSame ? null : { ...common, isReachable: false, code: observation.code, sinceMs };
    }
    const { view } = observation;
    const events = this.newEvents(view);
    const isHeaderDue = this.isHeaderDue(view.header, confirmedSpec, timeMs);
    const sampled = this.isSampleDue(timeMs) ? [...view.sessions.values()].filter(isSampled) : [];
    const count = this.volumes.size + this.sessions.size + events.length + sampled.length;
    if (!isTurning && !isHeaderDue && !this.isWhole && count === 0) return null;
    const seen = { header: view.header, confirmedSpec, events, sampled, ...this.takeChanges(view) };
    return { ...common, isReachable: true, seen };
  }

  private takeChanges(view: NodeView): Pick<Seen, 'volumes' | 'sessions' | 'gone'> {
    const { isWhole } = this;
    const [volumeUids, sessionUids] = [[...this.volumes], [...this.sessions]];
    this.isWhole = false;
    this.volumes.clear();
    this.sessions.clear();
    if (isWhole) return { volumes: [...view.volumes.values()], sessions: [...view.sessions.values()], gone: null };
    return {
      volumes: volumeUids.flatMap((uid) => view.volumes.get(uid) ?? []),
      sessions: sessionUids.flatMap((uid) => view.sessions.get(uid) ?? []),
      gone: {
        volumes: volumeUids.filter((uid) => !view.volumes.has(uid)),
        sessions: sessionUids.filter((uid) => !view.sessions.has(uid)),
      },
    };
  }

  private isHeaderDue(header: NodeHeader, confirmedSpec: NodeSpec | null, nowMs: number): boolean {
    const text = JSON.stringify([header, confirmedSpec]);
    if (text === this.savedHeader && nowMs - this.headerMs < LAST_SEEN_MS) return false;
    this.savedHeader = text;
    this.headerMs = nowMs;
    return true;
  }

  private isSampleDue(nowMs: number): boolean {
    if (nowMs - this.sampledMs < SAMPLE_MS) return false;
    this.sampledMs = nowMs;
    return true;
  }

  /** Events that were not saved yet, as far as is known here. */
  private newEvents({ header, events }: NodeView): readonly NodeEvent[] {
    const runId = header.runIds[0] ?? '';
    const saved = this.lastEvent?.runId === runId ? this.lastEvent.sequence : 0;
    this.lastEvent = { runId, sequence: events.at(-1)?.sequence ?? saved };
    return events.filter(({ sequence }) => sequence > saved);
  }
}
