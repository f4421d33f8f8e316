import type { EntityManager } from 'typeorm';

/** The next number for a volume of this node; never given out twice. */
export async function nextVolumeNumber(manager: EntityManager, nodeId: number): Promise<number> {
  const [rows]: [{ number: number }[], number] = await manager.query(
    'UPDATE storage_node SET next_volume_number = next_volume_number + 1 WHERE id = $1 RETURNING next_volume_number - 1 AS number',
    [nodeId],
  );
  return rows[0]!.number;
}
