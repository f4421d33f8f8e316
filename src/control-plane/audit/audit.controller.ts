import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { describeList, ListCall, ListQuery, readList, type ListAnswer, type ListRequest } from '../http/list.js';
import { AllowedFor } from '../session/caller.js';
import { AuditView, auditView } from './audit.dto.js';
import { AuditRow } from './audit.entity.js';
import { KEPT_DAYS } from './audit-trail.js';

const AUDIT_LIST = describeList({
  resource: 'audit',
  view: AuditView,
  hasAfter: true,
  filters: {
    user: { column: 'audit.userName' },
    method: { column: 'audit.method', values: ['POST', 'PATCH', 'PUT', 'DELETE'] },
    resource: { column: 'audit.resourceHref', description: 'A href: calls about this resource.' },
    result: { column: 'audit.result', description: 'Success, Unknown, or the internal_code of a refusal.' },
    after_time: { column: 'audit.time', bound: '>', description: 'Calls later than this.' },
    before_time: { column: 'audit.time', bound: '<', description: 'Calls earlier than this.' },
  },
});

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly database: DataSource) {}

  @Get()
  @AllowedFor('admin')
  @ListCall(AUDIT_LIST, {
    summary: 'List who changed what, or tried to',
    operationId: 'listAuditEntries',
    description: `Every call but those that only read, with logins, in the order in which they came. Kept for ${KEPT_DAYS} days.`,
  })
  list(@ListQuery(AUDIT_LIST) request: ListRequest): Promise<ListAnswer> {
    return readList(this.database.manager.createQueryBuilder(AuditRow, 'audit'), AUDIT_LIST, request, auditView);
  }
}
