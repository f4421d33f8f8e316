import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { Open } from '../session/caller.js';

/** For whoever watches over the process. `live` is about the process alone; `ready` also asks the database. */
@ApiExcludeController()
@Controller('health')
@Open()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly database: DataSource,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      async () => {
        const check = this.indicator.check('database');
        try {
          await this.database.query('SELECT 1');
          return check.up();
        } catch {
          return check.down();
        }
      },
    ]);
  }
}
