import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Open } from '../session/caller.js';
import { Readiness, type ReadinessReport } from './readiness.js';

/** For whoever watches over the process. `live` is about the process alone; `ready` says what keeps it from its work. */
@ApiExcludeController()
@Controller('health')
@Open()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessReport> {
    const report = await this.readiness.look();
    response.status(httpStatusOf(report));
    return report;
  }
}

export function httpStatusOf({ status }: ReadinessReport): number {
  return status === 'failed' ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK;
}
