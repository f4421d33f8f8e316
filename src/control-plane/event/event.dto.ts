import { ApiProperty } from '@nestjs/swagger';
import { EVENT_SEVERITIES, EVENT_TYPES } from '../../model/event.js';
import type { EventRow } from './event.entity.js';

export class EventDetailsView {
  @ApiProperty({ type: [String], description: 'All that it is about, e.g. every session of a group.' })
  resource_href_list!: string[];
}

export class EventView {
  @ApiProperty()
  event_id!: number;
  @ApiProperty({ format: 'date-time' })
  time!: string;
  @ApiProperty({ enum: EVENT_SEVERITIES, enumName: 'EventSeverity' })
  severity!: string;
  @ApiProperty({ enum: EVENT_TYPES, enumName: 'EventType' })
  type!: string;
  @ApiProperty({ example: '/api/v1/copysession/1' })
  resource_href!: string;
  @ApiProperty()
  message!: string;
  @ApiProperty({ type: EventDetailsView })
  details!: EventDetailsView;
}

export function eventView({ id, time, severity, type, resourceHrefs, message }: EventRow): EventView {
  return {
    event_id: id,
    time: time.toISOString(),
    severity,
    type,
    resource_href: resourceHrefs[0]!,
    message,
    details: { resource_href_list: resourceHrefs },
  };
}
