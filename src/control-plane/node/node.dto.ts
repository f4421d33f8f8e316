import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsString, Matches, Max, MaxLength, Min, ValidateBy } from 'class-validator';
import { COPY_CONCURRENCY_DEFAULT, COPY_CONCURRENCY_MAX } from '../../model/node.js';
import { MIB } from '../../model/sizes.js';
import { parseNodeAddress } from '../../node-api/node-address.js';
import { MayBeAbsent } from '../http/may-be-absent.js';
import { WaitQuery } from '../job/job.dto.js';
import { IsTrueOrFalse } from '../http/true-or-false.js';
import { NODE_STATUSES, type NodeStatus, type StorageNode } from './storage-node.entity.js';

/** Older than this, what is known of a node is called stale although nothing is known to be wrong. */
export const STALE_MS = 15_000;
const NAME = /^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/;
const NAME_MESSAGE = 'name must be 1 to 32 printable ASCII characters, without blanks at its ends';
const ADDRESS = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]{1,253}):\d{1,5}$/;
const ADDRESS_MESSAGE = 'address must be host:port, an IPv6 address in brackets';

/** Whatever passes can also be connected to: judged by the parser that the connections use. */
function IsNodeAddress(): PropertyDecorator {
  const validate = (value: unknown) =>
    typeof value === 'string' && ADDRESS.test(value) && parseNodeAddress(value) !== null;
  return ValidateBy({ name: 'isNodeAddress', validator: { validate, defaultMessage: () => ADDRESS_MESSAGE } });
}

export class CreateNodeBody {
  @ApiProperty({ minLength: 1, maxLength: 32, example: 'site-a' })
  @Matches(NAME, { message: NAME_MESSAGE })
  name!: string;

  @ApiProperty({ description: 'host:port of its admin server.', example: '10.0.0.1:5700' })
  @IsNodeAddress()
  address!: string;

  @ApiProperty({ description: 'What the node printed at its first start.', writeOnly: true })
  @IsString()
  @MaxLength(1024)
  enrolment_token!: string;
}

export class ChangeNodeBody {
  @ApiPropertyOptional({ minLength: 1, maxLength: 32 })
  @MayBeAbsent()
  @Matches(NAME, { message: NAME_MESSAGE })
  name?: string;

  @ApiPropertyOptional()
  @MayBeAbsent()
  @IsNodeAddress()
  address?: string;

  @ApiPropertyOptional({
    description: 'In maintenance a node takes no new volumes and copy sessions; what it has goes on.',
  })
  @MayBeAbsent()
  @IsBoolean()
  is_in_maintenance?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: COPY_CONCURRENCY_MAX,
    description:
      'Volumes that the node, as their source, copies at once, initial copies and resyncs alike; the others wait as Reserved, in the order in which they came. Holds at once, and with the control plane dead.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(COPY_CONCURRENCY_MAX)
  copy_concurrency?: number;
}

export class DeleteNodeQuery extends WaitQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'Also a node with volumes: for a node that is gone.' })
  @IsTrueOrFalse()
  force?: 'true' | 'false';
}

export class NodeView {
  @ApiProperty()
  node_id!: number;
  @ApiProperty({ example: '/api/v1/node/1' })
  node_href!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty({ description: "40 characters, padded with '#'." })
  boxid!: string;
  @ApiProperty({ enum: NODE_STATUSES, enumName: 'NodeStatus' })
  status!: NodeStatus;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'NODE_ROLLED_BACK',
    description: 'Registry name of what keeps the node from being used, when it cannot be.',
  })
  status_reason!: string | null;
  @ApiProperty({ type: String, nullable: true })
  version!: string | null;
  @ApiProperty()
  address!: string;
  @ApiProperty({ type: String, nullable: true })
  nbd_address!: string | null;
  @ApiProperty({ type: [String] })
  peer_address_list!: string[];
  @ApiProperty({ type: Number, nullable: true, description: 'MiB of its folder that logs occupy.' })
  srl_used!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  srl_used_bytes!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  capacity!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  capacity_bytes!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  used_capacity!: number | null;
  @ApiProperty({ type: Number, nullable: true })
  used_capacity_bytes!: number | null;
  @ApiProperty()
  volume_count!: number;
  @ApiProperty({
    type: 'integer',
    example: COPY_CONCURRENCY_DEFAULT,
    description: 'Volumes that it copies at once, as their source.',
  })
  copy_concurrency!: number;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  last_seen_time!: string | null;
  @ApiProperty({ description: 'The node was not heard of late: what is shown of it is what was last known.' })
  is_stale!: boolean;
}

export class StorageSystemView {
  @ApiProperty()
  name!: string;
  @ApiProperty()
  version!: string;
  @ApiProperty({ enum: ['Normal', 'Warning', 'Error'] })
  health!: 'Normal' | 'Warning' | 'Error';
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  node_count!: Record<string, number>;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'Volumes by status.',
    example: { Normal: 4 },
  })
  volume_count!: Record<string, number>;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  copysession_count!: Record<string, number>;
}

export function nodeHref(id: number): string {
  return `/api/v1/node/${id}`;
}

/** The identity of a storage system in the array's form: fixed for the life of the node. */
export function boxidOf(node: Pick<StorageNode, 'uid'>): string {
  return node.uid.replaceAll('-', '').toUpperCase().padEnd(40, '#');
}

export function isStale(node: Pick<StorageNode, 'unreachableSince' | 'lastSeenTime'>): boolean {
  if (node.unreachableSince !== null || node.lastSeenTime === null) return true;
  return Date.now() - node.lastSeenTime.getTime() > STALE_MS;
}

/** MiB of a number of bytes, rounded up. */
export function inMib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}

export function nodeView(node: StorageNode, volumeCount: number): NodeView {
  const { identity, figures } = node;
  const mib = (bytes: number | undefined) => (bytes === undefined ? null : inMib(bytes));
  return {
    node_id: node.id,
    node_href: nodeHref(node.id),
    name: node.name,
    boxid: boxidOf(node),
    status: node.status,
    status_reason: node.unreachableCode,
    version: identity?.version ?? null,
    address: node.address,
    nbd_address: identity?.nbdAddress ?? null,
    peer_address_list: [...(identity?.peerAddresses ?? [])],
    srl_used: mib(figures?.srlUsedBytes),
    srl_used_bytes: figures?.srlUsedBytes ?? null,
    capacity: mib(figures?.capacityBytes),
    capacity_bytes: figures?.capacityBytes ?? null,
    used_capacity: mib(figures?.usedBytes),
    used_capacity_bytes: figures?.usedBytes ?? null,
    volume_count: volumeCount,
    copy_concurrency: node.copyConcurrency,
    last_seen_time: node.lastSeenTime?.toISOString() ?? null,
    is_stale: isStale(node),
  };
}
