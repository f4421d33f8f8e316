/** Judges a new copy session: everything that is wrong with it is named in one refusal (promise C48). */
import type { EntityManager } from 'typeorm';
import { MIB } from '../../model/sizes.js';
import { groupForNewStream, isGroupBusy } from '../consistencygroup/group-log.js';
import { BETWEEN_FIELDS, invalid } from '../http/validation.js';
import { Volume } from '../volume/volume.entity.js';
import type { CreateSessionBody } from './copy-session.dto.js';
import {
  Findings,
  findVolume,
  judgeBoxid,
  judgeDestination,
  judgeDestinationNode,
  judgeNames,
  judgeNewDestinations,
  judgeOthers,
  judgeSource,
} from './ends-judgement.js';
import type { NewStream, SessionEnds } from './new-streams.js';
import { newSettings } from './session-settings.js';
import { streamRows } from './stream-rows.js';
import type { Stream } from './stream.entity.js';

/** @throws Refusal with the first thing that is wrong as its code, and everything as its details */
export async function judgeCreation(
  manager: EntityManager,
  given: CreateSessionBody,
): Promise<{ ends: SessionEnds; stream: NewStream }> {
  const findings = new Findings();
  const source = await findVolume(manager, given.source_volume_id);
  const others = source ? await streamsOfVolume(manager, source) : [];
  const body = withLogSize(given, source, others, findings);
  findings.add(...body[BETWEEN_FIELDS]());
  if (!source) findings.note('VOLUME_NOT_FOUND', 'source_volume_id', body.source_volume_id);
  else {
    const parameter = 'source_volume_id';
    await judgeSource(manager, source, parameter, findings);
    await judgeOthers(manager, others, parameter, findings);
    await judgeGroup(manager, source, findings);
    judgeBoxid(body.source_boxid, source.node, 'source_boxid', findings);
  }
  const ends =
    body.destination_volume_id !== undefined
      ? await judgeExisting(manager, body, source, others, findings)
      : await judgeNew(manager, body, source, others, findings);
  findings.throwIfAny();
  const groupUid = await groupForNewStream(manager, source!.consistencyGroup, others);
  return { ends: ends!, stream: { ...newSettings(body), groupUid } };
}

function streamsOfVolume(manager: EntityManager, { id }: Volume): Promise<Stream[]> {
  return streamRows(manager).where('source_volume.id = :id', { id }).getMany();
}

/** All streams of a volume share its group's log, and with it the size of that. */
function withLogSize(
  body: CreateSessionBody,
  source: Volume | null,
  others: readonly Stream[],
  findings: Findings,
): CreateSessionBody {
  const sizeMb = source?.consistencyGroup?.srlSizeMb ?? (others[0] && others[0].srlSizeBytes / MIB);
  if (sizeMb === undefined) return body;
  if (body.srl_size_mb !== undefined && body.srl_size_mb !== sizeMb) {
    findings.add(invalid('srl_size_mb', `must be ${sizeMb} as the log has, or absent`));
  }
  return Object.assign(Object.create(Object.getPrototypeOf(body)), body, { srl_size_mb: sizeMb });
}

async function judgeGroup(manager: EntityManager, source: Volume, findings: Findings): Promise<void> {
  const group = source.consistencyGroup;
  if (!group) return;
  const count = await manager.countBy(Volume, { consistencyGroup: { id: group.id } });
  if (count > 1) findings.note('VOLUME_IN_GROUP_OF_SEVERAL', 'source_volume_id', `${source.name}, ${group.name}`);
  if (await isGroupBusy(manager, group)) findings.note('GROUP_BUSY', 'source_volume_id', group.name);
}

async function judgeExisting(
  manager: EntityManager,
  body: CreateSessionBody,
  source: Volume | null,
  others: readonly Stream[],
  findings: Findings,
): Promise<SessionEnds | null> {
  const parameter = 'destination_volume_id';
  const id = body.destination_volume_id!;
  const destination = await findVolume(manager, id);
  if (!destination) {
    findings.note('VOLUME_NOT_FOUND', parameter, id);
    return null;
  }
  judgeBoxid(body.destination_boxid, destination.node, 'destination_boxid', findings);
  judgeDestinationNode(destination.node, others, parameter, findings);
  await judgeDestination(manager, source, destination, parameter, findings);
  return source && { source, destination };
}

async function judgeNew(
  manager: EntityManager,
  body: CreateSessionBody,
  source: Volume | null,
  others: readonly Stream[],
  findings: Findings,
): Promise<SessionEnds | null> {
  if (!body.destination) return null;
  const { node_id, name } = body.destination;
  const node = await judgeNewDestinations(manager, node_id, source?.node, 'destination.node_id', findings);
  if (!node) return null;
  judgeBoxid(body.destination_boxid, node, 'destination_boxid', findings);
  judgeDestinationNode(node, others, 'destination.node_id', findings);
  const destinationName = name ?? source?.name;
  if (!source || destinationName === undefined) return null;
  await judgeNames(manager, node, [destinationName], 'destination.name', findings);
  return { source, destinationNode: node, destinationName };
}
