import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Open } from '../session/caller.js';
import { Metrics } from './metrics.js';
import { requireMetricsReader } from '../../node-api/metrics-reader.js';

export const METRICS_TOKEN = Symbol('metrics token');

@ApiExcludeController()
@Controller('metrics')
@Open()
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    @Inject(METRICS_TOKEN) private readonly token: string | null,
  ) {}

  @Get()
  async show(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<string> {
    const { remoteAddress: address } = request.socket;
    requireMetricsReader(this.token, { address, authorization: request.get('authorization') });
    response.type(this.metrics.contentType);
    return this.metrics.render();
  }
}
