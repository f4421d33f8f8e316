/** What a copy session can be asked for and what it can say of itself. The values are those of the REST contract. */

export const TRANSFER_MODES = ['Synchronous'] as const;
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

export const INITIAL_COPIES = ['Full'] as const;
export type InitialCopy = (typeof INITIAL_COPIES)[number];

export const SRL_PROTECTIONS = ['Autodcm'] as const;
export type SrlProtection = (typeof SRL_PROTECTIONS)[number];

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
};
