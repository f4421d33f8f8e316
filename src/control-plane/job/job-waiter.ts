import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { Job } from './job.entity.js';

const LOOK_EVERY_MS = 100;

/** Lets requests wait for the end of jobs. However many wait, the table is looked at by one query at a time. */
@Injectable()
export class JobWaiter {
  private readonly wanted = new Map<number, Set<() => void>>();
  private isLooking = false;

  constructor(private readonly database: DataSource) {}

  /** The job once it has ended, or null after the time, or when the caller is gone. */
  async waitForEnd(id: number, milliseconds: number, isWanted: () => boolean): Promise<Job | null> {
    if (milliseconds <= 0) return null;
    const deadline = performance.now() + milliseconds;
    const { promise: ended, resolve } = Promise.withResolvers<boolean>();
    const tell = (): void => resolve(true);
    const waiters = this.wanted.get(id) ?? new Set();
    this.wanted.set(id, waiters.add(tell));
    void this.look();
    try {
      for (let left = milliseconds; left > 0 && isWanted(); left = deadline - performance.now()) {
        if (await Promise.race([ended, sleep(Math.min(left, 1000), false)])) {
          return await this.database.getRepository(Job).findOneBy({ id });
        }
      }
      return null;
    } finally {
      waiters.delete(tell);
      if (waiters.size === 0) this.wanted.delete(id);
    }
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    while (this.wanted.size > 0) {
      const rows = await this.database
        .getRepository(Job)
        .find({ select: { id: true }, where: { id: In([...this.wanted.keys()]), endedTime: Not(IsNull()) } })
        // A database that is away is no reason to end the wait.
        .catch(() => []);
      for (const { id } of rows) for (const tell of this.wanted.get(id) ?? []) tell();
      await sleep(LOOK_EVERY_MS);
    }
    this.isLooking = false;
  }
}
