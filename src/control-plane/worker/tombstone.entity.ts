import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, type EntityManager } from 'typeorm';
import type { NodeUid } from '../../model/ids.js';

/** Something deleted that a node may still have. Kept by identity, so that it outlives the registration of the node. */
@Entity('tombstone')
@Index('tombstone_key', ['kind', 'uid', 'nodeUid'], { unique: true })
export class TombstoneRow {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @Column('text')
  kind!: 'volume' | 'session';

  @Column('uuid')
  uid!: string;

  @Column('uuid')
  nodeUid!: NodeUid;

  @CreateDateColumn({ type: 'timestamptz' })
  createdTime!: Date;
}

export async function leaveTombstones(
  manager: EntityManager,
  kind: TombstoneRow['kind'],
  uid: string,
  nodeUids: readonly NodeUid[],
): Promise<void> {
  if (nodeUids.length === 0) return;
  await manager
    .createQueryBuilder()
    .insert()
    .into(TombstoneRow)
    .values(nodeUids.map((nodeUid) => ({ kind, uid, nodeUid })))
    .orIgnore()
    .execute();
}
