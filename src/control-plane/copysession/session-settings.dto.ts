import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import {
  BANDWIDTH_MBPS_MAX,
  COMPRESSIONS,
  DEFAULT_SESSION_SETTINGS,
  LATENCY_MARK_MAX,
  LATENCY_POLICIES,
  RECOVERY_MODES,
  RPO_SECONDS_MAX,
  SPLIT_MODES,
  SRL_PROTECTIONS,
  TRANSFER_MODES,
  type Compression,
  type LatencyPolicy,
  type RecoveryMode,
  type SplitMode,
  type SrlProtection,
  type TransferMode,
} from '../../model/session.js';
import { MayBeAbsent } from '../http/may-be-absent.js';

const DEFAULTS = DEFAULT_SESSION_SETTINGS;
/** 1 TiB of log for one group. */
export const SRL_MB_MAX = 1024 * 1024;

const LATENCY = DEFAULTS.latencyProtection;

/** Fields that are left out stay as they are. */
export class LatencyProtectionBody {
  @ApiPropertyOptional({
    enum: LATENCY_POLICIES,
    enumName: 'LatencyPolicy',
    default: LATENCY.policy,
    description:
      'Whether host writes wait while high_mark of them are on their way. With the destination lost, Override lets them go on and Fail fails them.',
  })
  @MayBeAbsent()
  @IsIn(LATENCY_POLICIES)
  policy?: LatencyPolicy;

  @ApiPropertyOptional({ minimum: 2, maximum: LATENCY_MARK_MAX, default: LATENCY.highMark })
  @MayBeAbsent()
  @IsInt()
  @Min(2)
  @Max(LATENCY_MARK_MAX)
  high_mark?: number;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: LATENCY_MARK_MAX,
    default: LATENCY.lowMark,
    description: 'Below high_mark: host writes go on once fewer than this are on their way.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(LATENCY_MARK_MAX)
  low_mark?: number;
}

/** What can be changed of a live session. */
export class ChangeSessionBody {
  @ApiPropertyOptional({
    enum: TRANSFER_MODES,
    enumName: 'TransferMode',
    description:
      'When a host write completes: once it is in the log here and at the destination (Synchronous), in the log here (Consistency), or in the volume here with its region marked (Stack).',
  })
  @MayBeAbsent()
  @IsIn(TRANSFER_MODES)
  transfer_mode?: TransferMode;

  @ApiPropertyOptional({
    enum: SPLIT_MODES,
    enumName: 'SplitMode',
    default: DEFAULTS.splitMode,
    description:
      'Whether host writes go on when the destination is lost, or fail. Of Synchronous sessions: asynchronous modes keep it for later, and refuse it here.',
  })
  @MayBeAbsent()
  @IsIn(SPLIT_MODES)
  split_mode?: SplitMode;

  @ApiPropertyOptional({
    enum: RECOVERY_MODES,
    enumName: 'RecoveryMode',
    default: DEFAULTS.recoveryMode,
    description: 'Whether a returning link starts the resync by itself.',
  })
  @MayBeAbsent()
  @IsIn(RECOVERY_MODES)
  recovery_mode?: RecoveryMode;

  @ApiPropertyOptional({
    enum: SRL_PROTECTIONS,
    enumName: 'SrlProtection',
    default: DEFAULTS.srlProtection,
    description:
      'What happens when the share of the log is used up. Autodcm: unsent regions are marked in the change map, and hosts never wait. Dcm: hosts wait while the destination is connected, else as Autodcm. Override: hosts wait while it is connected, else the session goes to Error SRL_OVERFLOW. Fail: hosts wait while it is connected, else their writes fail. Off: Error SRL_OVERFLOW.',
  })
  @MayBeAbsent()
  @IsIn(SRL_PROTECTIONS)
  srl_protection?: SrlProtection;

  @ApiPropertyOptional({
    minimum: 16,
    maximum: SRL_MB_MAX,
    default: DEFAULTS.srlShareMb,
    description: 'Most of the log that may wait for this destination, MiB.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(16)
  @Max(SRL_MB_MAX)
  srl_share_mb?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 60, default: DEFAULTS.heartbeatTimeoutSeconds })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(60)
  heartbeat_timeout_seconds?: number;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 3_600_000,
    default: DEFAULTS.maxWriteDelayMs,
    description: '0 is never; else above the heartbeat timeout.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  max_write_delay_ms?: number;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 3600,
    default: DEFAULTS.startupWaitSeconds,
    description: 'How long a starting source waits for its destination before it serves alone.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(3600)
  startup_wait_seconds?: number;

  @ApiPropertyOptional({ type: LatencyProtectionBody })
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => LatencyProtectionBody)
  latency_protection?: LatencyProtectionBody;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: BANDWIDTH_MBPS_MAX,
    default: DEFAULTS.bandwidthLimitMbps,
    description: 'Payload sent at most, 10^6 bits a second; 0 is unlimited.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(BANDWIDTH_MBPS_MAX)
  bandwidth_limit_mbps?: number;

  @ApiPropertyOptional({ enum: COMPRESSIONS, enumName: 'Compression', default: DEFAULTS.compression })
  @MayBeAbsent()
  @IsIn(COMPRESSIONS)
  compression?: Compression;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: RPO_SECONDS_MAX,
    default: DEFAULTS.rpoSeconds,
    description: 'A lag beyond this is a breach; 0 is no watch.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(RPO_SECONDS_MAX)
  rpo_seconds?: number;
}
