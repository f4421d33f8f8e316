import type { EntityManager } from 'typeorm';
import { ID_MAX } from '../http/resource-id.js';
import { Volume } from '../volume/volume.entity.js';

/** The next number for a volume of this node; never given out twice. */
export async function nextVolumeNumber(manager: EntityManager, nodeId: number): Promise<number> {
  const [rows]: [{ number: number }[], number] = await manager.query(
    'UPDATE storage_node SET next_volume_number = next_volume_number + 1 WHERE id = $1 RETURNING next_volume_number - 1 AS number',
    [nodeId],
  );
  return rows[0]!.number;
}

/** The number that the node knows its volume by, unless another one of its volumes has it; numbers go on above it. */
export async function freeVolumeNumber(
  manager: EntityManager,
  nodeId: number,
  number: number | undefined,
): Promise<number> {
  const isFree =
    number !== undefined && number < ID_MAX && !(await manager.existsBy(Volume, { node: { id: nodeId }, number }));
  if (!isFree) return nextVolumeNumber(manager, nodeId);
  await manager.query(
    'UPDATE storage_node SET next_volume_number = greatest(next_volume_number, $2::integer + 1) WHERE id = $1',
    [nodeId, number],
  );
  return number;
}
