/** Saves what nodes last said, so that status can be read with any of them dead (promise C52). */
import type { EntityManager } from 'typeorm';
import { recordSamples } from '../copysession/session-sample.entity.js';
import { recordEvent, recordNodeEvents } from '../event/record-events.js';
import { nodeHref } from '../node/node.dto.js';
import { StorageNode } from '../node/storage-node.entity.js';
import type { Seen, Sighting } from './unsaved.js';

type Reached = Sighting & { readonly isReachable: true };

/** What was seen at all nodes since the last time, by as few statements as there are tables. */
export async function recordSightings(manager: EntityManager, sightings: readonly Sighting[]): Promise<void> {
  for (const sighting of sightings) if (sighting.isTurning) await tellReachability(manager, sighting);
  const reached = sightings.filter((sighting): sighting is Reached => sighting.isReachable);
  for (const { nodeId, ...sighting } of sightings) {
    if (sighting.isReachable) continue;
    await manager.query(
      `UPDATE storage_node SET unreachable_code = $2, unreachable_since = coalesce(unreachable_since, ${ago('$3')}),
         status = CASE WHEN $2 <> 'NODE_UNREACHABLE' THEN 'Error' WHEN is_in_maintenance THEN 'Maintenance' ELSE 'Offline' END
       WHERE id = $1`,
      [nodeId, sighting.code, secondsSince(sighting.sinceMs)],
    );
  }
  await recordNodes(manager, reached);
  await recordVolumes(manager, reached);
  const changedUids = await recordViews(manager, reached);
  const turningIds = sightings.filter(({ isTurning }) => isTurning).map(({ nodeId }) => nodeId);
  await chooseShownViews(manager, turningIds, changedUids);
  for (const { nodeId, nodeUid, seen } of reached) {
    const runId = seen.header.runIds[0] ?? '';
    await recordNodeEvents(manager, { nodeId, nodeUid, runId }, seen.events);
    if (seen.sampled.length > 0) await recordSamples(manager, nodeId, seen.sampled);
  }
}

/**
 * Judged by what the database knew before, so that it is told once, whoever leads. A node that knows itself in maintenance goes away and
 * comes back without a word; what it knows does not change while it is away.
 */
async function tellReachability(manager: EntityManager, sighting: Sighting): Promise<void> {
  const { nodeId: id, isReachable } = sighting;
  const node = await manager.findOneBy(StorageNode, { id });
  if (node === null || node.lastSeenTime === null || node.appliedSpec?.isInMaintenance === true) return;
  const wasReachable = node.unreachableSince === null;
  if (wasReachable && !isReachable) {
    const message = `Storage node ${node.name} cannot be reached (${sighting.code})`;
    await recordEvent(manager, 'Node_Offline', [nodeHref(id)], message);
  }
  if (!wasReachable && isReachable) {
    await recordEvent(manager, 'Node_Online', [nodeHref(id)], `Storage node ${node.name} can be reached again`);
  }
}

/** By the clock of the database, which all processes share. */
function ago(seconds: string): string {
  return `now() - make_interval(secs => ${seconds})`;
}

function secondsSince(monotonicMs: number): number {
  return Math.max(0, performance.now() - monotonicMs) / 1000;
}

async function recordNodes(manager: EntityManager, reached: readonly Reached[]): Promise<void> {
  if (reached.length === 0) return;
  const rows = reached.map(({ nodeId, timeMs, seen: { header, confirmedSpec } }) => {
    const { identity, ...figures } = header;
    return { id: nodeId, identity, figures, spec: confirmedSpec, seconds: secondsSince(timeMs) };
  });
  await manager.query(
    `UPDATE storage_node n SET identity = x.identity, figures = x.figures, last_seen_time = ${ago('x.seconds')},
       applied_spec = coalesce(x.spec, n.applied_spec), unreachable_code = NULL, unreachable_since = NULL,
       status = CASE WHEN n.is_in_maintenance THEN 'Maintenance' ELSE 'Online' END
     FROM jsonb_to_recordset($1::jsonb) AS x(id integer, identity jsonb, figures jsonb, spec jsonb, seconds float8) WHERE n.id = x.id`,
    [JSON.stringify(rows)],
  );
}

async function recordVolumes(manager: EntityManager, reached: readonly Reached[]): Promise<void> {
  const changed = reached.flatMap(({ seen }) => seen.volumes);
  if (changed.length > 0) {
    await manager.query(
      `UPDATE volume v SET observed = x.observed, status = x.observed->>'status'
       FROM jsonb_to_recordset($1::jsonb) AS x(uid uuid, observed jsonb)
       WHERE v.uid = x.uid AND (v.observed, v.status) IS DISTINCT FROM (x.observed, x.observed->>'status')`,
      [JSON.stringify(changed.map(({ spec: { uid }, ...observed }) => ({ uid, observed })))],
    );
  }
  for (const { nodeId, seen } of reached) {
    const [which, uids] = goneOf(seen, 'volumes');
    if (uids.length === 0 && seen.gone) continue;
    await manager.query(
      `UPDATE volume SET observed = NULL, status = 'Error'
       WHERE node_id = $1 AND is_established AND status <> 'Error' AND uid ${which}($2::uuid[])`,
      [nodeId, uids],
    );
  }
}

/** Those that are named as gone, or all but those that are named as there. */
function goneOf({ gone, ...there }: Seen, what: 'volumes' | 'sessions'): [which: string, uids: readonly string[]] {
  return gone ? ['= ANY', gone[what]] : ['<> ALL', there[what].map(({ spec }) => spec.uid)];
}

/** @returns sessions of which any view changed */
async function recordViews(manager: EntityManager, reached: readonly Reached[]): Promise<string[]> {
  const changed = reached.flatMap(({ nodeId, seen }) =>
    seen.sessions.map(({ spec: { uid }, ...observed }) => ({ node: nodeId, uid, observed })),
  );
  if (changed.length > 0) {
    await manager.query(
      `INSERT INTO copy_session_view AS v (session_id, node_id, observed)
       SELECT s.id, x.node, x.observed FROM jsonb_to_recordset($1::jsonb) AS x(node integer, uid uuid, observed jsonb)
       JOIN copy_session s ON s.uid = x.uid
       ON CONFLICT (session_id, node_id) DO UPDATE SET observed = excluded.observed WHERE v.observed IS DISTINCT FROM excluded.observed`,
      [JSON.stringify(changed)],
    );
  }
  const goneUids: string[] = [];
  for (const { nodeId, seen } of reached) {
    const [which, uids] = goneOf(seen, 'sessions');
    if (uids.length === 0 && seen.gone) continue;
    const [gone]: [{ uid: string }[]] = await manager.query(
      `DELETE FROM copy_session_view v USING copy_session s
       WHERE s.id = v.session_id AND v.node_id = $1 AND s.uid ${which}($2::uuid[]) RETURNING s.uid`,
      [nodeId, uids],
    );
    goneUids.push(...gone.map(({ uid }) => uid));
  }
  return [...changed.map(({ uid }) => uid), ...goneUids];
}

/** Which end's view of a session is shown: of those that can be reached the one that is further, else the source's; of those that cannot, the later. */
async function chooseShownViews(
  manager: EntityManager,
  nodeIds: readonly number[],
  sessionUids: readonly string[],
): Promise<void> {
  if (sessionUids.length > 0) await choose(manager, 'c.uid = ANY($1::uuid[])', sessionUids);
  if (nodeIds.length > 0)
    await choose(manager, 't.source_node_id = ANY($1) OR t.destination_node_id = ANY($1)', nodeIds);
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
