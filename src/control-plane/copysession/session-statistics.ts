/**
 * What a session counted at the node whose view is shown, with the damage that the other end met: since those nodes started, or over an
 * interval (promise C53).
 */
import { Between, LessThanOrEqual, type EntityManager } from 'typeorm';
import { isStale } from '../node/node.dto.js';
import { CopySessionView, type CopySession } from './copy-session.entity.js';
import type { SessionStatisticsView } from './copy-session-view.dto.js';
import { shownNode } from './copy-session-view.js';
import { countsOf, damageOf, SessionSample, type SessionCounts, type SessionDamage } from './session-sample.entity.js';

/** Two ends are sampled within so long of each other. */
const SAMPLE_NEAR_MS = 30_000;

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
  if (intervalSeconds === null) return view(session, await sinceStart(manager, session));
  const { counts, seconds } = await overInterval(manager, session, intervalSeconds);
  return { ...view(session, counts), interval_seconds: seconds };
}

async function sinceStart(manager: EntityManager, session: CopySession): Promise<SessionCounts | null> {
  const state = session.views[0]?.observed;
  if (!state) return null;
  const nodeId = otherNodeId(session);
  const other = await manager.findOneBy(CopySessionView, { sessionId: session.id, nodeId });
  return withDamage(countsOf(state), other && damageOf(other.observed));
}

/** The latest sample less the latest one that is older than it by the interval; the oldest of all when none is. */
async function overInterval(manager: EntityManager, session: CopySession, seconds: number): Promise<Counted> {
  const ofSession = { sessionId: session.id, nodeId: shownNode(session).id };
  const latest = await manager.findOne(SessionSample, { where: ofSession, order: { time: 'DESC' } });
  if (!latest || !isWhole(latest.counts)) return { counts: null, seconds: null };
  const wantedTime = new Date(latest.time.getTime() - seconds * 1000);
  const before =
    (await manager.findOne(SessionSample, {
      where: { ...ofSession, time: LessThanOrEqual(wantedTime) },
      order: { time: 'DESC' },
    })) ?? (await manager.findOne(SessionSample, { where: ofSession, order: { time: 'ASC' } }));
  if (!before || before.time.getTime() === latest.time.getTime()) return { counts: null, seconds: null };
  const counted = difference({ ...NOTHING, ...before.counts }, { ...NOTHING, ...latest.counts });
  const nodeId = otherNodeId(session);
  const [then, now] = [
    await damageAt(manager, session.id, nodeId, before.time),
    await damageAt(manager, session.id, nodeId, latest.time),
  ];
  return {
    counts: withDamage(counted, damageSince(then, now)),
    seconds: (latest.time.getTime() - before.time.getTime()) / 1000,
  };
}

/** A destination's samples have its damage alone. */
function isWhole(counts: SessionSample['counts']): counts is SessionCounts {
  return 'messagesSent' in counts;
}

function otherNodeId(session: CopySession): number {
  const { sourceVolume, destinationVolume } = session;
  return shownNode(session).id === sourceVolume.node.id ? destinationVolume.node.id : sourceVolume.node.id;
}

/** Of the other end, about then; none is sampled while there is none. */
async function damageAt(manager: EntityManager, sessionId: number, nodeId: number, time: Date): Promise<SessionDamage> {
  const near = new Date(time.getTime() - SAMPLE_NEAR_MS);
  const sample = await manager.findOne(SessionSample, {
    where: { sessionId, nodeId, time: Between(near, time) },
    order: { time: 'DESC' },
  });
  return sample?.counts ?? NOTHING;
}

function withDamage(counts: SessionCounts, other: SessionDamage | null): SessionCounts {
  const { gaps, checksumErrors } = other ?? NOTHING;
  return { ...counts, gaps: counts.gaps + gaps, checksumErrors: counts.checksumErrors + checksumErrors };
}

function damageSince(before: SessionDamage, now: SessionDamage): SessionDamage {
  const { gaps, checksumErrors } = difference({ ...NOTHING, ...before }, { ...NOTHING, ...now });
  return { gaps, checksumErrors };
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
