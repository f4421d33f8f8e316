/** Judges the ends of new copy sessions: everything that is wrong with them is named in one refusal (promise C48). */
import { In, type EntityManager } from 'typeorm';
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { DESTINATIONS_MAX } from '../../model/session.js';
import { boxidOf } from '../node/node.dto.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { takenNames } from '../volume/taken-names.js';
import { volumeRows } from '../volume/volume-view.js';
import type { Volume } from '../volume/volume.entity.js';
import { JobOperationRow } from '../worker/job-operation.entity.js';
import type { Stream } from './stream.entity.js';

export class Findings {
  private readonly details: RefusalDetail[] = [];

  add(...details: readonly RefusalDetail[]): void {
    this.details.push(...details);
  }

  note(code: ErrorName, parameter: string, factor: string | number): void {
    this.details.push({ code, parameter, message: `${ERRORS[code].text} (${parameter}: ${factor})` });
  }

  /** @throws Refusal with the first thing that is wrong as its code, and everything as its details */
  throwIfAny(): void {
    const [first] = this.details;
    if (first === undefined) return;
    const parameters = [...new Set(this.details.map(({ parameter }) => parameter))];
    throw new Refusal(first.code, parameters.join(', '), this.details);
  }
}

export function findVolume(manager: EntityManager, id: number): Promise<Volume | null> {
  return volumeRows(manager).where('volume.id = :id', { id }).getOne();
}

/** Whether the volume may be a source, whatever its destination. */
export async function judgeSource(
  manager: EntityManager,
  source: Volume,
  parameter: string,
  findings: Findings,
): Promise<void> {
  if (source.destinationSessions.length > 0) findings.note('VOLUME_ALREADY_DESTINATION', parameter, source.name);
  if (await isBusy(manager, source)) findings.note('VOLUME_BUSY', parameter, source.name);
  if (source.node.isInMaintenance) findings.note('NODE_MAINTENANCE', parameter, source.node.name);
}

/** @param others the streams that the source, or its group, has already */
export async function judgeOthers(
  manager: EntityManager,
  others: readonly Stream[],
  parameter: string,
  findings: Findings,
): Promise<void> {
  if (others.length >= DESTINATIONS_MAX) findings.note('VOLUME_DESTINATIONS_MAX', parameter, others.length);
  // Roles that are being exchanged may be exchanged back.
  const uids = others.map(({ uid }) => uid);
  if (await manager.existsBy(JobOperationRow, { uid: In(uids), kind: 'stream-reverse' })) {
    findings.note('SESSION_BUSY', parameter, others[0]!.sessions[0]!.id);
  }
}

/** @param others as in judgeOthers */
export function judgeDestinationNode(
  node: StorageNode,
  others: readonly Stream[],
  parameter: string,
  findings: Findings,
): void {
  if (others.some(({ destinationNode }) => destinationNode.id === node.id)) {
    findings.note('VOLUME_SECOND_DESTINATION', parameter, node.name);
  }
  if (node.isInMaintenance) findings.note('NODE_MAINTENANCE', parameter, node.name);
}

/** An existing volume as destination. Its node is judged by judgeDestinationNode. */
export async function judgeDestination(
  manager: EntityManager,
  source: Volume | null,
  destination: Volume,
  parameter: string,
  findings: Findings,
): Promise<void> {
  const { name, node } = destination;
  if (source?.id === destination.id) {
    findings.note('VOLUME_IS_OWN_COPY', parameter, name);
    return;
  }
  if (source && source.node.id === node.id) findings.note('VOLUME_ON_SAME_NODE', parameter, node.name);
  if (source && source.sizeBytes !== destination.sizeBytes) {
    findings.note('VOLUME_SIZE_DIFFERS', parameter, `${source.sizeBytes} and ${destination.sizeBytes} bytes`);
  }
  if (destination.isCopyProtected) findings.note('VOLUME_COPY_PROTECTED', parameter, name);
  if (destination.destinationSessions.length > 0) findings.note('VOLUME_ALREADY_DESTINATION', parameter, name);
  if (destination.sourceSessions.length > 0) findings.note('VOLUME_IS_SOURCE', parameter, name);
  if (destination.consistencyGroup) findings.note('VOLUME_IN_GROUP', parameter, destination.consistencyGroup.name);
  if ((destination.observed?.connectionCount ?? 0) > 0) findings.note('VOLUME_CONNECTED', parameter, name);
  if (await isBusy(manager, destination)) findings.note('VOLUME_BUSY', parameter, name);
}

/** A node where destinations are to be made. */
export async function judgeNewDestinations(
  manager: EntityManager,
  nodeId: number,
  sourceNode: StorageNode | undefined,
  parameter: string,
  findings: Findings,
): Promise<StorageNode | null> {
  const node = await manager.findOneBy(StorageNode, { id: nodeId });
  if (!node) {
    findings.note('NODE_NOT_FOUND', parameter, nodeId);
    return null;
  }
  if (!node.isEnrolled) findings.note('NODE_BUSY', parameter, node.name);
  if (sourceNode?.id === node.id) findings.note('VOLUME_ON_SAME_NODE', parameter, node.name);
  return node;
}

export async function judgeNames(
  manager: EntityManager,
  node: StorageNode,
  names: readonly string[],
  parameter: string,
  findings: Findings,
): Promise<void> {
  for (const name of await takenNames(manager, node.id, names)) findings.note('VOLUME_NAME_IN_USE', parameter, name);
}

export function judgeBoxid(given: string | undefined, node: StorageNode, parameter: string, findings: Findings): void {
  if (given !== undefined && given !== boxidOf(node)) findings.note('SESSION_BOXID_DIFFERS', parameter, given);
}

/** Also when its part of a job has ended and the job has not: it may be taken back yet. */
export async function isBusy(manager: EntityManager, { uid, isDeleted }: Volume): Promise<boolean> {
  return isDeleted || (await manager.existsBy(JobOperationRow, { uid }));
}
