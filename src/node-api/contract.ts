/**
 * What the control plane and a storage node say to each other, as JSON over HTTPS with both certificates pinned. The node holds the
 * truth about its data; the control plane says what should be. Every PUT carries the whole desired thing and may be repeated.
 *
 *   POST   /v1/enrol               EnrolRequest    → NodeIdentity   the only call open to an unknown client; pins its certificate
 *   GET    /v1/state?since=                        → NodeState      with `since` a mark: only what changed from there on
 *   PUT    /v1/node                NodeSpec        → NodeIdentity
 *   PUT    /v1/volumes/{uid}       VolumeSpec      → VolumeState    creates or changes
 *   POST   /v1/volumes/{uid}/release               → VolumeState    opens a volume that is held; one that is not is left as it is
 *   DELETE /v1/volumes/{uid}?force=                → 204            gone already is success
 *   GET    /v1/volumes/{uid}/connections           → ConnectionState[] hosts that are attached now
 *   DELETE /v1/volumes/{uid}/connections/{id}      → 204            closed at once; gone already is success
 *   PUT    /v1/sessions            SessionSpec[]   → SessionState[] all sessions of one stream, as they should be; at both ends
 *   POST   /v1/sessions/suspend    SuspendRequest  → SessionState[] one point in time over several sessions, at their source
 *   DELETE /v1/sessions/{uid}?force=               → 204            with all sessions of its stream; gone already is success; volumes keep their data
 *
 * A call may carry `evenkeel-revision` (revision-mark.ts): the state of the database that it speaks for. The node keeps the highest that
 * it was shown, durably and for each control plane, and shows it with every answer. A call that would change something and shows less
 * is refused as CONTROLLER_OUTDATED: it speaks for a leader that was paused, or for a database restored from a copy.
 *
 * A call may carry `evenkeel-request` (request-mark.ts): the job and the request that it is made for, which the node's log lines about it then
 * show.
 *
 * `/healthz`, and `/metrics` to whoever may read them (metrics-reader.ts), are served on the same port without a client certificate. A refusal is answered as NodeRefusal with
 * the registry's HTTP status.
 */
import type { RefusalDetail } from '../errors/refusal.js';
import type { ErrorName } from '../errors/registry.js';
import type { EventType } from '../model/event.js';
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../model/ids.js';
import type {
  DataState,
  LoggingTo,
  SessionPhase,
  SessionSettings,
  SessionStatus,
  TransferMode,
} from '../model/session.js';

/** Raised with any change that an older peer would misread; a node of another version is refused by name. */
export const NODE_API_VERSION = 1;

export interface NodeRefusal {
  readonly error: { readonly code: ErrorName; readonly message: string; readonly details: readonly RefusalDetail[] };
}

export interface EnrolRequest {
  readonly apiVersion: number;
  /** The secret part of the enrolment token. */
  readonly secret: string;
  readonly controllerName: string;
}

/**
 * An enrolment token as the node prints it: base64url of this object's JSON. The fingerprint lets the control plane know the
 * node before it sends the secret; the secret lets the node know the control plane.
 */
export interface EnrolmentToken {
  readonly nodeUid: NodeUid;
  /** SHA-256 of the node's DER certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly secret: string;
}

export interface NodeIdentity {
  readonly apiVersion: number;
  readonly nodeUid: NodeUid;
  readonly name: string;
  /** Version of the software, as in package.json. */
  readonly version: string;
  readonly fingerprint: string;
  /** host:port, as hosts and peers reach it. */
  readonly nbdAddress: string;
  /** Whether hosts must attach over TLS. */
  readonly isNbdTls: boolean;
  readonly peerAddresses: readonly string[];
  /** Whether the peer port speaks without TLS (an explicit setting of the node). */
  readonly isPeerPlain: boolean;
}

export interface NodeSpec {
  readonly name: string;
  readonly isInMaintenance: boolean;
  /** Volumes that the node, as their source, copies at once: 1 to 1000. The others wait as Reserved. */
  readonly copyConcurrency: number;
}

export interface NodeState {
  readonly identity: NodeIdentity;
  /** Rises by one with every start of the node. */
  readonly runCounter: number;
  /** Random ids of this run and of those before it, latest first: see model/run.ts. */
  readonly runIds: readonly string[];
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly srlUsedBytes: number;
  readonly volumes: readonly VolumeState[];
  readonly sessions: readonly SessionState[];
  /** The latest events of this run, oldest first, up to NODE_EVENTS_MAX. */
  readonly events: readonly NodeEvent[];
  /**
   * Names all that this answer told. Given back as `since` it is answered with the volumes, sessions and events alone that changed or
   * came from there on, however often it is asked; a mark that the node does not know, such as that of an earlier run, with everything.
   */
  readonly mark?: string;
  /** Only in an answer that tells no more than what changed: what the node had at the mark, and has not any more. */
  readonly gone?: { readonly volumes: readonly VolumeUid[]; readonly sessions: readonly SessionUid[] };
}

export const NODE_EVENTS_MAX = 256;

/** Something that happened to a stream or volume: told once by the node that knows it first, the source where both do. */
export interface NodeEvent {
  /** 1, 2, 3 … in each run of the node. */
  readonly sequence: number;
  /** ISO 8601. */
  readonly time: string;
  readonly type: EventType;
  readonly groupUid: GroupUid | null;
  /** The sessions that it is about: those of the stream, or one. */
  readonly sessionUids: readonly SessionUid[];
  readonly volumeUid: VolumeUid | null;
  /** For people, one sentence. */
  readonly message: string;
}

export type WriteCache = 'Writeback' | 'Writethrough';
/** Held: acknowledged writes may be lost, so that no host is served until that is disproved, or an operator releases the volume. */
export type VolumeAccess = 'Read_Write' | 'Read_Only' | 'None' | 'Held';

export interface VolumeSpec {
  readonly uid: VolumeUid;
  /** NBD export name. */
  readonly name: string;
  /** Number that the control plane knows the volume by, kept so that a new database can take it up again. */
  readonly label: number;
  /** Which volume of this node it is to people: kept for the same purpose. */
  readonly number?: number;
  readonly sizeBytes: number;
  readonly writeCache: WriteCache;
  /** No path: a sparse file in the node's own folder. A path is only looked at when the volume is created. */
  readonly backing: { readonly type: 'File' | 'Block'; readonly path?: string };
  /** Only looked at when the volume is created: takes a device that carries a known signature. */
  readonly isOverwrite: boolean;
  /** CIDR blocks that may attach. */
  readonly allowedClients: readonly string[];
  readonly isCopyProtected: boolean;
  readonly createdTime: string;
}

export interface VolumeState {
  readonly spec: VolumeSpec;
  readonly status: 'Normal' | 'Warning' | 'Error';
  readonly detail: string;
  readonly usedBytes: number;
  readonly access: VolumeAccess;
  /** Registry name of the reason when access is not Read_Write. */
  readonly accessReason: ErrorName | null;
  readonly connectionCount: number;
}

/** One connection of a host to a volume. A host may have several. */
export interface ConnectionState {
  /** Never given twice by a node. */
  readonly id: number;
  /** Address and port. */
  readonly client: string;
  /** When it attached, ISO 8601. */
  readonly since: string;
  readonly isTls: boolean;
  /** Since then; `bytes` are data read and written. */
  readonly requests: number;
  readonly bytes: number;
}

export interface SessionEnd {
  readonly nodeUid: NodeUid;
  readonly volumeUid: VolumeUid;
  /** host:port, tried in turn. */
  readonly peerAddresses: readonly string[];
  readonly fingerprint: string;
  readonly isPeerPlain: boolean;
}

/** What people know a group by: of no use to the node, which keeps it so that a new database can take it up again. */
export interface GroupName {
  readonly name: string;
  readonly label: number;
}

/**
 * One copy session as it should be; both ends are given the same. An operation is a new generation: suspend sets `run` to
 * Suspend, resume sets it to Active, reverse exchanges the ends of a suspended session. A node ignores generations below the one it knows.
 *
 * The sessions of one group to one destination node are its stream: they are always told together, and differ in `uid`, `label`, `slot`
 * and volumes alone. A list with one more than the last generation had makes its volume join the live group; one fewer makes it leave.
 */
export interface SessionSpec {
  readonly uid: SessionUid;
  readonly label: number;
  readonly generation: number;
  readonly groupUid: GroupUid;
  /** Absent for a volume in a group of its own. */
  readonly group?: GroupName;
  /** Number of the volume in its group's log, 0 for a volume in a group of its own. */
  readonly slot: number;
  readonly source: SessionEnd;
  readonly destination: SessionEnd;
  readonly settings: SessionSettings;
  readonly srlSizeBytes: number;
  readonly run: 'Active' | 'Suspend';
  /**
   * Generation of the last resume (at first 1, that of the creation). A session that waits in Halt or Error goes on only when this rises;
   * a generation that changes nothing but settings leaves it waiting (promise C12).
   */
  readonly resumedGeneration: number;
  /** Suspends although not Equivalent (the destination is then unusable until resumed). */
  readonly isForced: boolean;
  /**
   * With run Suspend, sent to the destination only: the source cannot be reached, so the destination applies all it holds, opens a
   * new epoch and its volume. Refused with SESSION_DESTINATION_INCONSISTENT when it holds no point in time.
   */
  readonly isAlone: boolean;
}

/** Sessions of any streams of one source node, every session of each. */
export interface SuspendRequest {
  readonly sessions: readonly SessionSpec[];
}

export interface SessionState {
  readonly spec: SessionSpec;
  /** Which end this node is. */
  readonly role: 'source' | 'destination';
  /** The last generation whose effect is complete and durable at this node. */
  readonly appliedGeneration: number;
  readonly status: SessionStatus;
  readonly phase: SessionPhase;
  readonly dataState: DataState;
  readonly effectiveMode: TransferMode | 'Through';
  readonly loggingTo: LoggingTo;
  readonly error: { readonly code: ErrorName; readonly message: string; readonly time: string } | null;
  /** The volume is being copied beside its group, and not yet part of its consistency. */
  readonly isJoining: boolean;
  /** Why host writes wait for this stream just now. */
  readonly throttle: Throttle;
  readonly isRpoBreached: boolean;
  readonly isLinkUp: boolean;
  /** Each of the other end's addresses; empty at a destination, which does not dial. */
  readonly paths: readonly PathState[];
  /** When the other end was last heard, ISO 8601, or null. */
  readonly lastHeardTime: string | null;
  readonly epoch: { readonly number: number; readonly id: string };
  /** Decimal, since they can pass 2^53 in other implementations. */
  readonly headLsn: string;
  readonly durableLsn: string;
  readonly totalBytes: number;
  readonly uncopiedBytes: number;
  /** Payload bytes sent since the session was made, resync and log together. */
  readonly transferredBytes: number;
  readonly resyncBytes: number;
  /** Of the whole stream; `writes` are marked regions while it goes by its map. */
  readonly lag: { readonly writes: number; readonly bytes: number; readonly seconds: number };
  readonly statistics: SessionStatistics;
}

export type Throttle = 'None' | 'Log_Share' | 'Latency';

export interface PathState {
  /** host:port. */
  readonly address: string;
  readonly isUp: boolean;
  /** The connection goes this way now. */
  readonly isInUse: boolean;
}

/** Counts since the node started. */
export interface SessionStatistics {
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly roundTripMs: number;
  readonly timeouts: number;
  readonly gaps: number;
  readonly checksumErrors: number;
  readonly reconnects: number;
  /** Times that a copy got nowhere for a minute though connected, and was tried on a new connection. */
  readonly stalls: number;
  /** Records and regions sent. */
  readonly blocksSent: number;
  /** Records and regions that had to be sent again. */
  readonly retries: number;
  /** Payload as it was, and as it went over the link: their ratio is that of the compression. */
  readonly payloadBytes: number;
  readonly wireBytes: number;
  /** Times that this stream used up its share of the log. */
  readonly overflows: number;
  /** Times that host writes had to wait for this stream, and for how long in all. */
  readonly throttles: number;
  readonly throttledMs: number;
}
