import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { EmptyBody, SuspendBody } from '../copysession/copy-session.dto.js';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { JobCall } from '../job/job-call.js';
import { WaitQuery } from '../job/job.dto.js';
import type { Job } from '../job/job.entity.js';
import { AllowedFor } from '../session/caller.js';
import {
  ChangeGroupBody,
  CreateGroupBody,
  CreateGroupSessionsBody,
  ReverseGroupBody,
} from './consistency-group.dto.js';
import { ConsistencyGroupView } from './consistency-group-view.dto.js';
import { groupById, groupRows, groupView } from './consistency-group-view.js';
import { ConsistencyGroups } from './consistency-groups.js';
import { GroupMembership } from './group-membership.js';

const GROUP_LIST = describeList({
  resource: 'consistencygroup',
  view: ConsistencyGroupView,
  filters: {
    name: { column: 'consistency_group.name' },
    node_id: { column: 'node.id', isInteger: true },
  },
});

const groupId = new ResourceIdPipe('GROUP_NOT_FOUND');
const OF_MEMBERS = [
  'VOLUME_NOT_FOUND',
  'VOLUME_ON_OTHER_NODE',
  'VOLUME_IN_GROUP',
  'VOLUME_IN_SESSION',
  'VOLUME_BUSY',
] as const;
const OF_DESTINATIONS = [
  'VOLUME_SIZE_DIFFERS',
  'VOLUME_COPY_PROTECTED',
  'VOLUME_ALREADY_DESTINATION',
  'VOLUME_IS_SOURCE',
  'VOLUME_CONNECTED',
  'VOLUME_NAME_IN_USE',
] as const;
const BY_STATE = ['GROUP_NOT_FOUND', 'GROUP_HAS_NO_SESSIONS', 'GROUP_BUSY', 'SESSION_BUSY', 'SESSION_LOST'] as const;

@ApiTags('consistencygroup')
@Controller('consistencygroup')
export class ConsistencyGroupController {
  constructor(
    private readonly database: DataSource,
    private readonly groups: ConsistencyGroups,
    private readonly membership: GroupMembership,
  ) {}

  @Post()
  @AllowedFor('operator')
  @JobCall({
    summary: 'Put volumes of one node into a consistency group',
    description:
      'Writes to its volumes keep their order at every destination. Its copy sessions are made by another call.',
    errors: ['NODE_NOT_FOUND', 'GROUP_NAME_IN_USE', 'SRL_TOO_SMALL', ...OF_MEMBERS],
    hasBody: true,
    isPost: true,
  })
  create(@Body() body: CreateGroupBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.groups.create(body);
  }

  @Get()
  @AllowedFor('monitor')
  @ListCall(GROUP_LIST, { summary: 'List consistency groups' })
  list(@ListQuery(GROUP_LIST) request: ListRequest): Promise<ListAnswer> {
    return readList(groupRows(this.database.manager), GROUP_LIST, request, groupView);
  }

  @Get(':consistencygroup_id')
  @AllowedFor('monitor')
  @Answers(200, ConsistencyGroupView, { summary: 'Show a consistency group', errors: ['GROUP_NOT_FOUND'] })
  async get(
    @Param('consistencygroup_id', groupId) id: number,
    @Query() _query: NoQuery,
  ): Promise<ConsistencyGroupView> {
    return groupView(await groupById(this.database.manager, id));
  }

  @Patch(':consistencygroup_id')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Rename a consistency group; add volumes to it, or take them away, live',
    description:
      'At all nodes or at none. Success is that every node has taken the change; a volume that joins is copied then, is_joining until it ' +
      'is part of the order. What leaves keeps its data on both sides.',
    errors: [
      'GROUP_NOT_FOUND',
      'GROUP_BUSY',
      'GROUP_NAME_IN_USE',
      'GROUP_LAST_VOLUME',
      'GROUP_CHANGE_MIXED',
      'SESSION_BUSY',
      'SESSION_NOT_ESTABLISHED',
      'SESSION_NOT_ACTIVE',
      'SESSION_IN_ERROR',
      'SESSION_LOST',
      'NODE_UNREACHABLE',
      'NODE_MAINTENANCE',
      ...OF_MEMBERS,
      ...OF_DESTINATIONS,
    ],
    hasBody: true,
  })
  change(
    @Param('consistencygroup_id', groupId) id: number,
    @Body() body: ChangeGroupBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.membership.change(id, body);
  }

  @Delete(':consistencygroup_id')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Delete a consistency group',
    description: 'Only without copy sessions. Its volumes stay, each a group of its own again.',
    errors: ['GROUP_NOT_FOUND', 'GROUP_BUSY', 'GROUP_HAS_SESSIONS'],
  })
  delete(@Param('consistencygroup_id', groupId) id: number, @Query() _query: WaitQuery): Promise<Job> {
    return this.groups.delete(id);
  }

  @Post(':consistencygroup_id/copysession')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Create the copy sessions of all volumes of a group to one node',
    operationId: 'createConsistencyGroupSessions',
    description:
      'Everything that is wrong is named in one refusal: its code is that of the first, details name all. Success is established, not copied.',
    errors: [
      'GROUP_NOT_FOUND',
      'GROUP_BUSY',
      'NODE_NOT_FOUND',
      'NODE_MAINTENANCE',
      'NODE_BUSY',
      'SESSION_BUSY',
      'VOLUME_NOT_FOUND',
      'VOLUME_BUSY',
      'VOLUME_IN_GROUP',
      'VOLUME_ON_SAME_NODE',
      'VOLUME_ON_OTHER_NODE',
      'VOLUME_SECOND_DESTINATION',
      'VOLUME_DESTINATIONS_MAX',
      ...OF_DESTINATIONS,
    ],
    hasBody: true,
    isPost: true,
  })
  createSessions(
    @Param('consistencygroup_id', groupId) id: number,
    @Body() body: CreateGroupSessionsBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.groups.createSessions(id, body);
  }

  @Post(':consistencygroup_id/suspend')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Suspend all copy sessions of a group',
    description: 'At one point in time: every destination then holds the volumes as they were together at one moment.',
    errors: [
      ...BY_STATE,
      'SESSION_NOT_ESTABLISHED',
      'SESSION_NOT_EQUIVALENT',
      'SESSION_ALREADY_SUSPENDED',
      'SESSION_IN_ERROR',
      'SESSION_DESTINATION_INCONSISTENT',
      'SESSION_SOURCE_HAS_OTHERS',
    ],
    hasBody: true,
    isPost: true,
  })
  suspend(
    @Param('consistencygroup_id', groupId) id: number,
    @Body() body: SuspendBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.groups.suspend(id, body.force ?? false);
  }

  @Post(':consistencygroup_id/resume')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Resume the copy sessions of a group',
    description:
      'Sends every region changed on either side since the suspend; writes to the destinations are overwritten.',
    errors: [...BY_STATE, 'SESSION_NOT_ESTABLISHED', 'SESSION_ALREADY_ACTIVE'],
    hasBody: true,
    isPost: true,
  })
  resume(
    @Param('consistencygroup_id', groupId) id: number,
    @Body() _body: EmptyBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.groups.resume(id);
  }

  @Post(':consistencygroup_id/reverse')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Exchange source and destination of a suspended group',
    description:
      'Moves no data; the next resume does. The group is then one of the volumes that were its destinations.',
    errors: [
      ...BY_STATE,
      'SESSION_NOT_ESTABLISHED',
      'SESSION_NOT_SUSPENDED',
      'SESSION_NOT_EQUIVALENT',
      'SESSION_SOURCE_HAS_OTHERS',
      'VOLUME_SIZE_DIFFERS',
      'GROUP_NAME_IN_USE',
      'NODE_UNREACHABLE',
    ],
    hasBody: true,
    isPost: true,
  })
  reverse(
    @Param('consistencygroup_id', groupId) id: number,
    @Body() body: ReverseGroupBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.groups.reverse(id, body.source_node_id ?? null);
  }
}
