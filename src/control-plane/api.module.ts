import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { LoggerModule } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuditModule } from './audit/audit.module.js';
import { ConsistencyGroupModule } from './consistencygroup/consistency-group.module.js';
import { CopySessionModule } from './copysession/copy-session.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EventModule } from './event/event.module.js';
import { HealthModule } from './health/health.module.js';
import { RegistryModule } from './health/registry.module.js';
import { ErrorFilter } from './http/error-filter.js';
import { AddressThrottle } from './http/throttling.js';
import { makeValidationPipe } from './http/validation.js';
import { JobModule } from './job/job.module.js';
import { loggerOptions } from './logging.js';
import { NodeModule } from './node/node.module.js';
import { AuthGuard } from './session/auth.guard.js';
import { SessionModule } from './session/session.module.js';
import type { Settings } from './settings.js';
import { UserModule } from './user/user.module.js';
import { VolumeModule } from './volume/volume.module.js';
import { ChangesModule } from './worker/changes.module.js';

export type ApiSettings = Pick<Settings, 'requestsPerMinute' | 'logLevel'> &
  Partial<Pick<Settings, 'metricsToken' | 'trustedProxies'>>;

/** The API's process: every feature, and what holds for all of them. */
@Module({})
export class ApiModule {
  static of(database: DataSource, settings: ApiSettings, more: readonly Type[] = []): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        LoggerModule.forRoot(loggerOptions(settings.logLevel, 'api')),
        ThrottlerModule.forRoot([{ ttl: 60_000, limit: settings.requestsPerMinute }]),
        RegistryModule,
        DatabaseModule.of(database),
        SessionModule,
        UserModule,
        AuditModule,
        JobModule,
        ChangesModule,
        NodeModule,
        // Before the volumes: its GET /volume/copysession must not be taken for a volume id.
        CopySessionModule,
        VolumeModule,
        ConsistencyGroupModule,
        EventModule,
        HealthModule.of(settings.metricsToken ?? null),
        ...more,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useFactory: makeValidationPipe },
        // In this order: first how often, then who.
        { provide: APP_GUARD, useClass: AddressThrottle },
        { provide: APP_GUARD, useExisting: AuthGuard },
        { provide: APP_INTERCEPTOR, useExisting: AuditInterceptor },
      ],
    };
  }
}
