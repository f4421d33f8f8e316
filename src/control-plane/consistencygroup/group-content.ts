import { In, Not, type EntityManager } from 'typeorm';
import type { GroupUid } from '../../model/ids.js';
import { Volume } from '../volume/volume.entity.js';
import { ConsistencyGroup } from './consistency-group.entity.js';

/** What a request changes of a group. */
export interface GroupContent {
  readonly name: string;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly volumeId: number;
  readonly slot: number;
}

export async function writeGroup(
  manager: EntityManager,
  uid: GroupUid,
  { name, members }: GroupContent,
): Promise<void> {
  const group = await manager.findOneBy(ConsistencyGroup, { uid });
  if (!group) return;
  const { id } = group;
  await manager.update(ConsistencyGroup, { id }, { name });
  const ids = members.map(({ volumeId }) => volumeId);
  await manager.update(Volume, { consistencyGroup: { id }, id: Not(In(ids)) }, { consistencyGroup: null, slot: 0 });
  for (const { volumeId, slot } of members) {
    await manager.update(Volume, { id: volumeId }, { consistencyGroup: { id }, slot });
  }
}
