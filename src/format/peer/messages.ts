/**
 * The messages of the peer protocol, without their bytes (see encode.ts and frame-parser.ts). One connection carries one stream: the
 * source dials, says Hello, and the destination answers Welcome or Refuse; nothing else is valid before that.
 *
 * Rare messages carry JSON; the five that carry data or come often (Records, Region, Ack, Heartbeat, MapBits) are fixed binary layouts.
 */
import type { ErrorName } from '../../errors/registry.js';
import type { GroupUid, NodeUid } from '../../model/ids.js';
import type { Lineage, Lsn } from '../../model/position.js';
import type { Compression, DataState } from '../../model/session.js';

export const PEER_PROTOCOL_VERSION = 1;

export enum PeerMessageType {
  Hello = 1,
  Welcome = 2,
  Refuse = 3,
  Records = 4,
  Ack = 5,
  Heartbeat = 6,
  Region = 7,
  StartLog = 8,
  StartResync = 9,
  LogStarted = 10,
  StreamState = 11,
  Suspend = 12,
  Suspended = 13,
  MapRequest = 14,
  MapBits = 15,
  MapEnd = 16,
  Resend = 17,
  TailRequest = 18,
  TailEnd = 19,
  /** Asks for a sync soon; see SyncRequest. */
  SyncRequest = 20,
  Bye = 21,
}

export type PeerMessage =
  | Hello
  | Welcome
  | Refuse
  | Records
  | Ack
  | Heartbeat
  | Region
  | StartLog
  | StartResync
  | LogStarted
  | StreamState
  | Suspend
  | Suspended
  | MapRequest
  | MapBits
  | MapEnd
  | Resend
  | TailRequest
  | TailEnd
  | SyncRequest
  | Bye;

/** Source → destination, first message. */
export interface Hello {
  readonly type: PeerMessageType.Hello;
  /** Lowest and highest protocol version that the sender speaks; the answer picks one. */
  readonly versionMin: number;
  readonly versionMax: number;
  readonly nodeUid: NodeUid;
  /** Starts of this node. With `runIds` it tells a data directory that went back in time or is in use twice (model/run.ts). */
  readonly runCounter: number;
  /** Random ids of this run and of those before it, latest first. */
  readonly runIds: readonly string[];
  readonly groupUid: GroupUid;
  /**
   * The sessions of this stream as the sender knows them (node-api's SessionSpec); the higher generation wins at either end. The
   * parser only checks that they are objects: whoever uses one validates it first, here and in Welcome and Suspend.
   */
  readonly sessions: readonly object[];
  readonly lineage: Lineage;
  /** Last record in the sender's log. */
  readonly headLsn: Lsn;
  /** First record that the sender's log still has. */
  readonly oldestLsn: Lsn;
}

/** Destination → source, answer to Hello. */
export interface Welcome {
  readonly type: PeerMessageType.Welcome;
  readonly version: number;
  readonly nodeUid: NodeUid;
  readonly runCounter: number;
  readonly runIds: readonly string[];
  /**
   * 16 hex digits; another one when the destination's machine went down since, and with it may have lost what was not durable. The same
   * one proves that whatever it acknowledged by a network ack is there.
   */
  readonly continuityId: string;
  readonly sessions: readonly object[];
  readonly lineage: Lineage;
  /** Last record in the destination's log file. */
  readonly receivedLsn: Lsn;
  readonly durableLsn: Lsn;
  readonly dataState: DataState;
  /** Whether the destination's change maps name regions that it changed itself. */
  readonly hasChanges: boolean;
  /** Whether its volumes were never written, so that zeros need not be sent. */
  readonly isBlank: boolean;
  /** Bytes of Records and Region bodies, uncompressed, that may be on their way or unapplied at once. */
  readonly windowBytes: number;
  /** By what bodies may be compressed that are sent to it. */
  readonly compressions: readonly Compression[];
  /** Of its volumes; empty from an early peer, which does not say. */
  readonly sizes: readonly SlotSize[];
}

export interface SlotSize {
  /** Number of the volume in its group. */
  readonly slot: number;
  readonly sizeBytes: number;
}

/** Either way: the sender ends the connection for this reason. */
export interface Refuse {
  readonly type: PeerMessageType.Refuse;
  readonly code: ErrorName;
  readonly message: string;
}

/** Log records end to end, byte for byte as in the log; each carries its own checksums. At most 4 MiB. */
export interface Records {
  readonly type: PeerMessageType.Records;
  readonly body: Buffer;
}

/** Destination → source: cumulative positions. Acks of one turn are one message. */
export interface Ack {
  readonly type: PeerMessageType.Ack;
  /** Network ack: written to the log file (or, while Inconsistent, to the volume). */
  readonly receivedLsn: Lsn;
  /** Data ack: durable there. */
  readonly durableLsn: Lsn;
  readonly appliedLsn: Lsn;
  /** Regions with a sequence number up to this are durable in the destination's volume. */
  readonly syncedRegionSequence: number;
  /** Bytes of Records and Region bodies, uncompressed, consumed on this connection since its start; the sender's window slides by it. */
  readonly consumedBytes: number;
}

/** Both ways, at least four in each heartbeat timeout; silence for the whole timeout ends the connection. */
export interface Heartbeat {
  readonly type: PeerMessageType.Heartbeat;
  /** Sender's monotonic clock when it was sent, whole microseconds; means nothing to the receiver but comes back in `echoUs`. */
  readonly sentUs: number;
  /** `sentUs` of the last heartbeat received, 0 before the first. Proves to its sender that it was heard when it sent that. */
  readonly echoUs: number;
  /** How long ago the sender received the heartbeat that it echoes: round-trip time = now − echoUs − heldUs. */
  readonly heldUs: number;
  /** The durable position of the sender's own log: what the receiver need not keep for it. */
  readonly lsn: Lsn;
  /**
   * From a source: how far its other destinations that go by the log are, at most DESTINATIONS_MAX. The receiver keeps what they lack
   * while it has room, since they may have to be fed from there.
   */
  readonly members: readonly MemberPosition[];
}

export interface MemberPosition {
  readonly nodeUid: NodeUid;
  readonly durableLsn: Lsn;
}

/** Source → destination: the present content of a part of a volume. */
export interface Region {
  readonly type: PeerMessageType.Region;
  /** 1, 2, 3 … on each connection. */
  readonly sequence: number;
  readonly slot: number;
  readonly offset: number;
  readonly lengthBytes: number;
  /** The range is zeros: no payload, and `lengthBytes` may go beyond 1 MiB. */
  readonly isZero: boolean;
  /** `lengthBytes` long, up to 1 MiB; the parser has checked its CRC-32. */
  readonly payload: Buffer;
}

/** What the source's log has said of one volume; those of which it has said nothing yet are left out. */
export interface SlotMembership {
  readonly slot: number;
  readonly addedLsn: Lsn;
  /** Null while the volume joins. */
  readonly joinedLsn: Lsn | null;
}

/** Source → destination: records after `fromLsn` follow. */
export interface StartLog {
  readonly type: PeerMessageType.StartLog;
  readonly fromLsn: Lsn;
  /** Header CRC of record `fromLsn`, which the next record's predecessor CRC must equal. */
  readonly predecessorCrc: number;
  readonly runningBytes: number;
  /** The destination's log is emptied and begins again after `fromLsn` (end of a resync pass). */
  readonly isReset: boolean;
  /** The destination's data is a point in time again once its durable position reaches this. */
  readonly consistentAtLsn: Lsn;
  readonly lineage: Lineage;
  /** As they stand at the source's head; of use to a log that begins anew. */
  readonly members: readonly SlotMembership[];
}

/** Source → destination: from here the destination is Inconsistent. */
export interface StartResync {
  readonly type: PeerMessageType.StartResync;
  readonly lineage: Lineage;
  /** Records after this position are sent among the regions and applied unlogged. */
  readonly fromLsn: Lsn;
  readonly members: readonly SlotMembership[];
}

/** Destination → source: the log was emptied and begins anew, as StartLog asked, durably. */
export interface LogStarted {
  readonly type: PeerMessageType.LogStarted;
}

/** Source → destination: whether the source now gates its acknowledgements on this destination (Up_To_Date) or not. */
export interface StreamState {
  readonly type: PeerMessageType.StreamState;
  readonly isEquivalent: boolean;
  readonly atLsn: Lsn;
}

/** Source → destination: apply up to `atLsn`, then stop being a copy. `sessions` carry the new generation. */
export interface Suspend {
  readonly type: PeerMessageType.Suspend;
  readonly atLsn: Lsn;
  readonly sessions: readonly object[];
}

export interface Suspended {
  readonly type: PeerMessageType.Suspended;
  readonly generation: number;
}

/**
 * Source → destination: tell every region that you changed yourself, and those of your records above `aboveLsn`. A destination that
 * cannot tell any more, since its log begins later and its maps do not reach back so far, names every region.
 */
export interface MapRequest {
  readonly type: PeerMessageType.MapRequest;
  readonly aboveLsn: Lsn;
}

/** Destination → source: a piece of a change map, one bit a region, lowest bit first; at most 1 MiB. */
export interface MapBits {
  readonly type: PeerMessageType.MapBits;
  readonly slot: number;
  /** Region of the first bit, a multiple of 8. */
  readonly firstRegion: number;
  readonly regionBytes: number;
  readonly bits: Buffer;
}

export interface MapEnd {
  readonly type: PeerMessageType.MapEnd;
}

/** Destination → source: a record was missing or damaged; send again from `fromLsn` on. Records before that are ignored. */
export interface Resend {
  readonly type: PeerMessageType.Resend;
  readonly fromLsn: Lsn;
}

/** Starting source → destination: send me your records after `fromLsn`. Answered by Records and TailEnd. */
export interface TailRequest {
  readonly type: PeerMessageType.TailRequest;
  readonly fromLsn: Lsn;
}

export interface TailEnd {
  readonly type: PeerMessageType.TailEnd;
  readonly lastLsn: Lsn;
}

/** Source → destination: a host waits until your durable position reaches `lsn`; sync without waiting for more records. */
export interface SyncRequest {
  readonly type: PeerMessageType.SyncRequest;
  readonly lsn: Lsn;
}

/** Either way: the sender stops in order. */
export interface Bye {
  readonly type: PeerMessageType.Bye;
  readonly reason: string;
}
