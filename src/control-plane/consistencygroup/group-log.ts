/** Which log the streams of a volume or group share. */
import type { EntityManager } from 'typeorm';
import { newUid, type GroupUid } from '../../model/ids.js';
import type { Stream } from '../copysession/stream.entity.js';
import { Volume } from '../volume/volume.entity.js';
import { JobOperationRow } from '../worker/job-operation.entity.js';
import { ConsistencyGroup } from './consistency-group.entity.js';

/**
 * The uid for a new stream. A group that has none begins a new log: what is left of an old one at a node that is away is not of it.
 * @param group null for a volume that is in none
 * @param others the streams that there are already
 */
export async function groupForNewStream(
  manager: EntityManager,
  group: ConsistencyGroup | null,
  others: readonly Stream[],
): Promise<GroupUid> {
  if (others.length > 0) return others[0]!.groupUid;
  const uid = newUid<GroupUid>();
  if (group === null) return uid;
  const { id } = group;
  const members = await manager.find(Volume, { where: { consistencyGroup: { id } }, order: { slot: 'ASC' } });
  for (const [slot, volume] of members.entries()) await manager.update(Volume, { id: volume.id }, { slot });
  await manager.update(ConsistencyGroup, { id }, { uid, nextSlot: members.length });
  return uid;
}

/** Also when its part of a job has ended and the job has not: it may be taken back yet. */
export function isGroupBusy(manager: EntityManager, { uid }: ConsistencyGroup): Promise<boolean> {
  return manager.existsBy(JobOperationRow, { uid });
}
