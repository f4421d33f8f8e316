import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const EVERY_MS = 10 * 60_000;

/** Has every feature forget what is too old, in each process that serves the API: doing it twice costs nothing. */
@Injectable()
export class Retention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('retention');
  private readonly works: (() => Promise<unknown>)[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** To be called while the application starts. */
  add(removeOld: () => Promise<unknown>): void {
    this.works.push(removeOld);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.removeOld(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async removeOld(): Promise<void> {
    for (const work of this.works) await work().catch((error: unknown) => this.log.warn(error));
  }
}
