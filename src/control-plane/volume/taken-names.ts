import type { EntityManager } from 'typeorm';

/** Those of the names that a volume of the node has, or gets back if its unfinished renaming fails. */
export async function takenNames(manager: EntityManager, nodeId: number, names: readonly string[]): Promise<string[]> {
  const rows: { name: string }[] = await manager.query(
    `SELECT name FROM volume WHERE node_id = $1 AND name = ANY($2)
     UNION
     SELECT o.before->>'name' FROM job_operation o JOIN volume v ON v.uid = o.uid
     WHERE v.node_id = $1 AND o.before->>'name' = ANY($2)
     ORDER BY name`,
    [nodeId, names],
  );
  return rows.map(({ name }) => name);
}
