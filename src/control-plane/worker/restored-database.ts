/**
 * What happens when a node knows more than the database, which then was restored from an older copy: nothing is destroyed by what the
 * old copy wanted. Nodes are taken as they are, what they have and the database does not know is taken up, and operators are told.
 */
import { Logger } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { GroupUid, StreamUid } from '../../model/ids.js';
import { Refusal } from '../../errors/refusal.js';
import type { VolumeState } from '../../node-api/contract.js';
import { writeGroup, type GroupContent } from '../consistencygroup/group-content.js';
import { revertMembership, writeStream } from '../copysession/stream-changes.js';
import { Stream } from '../copysession/stream.entity.js';
import type { Jobs } from '../job/jobs.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import { isOfOurPast, raiseRevision, Revision } from './authority.entity.js';
import type { Fact } from './desired.js';
import { JobOperationRow } from './job-operation.entity.js';
import type { Savepoints } from './savepoints.js';
import { TombstoneRow } from './tombstone.entity.js';

const log = new Logger('restored database');

type Restoration = Fact & { readonly fact: 'database-restored' };

export async function recordRestoration(
  manager: EntityManager,
  jobs: Jobs,
  savepoints: Savepoints,
  { nodeUid, known }: Restoration,
): Promise<void> {
  if (await isOfOurPast(manager, known)) return;
  // From here it is: what came of it is taken up.
  await manager.insert(Revision, known);
  await raiseRevision(manager, known.number);
  // Of a restoration that was found out already, by a node that was seen before.
  if (await manager.existsBy(StorageNode, { uid: nodeUid, isTruth: true })) return;
  log.error(
    `Node ${nodeUid} knows revision ${known.number}, which the database does not: it was restored from an older copy. ` +
      'Unfinished jobs end, what it wanted to delete is kept, and the nodes are taken as they are.',
  );
  const operations = await manager.find(JobOperationRow, { relations: { job: true }, order: { id: 'DESC' } });
  const doubted = operations.filter(({ kind }) => !kind.startsWith('node-'));
  for (const operation of doubted) {
    await savepoints.try(`taking back ${operation.resourceHrefs.join(', ')}`, manager, (inner) =>
      forget(inner, operation),
    );
  }
  for (const jobId of new Set(doubted.map(({ job }) => job.id))) {
    const { code, message } = new Refusal('DATABASE_RESTORED');
    await jobs.end(jobId, { status: 'Error', error: { code, message } }, manager);
    await manager.delete(JobOperationRow, { job: { id: jobId } });
  }
  // What was deleted in the copy's past may be in use again in its future.
  await manager.createQueryBuilder().delete().from(TombstoneRow).execute();
  const kept = { isDeleted: false, isDeleteForced: false };
  await manager.createQueryBuilder().update(Volume).set(kept).execute();
  // Numbers handed out after the copy was made are above these: whoever knows one of them is right.
  await manager
    .createQueryBuilder()
    .update(Stream)
    .set({ ...kept, issuedGeneration: () => 'generation' })
    .execute();
  await manager.createQueryBuilder().update(StorageNode).set({ isTruth: true }).execute();
}

/** As if it had not been asked for: what it made is taken up again if a node has it. */
async function forget(manager: EntityManager, { kind, uid, before }: JobOperationRow): Promise<void> {
  if (kind === 'volume-create') await manager.delete(Volume, { uid });
  else if (kind === 'stream-create') await manager.delete(Stream, { uid });
  else if (kind === 'group-change') await writeGroup(manager, uid as GroupUid, before as unknown as GroupContent);
  else if (kind.startsWith('stream-')) {
    await revertMembership(manager, uid as StreamUid);
    await writeStream(manager, uid as StreamUid, before);
  } else if (Object.keys(before).length > 0) await manager.update(Volume, { uid }, before);
}

/** What is asked for since then is not put back. */
export async function believeNode(
  manager: EntityManager,
  savepoints: Savepoints,
  nodeUid: StorageNode['uid'],
  volumes: readonly VolumeState[],
): Promise<void> {
  const uids = volumes.map(({ spec }) => spec.uid);
  const underWay = await manager.findBy(JobOperationRow, { uid: In(uids) });
  const skipped = new Set(underWay.map(({ uid }) => uid));
  for (const { spec } of volumes.filter(({ spec: { uid } }) => !skipped.has(uid))) {
    const { uid, name, sizeBytes, writeCache, isCopyProtected } = spec;
    const shown = { name, sizeBytes, writeCache, isCopyProtected, allowedClients: [...spec.allowedClients] };
    await savepoints.try(`taking volume ${uid} as it is`, manager, async (inner) => {
      await inner.update(Volume, { uid }, { ...shown, isEstablished: true });
    });
  }
  await manager.update(StorageNode, { uid: nodeUid }, { isTruth: false });
}
