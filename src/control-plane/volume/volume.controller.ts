import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Answers } from '../http/answers.js';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { NoQuery } from '../http/no-query.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { JobCall } from '../job/job-call.js';
import { WaitQuery } from '../job/job.dto.js';
import type { Job } from '../job/job.entity.js';
import { AllowedFor } from '../session/caller.js';
import { volumeById, volumeRows, volumeView } from './volume-view.js';
import { ChangeVolumeBody, CreateVolumeBody, DeleteVolumeQuery, DeleteVolumesBody, VolumeView } from './volume.dto.js';
import { VOLUME_STATUSES } from './volume.entity.js';
import { Volumes } from './volumes.js';

const VOLUME_LIST = describeList({
  resource: 'volume',
  view: VolumeView,
  filters: {
    name: { column: 'volume.name' },
    node_id: { column: 'node.id', isInteger: true },
    status: { column: 'volume.status', values: VOLUME_STATUSES },
    uid: { column: 'volume.uid::text' },
    consistencygroup_id: { column: 'consistency_group.id', isInteger: true },
  },
});

const volumeId = new ResourceIdPipe('VOLUME_NOT_FOUND');
const DELETE_ERRORS = [
  'VOLUME_NOT_FOUND',
  'VOLUME_IN_SESSION',
  'VOLUME_IN_GROUP',
  'VOLUME_CONNECTED',
  'VOLUME_BUSY',
] as const;

@ApiTags('volume')
@Controller('volume')
export class VolumeController {
  constructor(
    private readonly database: DataSource,
    private readonly volumes: Volumes,
  ) {}

  @Post()
  @AllowedFor('operator')
  @JobCall({
    summary: 'Create a volume, or several',
    description:
      'With count, all or none are made, and numbers are appended to their name. A host attaches its nbd_uri.',
    errors: ['NODE_NOT_FOUND', 'NODE_MAINTENANCE', 'NODE_BUSY', 'VOLUME_NAME_IN_USE'],
    hasBody: true,
    isPost: true,
  })
  create(@Body() body: CreateVolumeBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.volumes.create(body);
  }

  @Get()
  @AllowedFor('monitor')
  @ListCall(VOLUME_LIST, { summary: 'List volumes' })
  list(@ListQuery(VOLUME_LIST) request: ListRequest): Promise<ListAnswer> {
    return readList(volumeRows(this.database.manager), VOLUME_LIST, request, volumeView);
  }

  @Get(':volume_id')
  @AllowedFor('monitor')
  @Answers(200, VolumeView, { summary: 'Show a volume', errors: ['VOLUME_NOT_FOUND'] })
  async get(@Param('volume_id', volumeId) id: number, @Query() _query: NoQuery): Promise<VolumeView> {
    return volumeView(await volumeById(this.database.manager, id));
  }

  @Patch(':volume_id')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Change a volume',
    description: 'Its capacity can only grow. A rename is refused while hosts are attached.',
    errors: [
      'VOLUME_NOT_FOUND',
      'VOLUME_NAME_IN_USE',
      'VOLUME_SHRINK_REFUSED',
      'VOLUME_IN_SESSION',
      'VOLUME_CONNECTED',
      'VOLUME_BUSY',
    ],
    hasBody: true,
  })
  change(
    @Param('volume_id', volumeId) id: number,
    @Body() body: ChangeVolumeBody,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.volumes.change(id, body);
  }

  @Post(':volume_id/release')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Open a held volume as it is',
    description:
      'Its node lost power while hosts had writes acknowledged that were not durable: some may be missing. Check the data before, or ' +
      'bring its destination back, which releases the volume by itself when nothing is missing.',
    errors: ['VOLUME_NOT_FOUND', 'VOLUME_NOT_HELD', 'VOLUME_BUSY'],
    isPost: true,
  })
  release(@Param('volume_id', volumeId) id: number, @Query() _query: WaitQuery): Promise<Job> {
    return this.volumes.release(id);
  }

  @Delete()
  @AllowedFor('operator')
  @JobCall({
    summary: 'Delete volumes, all or none',
    description: 'None when a copy session or a host uses one of them. Their data is lost.',
    errors: DELETE_ERRORS,
    hasBody: true,
  })
  deleteMany(@Body() body: DeleteVolumesBody, @Query() query: DeleteVolumeQuery): Promise<Job> {
    return this.volumes.delete(body.volume_id_list, query.force === 'true');
  }

  @Post('delete')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Delete volumes, for clients that drop the body of DELETE',
    operationId: 'deleteVolumesByPost',
    description: 'As DELETE /api/v1/volume.',
    errors: DELETE_ERRORS,
    hasBody: true,
    isPost: true,
  })
  deleteManyByPost(@Body() body: DeleteVolumesBody, @Query() query: DeleteVolumeQuery): Promise<Job> {
    return this.deleteMany(body, query);
  }

  @Delete(':volume_id')
  @AllowedFor('operator')
  @JobCall({
    summary: 'Delete a volume',
    description: 'Not while a copy session or a host uses it. Its data is lost.',
    errors: DELETE_ERRORS,
  })
  delete(@Param('volume_id', volumeId) id: number, @Query() query: DeleteVolumeQuery): Promise<Job> {
    return this.volumes.delete([id], query.force === 'true');
  }
}
