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
import { Volume } from '../volume/volume.entity.js';
import { ChangeNodeBody, CreateNodeBody, DeleteNodeQuery, nodeView, NodeView } from './node.dto.js';
import { nodeById, Nodes } from './nodes.js';
import { NODE_STATUSES, StorageNode } from './storage-node.entity.js';

const NODE_LIST = describeList({
  resource: 'node',
  view: NodeView,
  filters: { status: { column: 'node.status', values: NODE_STATUSES }, name: { column: 'node.name' } },
});

const nodeId = new ResourceIdPipe('NODE_NOT_FOUND');

@ApiTags('node')
@Controller('node')
export class NodeController {
  constructor(
    private readonly database: DataSource,
    private readonly nodes: Nodes,
  ) {}

  @Post()
  @AllowedFor('admin')
  @JobCall({
    summary: 'Register a storage node',
    description:
      'Node and control plane learn to know each other; volumes and copy sessions that the node has are taken up.',
    errors: ['NODE_TOKEN_REFUSED', 'NODE_ALREADY_REGISTERED', 'NODE_NAME_IN_USE'],
    hasBody: true,
    isPost: true,
  })
  create(@Body() body: CreateNodeBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.nodes.create(body);
  }

  @Get()
  @AllowedFor('monitor')
  @ListCall(NODE_LIST, { summary: 'List storage nodes' })
  async list(@ListQuery(NODE_LIST) request: ListRequest): Promise<ListAnswer> {
    const counts = await this.volumeCounts();
    const rows = this.database.getRepository(StorageNode).createQueryBuilder('node');
    return readList(rows, NODE_LIST, request, (node) => nodeView(node, counts.get(node.id) ?? 0));
  }

  @Get(':node_id')
  @AllowedFor('monitor')
  @Answers(200, NodeView, { summary: 'Show a storage node', errors: ['NODE_NOT_FOUND'] })
  async get(@Param('node_id', nodeId) id: number, @Query() _query: NoQuery): Promise<NodeView> {
    const node = await nodeById(this.database.manager, id);
    return nodeView(node, await this.database.manager.countBy(Volume, { node: { id } }));
  }

  @Patch(':node_id')
  @AllowedFor('admin')
  @JobCall({
    summary: 'Change a storage node',
    description: 'Its name and its address, and whether it is in maintenance.',
    errors: ['NODE_NOT_FOUND', 'NODE_NAME_IN_USE', 'NODE_BUSY'],
    hasBody: true,
  })
  change(@Param('node_id', nodeId) id: number, @Body() body: ChangeNodeBody, @Query() _query: WaitQuery): Promise<Job> {
    return this.nodes.change(id, body);
  }

  @Delete(':node_id')
  @AllowedFor('admin')
  @JobCall({
    summary: 'Forget a storage node',
    description:
      'Without volumes, or with force for a node that is gone: its volumes are forgotten with it, and its copy sessions end at their other nodes.',
    errors: ['NODE_NOT_FOUND', 'NODE_HAS_VOLUMES'],
  })
  delete(@Param('node_id', nodeId) id: number, @Query() query: DeleteNodeQuery): Promise<Job> {
    return this.nodes.delete(id, query.force === 'true');
  }

  private async volumeCounts(): Promise<Map<number, number>> {
    const rows: { node_id: number; count: string }[] = await this.database.query(
      'SELECT node_id, count(*) AS count FROM volume GROUP BY node_id',
    );
    return new Map(rows.map((row) => [row.node_id, Number(row.count)]));
  }
}
