import { isAsynchronous, type SessionPhase, type SessionStatus } from '../../model/session.js';
import type { SessionState } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { StreamError } from '../group/group-record.js';
import { isJoining } from '../group/member.js';
import type { Mirror } from '../group/mirror.js';
import type { LinkStatistics } from './link-statistics.js';
import { epochOf, statisticsOf } from './session-figures.js';

/** What a destination knows besides its group's record. */
export interface DestinationFigures {
  readonly status: SessionStatus;
  readonly error: StreamError | null;
  readonly isLinkUp: boolean;
  readonly lastHeardWallMs: number | null;
  readonly statistics: LinkStatistics;
}

/** What the session of a volume that joins shows of itself alone. */
const JOINING = { isJoining: true, phase: 'Copying', dataState: 'Inconsistent' } as const;

/** The sessions of a stream as their destination shows them to the control plane. */
export function destinationStates(group: Group, mirror: Mirror, figures: DestinationFigures): SessionState[] {
  const { spec, record, maps } = group.feed;
  const ofStream = stateOfStream(group, mirror, figures);
  return record.sessions.map((session) => {
    const member = group.members.get(session.slot);
    return {
      ...ofStream,
      ...(member !== undefined && isJoining(member) && JOINING),
      spec: session,
      totalBytes: member?.volume.sizeBytes ?? 0,
      uncopiedBytes: spec.run === 'Suspend' ? (maps.get(session.slot)?.markedBytes ?? 0) : 0,
    };
  });
}

type OfStream = Omit<SessionState, 'spec' | 'totalBytes' | 'uncopiedBytes'>;

function stateOfStream(group: Group, mirror: Mirror, figures: DestinationFigures): OfStream {
  const { spec, record } = group.feed;
  const { lastHeardWallMs } = figures;
  const behind = mirror.receivedLsn - mirror.durableLsn;
  return {
    role: 'destination',
    appliedGeneration: record.appliedGeneration,
    status: figures.status,
    phase: phaseOf(group, mirror, figures),
    dataState: mirror.dataState,
    effectiveMode: spec.settings.transferMode,
    loggingTo: spec.run === 'Suspend' ? 'Dcm' : 'Srl',
    error: figures.error,
    isJoining: false,
    throttle: 'None',
    isRpoBreached: false,
    isLinkUp: figures.isLinkUp,
    paths: [],
    lastHeardTime: lastHeardWallMs === null ? null : new Date(lastHeardWallMs).toISOString(),
    epoch: epochOf(group),
    headLsn: String(mirror.receivedLsn),
    durableLsn: String(mirror.durableLsn),
    transferredBytes: 0,
    resyncBytes: 0,
    lag: { writes: Math.max(0, behind), bytes: 0, seconds: 0 },
    statistics: statisticsOf(figures.statistics),
  };
}

function phaseOf({ feed }: Group, { dataState }: Mirror, { status }: DestinationFigures): SessionPhase {
  if (dataState === 'Inconsistent') return 'Copying';
  const isInTouch = dataState === 'Up_To_Date' || isAsynchronous(feed.spec.settings);
  return isInTouch || status !== 'Active' ? 'Equivalent' : 'Copying';
}
