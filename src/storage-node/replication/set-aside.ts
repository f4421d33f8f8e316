import { isRefusal, type Refusal } from '../../errors/refusal.js';
import type { VolumeUid } from '../../model/ids.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { GroupRecord } from '../group/group-record.js';

/**
 * A group that cannot be opened: its log is damaged, or a volume's device is gone. The other groups of the node go on without it. Its
 * volumes stay closed to hosts, since what they wrote would be in no log and no map. It is tried again at the next start, or given up
 * by deleting its session.
 */
export interface SetAside {
  readonly record: GroupRecord;
  readonly refusal: Refusal;
  readonly since: Date;
}

/** Whether a group may be set aside for it. What a newer version wrote must be left to that version, all of it. */
export function isReasonToSetAside(error: unknown): error is Refusal {
  return isRefusal(error) && error.code !== 'FORMAT_UNSUPPORTED';
}

export function volumeUidsOf({ role, sessions }: GroupRecord): VolumeUid[] {
  return sessions.map((spec) => (role === 'source' ? spec.source : spec.destination).volumeUid);
}

/** What can be said of its session without log and maps. */
export function stateOfSetAside({ record, refusal, since }: SetAside, spec: SessionSpec): SessionState {
  const { role, appliedGeneration, stream, mirror, lineage, durableLsn } = record;
  const epoch = lineage.at(-1);
  return {
    spec,
    role,
    appliedGeneration,
    status: 'Error',
    phase: role === 'source' ? stream.phase : 'Copying',
    dataState: role === 'source' ? stream.dataState : mirror.dataState,
    effectiveMode: spec.settings.transferMode,
    loggingTo: 'Dcm',
    error: { code: refusal.code, message: refusal.message, time: since.toISOString() },
    isLinkUp: false,
    lastHeardTime: null,
    epoch: { number: epoch?.number ?? 0, id: epoch?.id ?? '0'.repeat(16) },
    headLsn: String(durableLsn),
    durableLsn: String(durableLsn),
    totalBytes: 0,
    uncopiedBytes: 0,
    transferredBytes: stream.transferredBytes,
    resyncBytes: stream.resyncBytes,
    lag: { writes: 0, bytes: 0, seconds: 0 },
    statistics: {
      messagesSent: 0,
      messagesReceived: 0,
      roundTripMs: 0,
      timeouts: 0,
      gaps: 0,
      checksumErrors: 0,
      reconnects: 0,
    },
  };
}
