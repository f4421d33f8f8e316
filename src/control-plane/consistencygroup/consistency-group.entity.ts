import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import type { GroupUid } from '../../model/ids.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';

/** Volumes that an operator put together, so that their writes keep their order. The nodes know it by its uid, once it has sessions. */
@Entity('consistency_group')
@Index('consistency_group_uid_key', ['uid'], { unique: true })
@Index('consistency_group_node_name_key', ['node', 'name'], { unique: true })
export class ConsistencyGroup {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  /** Of its log: another one when a group without sessions gets its first. */
  @Column('uuid')
  uid!: GroupUid;

  @Column('text')
  name!: string;

  /** Where its volumes are: its source. */
  @ManyToOne(() => StorageNode, { nullable: false })
  @JoinColumn({ name: 'node_id', foreignKeyConstraintName: 'consistency_group_node_id_fkey' })
  node!: Relation<StorageNode>;

  @Column('integer')
  srlSizeMb!: number;

  /** The slot that the next volume gets: none is used twice in one log. */
  @Column('integer')
  nextSlot!: number;

  @OneToMany(() => Volume, (volume) => volume.consistencyGroup)
  volumes!: Relation<Volume>[];
}
