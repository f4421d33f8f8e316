import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isDatabaseOutage } from '../database/outage.js';

const log = new Logger('reconciler');

/**
 * Does one of many things of a transaction so that its failure takes back itself alone; the next pass finds it again.
 * @returns whether it was done
 * @throws when the database is gone, with which the whole transaction is
 */
export async function inSavepoint(
  manager: EntityManager,
  work: (manager: EntityManager) => Promise<void>,
): Promise<boolean> {
  try {
    await manager.transaction(work);
    return true;
  } catch (error) {
    if (isDatabaseOutage(error)) throw error;
    log.error(error);
    return false;
  }
}
