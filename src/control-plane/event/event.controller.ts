import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { EVENT_SEVERITIES, EVENT_TYPES } from '../../model/event.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { AllowedFor } from '../session/caller.js';
import { EventView, eventView } from './event.dto.js';
import { EventRow } from './event.entity.js';
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

@ApiTags('event')
@Controller('event')
export class EventController {
  constructor(private readonly database: DataSource) {}

  @Get()
  @AllowedFor('monitor')
  @ListCall(EVENT_LIST, {
    summary: 'List what happened',
    description: `Each thing once, in the order in which it became known. The last ${EVENTS_KEPT} are kept.`,
  })
  list(@ListQuery(EVENT_LIST) request: ListRequest): Promise<ListAnswer> {
    return readList(this.database.manager.createQueryBuilder(EventRow, 'event'), EVENT_LIST, request, eventView);
  }
}
