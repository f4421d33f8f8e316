import { isAsynchronous, isRpoBreached, type SessionPhase, type SessionStatus } from '../../model/session.js';
import type { PathState, SessionState } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { StreamError } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Lag } from './lag.js';
import type { LinkStatistics } from './link-statistics.js';
import { epochOf, statisticsOf } from './session-figures.js';

/** What a stream knows besides its group's record. */
export interface SourceFigures {
  readonly status: SessionStatus;
  /** Whether acknowledgements wait for the destination. */
  readonly isWaitedFor: boolean;
  /** Whether records go to the destination's log, from wherever it is. */
  readonly isByLog: boolean;
  readonly isLinkUp: boolean;
  readonly paths: readonly PathState[];
  readonly lastHeardWallMs: number | null;
  readonly durableLsn: number;
  readonly lag: Lag;
  readonly statistics: LinkStatistics;
  /** Who answers in the place of the destination, or does not fit it; not an Error of the session: it is looked for on. */
  readonly peerFault: StreamError | null;
}

/** A source that starts, or meets its destination again, knows only what was before until both ends are compared. */
function phaseOf({ record, spec }: GroupStream, { status, isWaitedFor, isByLog }: SourceFigures): SessionPhase {
  const isInTouch = isAsynchronous(spec.settings) ? isByLog : isWaitedFor;
  return status === 'Active' && record.phase === 'Equivalent' && !isInTouch ? 'Copying' : record.phase;
}

function effectiveModeOf({ spec }: GroupStream, { isWaitedFor }: SourceFigures): SessionState['effectiveMode'] {
  const { settings } = spec;
  return isWaitedFor === isAsynchronous(settings) ? 'Through' : settings.transferMode;
}

/** Not an Error of the session: hosts are served, and the copy goes on by itself. */
function outageOf({ record, log, clock }: Group): SessionState['error'] {
  const { lostLog } = record;
  if (lostLog === null && log.failedBy === null) return null;
  const cause = lostLog?.cause ?? log.failedBy!.message;
  const time = lostLog?.time ?? new Date(clock.wallMs()).toISOString();
  return { code: 'LOG_FAILED', message: `Log of the source failed (${cause})`, time };
}

/** The sessions of a stream as their source shows them to the control plane. */
export function sourceStates(group: Group, stream: GroupStream, figures: SourceFigures): SessionState[] {
  const ofStream = stateOfStream(group, stream, figures);
  const { record, markedBytes } = stream;
  const { log } = group;
  // Of what the log holds it is not known which volume it is of: it is shared out as the marked regions are, or evenly.
  const loggedBytes = record.reliesFromLsn === null ? 0 : figures.lag.bytes(log.headRunningBytes);
  const shareOf = (marked: number): number => (markedBytes > 0 ? marked / markedBytes : 1 / record.sessions.length);
  return record.sessions.map((session) => {
    const totalBytes = group.members.get(session.slot)?.volume.sizeBytes ?? 0;
    const marked = stream.maps.get(session.slot)?.markedBytes ?? 0;
    const uncopiedBytes = Math.min(totalBytes, Math.ceil(marked + loggedBytes * shareOf(marked)));
    return { ...ofStream, spec: session, totalBytes, uncopiedBytes };
  });
}

type OfStream = Omit<SessionState, 'spec' | 'totalBytes' | 'uncopiedBytes'>;

function stateOfStream(group: Group, stream: GroupStream, figures: SourceFigures): OfStream {
  const { log, record: ofGroup, clock } = group;
  const { record } = stream;
  const { lag, lastHeardWallMs } = figures;
  const lagSeconds = lag.seconds(log.headLsn, clock.wallMs());
  return {
    role: 'source',
    appliedGeneration: record.appliedGeneration,
    status: figures.status,
    phase: phaseOf(stream, figures),
    dataState: record.dataState,
    effectiveMode: effectiveModeOf(stream, figures),
    loggingTo: record.reliesFromLsn === null ? 'Dcm' : 'Srl',
    error: ofGroup.rejection ?? record.error ?? figures.peerFault ?? outageOf(group),
    isJoining: false,
    throttle: 'None',
    isRpoBreached: isRpoBreached(stream.spec.settings, lagSeconds),
    isLinkUp: figures.isLinkUp,
    paths: figures.paths,
    lastHeardTime: lastHeardWallMs === null ? null : new Date(lastHeardWallMs).toISOString(),
    epoch: epochOf(group),
    headLsn: String(log.headLsn),
    durableLsn: String(figures.durableLsn),
    transferredBytes: record.transferredBytes,
    resyncBytes: record.resyncBytes,
    lag: {
      writes: lag.writes(log.headLsn),
      bytes: lag.bytes(log.headRunningBytes),
      seconds: lagSeconds,
    },
    statistics: statisticsOf(figures.statistics),
  };
}
