import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isDatabaseOutage } from '../database/outage.js';

/** Does one of many things of a transaction so that its failure takes back itself alone; the next pass finds it again. */
export class Savepoints {
  private readonly log = new Logger('reconciler');
  /** What failed last time, and how: the same again at every pass is not told again. */
  private readonly failures = new Map<string, string>();

  /**
   * @param what names the thing over all passes
   * @returns whether it was done
   * @throws when the database is gone, with which the whole transaction is
   */
  async try(what: string, manager: EntityManager, work: (manager: EntityManager) => Promise<void>): Promise<boolean> {
    try {
      await manager.transaction(work);
      this.failures.delete(what);
      return true;
    } catch (error) {
      if (isDatabaseOutage(error)) throw error;
      const text = String(error);
      if (this.failures.get(what) !== text) this.log.error(error, `${what} failed, and is tried again`);
      this.failures.set(what, text);
      return false;
    }
  }
}
