import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { Findings } from '../copysession/ends-judgement.js';
import { insertSessions, type SessionEnds } from '../copysession/new-streams.js';
import { requireReachable, StreamOperations } from '../copysession/stream-operations.js';
import { streamsOfGroup } from '../copysession/stream-rows.js';
import type { Stream } from '../copysession/stream.entity.js';
import type { Job } from '../job/job.entity.js';
import type { Volume } from '../volume/volume.entity.js';
import { Changes, type NewOperation } from '../worker/changes.js';
import type { ChangeGroupBody } from './consistency-group.dto.js';
import { ConsistencyGroup } from './consistency-group.entity.js';
import { groupById, groupHref, type GroupRow } from './consistency-group-view.js';
import { writeGroup, type GroupMember } from './group-content.js';
import { judgeDestinations, judgeNewMembers, membersOf } from './group-judgement.js';
import { requireFreeGroupName } from './group-names.js';

interface MemberChange {
  readonly members: readonly Volume[];
  readonly added: readonly Volume[];
  readonly removed: readonly Volume[];
  readonly streams: readonly Stream[];
  /** What copies the added volumes, for each of the streams. */
  readonly ends: readonly (readonly SessionEnds[])[];
}

/** Changes the name and the volumes of a group; of one with sessions live, at all its nodes or at none (promise C47). */
@Injectable()
export class GroupMembership {
  constructor(
    private readonly changes: Changes,
    private readonly streams: StreamOperations,
  ) {}

  change(id: number, body: ChangeGroupBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const group = await groupById(manager, id);
      await this.changes.requireIdle(manager, [group.uid], 'GROUP_BUSY');
      const name = body.name ?? group.name;
      await requireFreeGroupName(manager, group.node.id, name, id);
      const change = await this.judge(manager, group, body);
      const before = { name: group.name, members: change.members.map(asMember) };
      await writeGroup(manager, group.uid, { name, members: await newMembers(manager, group, change) });
      const description = `Change consistency group ${group.name}`;
      const told = await this.tell(manager, change);
      // Nodes know nothing of groups without sessions, and learn a name by the way: then it has come about with this.
      if (told.length === 0) {
        return { kind: 'consistencygroup.change', description, operations: [], hrefs: [groupHref(id)] };
      }
      const own: NewOperation = { kind: 'group-change', uid: group.uid, hrefs: [groupHref(id)], before };
      return {
        kind: 'consistencygroup.change',
        description,
        operations: [own, ...told],
        progressHrefs: told.flatMap(({ kind, hrefs }) => (kind === 'stream-join' ? hrefs : [])),
      };
    });
  }

  private async judge(manager: EntityManager, group: GroupRow, body: ChangeGroupBody): Promise<MemberChange> {
    const members = await membersOf(manager, group);
    const streams = await streamsOfGroup(manager, group.uid);
    const wanted = body.volume_id_list ?? members.map((volume) => volume.id);
    if (wanted.length === 0) throw new Refusal('GROUP_LAST_VOLUME', 'volume_id_list');
    const newIds = wanted.filter((volumeId) => !members.some((volume) => volume.id === volumeId));
    const removed = members.filter((volume) => !wanted.includes(volume.id));
    if (streams.length > 0 && newIds.length + removed.length > 0) {
      if (newIds.length > 0 && removed.length > 0) throw new Refusal('GROUP_CHANGE_MIXED', 'volume_id_list');
      for (const stream of streams) await this.streams.requireMembershipAllowed(manager, stream);
      requireReachable([group.node, ...streams.map(({ destinationNode }) => destinationNode)]);
    }
    const findings = new Findings();
    const added = await judgeNewMembers(manager, group.node, newIds, findings);
    const nodes = streams.map(({ destinationNode }) => destinationNode);
    for (const node of newIds.length > 0 ? nodes.filter(({ isInMaintenance }) => isInMaintenance) : []) {
      findings.note('NODE_MAINTENANCE', 'volume_id_list', node.name);
    }
    const ends = await judgeDestinations(manager, added, nodes, body.destination_volume_list ?? [], findings);
    findings.throwIfAny();
    return { members, added, removed, streams, ends };
  }

  /** What the streams of the group are told; nothing when its volumes stay, or it has no streams. */
  private async tell(manager: EntityManager, { added, removed, streams, ends }: MemberChange): Promise<NewOperation[]> {
    const operations: NewOperation[] = [];
    for (const [index, stream] of streams.entries()) {
      if (added.length > 0) {
        const { volumes, hrefs } = await insertSessions(manager, stream, ends[index]!, 'Joining');
        operations.push(...volumes, await this.streams.changeMembership(manager, 'stream-join', stream, hrefs));
      } else if (removed.length > 0) {
        const leaving = { stream: { id: stream.id }, sourceVolume: { id: In(removed.map((volume) => volume.id)) } };
        await manager.update(CopySession, leaving, { membership: 'Leaving' });
        operations.push(await this.streams.changeMembership(manager, 'stream-leave', stream, []));
      }
    }
    return operations;
  }
}

function asMember({ id, slot }: Volume): GroupMember {
  return { volumeId: id, slot };
}

/** Each new volume gets a slot that none had before. */
async function newMembers(
  manager: EntityManager,
  { id, nextSlot }: GroupRow,
  { members, added, removed }: MemberChange,
): Promise<GroupMember[]> {
  await manager.update(ConsistencyGroup, { id }, { nextSlot: nextSlot + added.length });
  const kept = members.filter((volume) => !removed.includes(volume)).map(asMember);
  return [...kept, ...added.map((volume, index) => ({ volumeId: volume.id, slot: nextSlot + index }))];
}
