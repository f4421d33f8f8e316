import { Module } from '@nestjs/common';
import { Retention } from '../database/retention.js';
import { AuditController } from './audit.controller.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditTrail } from './audit-trail.js';

@Module({ controllers: [AuditController], providers: [AuditTrail, AuditInterceptor], exports: [AuditInterceptor] })
export class AuditModule {
  constructor(retention: Retention, trail: AuditTrail) {
    retention.add(() => trail.removeOld());
  }
}
