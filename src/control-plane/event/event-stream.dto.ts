import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { EVENT_SEVERITIES, EVENT_TYPES, type EventSeverity, type EventType } from '../../model/event.js';
import { FILTER_VALUES_MAX } from '../http/list.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { ID_MAX } from '../http/resource-id.js';

/** A query parameter that repeats. */
function Repeats(): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    Transform(({ value }) => (value === undefined ? undefined : [value].flat())),
    ArrayMaxSize(FILTER_VALUES_MAX),
  );
}

export class EventStreamQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: ID_MAX,
    description:
      'Events after this one; without it, or when it is beyond the last, those that become known from now on. The header Last-Event-ID stands above it.',
  })
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(ID_MAX)
  after?: number;

  @ApiPropertyOptional({ isArray: true, enum: EVENT_TYPES, enumName: 'EventType' })
  @Repeats()
  @IsIn(EVENT_TYPES, { each: true })
  type?: EventType[];

  @ApiPropertyOptional({ isArray: true, enum: EVENT_SEVERITIES, enumName: 'EventSeverity' })
  @Repeats()
  @IsIn(EVENT_SEVERITIES, { each: true })
  severity?: EventSeverity[];

  @ApiPropertyOptional({ isArray: true, type: String, description: 'A href: events about this resource.' })
  @Repeats()
  @IsString({ each: true })
  resource?: string[];
}
