import type { SessionPhase, SessionStatus } from '../../model/session.js';
import type { SessionState } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { StreamError } from '../group/group-record.js';
import type { Lag } from './lag.js';
import type { LinkStatistics } from './link-statistics.js';
import { epochOf, markedBytes, statisticsOf, totalBytes } from './session-figures.js';

/** What a stream knows besides its group's record. */
export interface SourceFigures {
  readonly status: SessionStatus;
  /** Whether acknowledgements wait for the destination. */
  readonly isWaitedFor: boolean;
  readonly isLinkUp: boolean;
  readonly lastHeardWallMs: number | null;
  readonly durableLsn: number;
  readonly lag: Lag;
  readonly statistics: LinkStatistics;
  /** Who answers in the place of the destination, or does not fit it; not an Error of the session: it is looked for on. */
  readonly peerFault: StreamError | null;
}

/** A source that starts, or meets its destination again, knows only what was before until both ends are compared. */
function phaseOf(lastKnown: SessionPhase, { status, isWaitedFor }: SourceFigures): SessionPhase {
  return status === 'Active' && lastKnown === 'Equivalent' && !isWaitedFor ? 'Copying' : lastKnown;
}

/** Not an Error of the session: hosts are served, and the copy goes on by itself. */
function outageOf({ record, log, clock }: Group): SessionState['error'] {
  const { lostLog } = record;
  if (lostLog === null && log.failedBy === null) return null;
  const cause = lostLog?.cause ?? log.failedBy!.message;
  const time = lostLog?.time ?? new Date(clock.wallMs()).toISOString();
  return { code: 'LOG_FAILED', message: `Log of the source failed (${cause})`, time };
}

/** A session as its source shows it to the control plane. */
export function sourceState(group: Group, figures: SourceFigures): SessionState {
  const { log, record, clock } = group;
  const { stream } = record;
  const spec = record.sessions[0]!;
  const { lag, lastHeardWallMs } = figures;
  const loggedBytes = stream.reliesFromLsn === null ? 0 : lag.bytes(log.headRunningBytes);
  return {
    spec,
    role: 'source',
    appliedGeneration: record.appliedGeneration,
    status: figures.status,
    phase: phaseOf(stream.phase, figures),
    dataState: stream.dataState,
    effectiveMode: figures.isWaitedFor ? spec.settings.transferMode : 'Through',
    loggingTo: stream.reliesFromLsn === null ? 'Dcm' : 'Srl',
    error: record.rejection ?? stream.error ?? figures.peerFault ?? outageOf(group),
    isJoining: false,
    throttle: 'None',
    isRpoBreached: false,
    isLinkUp: figures.isLinkUp,
    paths: [],
    lastHeardTime: lastHeardWallMs === null ? null : new Date(lastHeardWallMs).toISOString(),
    epoch: epochOf(group),
    headLsn: String(log.headLsn),
    durableLsn: String(figures.durableLsn),
    totalBytes: totalBytes(group),
    uncopiedBytes: Math.min(totalBytes(group), markedBytes(group) + loggedBytes),
    transferredBytes: stream.transferredBytes,
    resyncBytes: stream.resyncBytes,
    lag: {
      writes: lag.writes(log.headLsn),
      bytes: lag.bytes(log.headRunningBytes),
      seconds: lag.seconds(log.headLsn, clock.wallMs()),
    },
    statistics: statisticsOf(figures.statistics),
  };
}
