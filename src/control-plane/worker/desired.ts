/** What the reconciler compares: the desired state as the database holds it, and what the nodes last said. */
import type { RefusalDetail } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { NodeUid, SessionUid, StreamUid, VolumeUid } from '../../model/ids.js';
import type { RevisionMark } from '../../node-api/revision-mark.js';
import type { NodeSpec, SessionSpec, VolumeSpec, VolumeState } from '../../node-api/contract.js';
import type { NodeView } from './node-view.js';

export type OperationKind =
  | 'node-create'
  | 'node-change'
  | 'volume-create'
  | 'volume-change'
  | 'volume-release'
  | 'volume-delete'
  | 'stream-create'
  | 'stream-change'
  | 'stream-suspend'
  | 'stream-suspend-alone'
  | 'stream-resume'
  | 'stream-reverse'
  | 'stream-join'
  | 'stream-leave'
  | 'stream-delete'
  | 'group-change';

/** One resource's part of a job: what the reconciler must bring about before the job can end. */
export interface PendingOperation {
  readonly id: string;
  readonly jobId: string;
  /** Of the request that made the job. */
  readonly requestId?: string | null;
  readonly kind: OperationKind;
  readonly uid: string;
  /** As all times here on the monotonic clock of this process; below 0 for what was before its start. */
  readonly startedMs: number;
}

export interface DesiredNode {
  readonly uid: NodeUid;
  readonly spec: NodeSpec;
  /** What the node last confirmed, or null before the first time. */
  readonly appliedSpec: NodeSpec | null;
  readonly isEnrolled: boolean;
  /** What it shows holds, and what the database says of its volumes does not: the database was restored from a copy. */
  readonly isTruth: boolean;
}

export interface DesiredVolume {
  readonly nodeUid: NodeUid;
  readonly spec: VolumeSpec;
  /** Seen on its node at least once: if it is missing now, it is lost, and an empty one in its place would be a lie. */
  readonly isEstablished: boolean;
  readonly isDeleted: boolean;
  readonly isDeleteForced: boolean;
}

/** How a stream came to its present generation, which decides the order in which its ends are told. */
export type StreamChange = Exclude<Extract<OperationKind, `stream-${string}`>, 'stream-delete'>;

/** The sessions of one group to one node: told to the nodes together, as one generation. */
export interface DesiredStream {
  readonly uid: StreamUid;
  /** Of all its sessions, at least one: they differ in uid, label, slot and volumes alone. */
  readonly specs: readonly [SessionSpec, ...SessionSpec[]];
  /** Sessions that the present generation ends. */
  readonly leaving: readonly SessionUid[];
  /** The highest generation ever handed out; above that of the specs after a change was rolled back. */
  readonly issuedGeneration: number;
  readonly lastChange: StreamChange;
  /** Seen at both its nodes at least once: where it is missing now, it was deleted or is lost, and is never made again. */
  readonly isEstablished: boolean;
  /** Whether it is shown as lost. */
  readonly isLost: boolean;
  readonly isDeleted: boolean;
  readonly isDeleteForced: boolean;
}

/** By which a node knows the stream of a session: its group, and its two nodes whichever is the source. */
export function streamKey({ groupUid, source, destination }: SessionSpec): string {
  return [groupUid, ...[source.nodeUid, destination.nodeUid].sort()].join(' ');
}

/** Something deleted that a node may still have: removed there when the node is next reached. */
export type Tombstone =
  | { readonly kind: 'volume'; readonly uid: VolumeUid; readonly nodeUid: NodeUid }
  | { readonly kind: 'session'; readonly uid: SessionUid; readonly nodeUid: NodeUid };

export interface Desired {
  /** The last, see authority.entity.ts. */
  readonly revision: RevisionMark;
  readonly nodes: readonly DesiredNode[];
  readonly volumes: readonly DesiredVolume[];
  readonly streams: readonly DesiredStream[];
  readonly tombstones: readonly Tombstone[];
  readonly operations: readonly PendingOperation[];
  /** What the plan is to be about; absent, everything: then `volumes` and `streams` are all there are. */
  readonly scope?: Scope;
}

/**
 * A part of everything, of which alone `volumes` and `streams` tell. What is planned of it is what would be planned of it if everything
 * was looked at.
 */
export interface Scope {
  /** Volumes of nodes to be compared with what is known. */
  readonly volumeUids: ReadonlySet<VolumeUid>;
  /** The same of streams, by streamKey. */
  readonly streamKeys: ReadonlySet<string>;
  knowsVolume(uid: VolumeUid): boolean;
  knowsSession(uid: SessionUid): boolean;
  knowsStream(key: string): boolean;
}

export type Observation =
  | { readonly isReachable: true; readonly view: NodeView }
  | {
      readonly isReachable: false;
      /** NODE_UNREACHABLE, or what else keeps it from being used (another identity, another version). */
      readonly code: ErrorName;
      readonly sinceMs: number;
    };

export interface Failure {
  readonly code: ErrorName;
  readonly message: string;
  readonly details?: readonly RefusalDetail[];
}

export interface Observed {
  readonly nowMs: number;
  /** Since when this worker leads: what had to wait before that waited for no node. */
  readonly sinceMs: number;
  /** A node that was not asked yet, or is busy with commands whose effect was not observed yet, has no entry: nothing is decided about it. */
  readonly nodes: ReadonlyMap<NodeUid, Observation>;
  /** Nodes that know a revision which the database does not; nothing else is known of them. */
  readonly strangers: ReadonlyMap<NodeUid, RevisionMark>;
  /** By commandKey: what nodes refused a short while ago. */
  readonly refusals: ReadonlyMap<string, Failure>;
}

/** One call of the node contract. */
export type Command = { readonly nodeUid: NodeUid } & (
  | { readonly call: 'enrol' }
  | { readonly call: 'putNode'; readonly spec: NodeSpec }
  | { readonly call: 'putVolume'; readonly spec: VolumeSpec }
  | { readonly call: 'releaseVolume'; readonly uid: VolumeUid }
  | { readonly call: 'deleteVolume'; readonly uid: VolumeUid; readonly isForced: boolean }
  | { readonly call: 'putSessions'; readonly specs: readonly SessionSpec[] }
  | { readonly call: 'suspendSessions'; readonly specs: readonly SessionSpec[] }
  | { readonly call: 'deleteSession'; readonly uid: SessionUid; readonly isForced: boolean }
);

export function commandKey(command: Command): string {
  return JSON.stringify(command);
}

/** How an operation ended. */
export interface Outcome {
  readonly operation: PendingOperation;
  /** null is Success. */
  readonly failure: Failure | null;
}

/** What became true and has to be written into the desired state. */
export type Fact =
  /** A node was shown a revision that the database does not have: it was restored from a copy, and what it wants is out of date. */
  | { readonly fact: 'database-restored'; readonly nodeUid: NodeUid; readonly known: RevisionMark }
  /** The first look at a node after that. */
  | { readonly fact: 'node-believed'; readonly nodeUid: NodeUid; readonly volumes: readonly VolumeState[] }
  | { readonly fact: 'node-enrolled'; readonly nodeUid: NodeUid }
  | { readonly fact: 'volume-adopted'; readonly nodeUid: NodeUid; readonly state: VolumeState }
  | { readonly fact: 'volume-established'; readonly uid: VolumeUid }
  | { readonly fact: 'volume-grown'; readonly uid: VolumeUid; readonly sizeBytes: number }
  | { readonly fact: 'volume-removed'; readonly uid: VolumeUid }
  /** All sessions of a stream as one of its nodes has them. */
  | { readonly fact: 'stream-adopted'; readonly specs: readonly SessionSpec[] }
  /**
   * A node knows a generation that this database never issued (it was restored from a copy), or acts alone by one that was rolled back
   * here: hosts may write there already. The node is the truth.
   */
  | {
      readonly fact: 'stream-overtaken';
      readonly uid: StreamUid;
      readonly specs: readonly SessionSpec[];
      readonly generation: number;
    }
  /**
   * A rolled back change reached a node after all, the address of an end changed, or another content went by the same generation:
   * the desired content is issued again.
   */
  | { readonly fact: 'stream-reissued'; readonly uid: StreamUid; readonly generation: number }
  /** The source was lost during a forced suspend: the destination is to act alone instead. */
  | { readonly fact: 'stream-left-alone'; readonly uid: StreamUid; readonly operationId: string }
  | { readonly fact: 'stream-established'; readonly uid: StreamUid }
  /** A node that can be reached does not have its half of an established stream; or has it again. */
  | { readonly fact: 'stream-lost' | 'stream-found'; readonly uid: StreamUid }
  | {
      readonly fact: 'stream-removed';
      readonly uid: StreamUid;
      readonly sessionUids: readonly SessionUid[];
      readonly leftAt: readonly NodeUid[];
    }
  | { readonly fact: 'tombstone-done'; readonly tombstone: Tombstone };

export interface Plan {
  readonly commands: readonly Command[];
  readonly facts: readonly Fact[];
  readonly outcomes: readonly Outcome[];
  /** What has to be planned again though nothing changes: it is not as it should be, or was not to be seen. Null: everything planned. */
  readonly unsettled: Unsettled | null;
}

export interface Unsettled {
  readonly volumeUids: ReadonlySet<VolumeUid>;
  /** By streamKey. */
  readonly streamKeys: ReadonlySet<string>;
}

export interface Limits {
  /** How long a job waits for a node that cannot be reached. */
  readonly unreachableMs: number;
  /** How long a forced suspend waits for its source before the destination is told to act alone. */
  readonly aloneMs: number;
  /** How long a job waits for reachable nodes to do as told. */
  readonly operationMs: number;
}

export const DEFAULT_LIMITS: Limits = { unreachableMs: 30_000, aloneMs: 3_000, operationMs: 120_000 };
