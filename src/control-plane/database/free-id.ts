import type { EntityManager, EntityTarget } from 'typeorm';

/** The number that a node knows something by as its id, if nobody has it; the sequence is moved past it, so that it is never given out again. */
export async function freeId(
  manager: EntityManager,
  entity: EntityTarget<{ id: number }>,
  table: string,
  label: number,
): Promise<{ id?: number }> {
  if (label < 1 || label >= 2 ** 31 || (await manager.existsBy(entity, { id: label }))) return {};
  const sequence = `pg_get_serial_sequence('${table}', 'id')`;
  await manager.query(`SELECT setval(${sequence}, greatest(nextval(${sequence}), $1::bigint))`, [label]);
  return { id: label };
}
