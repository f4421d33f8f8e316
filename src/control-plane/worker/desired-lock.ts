import type { EntityManager } from 'typeorm';

/** Any number that no other advisory lock of this database uses. */
const DESIRED_LOCK = 5665_002;

/**
 * The desired state changes by one transaction at a time, over all processes: requests judge what they saw, and the reconciler ends
 * or takes back operations, without ever meeting half of the other's work. Such transactions take milliseconds. Held until the end
 * of the transaction.
 */
export async function lockDesired(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [DESIRED_LOCK]);
}
