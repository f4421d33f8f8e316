import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { addDatabaseMetrics } from './database-metrics.js';
import { addJobMetrics } from './job-metrics.js';
import { replicationMetrics } from './replication-metrics.js';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60];
/** However many scrape, the figures are read once in this time. */
const SHARED_MS = 1_000;

/** Figures about this process and about what the control plane knows. */
@Injectable()
export class Metrics {
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  private readonly askDatabase: () => Promise<boolean>;
  private readonly readJobs: (isUp: boolean) => Promise<void>;
  private shown: { readonly madeMs: number; readonly text: Promise<string> } | null = null;

  constructor(
    private readonly registry: Registry,
    private readonly database: DataSource,
  ) {
    this.requests = new Histogram({
      name: 'evenkeel_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers: [registry],
    });
    this.askDatabase = addDatabaseMetrics(registry, database);
    this.readJobs = addJobMetrics(registry, database);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Prometheus text. */
  async render(): Promise<string> {
    const now = performance.now();
    if (this.shown === null || now - this.shown.madeMs >= SHARED_MS) {
      this.shown = { madeMs: now, text: this.read() };
    }
    return this.shown.text;
  }

  /** With the database away there is nothing to show of what it holds, and nobody waits for it more than once. */
  private async read(): Promise<string> {
    const isUp = await this.askDatabase();
    await this.readJobs(isUp).catch(() => undefined);
    const ofReplication = isUp ? await replicationMetrics(this.database).catch(() => '') : '';
    return `${await this.registry.metrics()}\n${ofReplication}`;
  }

  /** Routes are named as they are declared, so that hostile paths do not become labels. */
  readonly measure = (request: Request, response: Response, next: NextFunction): void => {
    const stop = this.requests.startTimer();
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      stop({ method: request.method, route, status: response.statusCode });
    });
    next();
  };
}
