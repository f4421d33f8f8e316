/** Writes into the desired state what the plan found to be true. Each fact checks that it still holds for the row it meets. */
import { IsNull, LessThan, type EntityManager } from 'typeorm';
import type { SessionSpec } from '../../node-api/contract.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { sessionHref } from '../copysession/copy-session-view.js';
import { recordEvent } from '../event/record-events.js';
import type { Jobs } from '../job/jobs.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import type { Fact } from './desired.js';
import { adoptSession, adoptVolume, volumeByUid } from './adoption.js';
import { JobOperationRow } from './job-operation.entity.js';
import { chooseShownView } from './record-observations.js';
import { believeNode, recordRestoration } from './restored-database.js';
import type { Savepoints } from './savepoints.js';
import { leaveTombstones, TombstoneRow } from './tombstone.entity.js';

/** What must be written before what refers to it, and removed after it. */
const ORDER: Record<Fact['fact'], number> = {
  'database-restored': 0,
  'node-believed': 0,
  'node-enrolled': 0,
  'volume-adopted': 1,
  'volume-established': 2,
  'volume-grown': 2,
  'session-adopted': 3,
  'session-overtaken': 3,
  'session-reissued': 3,
  'session-left-alone': 3,
  'session-established': 3,
  'session-lost': 3,
  'session-found': 3,
  'session-removed': 4,
  'volume-removed': 5,
  'tombstone-done': 6,
};

/**
 * A fact that cannot be written keeps none from the others.
 * @returns how many were written
 */
export async function recordFacts(
  manager: EntityManager,
  jobs: Jobs,
  savepoints: Savepoints,
  facts: readonly Fact[],
): Promise<number> {
  const inOrder = facts.toSorted((one, other) => ORDER[one.fact] - ORDER[other.fact]);
  let count = 0;
  for (const fact of inOrder) {
    if (await savepoints.try(nameOf(fact), manager, (inner) => record(inner, jobs, savepoints, fact))) count++;
  }
  return count;
}

function nameOf(fact: Fact): string {
  if ('state' in fact) return `${fact.fact} ${fact.state.spec.uid}`;
  if ('spec' in fact) return `${fact.fact} ${fact.spec.uid}`;
  return `${fact.fact} ${'uid' in fact ? fact.uid : 'nodeUid' in fact ? fact.nodeUid : fact.tombstone.uid}`;
}

async function record(manager: EntityManager, jobs: Jobs, savepoints: Savepoints, fact: Fact): Promise<void> {
  switch (fact.fact) {
    case 'database-restored':
      return recordRestoration(manager, jobs, savepoints, fact);
    case 'node-believed':
      return believeNode(manager, savepoints, fact.nodeUid, fact.volumes);
    case 'node-enrolled':
      await manager.update(StorageNode, { uid: fact.nodeUid }, { isEnrolled: true, enrolmentToken: null });
      return;
    case 'volume-adopted':
      return adoptVolume(manager, fact.nodeUid, fact.state);
    case 'volume-established':
      await manager.update(Volume, { uid: fact.uid }, { isEstablished: true });
      return;
    case 'volume-grown':
      await manager.update(
        Volume,
        { uid: fact.uid, sizeBytes: LessThan(fact.sizeBytes) },
        { sizeBytes: fact.sizeBytes },
      );
      return;
    case 'volume-removed':
      return removeVolume(manager, fact.uid);
    case 'session-adopted':
      return adoptSession(manager, fact.state.spec);
    case 'session-overtaken':
      return overtake(manager, fact.spec, fact.generation);
    case 'session-reissued':
      await manager.update(
        CopySession,
        { uid: fact.uid, issuedGeneration: LessThan(fact.generation) },
        { generation: fact.generation, issuedGeneration: fact.generation },
      );
      return;
    case 'session-left-alone':
      return leaveAlone(manager, fact.uid, Number(fact.operationId));
    case 'session-established':
      await manager.update(CopySession, { uid: fact.uid }, { isEstablished: true });
      return;
    case 'session-lost':
      return setLost(manager, fact.uid, new Date());
    case 'session-found':
      return setLost(manager, fact.uid, null);
    case 'session-removed':
      await manager.delete(CopySession, { uid: fact.uid, isDeleted: true });
      await leaveTombstones(manager, 'session', fact.uid, fact.leftAt);
      return;
    case 'tombstone-done':
      await manager.delete(TombstoneRow, fact.tombstone);
  }
}

async function setLost(manager: EntityManager, uid: CopySession['uid'], lostTime: Date | null): Promise<void> {
  await manager.update(CopySession, { uid }, { lostTime });
  await chooseShownView(manager, uid);
  const session = await manager.findOneBy(CopySession, { uid });
  if (!session) return;
  const [type, message] =
    lostTime === null
      ? (['Session_Recovered', 'Both storage nodes have the copy session again'] as const)
      : (['Session_Failed', 'A storage node does not have the copy session any more'] as const);
  await recordEvent(manager, type, sessionHref(session.id), message);
}

async function leaveAlone(manager: EntityManager, uid: CopySession['uid'], operationId: number): Promise<void> {
  const kind = 'session-suspend-alone';
  const { affected } = await manager.update(JobOperationRow, { id: operationId, endedTime: IsNull() }, { kind });
  const session = await manager.findOneBy(CopySession, { uid });
  if (affected !== 1 || !session) return;
  const generation = session.issuedGeneration + 1;
  await manager.update(
    CopySession,
    { uid },
    { generation, issuedGeneration: generation, lastChange: kind, isAlone: true },
  );
}

async function removeVolume(manager: EntityManager, uid: Volume['uid']): Promise<void> {
  const volume = await manager.findOneBy(Volume, { uid, isDeleted: true });
  if (!volume) return;
  const isUsed = await manager.existsBy(CopySession, [
    { sourceVolume: { id: volume.id } },
    { destinationVolume: { id: volume.id } },
  ]);
  // Found again by the next pass, when the session is gone.
  if (!isUsed) await manager.delete(Volume, { id: volume.id });
}

async function overtake(manager: EntityManager, spec: SessionSpec, generation: number): Promise<void> {
  const sourceVolume = await volumeByUid(manager, spec.source.volumeUid);
  const destinationVolume = await volumeByUid(manager, spec.destination.volumeUid);
  const session = await manager.findOneBy(CopySession, { uid: spec.uid, generation: LessThan(generation) });
  if (!sourceVolume || !destinationVolume || !session) return;
  await manager.update(
    CopySession,
    { id: session.id },
    {
      generation,
      issuedGeneration: Math.max(session.issuedGeneration, generation),
      resumedGeneration: spec.resumedGeneration,
      lastChange: 'session-change',
      sourceVolume: { id: sourceVolume.id },
      destinationVolume: { id: destinationVolume.id },
      settings: spec.settings,
      run: spec.run,
      isForced: spec.isForced,
      isAlone: spec.isAlone,
    },
  );
}
