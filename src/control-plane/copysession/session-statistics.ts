/** What a session counted at the node whose view is shown: since that node started, or over an interval (promise C53). */
import { LessThanOrEqual, type EntityManager } from 'typeorm';
import { isStale } from '../node/node.dto.js';
import type { CopySession } from './copy-session.entity.js';
import type { SessionStatisticsView } from './copy-session-view.dto.js';
import { shownNode } from './copy-session-view.js';
import { countsOf, SessionSample, type SessionCounts } from './session-sample.entity.js';

interface Counted {
  readonly counts: SessionCounts | null;
  /** Null while there are no two samples that far apart. */
  readonly seconds: number | null;
}

const NOTHING: SessionCounts = {
  messagesSent: 0,
  messagesReceived: 0,
  roundTripMs: 0,
  timeouts: 0,
  gaps: 0,
  checksumErrors: 0,
  reconnects: 0,
  stalls: 0,
  blocksSent: 0,
  retries: 0,
  payloadBytes: 0,
  wireBytes: 0,
  overflows: 0,
  throttles: 0,
  throttledMs: 0,
  transferredBytes: 0,
  resyncBytes: 0,
};

/** @param intervalSeconds null is since the node started */
export async function readStatistics(
  manager: EntityManager,
  session: CopySession,
  intervalSeconds: number | null,
): Promise<SessionStatisticsView> {
  if (intervalSeconds === null) return view(session, sinceStart(session));
  const { counts, seconds } = await overInterval(manager, session, intervalSeconds);
  return { ...view(session, counts), interval_seconds: seconds };
}

function sinceStart(session: CopySession): SessionCounts | null {
  const state = session.views[0]?.observed;
  return state ? countsOf(state) : null;
}

/** The latest sample less the latest one that is older than it by the interval; the oldest of all when none is. */
async function overInterval(manager: EntityManager, session: CopySession, seconds: number): Promise<Counted> {
  const ofSession = { sessionId: session.id, nodeId: shownNode(session).id };
  const latest = await manager.findOne(SessionSample, { where: ofSession, order: { time: 'DESC' } });
  if (!latest) return { counts: null, seconds: null };
  const wantedTime = new Date(latest.time.getTime() - seconds * 1000);
  const before =
    (await manager.findOne(SessionSample, {
      where: { ...ofSession, time: LessThanOrEqual(wantedTime) },
      order: { time: 'DESC' },
    })) ?? (await manager.findOne(SessionSample, { where: ofSession, order: { time: 'ASC' } }));
  if (!before || before.time.getTime() === latest.time.getTime()) return { counts: null, seconds: null };
  return {
    counts: difference(before.counts, latest.counts),
    seconds: (latest.time.getTime() - before.time.getTime()) / 1000,
  };
}

/** Counts begin anew when a node starts: what is below its former value was counted from 0. The round trip is no count. */
export function difference(before: SessionCounts, now: SessionCounts): SessionCounts {
  const names = Object.keys(NOTHING) as (keyof SessionCounts)[];
  const since = (name: keyof SessionCounts) => (now[name] < before[name] ? now[name] : now[name] - before[name]);
  const counted = Object.fromEntries(names.map((name) => [name, since(name)])) as unknown as SessionCounts;
  return { ...counted, roundTripMs: now.roundTripMs };
}

function view(session: CopySession, counted: SessionCounts | null): SessionStatisticsView {
  const node = shownNode(session);
  const counts = counted ?? NOTHING;
  return {
    copysession_id: session.id,
    end: session.views[0]?.observed.role ?? null,
    messages_sent: counts.messagesSent,
    messages_received: counts.messagesReceived,
    round_trip_ms: counts.roundTripMs,
    timeouts: counts.timeouts,
    gaps: counts.gaps,
    checksum_errors: counts.checksumErrors,
    reconnects: counts.reconnects,
    stalls: counts.stalls,
    blocks_sent: counts.blocksSent,
    retries: counts.retries,
    payload_bytes: counts.payloadBytes,
    wire_bytes: counts.wireBytes,
    compression_ratio: counts.wireBytes > 0 ? counts.payloadBytes / counts.wireBytes : null,
    overflows: counts.overflows,
    throttles: counts.throttles,
    throttled_ms: counts.throttledMs,
    transferred_bytes: counts.transferredBytes,
    resync_bytes: counts.resyncBytes,
    last_seen_time: node.lastSeenTime?.toISOString() ?? null,
    is_stale: isStale(node),
  };
}
