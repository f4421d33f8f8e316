/** Takes up what a node has and the database does not know, under its old number where that is free. */
import type { EntityManager, EntityTarget } from 'typeorm';
import type { NodeUid } from '../../model/ids.js';
import type { SessionSpec, VolumeState } from '../../node-api/contract.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { nextVolumeNumber } from '../node/volume-number.js';
import { takenNames } from '../volume/taken-names.js';
import { Volume } from '../volume/volume.entity.js';

export function volumeByUid(manager: EntityManager, uid: Volume['uid']): Promise<Volume | null> {
  return manager.findOneBy(Volume, { uid });
}

export async function adoptVolume(manager: EntityManager, nodeUid: NodeUid, { spec }: VolumeState): Promise<void> {
  const node = await manager.findOneBy(StorageNode, { uid: nodeUid });
  if (!node || (await volumeByUid(manager, spec.uid))) return;
  await manager.insert(Volume, {
    ...(await freeId(manager, Volume, 'volume', spec.label)),
    uid: spec.uid,
    node: { id: node.id },
    number: await nextVolumeNumber(manager, node.id),
    name: await freeName(manager, node.id, spec.name),
    sizeBytes: spec.sizeBytes,
    writeCache: spec.writeCache,
    backing: spec.backing,
    isOverwrite: false,
    allowedClients: [...spec.allowedClients],
    isCopyProtected: spec.isCopyProtected,
    createdTime: new Date(spec.createdTime),
    isEstablished: true,
  });
}

export async function adoptSession(manager: EntityManager, spec: SessionSpec): Promise<void> {
  const sourceVolume = await volumeByUid(manager, spec.source.volumeUid);
  const destinationVolume = await volumeByUid(manager, spec.destination.volumeUid);
  if (!sourceVolume || !destinationVolume || (await manager.existsBy(CopySession, { uid: spec.uid }))) return;
  await manager.insert(CopySession, {
    ...(await freeId(manager, CopySession, 'copy_session', spec.label)),
    uid: spec.uid,
    generation: spec.generation,
    issuedGeneration: spec.generation,
    resumedGeneration: spec.resumedGeneration,
    lastChange: 'session-change',
    groupUid: spec.groupUid,
    slot: spec.slot,
    sourceVolume: { id: sourceVolume.id },
    destinationVolume: { id: destinationVolume.id },
    settings: spec.settings,
    srlSizeBytes: spec.srlSizeBytes,
    run: spec.run,
    isForced: spec.isForced,
    isAlone: spec.isAlone,
    // Whichever of its ends lacks it has lost it.
    isEstablished: true,
    requestor: 'system',
    createdTime: new Date(),
  });
}

/** The name, or if another volume of the node has it or may get it back, the name with a number, still of 32 characters at most. */
async function freeName(manager: EntityManager, nodeId: number, name: string): Promise<string> {
  for (let number = 2, tried = name; ; number++) {
    if ((await takenNames(manager, nodeId, [tried])).length === 0) return tried;
    tried = `${name.slice(0, 31 - String(number).length)}-${number}`;
  }
}

/** The label as the id if nobody has it; the sequence is moved past it, so that it is never given out again. */
async function freeId(
  manager: EntityManager,
  entity: EntityTarget<{ id: number }>,
  table: string,
  label: number,
): Promise<{ id?: number }> {
  if (label < 1 || label >= 2 ** 31 || (await manager.existsBy(entity, { id: label }))) return {};
  const sequence = `pg_get_serial_sequence('${table}', 'id')`;
  await manager.query(`SELECT setval(${sequence}, greatest(nextval(${sequence}), $1::bigint))`, [label]);
  return { id: label };
}
