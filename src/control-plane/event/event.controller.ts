import {
  Controller,
  createParamDecorator,
  Get,
  HttpCode,
  Query,
  Req,
  Res,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { EVENT_SEVERITIES, EVENT_TYPES } from '../../model/event.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { Refuses } from '../http/answers.js';
import { ID_MAX } from '../http/resource-id.js';
import { AuthGuard } from '../session/auth.guard.js';
import { AllowedFor } from '../session/caller.js';
import { EventView, eventView } from './event.dto.js';
import { EventRow } from './event.entity.js';
import { EventStreamQuery } from './event-stream.dto.js';
import { EventStreams } from './event-streams.js';
import { EVENTS_KEPT } from './record-events.js';

const EVENT_LIST = describeList({
  resource: 'event',
  view: EventView,
  hasAfter: true,
  filters: {
    type: { column: 'event.type', values: EVENT_TYPES },
    severity: { column: 'event.severity', values: EVENT_SEVERITIES },
    resource: { column: 'event.resourceHrefs', isArray: true, description: 'A href: events about this resource.' },
  },
});

/** What the guard judged the request by. */
const Judged = createParamDecorator((_data: unknown, context: ExecutionContext): ExecutionContext => context);

@ApiTags('event')
@Controller('event')
export class EventController {
  constructor(
    private readonly database: DataSource,
    private readonly streams: EventStreams,
    private readonly guard: AuthGuard,
  ) {}

  @Get()
  @AllowedFor('monitor')
  @ListCall(EVENT_LIST, {
    summary: 'List what happened',
    description: `Each thing once, in the order in which it became known. The last ${EVENTS_KEPT} are kept.`,
  })
  list(@ListQuery(EVENT_LIST) request: ListRequest): Promise<ListAnswer> {
    return readList(this.database.manager.createQueryBuilder(EventRow, 'event'), EVENT_LIST, request, eventView);
  }

  @Get('stream')
  @AllowedFor('monitor')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Follow what happens',
    operationId: 'streamEvents',
    description:
      'Server-Sent Events: each event once, in the order of the list, as `id:` and `data:` with the same fields as there; comments while nothing ' +
      'happens. A client that was cut off goes on where it was by sending the last id as Last-Event-ID, to whichever process serves it. ' +
      'The stream ends with the token that it was opened by.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Events after this one. Browsers send it by themselves when they connect again.',
    schema: { type: 'integer', minimum: 0, maximum: ID_MAX },
  })
  @ApiResponse({
    status: 200,
    description: 'Events, for as long as the client wants.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @Refuses({ summary: 'Follow what happens', errors: ['EVENT_STREAM_LIMIT_REACHED'] })
  async stream(
    @Req() request: Request,
    @Res() response: Response,
    @Judged() judged: ExecutionContext,
    @Query() { after, ...filters }: EventStreamQuery,
  ): Promise<void> {
    await this.streams.open({
      response,
      after: lastEventId(request) ?? after ?? null,
      filters,
      isStillAllowed: () => this.isAllowed(judged),
    });
  }

  /** Other trouble than a refusal says nothing about it. */
  private async isAllowed(judged: ExecutionContext): Promise<boolean> {
    try {
      return await this.guard.canActivate(judged);
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }
}

function lastEventId(request: Request): number | null {
  const text = request.get('last-event-id');
  if (text === undefined || text === '') return null;
  const id = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(id <= ID_MAX)) throw new Refusal('PARAMETER_INVALID', 'Last-Event-ID');
  return id;
}
