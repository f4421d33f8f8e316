import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { AllowedFor } from '../session/caller.js';
import { Volume } from '../volume/volume.entity.js';
import { VolumeCopySessionView } from './copy-session-view.dto.js';
import { volumeCopySessionView } from './copy-session-view.js';

const LIST = describeList({
  resource: 'volume',
  view: VolumeCopySessionView,
  filters: { node_id: { column: 'node.id', isInteger: true }, name: { column: 'volume.name' } },
});

/** Volumes as seen from their copies. Stands before the volumes' own controller: `copysession` is no volume id. */
@ApiTags('volume')
@Controller('volume')
export class VolumeCopySessionController {
  constructor(private readonly database: DataSource) {}

  @Get('copysession')
  @AllowedFor('monitor')
  @ListCall(LIST, { summary: 'List volumes that have copy sessions, with their copies' })
  list(@ListQuery(LIST) request: ListRequest): Promise<ListAnswer> {
    const inSession = '(source_session.id IS NOT NULL OR destination_session.id IS NOT NULL)';
    return readList(this.rows().andWhere(inSession), LIST, request, volumeCopySessionView);
  }

  @Get(':volume_id/copysession')
  @AllowedFor('monitor')
  @Answers(200, VolumeCopySessionView, {
    summary: 'Show a volume with its copies',
    operationId: 'getVolumeCopySessions',
    errors: ['VOLUME_NOT_FOUND'],
  })
  async get(
    @Param('volume_id', new ResourceIdPipe('VOLUME_NOT_FOUND')) id: number,
    @Query() _query: NoQuery,
  ): Promise<VolumeCopySessionView> {
    const volume = await this.rows().where('volume.id = :id', { id }).getOne();
    if (!volume) throw new Refusal('VOLUME_NOT_FOUND', String(id));
    return volumeCopySessionView(volume);
  }

  private rows(): SelectQueryBuilder<Volume> {
    return this.database.manager
      .createQueryBuilder(Volume, 'volume')
      .innerJoinAndSelect('volume.node', 'node')
      .leftJoinAndSelect('volume.sourceSessions', 'source_session')
      .leftJoinAndSelect('source_session.stream', 'stream')
      .leftJoinAndSelect('source_session.destinationVolume', 'backup_volume')
      .leftJoinAndSelect('backup_volume.node', 'backup_node')
      .leftJoin('volume.destinationSessions', 'destination_session')
      .addSelect('destination_session.id');
  }
}
