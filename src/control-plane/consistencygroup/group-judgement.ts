/** Judges what is asked of a group's volumes and their destinations: everything that is wrong is named in one refusal. */
import type { EntityManager } from 'typeorm';
import type { RefusalDetail } from '../../errors/refusal.js';
import {
  Findings,
  findVolume,
  isBusy,
  judgeDestination,
  judgeDestinationNode,
  judgeNames,
  judgeNewDestinations,
  judgeOthers,
  judgeSource,
} from '../copysession/ends-judgement.js';
import type { NewStream, SessionEnds } from '../copysession/new-streams.js';
import { newSettings, settingProblems, splitModeProblems } from '../copysession/session-settings.js';
import { streamsOfGroup } from '../copysession/stream-rows.js';
import { invalid } from '../http/validation.js';
import { skipProblems } from '../copysession/initial-copy.js';
import type { StorageNode } from '../node/storage-node.entity.js';
import { volumeRows } from '../volume/volume-view.js';
import type { Volume } from '../volume/volume.entity.js';
import type { CreateGroupSessionsBody, DestinationVolumeBody } from './consistency-group.dto.js';
import type { ConsistencyGroup } from './consistency-group.entity.js';
import { groupForNewStream, isGroupBusy } from './group-log.js';

export function membersOf(manager: EntityManager, { id }: ConsistencyGroup): Promise<Volume[]> {
  return volumeRows(manager).where('consistency_group.id = :id', { id }).orderBy('volume.slot').getMany();
}

/** Volumes that are to be put into a group on the node. */
export async function judgeNewMembers(
  manager: EntityManager,
  node: StorageNode,
  ids: readonly number[],
  findings: Findings,
): Promise<Volume[]> {
  const parameter = 'volume_id_list';
  const volumes: Volume[] = [];
  for (const id of ids) {
    const volume = await findVolume(manager, id);
    if (!volume) {
      findings.note('VOLUME_NOT_FOUND', parameter, id);
      continue;
    }
    volumes.push(volume);
    if (volume.node.id !== node.id) findings.note('VOLUME_ON_OTHER_NODE', parameter, volume.name);
    if (volume.consistencyGroup)
      findings.note('VOLUME_IN_GROUP', parameter, `${volume.name}, ${volume.consistencyGroup.name}`);
    const sessionCount = volume.sourceSessions.length + volume.destinationSessions.length;
    if (sessionCount > 0) findings.note('VOLUME_IN_SESSION', parameter, volume.name);
    if (await isBusy(manager, volume)) findings.note('VOLUME_BUSY', parameter, volume.name);
  }
  return volumes;
}

/**
 * What copies the volumes to each of the nodes: volumes that are named, or such as are made.
 * @returns by node, in the order of the volumes
 */
export async function judgeDestinations(
  manager: EntityManager,
  sources: readonly Volume[],
  nodes: readonly StorageNode[],
  given: readonly DestinationVolumeBody[],
  findings: Findings,
): Promise<SessionEnds[][]> {
  const named = await namedDestinations(manager, sources, nodes, given, findings);
  const all: SessionEnds[][] = [];
  for (const node of nodes) {
    const ends = sources.map((source): SessionEnds => {
      const destination = named.get(keyOf(node.id, source.id));
      return destination ? { source, destination } : { source, destinationNode: node, destinationName: source.name };
    });
    const names = ends.flatMap((end) => ('destination' in end ? [] : [end.destinationName]));
    if (names.length > 0) await judgeNames(manager, node, names, 'destination_volume_list', findings);
    all.push(ends);
  }
  return all;
}

function keyOf(nodeId: number, sourceId: number): string {
  return `${nodeId} ${sourceId}`;
}

async function namedDestinations(
  manager: EntityManager,
  sources: readonly Volume[],
  nodes: readonly StorageNode[],
  given: readonly DestinationVolumeBody[],
  findings: Findings,
): Promise<Map<string, Volume>> {
  const named = new Map<string, Volume>();
  for (const [index, { source_volume_id, destination_volume_id }] of given.entries()) {
    const at = `destination_volume_list.${index}`;
    const parameter = `${at}.destination_volume_id`;
    const source = sources.find(({ id }) => id === source_volume_id);
    if (!source) findings.add(invalid(`${at}.source_volume_id`, 'is no volume that gets a destination'));
    const destination = await findVolume(manager, destination_volume_id);
    if (!destination) {
      findings.note('VOLUME_NOT_FOUND', parameter, destination_volume_id);
      continue;
    }
    if (!nodes.some(({ id }) => id === destination.node.id)) {
      findings.note('VOLUME_ON_OTHER_NODE', parameter, destination.name);
    }
    await judgeDestination(manager, source ?? null, destination, parameter, findings);
    const key = keyOf(destination.node.id, source_volume_id);
    const isTwice = named.has(key) || [...named.values()].some(({ id }) => id === destination.id);
    if (isTwice) findings.add(invalid(at, 'names a volume a second time'));
    named.set(key, destination);
  }
  return named;
}

/** @throws Refusal with the first thing that is wrong as its code, and everything as its details */
export async function judgeGroupSessions(
  manager: EntityManager,
  group: ConsistencyGroup,
  body: CreateGroupSessionsBody,
): Promise<{ ends: SessionEnds[]; stream: NewStream }> {
  const findings = new Findings();
  findings.add(...settingsProblems(group, body));
  if (await isGroupBusy(manager, group)) findings.note('GROUP_BUSY', 'consistencygroup_id', group.name);
  const others = await streamsOfGroup(manager, group.uid);
  await judgeOthers(manager, others, 'consistencygroup_id', findings);
  const members = await membersOf(manager, group);
  for (const volume of members) await judgeSource(manager, volume, 'consistencygroup_id', findings);
  const parameter = 'destination_node_id';
  const node = await judgeNewDestinations(manager, body.destination_node_id, group.node, parameter, findings);
  if (node) judgeDestinationNode(node, others, parameter, findings);
  const given = body.destination_volume_list ?? [];
  const [ends] = node ? await judgeDestinations(manager, members, [node], given, findings) : [];
  const isAnyMade = ends?.some((end) => !('destination' in end)) === true;
  findings.add(...skipProblems(body.initial_copy, isAnyMade));
  findings.throwIfAny();
  const groupUid = await groupForNewStream(manager, group, others);
  return { ends: ends!, stream: { ...newSettings({ ...body, srl_size_mb: group.srlSizeMb }), groupUid } };
}

function settingsProblems(group: ConsistencyGroup, body: CreateGroupSessionsBody): RefusalDetail[] {
  const { settings, srlSizeBytes } = newSettings({ ...body, srl_size_mb: group.srlSizeMb });
  return [...settingProblems(settings, srlSizeBytes), ...splitModeProblems(body, settings)];
}
