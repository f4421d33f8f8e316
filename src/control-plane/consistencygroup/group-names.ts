import type { EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';

/**
 * Also refuses the name that a group gets back if its unfinished renaming fails.
 * @param ownId of the group that is to have it
 */
export async function requireFreeGroupName(
  manager: EntityManager,
  nodeId: number,
  name: string,
  ownId: number | null = null,
): Promise<void> {
  const taken: unknown[] = await manager.query(
    `SELECT 1 FROM consistency_group WHERE node_id = $1 AND name = $2 AND id IS DISTINCT FROM $3
     UNION SELECT 1 FROM job_operation o JOIN consistency_group g ON g.uid = o.uid
     WHERE o.kind = 'group-change' AND g.node_id = $1 AND o.before->>'name' = $2 AND g.id IS DISTINCT FROM $3`,
    [nodeId, name, ownId],
  );
  if (taken.length > 0) throw new Refusal('GROUP_NAME_IN_USE', name);
}
