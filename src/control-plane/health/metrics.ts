import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { Job } from '../job/job.entity.js';
import { addReplicationMetrics } from './replication-metrics.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60];

/** Figures about this process and about what the control plane knows, in a registry of its own, so that two of them can live in one test. */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  readonly registry = new Registry();
  private readonly requests: Histogram<'method' | 'route' | 'status'>;

  constructor(database: DataSource) {
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Histogram({
      name: 'evenkeel_http_request_seconds',
      help: 'Time to answer a request.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers: [this.registry],
    });
    new Gauge({
      name: 'evenkeel_jobs',
      help: 'Jobs by status.',
      labelNames: ['status'],
      registers: [this.registry],
      async collect() {
        const rows = await database
          .getRepository(Job)
          .createQueryBuilder('job')
          .select('job.status', 'status')
          .addSelect('count(*)', 'count')
          .groupBy('job.status')
          .getRawMany<{ status: string; count: string }>()
          .catch(() => []);
        this.reset();
        for (const { status, count } of rows) this.set({ status }, Number(count));
      },
    });
    addReplicationMetrics(this.registry, database.manager);
  }

  /** Routes are named as they are declared, so that hostile paths do not become labels. */
  readonly measure = (request: Request, response: Response, next: NextFunction): void => {
    const stop = this.requests.startTimer();
    response.on('finish', () => {
      // A stream of events lasts as long as its client wants.
      if (response.get('Content-Type')?.startsWith('text/event-stream')) return;
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      stop({ method: request.method, route, status: response.statusCode });
    });
    next();
  };

  onApplicationShutdown(): void {
    this.registry.clear();
  }
}
