/** Takes up what a node has and the database does not know, under its old number where that is free. */
import { In, Not, type EntityManager } from 'typeorm';
import { newUid, type NodeUid, type StreamUid } from '../../model/ids.js';
import type { SessionSpec, VolumeState } from '../../node-api/contract.js';
import { alignGroup } from '../consistencygroup/group-alignment.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { Stream } from '../copysession/stream.entity.js';
import { freeId } from '../database/free-id.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { freeVolumeNumber } from '../node/volume-number.js';
import { takenNames } from '../volume/taken-names.js';
import { Volume } from '../volume/volume.entity.js';

export async function adoptVolume(manager: EntityManager, nodeUid: NodeUid, { spec }: VolumeState): Promise<void> {
  const node = await manager.findOneBy(StorageNode, { uid: nodeUid });
  if (!node || (await manager.existsBy(Volume, { uid: spec.uid }))) return;
  await manager.insert(Volume, {
    ...(await freeId(manager, Volume, 'volume', spec.label)),
    uid: spec.uid,
    node: { id: node.id },
    number: await freeVolumeNumber(manager, node.id, spec.number),
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

/** @param specs all sessions of one stream, as one of its nodes has them */
export async function adoptStream(manager: EntityManager, specs: readonly SessionSpec[]): Promise<void> {
  const [spec] = specs;
  if (spec === undefined || (await manager.existsBy(CopySession, { uid: In(specs.map(({ uid }) => uid)) }))) return;
  const sourceNode = await manager.findOneBy(StorageNode, { uid: spec.source.nodeUid });
  const destinationNode = await manager.findOneBy(StorageNode, { uid: spec.destination.nodeUid });
  if (!sourceNode || !destinationNode) return;
  const uid = newUid<StreamUid>();
  const { groupUid, generation, resumedGeneration, settings, srlSizeBytes, run, isForced, isAlone } = spec;
  await manager.insert(Stream, {
    uid,
    groupUid,
    sourceNode: { id: sourceNode.id },
    destinationNode: { id: destinationNode.id },
    generation,
    issuedGeneration: generation,
    resumedGeneration,
    lastChange: 'stream-change',
    settings,
    srlSizeBytes,
    run,
    isForced,
    isAlone,
    // Whichever of its ends lacks it has lost it.
    isEstablished: true,
  });
  await matchSessions(manager, uid, specs);
}

/**
 * Makes the sessions of the stream be those that a node has.
 * @throws when a volume of them is not known: then it is tried again, with the volume
 */
export async function matchSessions(
  manager: EntityManager,
  streamUid: StreamUid,
  specs: readonly SessionSpec[],
): Promise<void> {
  const stream = await manager.findOneByOrFail(Stream, { uid: streamUid });
  await manager.delete(CopySession, { stream: { id: stream.id }, uid: Not(In(specs.map(({ uid }) => uid))) });
  for (const spec of specs) {
    const source = await manager.findOneByOrFail(Volume, { uid: spec.source.volumeUid });
    const destination = await manager.findOneByOrFail(Volume, { uid: spec.destination.volumeUid });
    const ends = { slot: spec.slot, sourceVolume: { id: source.id }, destinationVolume: { id: destination.id } };
    const known = await manager.findOneBy(CopySession, { uid: spec.uid });
    if (known) await manager.update(CopySession, { id: known.id }, { ...ends, membership: 'Member' });
    else {
      await manager.insert(CopySession, {
        ...ends,
        ...(await freeId(manager, CopySession, 'copy_session', spec.label)),
        uid: spec.uid,
        stream: { id: stream.id },
        requestor: 'system',
        createdTime: new Date(),
      });
    }
  }
  await alignGroup(manager, streamUid, specs[0]?.group);
}

/** The name, or if another volume of the node has it or may get it back, the name with a number, still of 32 characters at most. */
async function freeName(manager: EntityManager, nodeId: number, name: string): Promise<string> {
  for (let number = 2, tried = name; ; number++) {
    if ((await takenNames(manager, nodeId, [tried])).length === 0) return tried;
    tried = `${name.slice(0, 31 - String(number).length)}-${number}`;
  }
}
