/** Writes events down, each exactly once (promise C54); to be called by the one worker that leads. */
import { In, type EntityManager } from 'typeorm';
import { EVENTS, type EventType } from '../../model/event.js';
import type { NodeEvent } from '../../node-api/contract.js';
import { ConsistencyGroup } from '../consistencygroup/consistency-group.entity.js';
import { groupHref } from '../consistencygroup/consistency-group-view.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { sessionHref } from '../copysession/copy-session-view.js';
import { nodeHref } from '../node/node.dto.js';
import { volumeHref } from '../volume/volume-view.js';
import { Volume } from '../volume/volume.entity.js';
import { EventRow } from './event.entity.js';

/** Far more than all nodes together still show: what was forgotten here is not taken for new when a node is looked at afresh. */
export const EVENTS_KEPT = 100_000;

/** Any number that no other advisory lock of this database uses. */
const EVENT_LOCK = 5665_004;

/** The node that shows the events, in its present run. */
export interface EventOrigin {
  readonly nodeId: number;
  readonly nodeUid: string;
  readonly runId: string;
}

/** @param events of one run of one node, in any part known already */
export async function recordNodeEvents(
  manager: EntityManager,
  { nodeId, nodeUid, runId }: EventOrigin,
  events: readonly NodeEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const known = await manager.find(EventRow, {
    select: { sequence: true },
    where: { nodeUid, runId, sequence: In(events.map(({ sequence }) => sequence)) },
  });
  const isKnown = new Set(known.map(({ sequence }) => sequence));
  const fresh = events.filter(({ sequence }) => !isKnown.has(sequence));
  if (fresh.length === 0) return;
  const hrefs = await hrefsOf(manager, fresh);
  await lockEvents(manager);
  for (const { sequence, time, type, groupUid, sessionUids, volumeUid, message } of fresh) {
    const about = [groupUid, volumeUid, ...sessionUids].flatMap((uid) => (uid === null ? [] : (hrefs.get(uid) ?? [])));
    const resourceHrefs = about.length > 0 ? about : [nodeHref(nodeId)];
    await insert(manager, { type, resourceHrefs, message, time: new Date(time), nodeUid, runId, sequence });
  }
  await forgetOld(manager);
}

/** What only the control plane knows, at the moment it finds it out. */
export async function recordEvent(
  manager: EntityManager,
  type: EventType,
  resourceHrefs: readonly string[],
  message: string,
): Promise<void> {
  const origin = { nodeUid: null, runId: null, sequence: null };
  await lockEvents(manager);
  await insert(manager, { type, resourceHrefs: [...resourceHrefs], message, time: new Date(), ...origin });
  await forgetOld(manager);
}

/**
 * Held until the end of the transaction, so that events become visible in the order of their ids: whoever has read up to one of them, as
 * streams and pages do, has missed none before it.
 */
async function lockEvents(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [EVENT_LOCK]);
}

function insert(manager: EntityManager, event: Omit<EventRow, 'id' | 'severity'>): Promise<unknown> {
  return manager.insert(EventRow, { ...event, severity: EVENTS[event.type] });
}

/** Groups that were made, volumes and sessions that the events name, by uid; what is gone meanwhile is left out. */
async function hrefsOf(manager: EntityManager, events: readonly NodeEvent[]): Promise<ReadonlyMap<string, string>> {
  const groupUids = events.flatMap((event) => event.groupUid ?? []);
  const sessionUids = events.flatMap((event) => event.sessionUids);
  const volumeUids = events.flatMap((event) => event.volumeUid ?? []);
  const sessions = await manager.find(CopySession, {
    select: { id: true, uid: true },
    where: { uid: In(sessionUids) },
  });
  const volumes = await manager.find(Volume, { select: { id: true, uid: true }, where: { uid: In(volumeUids) } });
  const groups = await manager.find(ConsistencyGroup, {
    select: { id: true, uid: true },
    where: { uid: In(groupUids) },
  });
  return new Map<string, string>([
    ...groups.map(({ uid, id }) => [uid, groupHref(id)] as const),
    ...sessions.map(({ uid, id }) => [uid, sessionHref(id)] as const),
    ...volumes.map(({ uid, id }) => [uid, volumeHref(id)] as const),
  ]);
}

async function forgetOld(manager: EntityManager): Promise<void> {
  await manager.query('DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - $1::integer', [EVENTS_KEPT]);
}
