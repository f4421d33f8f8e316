/** Saves what nodes last said, so that status can be read with any of them dead (promise C52). */
import type { EntityManager } from 'typeorm';
import type { NodeEvent, NodeSpec, NodeState, SessionState } from '../../node-api/contract.js';
import { recordSamples } from '../copysession/session-sample.entity.js';
import { recordEvent, recordNodeEvents } from '../event/record-events.js';
import { nodeHref } from '../node/node.dto.js';
import { StorageNode } from '../node/storage-node.entity.js';
import type { Observation } from './desired.js';

/** How long figures that change with every heartbeat may be older than the rest. */
const HEARTBEAT_FIGURES_MS = 10_000;
/** How often what sessions count is kept for later comparison. */
const SAMPLE_MS = 10_000;

/** One observation of one node. */
export interface Sighting {
  readonly nodeId: number;
  readonly observation: Observation;
  readonly timeMs: number;
  /** The spec that the node confirmed meanwhile, if any. */
  readonly confirmedSpec: NodeSpec | null;
  readonly saved: SavedStates;
}

/** What was saved of one node's volumes and sessions: only what differs is written again. */
export class SavedStates {
  private readonly byUid = new Map<string, { text: string; steadyText: string; timeMs: number }>();
  private wasReachable: boolean | null = null;
  private sampledMs = -Infinity;
  /** The last event that was saved. */
  private lastEvent: { runId: string; sequence: number } | null = null;

  differing<T extends { spec: { uid: string } }>(states: readonly T[], nowMs: number): T[] {
    return states.filter((state) => {
      const known = this.byUid.get(state.spec.uid);
      const text = JSON.stringify(state);
      if (known?.text === text) return false;
      const steadyText = JSON.stringify(withoutHeartbeatFigures(state));
      if (known?.steadyText === steadyText && nowMs - known.timeMs < HEARTBEAT_FIGURES_MS) return false;
      this.byUid.set(state.spec.uid, { text, steadyText, timeMs: nowMs });
      return true;
    });
  }

  /** Whether the node's reachability differs from what was saved. */
  turnsTo(isReachable: boolean): boolean {
    const isTurning = this.wasReachable !== isReachable;
    this.wasReachable = isReachable;
    return isTurning;
  }

  /** Whether it is time for another sample. */
  isSampleDue(nowMs: number): boolean {
    if (nowMs - this.sampledMs < SAMPLE_MS) return false;
    this.sampledMs = nowMs;
    return true;
  }

  /** Events that were not saved yet, as far as is known here. */
  newEvents(runId: string, events: readonly NodeEvent[]): readonly NodeEvent[] {
    const saved = this.lastEvent?.runId === runId ? this.lastEvent.sequence : 0;
    this.lastEvent = { runId, sequence: events.at(-1)?.sequence ?? saved };
    return events.filter(({ sequence }) => sequence > saved);
  }

  forget(): void {
    this.byUid.clear();
    this.wasReachable = null;
    this.sampledMs = -Infinity;
    this.lastEvent = null;
  }
}

function withoutHeartbeatFigures(state: object): Partial<SessionState> {
  return { ...state, lastHeardTime: null, statistics: undefined };
}

export async function recordSighting(manager: EntityManager, sighting: Sighting): Promise<void> {
  const { nodeId, observation, saved } = sighting;
  const isTurning = saved.turnsTo(observation.isReachable);
  let isChanged = false;
  if (isTurning) await tellReachability(manager, sighting);
  if (observation.isReachable) {
    await recordNode(manager, sighting, observation.state);
    await recordVolumes(manager, sighting, observation.state);
    isChanged = await recordViews(manager, sighting, observation.state);
    await recordHappenings(manager, sighting, observation.state);
  } else {
    await manager.query(
      `UPDATE storage_node SET unreachable_code = $2, unreachable_since = coalesce(unreachable_since, ${ago('$3')}),
         status = CASE WHEN $2 <> 'NODE_UNREACHABLE' THEN 'Error' WHEN is_in_maintenance THEN 'Maintenance' ELSE 'Offline' END
       WHERE id = $1`,
      [nodeId, observation.code, secondsSince(observation.sinceMs)],
    );
  }
  if (isTurning || isChanged) await chooseShownViews(manager, nodeId);
}

/** Judged by what the database knew before, so that it is told once, whoever leads. */
async function tellReachability(manager: EntityManager, { nodeId, observation }: Sighting): Promise<void> {
  const node = await manager.findOneBy(StorageNode, { id: nodeId });
  if (node === null || node.lastSeenTime === null) return;
  const wasReachable = node.unreachableSince === null;
  if (wasReachable && !observation.isReachable) {
    const message = `Storage node ${node.name} cannot be reached (${observation.code})`;
    await recordEvent(manager, 'Node_Offline', [nodeHref(nodeId)], message);
  }
  if (!wasReachable && observation.isReachable) {
    await recordEvent(manager, 'Node_Online', [nodeHref(nodeId)], `Storage node ${node.name} can be reached again`);
  }
}

async function recordHappenings(
  manager: EntityManager,
  { nodeId, timeMs, saved }: Sighting,
  { identity: { nodeUid }, runIds, events, sessions }: NodeState,
): Promise<void> {
  const runId = runIds[0] ?? '';
  await recordNodeEvents(manager, { nodeId, nodeUid, runId }, saved.newEvents(runId, events));
  if (saved.isSampleDue(timeMs)) await recordSamples(manager, nodeId, sessions);
}

/** By the clock of the database, which all processes share. */
function ago(seconds: string): string {
  return `now() - make_interval(secs => ${seconds})`;
}

function secondsSince(monotonicMs: number): number {
  return Math.max(0, performance.now() - monotonicMs) / 1000;
}

async function recordNode(manager: EntityManager, sighting: Sighting, state: NodeState): Promise<void> {
  const { identity, runCounter, runIds, capacityBytes, usedBytes, srlUsedBytes } = state;
  await manager.query(
    `UPDATE storage_node SET identity = $2, figures = $3, last_seen_time = ${ago('$4')}, applied_spec = coalesce($5, applied_spec),
       unreachable_code = NULL, unreachable_since = NULL,
       status = CASE WHEN is_in_maintenance THEN 'Maintenance' ELSE 'Online' END WHERE id = $1`,
    [
      sighting.nodeId,
      JSON.stringify(identity),
      JSON.stringify({ runCounter, runIds, capacityBytes, usedBytes, srlUsedBytes }),
      secondsSince(sighting.timeMs),
      sighting.confirmedSpec && JSON.stringify(sighting.confirmedSpec),
    ],
  );
}

async function recordVolumes(
  manager: EntityManager,
  { nodeId, timeMs, saved }: Sighting,
  state: NodeState,
): Promise<void> {
  const changed = saved.differing(state.volumes, timeMs);
  if (changed.length > 0) {
    await manager.query(
      `UPDATE volume v SET observed = x.observed, status = x.observed->>'status'
       FROM jsonb_to_recordset($1::jsonb) AS x(uid uuid, observed jsonb) WHERE v.uid = x.uid`,
      [JSON.stringify(changed.map((volume) => ({ uid: volume.spec.uid, observed: volume })))],
    );
  }
  await manager.query(
    `UPDATE volume SET observed = NULL, status = 'Error'
     WHERE node_id = $1 AND is_established AND status <> 'Error' AND uid <> ALL($2::uuid[])`,
    [nodeId, state.volumes.map((volume) => volume.spec.uid)],
  );
}

/** @returns whether any view changed */
async function recordViews(
  manager: EntityManager,
  { nodeId, timeMs, saved }: Sighting,
  state: NodeState,
): Promise<boolean> {
  const changed = saved.differing(state.sessions, timeMs);
  if (changed.length > 0) {
    await manager.query(
      `INSERT INTO copy_session_view (session_id, node_id, observed)
       SELECT s.id, $1, x.observed FROM jsonb_to_recordset($2::jsonb) AS x(uid uuid, observed jsonb)
       JOIN copy_session s ON s.uid = x.uid
       ON CONFLICT (session_id, node_id) DO UPDATE SET observed = excluded.observed`,
      [nodeId, JSON.stringify(changed.map((session) => ({ uid: session.spec.uid, observed: session })))],
    );
  }
  const [, gone]: [unknown, number] = await manager.query(
    `DELETE FROM copy_session_view v USING copy_session s
     WHERE s.id = v.session_id AND v.node_id = $1 AND s.uid <> ALL($2::uuid[])`,
    [nodeId, state.sessions.map((session) => session.spec.uid)],
  );
  return changed.length + gone > 0;
}

/** Which end's view of a session is shown: of those that can be reached the one that is further, else the source's; of those that cannot, the later. */
function chooseShownViews(manager: EntityManager, nodeId: number): Promise<void> {
  return choose(manager, '$1 IN (source.node_id, destination.node_id)', nodeId);
}

export function chooseShownViewsOf(manager: EntityManager, streamUid: string): Promise<void> {
  return choose(manager, 't.uid = $1', streamUid);
}

async function choose(manager: EntityManager, ofWhich: string, value: unknown): Promise<void> {
  await manager.query(
    `UPDATE copy_session s SET shown_node_id = m.node_id, status = m.status, phase = m.phase
     FROM (
       SELECT DISTINCT ON (c.id) c.id, w.node_id,
              CASE WHEN t.lost_time IS NULL THEN coalesce(w.observed->>'status', 'Reserved') ELSE 'Error' END AS status,
              coalesce(w.observed->>'phase', 'No_Pair') AS phase
       FROM copy_session c
       JOIN stream t ON t.id = c.stream_id
       JOIN volume source ON source.id = c.source_volume_id
       JOIN volume destination ON destination.id = c.destination_volume_id
       LEFT JOIN copy_session_view w ON w.session_id = c.id
       LEFT JOIN storage_node n ON n.id = w.node_id
       WHERE ${ofWhich}
       ORDER BY c.id, (n.unreachable_since IS NULL) DESC,
                (w.observed->>'appliedGeneration')::bigint DESC NULLS LAST,
                (n.unreachable_since IS NULL AND w.node_id = source.node_id) DESC, n.last_seen_time DESC NULLS LAST
     ) m
     WHERE s.id = m.id AND (s.shown_node_id, s.status, s.phase) IS DISTINCT FROM (m.node_id, m.status, m.phase)`,
    [value],
  );
}
