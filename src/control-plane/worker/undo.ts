/** A job that fails leaves nothing behind that it made: what it created goes, what it changed is put back. */
import type { EntityManager } from 'typeorm';
import type { GroupUid, StreamUid } from '../../model/ids.js';
import { writeGroup, type GroupContent } from '../consistencygroup/group-content.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { takeBackMembership, writeStream } from '../copysession/stream-changes.js';
import { Stream } from '../copysession/stream.entity.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import type { JobOperationRow } from './job-operation.entity.js';
import { leaveTombstones } from './tombstone.entity.js';

/** @param operations of one job, in the order in which they were made; taken back in the opposite order */
export async function undoOperations(manager: EntityManager, operations: readonly JobOperationRow[]): Promise<void> {
  for (const operation of operations.toReversed()) await undo(manager, operation);
}

async function undo(manager: EntityManager, { kind, uid, before }: JobOperationRow): Promise<void> {
  switch (kind) {
    case 'node-create':
      await manager.delete(StorageNode, { uid });
      return;
    case 'node-change':
      await manager.update(StorageNode, { uid }, before);
      return;
    case 'volume-create':
      return forgetVolume(manager, uid);
    case 'volume-change':
    case 'volume-delete':
      await manager.update(Volume, { uid }, before);
      return;
    case 'volume-release':
      // Nothing was written for it, and hosts may have written since.
      return;
    case 'stream-create':
      return forgetStream(manager, uid as StreamUid);
    case 'stream-join':
    case 'stream-leave':
      await takeBackMembership(manager, uid as StreamUid);
      return writeStream(manager, uid as StreamUid, before);
    case 'group-change':
      return writeGroup(manager, uid as GroupUid, before as unknown as GroupContent);
    default:
      return writeStream(manager, uid as StreamUid, before);
  }
}

async function forgetVolume(manager: EntityManager, uid: string): Promise<void> {
  const volume = await manager.findOne(Volume, { where: { uid: uid as Volume['uid'] }, relations: { node: true } });
  if (!volume) return;
  const isUsed = await manager.existsBy(CopySession, [
    { sourceVolume: { id: volume.id } },
    { destinationVolume: { id: volume.id } },
  ]);
  if (isUsed) {
    // Its session is being deleted still; the reconciler removes the volume after it.
    await manager.update(Volume, { id: volume.id }, { isDeleted: true, isDeleteForced: true });
    return;
  }
  await leaveTombstones(manager, 'volume', uid, [volume.node.uid]);
  await manager.delete(Volume, { id: volume.id });
}

async function forgetStream(manager: EntityManager, uid: StreamUid): Promise<void> {
  const stream = await manager.findOne(Stream, {
    where: { uid },
    relations: { sourceNode: true, destinationNode: true, sessions: true },
  });
  // A deletion that replaced the creation sees to it.
  if (!stream || stream.isDeleted) return;
  const nodes = [stream.sourceNode.uid, stream.destinationNode.uid];
  for (const session of stream.sessions) await leaveTombstones(manager, 'session', session.uid, nodes);
  await manager.delete(Stream, { uid });
}
