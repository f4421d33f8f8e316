import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { newUid, type GroupUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import { Findings } from '../copysession/ends-judgement.js';
import { insertStream } from '../copysession/new-streams.js';
import { DEFAULT_SRL_SIZE_MB, logSizeProblems } from '../copysession/session-settings.js';
import { StreamOperations, hrefsOf } from '../copysession/stream-operations.js';
import { streamsOfGroup } from '../copysession/stream-rows.js';
import type { Stream } from '../copysession/stream.entity.js';
import type { Job } from '../job/job.entity.js';
import { nodeById } from '../node/nodes.js';
import { Volume } from '../volume/volume.entity.js';
import { Changes, type Change, type NewOperation } from '../worker/changes.js';
import type { CreateGroupBody, CreateGroupSessionsBody } from './consistency-group.dto.js';
import { ConsistencyGroup } from './consistency-group.entity.js';
import { groupById, groupHref, type GroupRow } from './consistency-group-view.js';
import { judgeGroupSessions, judgeNewMembers } from './group-judgement.js';
import { requireFreeGroupName } from './group-names.js';

/** Groups of volumes, and what is asked of all their streams at once. Their volumes are changed by GroupMembership. */
@Injectable()
export class ConsistencyGroups {
  constructor(
    private readonly changes: Changes,
    private readonly streams: StreamOperations,
  ) {}

  /** No node hears of it before it has sessions, so it has come about with this. */
  create(body: CreateGroupBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const srlSizeMb = body.srl_size_mb ?? DEFAULT_SRL_SIZE_MB;
      const node = await nodeById(manager, body.node_id);
      const findings = new Findings();
      findings.add(...logSizeProblems(srlSizeMb * MIB));
      const volumes = await judgeNewMembers(manager, node, body.volume_id_list, findings);
      findings.throwIfAny();
      await requireFreeGroupName(manager, node.id, body.name);
      const { id } = await manager.save(
        manager.create(ConsistencyGroup, {
          uid: newUid<GroupUid>(),
          name: body.name,
          node: { id: node.id },
          srlSizeMb,
          nextSlot: volumes.length,
        }),
      );
      for (const [slot, volume] of volumes.entries()) {
        await manager.update(Volume, { id: volume.id }, { consistencyGroup: { id }, slot });
      }
      return {
        kind: 'consistencygroup.create',
        description: `Create consistency group ${body.name} of ${volumes.length} volumes`,
        operations: [],
        hrefs: [groupHref(id)],
      };
    });
  }

  delete(id: number): Promise<Job> {
    return this.changes.make(async (manager) => {
      const group = await this.idleGroup(manager, id);
      if (group.streams.length > 0) throw new Refusal('GROUP_HAS_SESSIONS', group.name);
      await manager.update(Volume, { consistencyGroup: { id } }, { consistencyGroup: null, slot: 0 });
      await manager.delete(ConsistencyGroup, { id });
      return {
        kind: 'consistencygroup.delete',
        description: `Delete consistency group ${group.name}`,
        operations: [],
        hrefs: [groupHref(id)],
      };
    });
  }

  createSessions(id: number, body: CreateGroupSessionsBody): Promise<Job> {
    return this.changes.make(async (manager) => {
      const group = await groupById(manager, id);
      const { ends, stream } = await judgeGroupSessions(manager, group, body);
      const operations = await insertStream(manager, stream, ends);
      return {
        kind: 'copysession.create',
        description: `Create ${ends.length} copy sessions of consistency group ${group.name}`,
        operations,
        progressHrefs: operations.at(-1)!.hrefs,
      };
    });
  }

  /** One position of the log for all its streams, but those that are suspended already. */
  suspend(id: number, isForced: boolean): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { group, streams } = await this.streamsOf(manager, id);
      const active = streams.filter(({ run }) => run === 'Active');
      const operations: NewOperation[] = [];
      for (const stream of active.length > 0 ? active : streams) {
        operations.push(await this.streams.suspend(manager, stream, isForced));
      }
      return about('copysession.suspend', 'Suspend', group, operations);
    });
  }

  /** Those of its streams that stopped: the others go on anyway, or wait for a slot to copy. */
  resume(id: number): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { group, streams } = await this.streamsOf(manager, id);
      const stopped = streams.filter(({ sessions }) =>
        sessions.some(({ status }) => status !== 'Active' && status !== 'Reserved'),
      );
      const operations: NewOperation[] = [];
      for (const stream of stopped.length > 0 ? stopped : streams) {
        operations.push(await this.streams.resume(manager, stream));
      }
      const progressHrefs = operations.flatMap(({ hrefs }) => hrefs);
      return { ...about('copysession.resume', 'Resume', group, operations), progressHrefs };
    });
  }

  /** @param sourceNodeId the node that shall be the source; null exchanges the roles whatever they are */
  reverse(id: number, sourceNodeId: number | null): Promise<Job> {
    return this.changes.make(async (manager) => {
      const { group, streams } = await this.streamsOf(manager, id);
      const [stream] = streams;
      const { sourceNode, destinationNode } = stream!;
      if (sourceNodeId === sourceNode.id) {
        await this.streams.requireIdle(manager, streams);
        return { ...about('copysession.reverse', 'Reverse', group, []), hrefs: streams.flatMap(hrefsOf) };
      }
      if (sourceNodeId !== null && !streams.some((each) => each.destinationNode.id === sourceNodeId)) {
        throw new Refusal('PARAMETER_INVALID', 'source_node_id is neither end of the consistency group');
      }
      await requireFreeGroupName(manager, destinationNode.id, group.name, group.id);
      return about('copysession.reverse', 'Reverse', group, [await this.streams.reverse(manager, stream!)]);
    });
  }

  private async idleGroup(manager: EntityManager, id: number): Promise<GroupRow> {
    const group = await groupById(manager, id);
    await this.changes.requireIdle(manager, [group.uid], 'GROUP_BUSY');
    return group;
  }

  private async streamsOf(manager: EntityManager, id: number): Promise<{ group: GroupRow; streams: Stream[] }> {
    const group = await this.idleGroup(manager, id);
    const streams = await streamsOfGroup(manager, group.uid);
    if (streams.length === 0) throw new Refusal('GROUP_HAS_NO_SESSIONS', group.name);
    return { group, streams };
  }
}

function about(kind: Change['kind'], verb: string, { name }: GroupRow, operations: readonly NewOperation[]): Change {
  return { kind, description: `${verb} consistency group ${name}`, operations };
}
