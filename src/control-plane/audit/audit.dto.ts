import { ApiProperty } from '@nestjs/swagger';
import { jobHref } from '../job/job.dto.js';
import { ROLES } from '../session/user.entity.js';
import type { AuditRow } from './audit.entity.js';

export class AuditView {
  @ApiProperty()
  audit_id!: number;
  @ApiProperty({ format: 'date-time' })
  time!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'alice',
    description: 'Null for who is not known. A name given at a login is shown only when a user has it.',
  })
  user!: string | null;
  @ApiProperty({
    enum: ROLES,
    enumName: 'Role',
    nullable: true,
    description: 'Of the user, or of its API token, then.',
  })
  role!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: 'The API token that the user came by.' })
  token_id!: number | null;
  @ApiProperty({ example: '10.0.0.7', description: 'Address.' })
  client!: string;
  @ApiProperty({ example: 'POST', description: 'Of the call: POST, PATCH, PUT or DELETE.' })
  method!: string;
  @ApiProperty({ example: '/api/v1/copysession/1/suspend', description: 'Without the query.' })
  path!: string;
  @ApiProperty({ type: String, nullable: true, example: '/api/v1/copysession/1' })
  resource_href!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The job that it made; how that ended, the job says.' })
  job_href!: string | null;
  @ApiProperty({
    example: 'Success',
    description:
      'Success, or the internal_code of the refusal; Unknown while the call is served, or when the process ended in its middle.',
  })
  result!: string;
  @ApiProperty({ description: 'Finds the request in the logs.' })
  request_id!: string;
}

export function auditView(row: AuditRow): AuditView {
  return {
    audit_id: row.id,
    time: row.time.toISOString(),
    user: row.userName,
    role: row.role,
    token_id: row.tokenId,
    client: row.client,
    method: row.method,
    path: row.path,
    resource_href: row.resourceHref,
    job_href: row.jobId === null ? null : jobHref(row.jobId),
    result: row.result,
    request_id: row.requestId,
  };
}
