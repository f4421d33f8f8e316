import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { Job } from './job.entity.js';

const LOOK_EVERY_MS = 100;
/** How often a waiting request looks whether its client is still there. */
const CLIENT_EVERY_MS = 1000;

type News = 'ended' | 'closing';

/** Lets requests wait for the end of jobs. However many wait, the table is looked at by one query at a time. */
@Injectable()
export class JobWaiter implements OnModuleDestroy {
  private readonly waiters = new Map<number, Set<(news: News) => void>>();
  private isLooking = false;
  private isClosing = false;

  constructor(private readonly database: DataSource) {}

  /** The job once it has ended, or null after the time, when the caller is gone, or when the process stops. */
  async waitForEnd(id: number, milliseconds: number, isWanted: () => boolean): Promise<Job | null> {
    if (milliseconds <= 0 || this.isClosing) return null;
    const deadline = performance.now() + milliseconds;
    const { promise: told, resolve: tell } = Promise.withResolvers<News>();
    const ofJob = this.waiters.get(id) ?? new Set();
    this.waiters.set(id, ofJob.add(tell));
    void this.look();
    try {
      for (let left = milliseconds; left > 0 && isWanted(); left = deadline - performance.now()) {
        const news = await Promise.race([told, sleep(Math.min(left, CLIENT_EVERY_MS), null)]);
        if (news === 'closing') return null;
        // The job is made in any case; a database that went away now is no reason to say otherwise.
        if (news === 'ended')
          return await this.database
            .getRepository(Job)
            .findOneBy({ id })
            .catch(() => null);
      }
      return null;
    } finally {
      ofJob.delete(tell);
      if (ofJob.size === 0) this.waiters.delete(id);
    }
  }

  onModuleDestroy(): void {
    this.isClosing = true;
    for (const ofJob of this.waiters.values()) for (const tell of ofJob) tell('closing');
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    while (this.waiters.size > 0) {
      const ended = await this.database
        .getRepository(Job)
        .find({ select: { id: true }, where: { id: In([...this.waiters.keys()]), endedTime: Not(IsNull()) } })
        .catch(() => []);
      for (const { id } of ended) for (const tell of this.waiters.get(id) ?? []) tell('ended');
      await sleep(LOOK_EVERY_MS);
    }
    this.isLooking = false;
  }
}
