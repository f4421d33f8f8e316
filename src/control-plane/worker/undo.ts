/** A job that fails leaves nothing behind that it made: what it created goes, what it changed is put back. */
import type { EntityManager } from 'typeorm';
import { CopySession } from '../copysession/copy-session.entity.js';
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
    case 'session-create':
      return forgetSession(manager, uid);
    default:
      await manager.update(CopySession, { uid }, before);
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

async function forgetSession(manager: EntityManager, uid: string): Promise<void> {
  const session = await manager.findOne(CopySession, {
    where: { uid: uid as CopySession['uid'] },
    relations: { sourceVolume: { node: true }, destinationVolume: { node: true } },
  });
  // A deletion that replaced the creation sees to it.
  if (!session || session.isDeleted) return;
  const nodes = [session.sourceVolume.node.uid, session.destinationVolume.node.uid];
  await leaveTombstones(manager, 'session', uid, nodes);
  await manager.delete(CopySession, { id: session.id });
}
