/** What a copy session can be asked for and what it can say of itself. The values are those of the REST contract. */

/**
 * When a host's write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the
 * volume here with its region marked (Stack).
 */
export const TRANSFER_MODES = ['Synchronous', 'Consistency', 'Stack'] as const;
export type TransferMode = (typeof TRANSFER_MODES)[number];

/** What the host's writes do when a destination is lost: go on here alone, or fail. */
export const SPLIT_MODES = ['Automatic', 'Manual'] as const;
export type SplitMode = (typeof SPLIT_MODES)[number];

/** Whether a returning link starts the resync by itself. */
export const RECOVERY_MODES = ['Automatic', 'Manual'] as const;
export type RecoveryMode = (typeof RECOVERY_MODES)[number];

export const SESSION_STATUSES = ['Reserved', 'Active', 'Suspend', 'Halt', 'Error'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

export const SESSION_PHASES = ['No_Pair', 'Copying', 'Equivalent'] as const;
export type SessionPhase = (typeof SESSION_PHASES)[number];

/** How far the destination can be trusted: all acknowledged writes, some prefix of them, or no point in time at all. */
export const DATA_STATES = ['Up_To_Date', 'Consistent', 'Inconsistent'] as const;
export type DataState = (typeof DATA_STATES)[number];

/** Where the destination's unsent writes are remembered. */
export const LOGGING_TO = ['Srl', 'Dcm'] as const;
export type LoggingTo = (typeof LOGGING_TO)[number];

/** What a destination is sent at first: everything, or nothing, since it is taken to hold what the source holds. */
export const INITIAL_COPIES = ['Full', 'Skip'] as const;
export type InitialCopy = (typeof INITIAL_COPIES)[number];

/**
 * What becomes of a stream that would hold more of the log than its share: it goes on by its map (Autodcm; Dcm while disconnected), hosts
 * wait (Dcm, Override and Fail while connected), writes fail (Fail while disconnected), or it is left behind until it is resumed (Off;
 * Override while disconnected). VVR's `srlprot`.
 */
export const SRL_PROTECTIONS = ['Autodcm', 'Dcm', 'Override', 'Fail', 'Off'] as const;
export type SrlProtection = (typeof SRL_PROTECTIONS)[number];

/** Whether hosts wait while too many writes are on their way; Override and Fail differ once the destination is lost. VVR's `latencyprot`. */
export const LATENCY_POLICIES = ['Off', 'Override', 'Fail'] as const;
export type LatencyPolicy = (typeof LATENCY_POLICIES)[number];

export interface LatencyProtection {
  readonly policy: LatencyPolicy;
  /** Writes that the destination lacks at most; host writes beyond it wait. */
  readonly highMark: number;
  /** They go on once fewer than this are lacking; below `highMark`. */
  readonly lowMark: number;
}

export const COMPRESSIONS = ['None', 'Lz4', 'Zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** What the marks of the latency protection, the bandwidth limit and the RPO may be at most. */
export const LATENCY_MARK_MAX = 10_000_000;
export const BANDWIDTH_MBPS_MAX = 1_000_000;
export const RPO_SECONDS_MAX = 31 * 24 * 3600;

/** Destinations of one volume, and of one consistency group, at most. */
export const DESTINATIONS_MAX = 8;

export interface SessionSettings {
  readonly transferMode: TransferMode;
  readonly splitMode: SplitMode;
  readonly recoveryMode: RecoveryMode;
  readonly srlProtection: SrlProtection;
  /** Most bytes of the log that may wait for this destination, MiB. */
  readonly srlShareMb: number;
  /** Silence after which the link counts as lost, seconds, 1 to 60. */
  readonly heartbeatTimeoutSeconds: number;
  /** A write that waits longer for a living destination puts the session into Error, milliseconds; 0 is never. */
  readonly maxWriteDelayMs: number;
  /** How long a starting source waits for its destination before it serves alone (split mode Automatic), seconds. */
  readonly startupWaitSeconds: number;
  readonly initialCopy: InitialCopy;
  readonly latencyProtection: LatencyProtection;
  /** Payload sent at most, megabits (10^6) a second; 0 is unlimited. */
  readonly bandwidthLimitMbps: number;
  readonly compression: Compression;
  /** A lag beyond this is a breach, seconds; 0 is no watch. */
  readonly rpoSeconds: number;
}

/** Hosts never wait for the destination. */
export function isAsynchronous({ transferMode }: Pick<SessionSettings, 'transferMode'>): boolean {
  return transferMode !== 'Synchronous';
}

/** Whether the destination is sent the records of a log; a Stack session is sent changed regions alone. */
export function isLogged({ transferMode }: Pick<SessionSettings, 'transferMode'>): boolean {
  return transferMode !== 'Stack';
}

/** Whether the destination is further behind than it may be (promise C32). */
export function isRpoBreached({ rpoSeconds }: Pick<SessionSettings, 'rpoSeconds'>, lagSeconds: number): boolean {
  return rpoSeconds > 0 && lagSeconds > rpoSeconds;
}

/** What holds now: an asynchronous mode keeps the split mode for later, and goes on alone meanwhile. */
export function splitModeNow(settings: SessionSettings): SplitMode {
  return isAsynchronous(settings) ? 'Automatic' : settings.splitMode;
}

export const DEFAULT_SESSION_SETTINGS: SessionSettings = {
  transferMode: 'Synchronous',
  splitMode: 'Automatic',
  recoveryMode: 'Automatic',
  srlProtection: 'Autodcm',
  srlShareMb: 512,
  heartbeatTimeoutSeconds: 10,
  maxWriteDelayMs: 30_000,
  startupWaitSeconds: 30,
  initialCopy: 'Full',
  latencyProtection: { policy: 'Off', highMark: 10_000, lowMark: 9_950 },
  bandwidthLimitMbps: 0,
  compression: 'None',
  rpoSeconds: 0,
};
