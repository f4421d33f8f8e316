import { ApiProperty } from '@nestjs/swagger';
import type { ConnectionState } from '../../node-api/contract.js';

export class HostConnectionView {
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    example: 7_000_000_012,
    description: 'Never used again by its node: billions count the starts of the node, the rest its connections.',
  })
  connection_id!: number;
  @ApiProperty({ example: '10.0.0.7:51234', description: "The host's address and port; IPv6 in brackets." })
  client!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-20T10:00:00.000Z', description: 'When it attached.' })
  since!: string;
  @ApiProperty({ example: true, description: 'Whether it came over TLS.' })
  tls!: boolean;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    example: 4711,
    description: 'Requests of any kind since it attached.',
  })
  requests!: number;
  @ApiProperty({
    type: 'integer',
    format: 'int64',
    example: 19_298_304,
    description: 'Data that it read and wrote since it attached, in bytes.',
  })
  bytes!: number;
}

export function hostConnectionView(connection: ConnectionState): HostConnectionView {
  const { id, client, since, isTls, requests, bytes } = connection;
  return { connection_id: id, client, since, tls: isTls, requests, bytes };
}
