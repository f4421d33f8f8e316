/** Named groups follow what their streams carry: a group is where its source is, and streams that nodes show may be of a group unknown here. */
import type { EntityManager } from 'typeorm';
import type { StreamUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import type { GroupName } from '../../node-api/contract.js';
import type { CopySession } from '../copysession/copy-session.entity.js';
import { Stream } from '../copysession/stream.entity.js';
import { freeId } from '../database/free-id.js';
import { Volume } from '../volume/volume.entity.js';
import { ConsistencyGroup } from './consistency-group.entity.js';

/**
 * Makes the group of the stream have the source volumes of its streams. A group that is not known here, since the database was lost, gets the
 * number and the name that nodes know it by; one of several volumes that nodes know no name of, one made from its uid.
 */
export async function alignGroup(manager: EntityManager, streamUid: StreamUid, told?: GroupName): Promise<void> {
  const { groupUid } = await manager.findOneByOrFail(Stream, { uid: streamUid });
  const [stream] = await manager.find(Stream, {
    where: { groupUid },
    relations: { sourceNode: true, sessions: { sourceVolume: { consistencyGroup: true } } },
    order: { id: 'ASC', sessions: { slot: 'ASC' } },
  });
  const sessions = stream!.sessions.filter(({ membership }) => membership !== 'Leaving');
  const known =
    (await manager.findOneBy(ConsistencyGroup, { uid: groupUid })) ?? (await unusedGroup(manager, sessions));
  if (known === null && told === undefined && sessions.length < 2) return;
  const nodeId = stream!.sourceNode.id;
  const name = await freeGroupName(
    manager,
    nodeId,
    known?.name ?? told?.name ?? `group-${groupUid.slice(0, 8)}`,
    known?.id,
  );
  const nextSlot = Math.max(known?.nextSlot ?? 0, ...sessions.map(({ slot }) => slot + 1));
  const { id } = await manager.save(ConsistencyGroup, {
    ...(known ? { id: known.id } : await freeId(manager, ConsistencyGroup, 'consistency_group', told?.label ?? 0)),
    uid: groupUid,
    name,
    node: { id: nodeId },
    srlSizeMb: known?.srlSizeMb ?? stream!.srlSizeBytes / MIB,
    nextSlot,
  });
  await manager.update(Volume, { consistencyGroup: { id } }, { consistencyGroup: null, slot: 0 });
  for (const { slot, sourceVolume } of sessions) {
    await manager.update(Volume, { id: sourceVolume.id }, { consistencyGroup: { id }, slot });
  }
}

/** A group of these volumes that has no streams here: it got its first, and with it another uid, when this database was not there. */
async function unusedGroup(manager: EntityManager, sessions: readonly CopySession[]): Promise<ConsistencyGroup | null> {
  const group = sessions.map(({ sourceVolume }) => sourceVolume.consistencyGroup).find((each) => each !== null);
  if (!group || (await manager.existsBy(Stream, { groupUid: group.uid }))) return null;
  return group;
}

/** The name, or if another group of the node has it, the name with a number. */
async function freeGroupName(
  manager: EntityManager,
  nodeId: number,
  name: string,
  ownId: number | undefined,
): Promise<string> {
  for (let number = 2, tried = name; ; number++) {
    const taken = await manager.findOneBy(ConsistencyGroup, { node: { id: nodeId }, name: tried });
    if (taken === null || taken.id === ownId) return tried;
    tried = `${name.slice(0, 31 - String(number).length)}-${number}`;
  }
}
