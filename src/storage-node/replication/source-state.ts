import {
  isAsynchronous,
  isLogged,
  isRpoBreached,
  type SessionPhase,
  type SessionStatus,
  type TransferMode,
} from '../../model/session.js';
import type { PathState, SessionSpec, SessionState, Throttle } from '../../node-api/contract.js';
import type { Group } from '../group/group.js';
import type { StreamError } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import { isJoining, type Member } from '../group/member.js';
import type { Lag } from './lag.js';
import type { MapLag } from './map-lag.js';
import type { LinkStatistics } from './link-statistics.js';
import { epochOf, statisticsOf } from './session-figures.js';

/** What a stream knows besides its group's record. */
export interface SourceFigures {
  readonly status: SessionStatus;
  /** Whether the volumes that join wait for a slot to be copied. */
  readonly isJoiningReserved: boolean;
  /** Whether acknowledgements wait for the destination. */
  readonly isWaitedFor: boolean;
  /** Whether the destination holds a point in time and is kept at it, or led on from it by the log. */
  readonly isInTouch: boolean;
  readonly isLinkUp: boolean;
  readonly paths: readonly PathState[];
  readonly lastHeardWallMs: number | null;
  readonly durableLsn: number;
  readonly lag: Lag;
  readonly mapLag: MapLag;
  readonly throttle: Throttle;
  readonly statistics: LinkStatistics;
  /** Who answers in the place of the destination, or does not fit it; not an Error of the session: it is looked for on. */
  readonly peerFault: StreamError | null;
}

/** A source that starts, or meets its destination again, knows only what was before until both ends are compared. */
function phaseOf(stream: GroupStream, { status, isWaitedFor, isInTouch }: SourceFigures): SessionPhase {
  const { phase } = stream.record;
  const { settings } = stream.spec;
  if (status !== 'Active' || phase !== 'Equivalent') return phase;
  const isWhole = isAsynchronous(settings) ? isInTouch : isWaitedFor;
  // What is marked is not there, though the next pass may not have begun.
  const hasBacklog = !isLogged(settings) && stream.hasMarks;
  return isWhole && !hasBacklog ? 'Equivalent' : 'Copying';
}

/** What acknowledges now. While a session copies to come to its mode by the log, and while one still leaves it, that is none. */
function effectiveModeOf(group: Group, stream: GroupStream, figures: SourceFigures): SessionState['effectiveMode'] {
  const { settings } = stream.spec;
  const { transferMode } = settings;
  const isMoving = figures.status === 'Active' || figures.status === 'Reserved';
  const isCopying = isMoving && phaseOf(stream, figures) === 'Copying';
  const holds: Record<TransferMode, boolean> = {
    Synchronous: figures.isWaitedFor,
    Consistency: !figures.isWaitedFor && !isCopying && !group.isWithoutLog,
    Stack: !figures.isWaitedFor && stream.record.reliesFromLsn === null,
  };
  return holds[transferMode] ? transferMode : 'Through';
}

/** Not an Error of the session: hosts are served, and the copy goes on by itself. */
function outageOf({ record, log, clock }: Group): SessionState['error'] {
  const { lostLog } = record;
  if (lostLog?.kind === 'Unused') return null;
  if (lostLog === null && log.failedBy === null) return null;
  const cause = lostLog?.cause ?? log.failedBy!.message;
  const time = lostLog?.time ?? new Date(clock.wallMs()).toISOString();
  return { code: 'LOG_FAILED', message: `Log of the source failed (${cause})`, time };
}

/** The sessions of a stream as their source shows them to the control plane. */
export function sourceStates(group: Group, stream: GroupStream, figures: SourceFigures): SessionState[] {
  const ofStream = stateOfStream(group, stream, figures);
  const { record } = stream;
  const { log } = group;
  const joinedBytes = [...stream.maps].map(([slot, map]) => (isJoiningIn(group, slot) ? 0 : map.markedBytes));
  const markedBytes = joinedBytes.reduce((sum, bytes) => sum + bytes, 0);
  const joinedCount = record.sessions.filter(({ slot }) => !isJoiningIn(group, slot)).length;
  // Of what the log holds it is not known which volume it is of: it is shared out as the marked regions are, or evenly.
  const loggedBytes = record.reliesFromLsn === null ? 0 : figures.lag.bytes(log.headRunningBytes);
  const shareOf = (marked: number): number => (markedBytes > 0 ? marked / markedBytes : 1 / joinedCount);
  return record.sessions.map((session) => {
    const member = group.members.get(session.slot);
    const totalBytes = member?.volume.sizeBytes ?? 0;
    if (member !== undefined && isJoining(member)) {
      const status = figures.isJoiningReserved ? 'Reserved' : figures.status;
      return { ...joiningState(ofStream, session, member, stream), status };
    }
    const marked = stream.maps.get(session.slot)?.markedBytes ?? 0;
    const uncopiedBytes = Math.min(totalBytes, Math.ceil(marked + loggedBytes * shareOf(marked)));
    return { ...ofStream, spec: session, totalBytes, uncopiedBytes };
  });
}

function isJoiningIn({ members }: Group, slot: number): boolean {
  const member = members.get(slot);
  return member !== undefined && isJoining(member);
}

/** A volume that joins is copied by itself, whatever the others do. */
function joiningState(ofStream: OfStream, spec: SessionSpec, member: Member, stream: GroupStream): SessionState {
  const totalBytes = member.volume.sizeBytes;
  // Before the log tells of it, nothing is marked yet.
  const uncopiedBytes = member.record.addedLsn === null ? totalBytes : stream.maps.get(spec.slot)!.markedBytes;
  const own = { isJoining: true, phase: 'Copying', dataState: 'Inconsistent' } as const;
  return { ...ofStream, ...own, spec, totalBytes, uncopiedBytes };
}

type OfStream = Omit<SessionState, 'spec' | 'totalBytes' | 'uncopiedBytes'>;

function stateOfStream(group: Group, stream: GroupStream, figures: SourceFigures): OfStream {
  const { log, record: ofGroup, clock } = group;
  const { record } = stream;
  const { lag, lastHeardWallMs } = figures;
  const isByMap = record.reliesFromLsn === null;
  const now = clock.wallMs();
  const lagSeconds = Math.max(isByMap ? 0 : lag.seconds(log.headLsn, now), figures.mapLag.seconds(now));
  return {
    role: 'source',
    appliedGeneration: record.appliedGeneration,
    status: figures.status,
    phase: phaseOf(stream, figures),
    dataState: record.dataState,
    effectiveMode: effectiveModeOf(group, stream, figures),
    // In the last pass of a copy the log is kept, and the maps still tell what is to be copied.
    loggingTo: record.reliesFromLsn === null || record.mapsFromLsn !== null ? 'Dcm' : 'Srl',
    error: ofGroup.rejection ?? record.error ?? figures.peerFault ?? outageOf(group),
    isJoining: false,
    throttle: figures.throttle,
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
      writes: stream.markedRegions + (isByMap ? 0 : lag.writes(log.headLsn)),
      bytes: stream.markedBytes + (isByMap ? 0 : lag.bytes(log.headRunningBytes)),
      seconds: lagSeconds,
    },
    statistics: statisticsOf(figures.statistics),
  };
}
