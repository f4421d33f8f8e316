import type { RefusalDetail } from '../../errors/refusal.js';
import { DEFAULT_SESSION_SETTINGS, isAsynchronous, type SessionSettings } from '../../model/session.js';
import { MIB, SRL_SIZE_MIN_BYTES } from '../../model/sizes.js';
import { invalid } from '../http/validation.js';
import type { CreateSessionBody } from './copy-session.dto.js';
import type { ChangeSessionBody } from './session-settings.dto.js';

export const DEFAULT_SRL_SIZE_MB = 1024;

/** The settings with what the body names changed. */
export function withChanges(
  settings: SessionSettings,
  body: ChangeSessionBody & Pick<Partial<CreateSessionBody>, 'initial_copy'>,
): SessionSettings {
  return {
    transferMode: body.transfer_mode ?? settings.transferMode,
    splitMode: body.split_mode ?? settings.splitMode,
    recoveryMode: body.recovery_mode ?? settings.recoveryMode,
    srlProtection: body.srl_protection ?? settings.srlProtection,
    srlShareMb: body.srl_share_mb ?? settings.srlShareMb,
    heartbeatTimeoutSeconds: body.heartbeat_timeout_seconds ?? settings.heartbeatTimeoutSeconds,
    maxWriteDelayMs: body.max_write_delay_ms ?? settings.maxWriteDelayMs,
    startupWaitSeconds: body.startup_wait_seconds ?? settings.startupWaitSeconds,
    initialCopy: body.initial_copy ?? settings.initialCopy,
    latencyProtection: {
      policy: body.latency_protection?.policy ?? settings.latencyProtection.policy,
      highMark: body.latency_protection?.high_mark ?? settings.latencyProtection.highMark,
      lowMark: body.latency_protection?.low_mark ?? settings.latencyProtection.lowMark,
    },
    bandwidthLimitMbps: body.bandwidth_limit_mbps ?? settings.bandwidthLimitMbps,
    compression: body.compression ?? settings.compression,
    rpoSeconds: body.rpo_seconds ?? settings.rpoSeconds,
  };
}

export function newSettings(
  body: ChangeSessionBody & Pick<Partial<CreateSessionBody>, 'initial_copy' | 'srl_size_mb'>,
): { settings: SessionSettings; srlSizeBytes: number } {
  const srlSizeMb = body.srl_size_mb ?? DEFAULT_SRL_SIZE_MB;
  const srlShareMb = Math.min(DEFAULT_SESSION_SETTINGS.srlShareMb, srlSizeMb);
  return {
    settings: withChanges({ ...DEFAULT_SESSION_SETTINGS, srlShareMb }, body),
    srlSizeBytes: srlSizeMb * MIB,
  };
}

/**
 * An asynchronous mode goes on alone whatever the split mode is: to ask for one there is a mistake. What was asked for before is kept,
 * and holds again once the session is Synchronous.
 */
export function splitModeProblems(
  body: Pick<ChangeSessionBody, 'split_mode'>,
  wanted: SessionSettings,
): RefusalDetail[] {
  if (body.split_mode === undefined || !isAsynchronous(wanted)) return [];
  return [invalid('split_mode', `is of Synchronous sessions; ${wanted.transferMode} keeps what was set before`)];
}

/** What is wrong between settings that are each right for themselves. */
export function settingProblems(settings: SessionSettings, srlSizeBytes: number): RefusalDetail[] {
  const wrong: RefusalDetail[] = [];
  const { maxWriteDelayMs, heartbeatTimeoutSeconds, srlShareMb, latencyProtection } = settings;
  if (maxWriteDelayMs > 0 && maxWriteDelayMs <= heartbeatTimeoutSeconds * 1000) {
    wrong.push(invalid('max_write_delay_ms', 'must be 0 or above the heartbeat timeout'));
  }
  if (srlShareMb * MIB > srlSizeBytes) wrong.push(invalid('srl_share_mb', 'must not be above the size of the log'));
  if (latencyProtection.lowMark >= latencyProtection.highMark) {
    wrong.push(invalid('latency_protection.low_mark', 'must be below high_mark'));
  }
  return [...wrong, ...logSizeProblems(srlSizeBytes)];
}

export function logSizeProblems(srlSizeBytes: number): RefusalDetail[] {
  if (srlSizeBytes >= SRL_SIZE_MIN_BYTES) return [];
  return [{ parameter: 'srl_size_mb', code: 'SRL_TOO_SMALL', message: 'srl_size_mb must be 128 or more' }];
}
