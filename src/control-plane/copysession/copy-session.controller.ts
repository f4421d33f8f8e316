import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { SESSION_PHASES, SESSION_STATUSES } from '../../model/session.js';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { JobCall } from '../job/job-call.js';
import { WaitQuery } from '../job/job.dto.js';
import type { Job } from '../job/job.entity.js';
import { AllowedFor } from '../session/caller.js';
import {
  CreateSessionBody,
  DeleteSessionQuery,
  EmptyBody,
  ReverseBody,
  StatisticsQuery,
  SuspendBody,
  SuspendManyBody,
} from './copy-session.dto.js';
import { ChangeSessionBody } from './session-settings.dto.js';
import { CopySessionAnswer, SessionStatisticsView } from './copy-session-view.dto.js';
import { sessionById, sessionRows, sessionView } from './copy-session-view.js';
import { CopySessions } from './copy-sessions.js';
import { readStatistics } from './session-statistics.js';

const SESSION_LIST = describeList({
  resource: 'copysession',
  view: CopySessionAnswer,
  filters: {
    status: { column: 'session.status', values: SESSION_STATUSES },
    phase: { column: 'session.phase', values: SESSION_PHASES },
    source_volume_id: { column: 'source_volume.id', isInteger: true },
    destination_volume_id: { column: 'destination_volume.id', isInteger: true },
    source_node_id: { column: 'source_node.id', isInteger: true },
    destination_node_id: { column: 'destination_node.id', isInteger: true },
    consistencygroup_id: { column: 'consistency_group.id', isInteger: true },
  },
});

const sessionId = new ResourceIdPipe('SESSION_NOT_FOUND');
const BY_STATE = ['SESSION_NOT_FOUND', 'SESSION_NOT_ESTABLISHED', 'SESSION_BUSY'] as const;

@ApiTags('copysession')
@Controller('copysession')
export class CopySessionController {
  constructor(
    private readonly database: DataSource,
    private readonly sessions: CopySessions,
  ) {}

  @Post('rec')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Create a remote copy session',
    operationId: 'createRecCopySession',
    description:
      'Everything that is wrong is named in one refusal: its code is that of the first, details name all. Success is established, not copied.',
    errors: [
      'VOLUME_NOT_FOUND',
      'NODE_NOT_FOUND',
      'VOLUME_IS_OWN_COPY',
      'VOLUME_ON_SAME_NODE',
      'VOLUME_SIZE_DIFFERS',
      'VOLUME_COPY_PROTECTED',
      'VOLUME_ALREADY_DESTINATION',
      'VOLUME_IS_SOURCE',
      'VOLUME_SECOND_DESTINATION',
      'VOLUME_DESTINATIONS_MAX',
      'VOLUME_IN_GROUP',
      'VOLUME_IN_GROUP_OF_SEVERAL',
      'GROUP_BUSY',
      'SESSION_BUSY',
      'VOLUME_CONNECTED',
      'VOLUME_BUSY',
      'VOLUME_NAME_IN_USE',
      'NODE_MAINTENANCE',
      'SESSION_BOXID_DIFFERS',
      'SRL_TOO_SMALL',
    ],
    hasBody: true,
    isPost: true,
  })
  create(@Body() body: CreateSessionBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.sessions.create(body);
  }

  @Post('suspend')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Suspend copy sessions of one source node at one point in time',
    description: 'All of them or none. Both ends keep tracking what hosts write, to either volume.',
    errors: [
      ...BY_STATE,
      'SESSION_NOT_EQUIVALENT',
      'SESSION_ALREADY_SUSPENDED',
      'SESSION_IN_ERROR',
      'SESSION_SOURCES_DIFFER',
      'SESSION_DESTINATION_INCONSISTENT',
      'SESSION_SOURCE_HAS_OTHERS',
    ],
    hasBody: true,
    isPost: true,
  })
  suspendMany(@Body() body: SuspendManyBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.sessions.suspendMany(body.copysession_id_list, body.force ?? false);
  }

  @Get()
  @AllowedFor('monitor')
  @ListCall(SESSION_LIST, { summary: 'List copy sessions' })
  list(@ListQuery(SESSION_LIST) request: ListRequest): Promise<ListAnswer> {
    return readList(sessionRows(this.database.manager), SESSION_LIST, request, sessionView);
  }

  @Get(':copysession_id')
  @AllowedFor('monitor')
  @Answers(200, CopySessionAnswer, { summary: 'Show a copy session', errors: ['SESSION_NOT_FOUND'] })
  async get(@Param('copysession_id', sessionId) id: number, @Query() _query: NoQuery): Promise<CopySessionAnswer> {
    return sessionView(await sessionById(this.database.manager, id));
  }

  @Get(':copysession_id/statistics')
  @AllowedFor('monitor')
  @Answers(200, SessionStatisticsView, {
    summary: 'Show what the session counted on its link',
    operationId: 'getCopySessionStatistics',
    description:
      'Counts since the node started; with interval, those of about so many last seconds (interval_seconds says how many). Samples are taken at the source every 10 s and kept for an hour.',
    errors: ['SESSION_NOT_FOUND'],
  })
  async statistics(
    @Param('copysession_id', sessionId) id: number,
    @Query() { interval }: StatisticsQuery,
  ): Promise<SessionStatisticsView> {
    const { manager } = this.database;
    return readStatistics(manager, await sessionById(manager, id), interval ?? null);
  }

  @Patch(':copysession_id')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Change settings of a copy session, live or suspended',
    description:
      'transfer_mode may change at any time without a full copy and without a failed host write: while the session copies the new mode holds once the copy is done, and effective_mode is Through until then; in Suspend and Error it holds once the session is resumed. Only to Synchronous it does not change in Halt (SESSION_HALTED) and Error (SESSION_IN_ERROR). split_mode is refused with an asynchronous mode, which keeps it for the return to Synchronous.',
    errors: [...BY_STATE, 'SESSION_HALTED', 'SESSION_IN_ERROR', 'SESSION_LOST'],
    hasBody: true,
  })
  change(
    @Param('copysession_id', sessionId) id: number,
    @Body() body: ChangeSessionBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.sessions.change(id, body);
  }

  @Post(':copysession_id/suspend')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Suspend a copy session',
    description:
      'Hosts may write to both volumes, and both ends keep tracking what they write. Success is that the destination holds all.',
    errors: [
      ...BY_STATE,
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
    @Param('copysession_id', sessionId) id: number,
    @Body() body: SuspendBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.sessions.suspend(id, body.force ?? false);
  }

  @Post(':copysession_id/resume')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Resume a copy session',
    description:
      'Sends every region changed on either side since the suspend, read from the present source; writes to the destination are overwritten.',
    errors: [...BY_STATE, 'SESSION_ALREADY_ACTIVE'],
    hasBody: true,
    isPost: true,
  })
  resume(
    @Param('copysession_id', sessionId) id: number,
    @Body() _body: EmptyBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.sessions.resume(id);
  }

  @Post(':copysession_id/reverse')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Exchange source and destination of a suspended copy session',
    description: 'Moves no data; the next resume does.',
    errors: [
      ...BY_STATE,
      'SESSION_NOT_SUSPENDED',
      'SESSION_NOT_EQUIVALENT',
      'SESSION_SOURCE_HAS_OTHERS',
      'VOLUME_SIZE_DIFFERS',
      'NODE_UNREACHABLE',
    ],
    hasBody: true,
    isPost: true,
  })
  reverse(
    @Param('copysession_id', sessionId) id: number,
    @Body() body: ReverseBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.sessions.reverse(id, body.source_volume_id ?? null);
  }

  @Delete(':copysession_id')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Delete a copy session; both volumes keep their data',
    description:
      'Without force only an Equivalent one, and an asynchronous one drains first: its destination gets every write that came before. ' +
      'An end that cannot be reached is removed when it returns.',
    errors: ['SESSION_NOT_FOUND', 'SESSION_NOT_EQUIVALENT', 'SESSION_LOST', 'SESSION_BUSY'],
  })
  delete(@Param('copysession_id', sessionId) id: number, @Query() query: DeleteSessionQuery): Promise<Job> {
    return this.sessions.delete(id, query.force === 'true');
  }
}
