import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Jobs } from './jobs.js';

const EVERY_MS = 10 * 60_000;

/** Forgets old jobs, in every process that serves the API: doing it twice costs nothing. */
@Injectable()
export class JobRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('jobs');
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly jobs: Jobs) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.jobs.removeOld().catch((error: unknown) => this.log.warn(error));
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }
}
