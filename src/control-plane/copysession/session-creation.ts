/** Judges a new copy session: everything that is wrong with it is named in one refusal (promise C48). */
import type { EntityManager } from 'typeorm';
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { BETWEEN_FIELDS } from '../http/validation.js';
import { boxidOf } from '../node/node.dto.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { takenNames } from '../volume/taken-names.js';
import { volumeRows } from '../volume/volume-view.js';
import type { Volume } from '../volume/volume.entity.js';
import { JobOperationRow } from '../worker/job-operation.entity.js';
import type { CreateSessionBody } from './copy-session.dto.js';

/** Where the copy goes: an existing volume, or a node where one is to be made. */
export type SessionEnds =
  | { readonly source: Volume; readonly destination: Volume }
  | { readonly source: Volume; readonly destinationNode: StorageNode; readonly destinationName: string };

/** @throws Refusal with the first thing that is wrong as its code, and everything as its details */
export async function judgeCreation(manager: EntityManager, body: CreateSessionBody): Promise<SessionEnds> {
  const findings = new Findings();
  findings.add(...body[BETWEEN_FIELDS]());
  const source = await findVolume(manager, body.source_volume_id);
  if (!source) findings.note('VOLUME_NOT_FOUND', 'source_volume_id', body.source_volume_id);
  else await judgeSource(manager, body, source, findings);
  let ends: SessionEnds | null = null;
  if (body.destination_volume_id !== undefined) {
    const destination = await findVolume(manager, body.destination_volume_id);
    if (!destination) findings.note('VOLUME_NOT_FOUND', 'destination_volume_id', body.destination_volume_id);
    else await judgeDestination(manager, body, { source, destination }, findings);
    if (source && destination) ends = { source, destination };
  } else if (body.destination) {
    ends = await judgeNewDestination(manager, body, source, findings);
  }
  findings.throwIfAny();
  return ends!;
}

function findVolume(manager: EntityManager, id: number): Promise<Volume | null> {
  return volumeRows(manager).where('volume.id = :id', { id }).getOne();
}

async function judgeSource(
  manager: EntityManager,
  body: CreateSessionBody,
  source: Volume,
  findings: Findings,
): Promise<void> {
  const parameter = 'source_volume_id';
  if (source.destinationSessions.length > 0) findings.note('VOLUME_ALREADY_DESTINATION', parameter, source.name);
  if (source.sourceSessions.length > 0) findings.note('VOLUME_SECOND_DESTINATION', parameter, source.name);
  if (await isBusy(manager, source)) findings.note('VOLUME_BUSY', parameter, source.name);
  if (source.node.isInMaintenance) findings.note('NODE_MAINTENANCE', parameter, source.node.name);
  judgeBoxid(body.source_boxid, source.node, 'source_boxid', findings);
}

async function judgeDestination(
  manager: EntityManager,
  body: CreateSessionBody,
  { source, destination }: { source: Volume | null; destination: Volume },
  findings: Findings,
): Promise<void> {
  const parameter = 'destination_volume_id';
  const { name, node } = destination;
  judgeBoxid(body.destination_boxid, node, 'destination_boxid', findings);
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
  if ((destination.observed?.connectionCount ?? 0) > 0) findings.note('VOLUME_CONNECTED', parameter, name);
  if (await isBusy(manager, destination)) findings.note('VOLUME_BUSY', parameter, name);
  if (node.isInMaintenance) findings.note('NODE_MAINTENANCE', parameter, node.name);
}

async function judgeNewDestination(
  manager: EntityManager,
  body: CreateSessionBody,
  source: Volume | null,
  findings: Findings,
): Promise<SessionEnds | null> {
  const { node_id, name } = body.destination!;
  const node = await manager.findOneBy(StorageNode, { id: node_id });
  if (!node) {
    findings.note('NODE_NOT_FOUND', 'destination.node_id', node_id);
    return null;
  }
  judgeBoxid(body.destination_boxid, node, 'destination_boxid', findings);
  if (node.isInMaintenance) findings.note('NODE_MAINTENANCE', 'destination.node_id', node.name);
  if (!node.isEnrolled) findings.note('NODE_BUSY', 'destination.node_id', node.name);
  if (source?.node.id === node.id) findings.note('VOLUME_ON_SAME_NODE', 'destination.node_id', node.name);
  const destinationName = name ?? source?.name;
  if (!source || destinationName === undefined) return null;
  if ((await takenNames(manager, node.id, [destinationName])).length > 0) {
    findings.note('VOLUME_NAME_IN_USE', 'destination.name', destinationName);
  }
  return { source, destinationNode: node, destinationName };
}

function judgeBoxid(given: string | undefined, node: StorageNode, parameter: string, findings: Findings): void {
  if (given !== undefined && given !== boxidOf(node)) findings.note('SESSION_BOXID_DIFFERS', parameter, given);
}

/** Also when its part of a job has ended and the job has not: it may be taken back yet. */
async function isBusy(manager: EntityManager, { uid, isDeleted }: Volume): Promise<boolean> {
  return isDeleted || (await manager.existsBy(JobOperationRow, { uid }));
}

class Findings {
  private readonly details: RefusalDetail[] = [];

  add(...details: readonly RefusalDetail[]): void {
    this.details.push(...details);
  }

  note(code: ErrorName, parameter: string, factor: string | number): void {
    this.details.push({ code, parameter, message: `${ERRORS[code].text} (${parameter}: ${factor})` });
  }

  throwIfAny(): void {
    const [first] = this.details;
    if (first === undefined) return;
    const parameters = [...new Set(this.details.map(({ parameter }) => parameter))];
    throw new Refusal(first.code, parameters.join(', '), this.details);
  }
}
