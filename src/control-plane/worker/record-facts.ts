/** Writes into the desired state what the plan found to be true. Each fact checks that it still holds for the row it meets. */
import { IsNull, LessThan, type EntityManager } from 'typeorm';
import type { StreamUid } from '../../model/ids.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { sessionHref } from '../copysession/copy-session-view.js';
import { recordEvent } from '../event/record-events.js';
import { Stream } from '../copysession/stream.entity.js';
import type { Jobs } from '../job/jobs.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import type { Fact } from './desired.js';
import { adoptStream, adoptVolume, matchSessions } from './adoption.js';
import { JobOperationRow } from './job-operation.entity.js';
import { chooseShownViewsOf } from './record-observations.js';
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
  'stream-adopted': 3,
  'stream-overtaken': 3,
  'stream-reissued': 3,
  'stream-left-alone': 3,
  'stream-established': 3,
  'stream-lost': 3,
  'stream-found': 3,
  'stream-removed': 4,
  'volume-removed': 5,
  'tombstone-done': 6,
};

/** At once, so that nobody waits for long: the next plan finds the rest again. A hundred nodes with all that they have may be registered anew. */
const FACTS_MAX = 500;

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
  const inOrder = facts.toSorted((one, other) => ORDER[one.fact] - ORDER[other.fact] || labelOf(one) - labelOf(other));
  let count = 0;
  for (const fact of inOrder) {
    if (count === FACTS_MAX) break;
    if (await savepoints.try(nameOf(fact), manager, (inner) => record(inner, jobs, savepoints, fact))) count++;
  }
  return count;
}

/** What is taken up comes in the order in which it was made. */
function labelOf(fact: Fact): number {
  if (fact.fact === 'volume-adopted') return fact.state.spec.label;
  return fact.fact === 'stream-adopted' ? fact.specs[0]!.label : 0;
}

function nameOf(fact: Fact): string {
  if ('state' in fact) return `${fact.fact} ${fact.state.spec.uid}`;
  if (fact.fact === 'stream-adopted') return `${fact.fact} ${fact.specs[0]!.uid}`;
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
    case 'stream-adopted':
      return adoptStream(manager, fact.specs);
    case 'stream-overtaken':
      return overtake(manager, fact.uid, fact.specs, fact.generation);
    case 'stream-reissued':
      await manager.update(
        Stream,
        { uid: fact.uid, issuedGeneration: LessThan(fact.generation) },
        { generation: fact.generation, issuedGeneration: fact.generation },
      );
      return;
    case 'stream-left-alone':
      return leaveAlone(manager, fact.uid, Number(fact.operationId));
    case 'stream-established':
      await manager.update(Stream, { uid: fact.uid }, { isEstablished: true });
      return;
    case 'stream-lost':
      return setLost(manager, fact.uid, new Date());
    case 'stream-found':
      return setLost(manager, fact.uid, null);
    case 'stream-removed':
      await manager.delete(Stream, { uid: fact.uid, isDeleted: true });
      for (const uid of fact.sessionUids) await leaveTombstones(manager, 'session', uid, fact.leftAt);
      return;
    case 'tombstone-done':
      await manager.delete(TombstoneRow, fact.tombstone);
  }
}

async function setLost(manager: EntityManager, uid: StreamUid, lostTime: Date | null): Promise<void> {
  await manager.update(Stream, { uid }, { lostTime });
  await chooseShownViewsOf(manager, uid);
  const sessions = await manager.find(CopySession, { where: { stream: { uid } }, order: { id: 'ASC' } });
  if (sessions.length === 0) return;
  const [type, message] =
    lostTime === null
      ? (['Session_Recovered', 'Both storage nodes have the copy session again'] as const)
      : (['Session_Failed', 'A storage node does not have the copy session any more'] as const);
  const hrefs = sessions.map(({ id }) => sessionHref(id));
  await recordEvent(manager, type, hrefs, message);
}

async function leaveAlone(manager: EntityManager, uid: StreamUid, operationId: number): Promise<void> {
  const kind = 'stream-suspend-alone';
  const { affected } = await manager.update(JobOperationRow, { id: operationId, endedTime: IsNull() }, { kind });
  const stream = await manager.findOneBy(Stream, { uid });
  if (affected !== 1 || !stream) return;
  const generation = stream.issuedGeneration + 1;
  await manager.update(Stream, { uid }, { generation, issuedGeneration: generation, lastChange: kind, isAlone: true });
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

async function overtake(
  manager: EntityManager,
  uid: StreamUid,
  specs: readonly SessionSpec[],
  generation: number,
): Promise<void> {
  const [spec] = specs;
  const stream = await manager.findOneBy(Stream, { uid, generation: LessThan(generation) });
  if (!spec || !stream) return;
  const sourceNode = await manager.findOneByOrFail(StorageNode, { uid: spec.source.nodeUid });
  const destinationNode = await manager.findOneByOrFail(StorageNode, { uid: spec.destination.nodeUid });
  await manager.update(
    Stream,
    { uid },
    {
      generation,
      issuedGeneration: Math.max(stream.issuedGeneration, generation),
      resumedGeneration: spec.resumedGeneration,
      lastChange: 'stream-change',
      sourceNode: { id: sourceNode.id },
      destinationNode: { id: destinationNode.id },
      settings: spec.settings,
      run: spec.run,
      isForced: spec.isForced,
      isAlone: spec.isAlone,
    },
  );
  await matchSessions(manager, uid, specs);
}
