import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { answerList, describeList, ListCall, ListQuery, type ListAnswer, type ListRequest } from '../http/list.js';
import { ResourceIdPipe } from '../http/resource-id.js';
import { JobCall } from '../job/job-call.js';
import { WaitQuery } from '../job/job.dto.js';
import type { Job } from '../job/job.entity.js';
import { AllowedFor } from '../session/caller.js';
import { HostConnectionView, hostConnectionView } from './host-connection.dto.js';
import { HostConnections } from './host-connections.js';

/** Far above a million starts of a node. */
const CONNECTION_ID_MAX = 10 ** 15 - 1;

const CONNECTION_LIST = describeList({
  resource: 'connection',
  view: HostConnectionView,
  filters: {},
  idMax: CONNECTION_ID_MAX,
});

const volumeId = new ResourceIdPipe('VOLUME_NOT_FOUND');
const connectionId = new ResourceIdPipe('CONNECTION_NOT_FOUND', CONNECTION_ID_MAX);
const ERRORS = [
  'VOLUME_NOT_FOUND',
  'VOLUME_LOST',
  'VOLUME_BUSY',
  'NODE_UNREACHABLE',
  'NODE_STARTING',
  'SHUTTING_DOWN',
  'NODE_IDENTITY_CHANGED',
] as const;

@ApiTags('volume')
@Controller('volume/:volume_id/connection')
export class HostConnectionController {
  constructor(private readonly connections: HostConnections) {}

  @Get()
  @AllowedFor('monitor')
  @ListCall(CONNECTION_LIST, {
    operationId: 'listHostConnections',
    summary: 'List the hosts that are attached to a volume',
    description:
      'Asked of its node now. A host may have several connections. While the node does not answer this is an error, not an empty list.',
    errors: ERRORS,
  })
  async list(
    @Param('volume_id', volumeId) id: number,
    @ListQuery(CONNECTION_LIST) request: ListRequest,
  ): Promise<ListAnswer> {
    const views = (await this.connections.list(id)).map(hostConnectionView);
    return answerList(views, (view) => view.connection_id, CONNECTION_LIST, request);
  }

  @Delete(':connection_id')
  @AllowedFor('operator')
  @JobCall({
    operationId: 'dropHostConnection',
    summary: 'Drop a host from a volume',
    description:
      'Its connection is closed at once; requests under way are carried out, and not answered. The job has ended when it is answered. ' +
      'A host may connect again: to keep it out, change allowed_client_list first.',
    errors: ['CONNECTION_NOT_FOUND', ...ERRORS],
  })
  drop(
    @Param('volume_id', volumeId) id: number,
    @Param('connection_id', connectionId) connection: number,
    @Query() _query: WaitQuery,
  ): Promise<Job> {
    return this.connections.drop(id, connection);
  }
}
