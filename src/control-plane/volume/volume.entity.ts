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
import type { VolumeUid } from '../../model/ids.js';
import type { VolumeSpec, VolumeState, WriteCache } from '../../node-api/contract.js';
import { ConsistencyGroup } from '../consistencygroup/consistency-group.entity.js';
import { CopySession } from '../copysession/copy-session.entity.js';
import { bigintAsNumber } from '../database/bigint.js';
import { StorageNode } from '../node/storage-node.entity.js';

export const VOLUME_STATUSES = ['Normal', 'Warning', 'Error', 'Maintenance'] as const;
export type VolumeStatus = (typeof VOLUME_STATUSES)[number];

@Entity('volume')
@Index('volume_uid_key', ['uid'], { unique: true })
@Index('volume_node_name_key', ['node', 'name'], { unique: true })
@Index('volume_consistencygroup_idx', ['consistencyGroup'])
@Index('volume_node_number_key', ['node', 'number'], { unique: true })
export class Volume {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column('uuid')
  uid!: VolumeUid;

  @ManyToOne(() => StorageNode, { nullable: false })
  @JoinColumn({ name: 'node_id', foreignKeyConstraintName: 'volume_node_id_fkey' })
  node!: Relation<StorageNode>;

  @Column('integer')
  number!: number;

  @Column('text')
  name!: string;

  @Column('bigint', { transformer: bigintAsNumber })
  sizeBytes!: number;

  @Column('text')
  writeCache!: WriteCache;

  @Column('jsonb')
  backing!: VolumeSpec['backing'];

  @Column('boolean', { default: false })
  isOverwrite!: boolean;

  @Column('jsonb')
  allowedClients!: string[];

  @Column('boolean', { default: false })
  isCopyProtected!: boolean;

  /** The one that it was put into; null: it is a group of its own. */
  @ManyToOne(() => ConsistencyGroup, (group) => group.volumes, { nullable: true })
  @JoinColumn({ name: 'consistencygroup_id', foreignKeyConstraintName: 'volume_consistencygroup_id_fkey' })
  consistencyGroup!: Relation<ConsistencyGroup> | null;

  /** Its number in the log of its group. */
  @Column('integer', { default: 0 })
  slot!: number;

  @Column('timestamptz')
  createdTime!: Date;

  /** Its node has shown it: from then on its absence is a loss. */
  @Column('boolean', { default: false })
  isEstablished!: boolean;

  @Column('boolean', { default: false })
  isDeleted!: boolean;

  @Column('boolean', { default: false })
  isDeleteForced!: boolean;

  /** Null before the first observation, and when the node no longer has it. */
  @Column('jsonb', { nullable: true })
  observed!: Omit<VolumeState, 'spec'> | null;

  /** Derived when observations are saved, so that lists can be filtered by it. */
  @Column('text', { default: 'Maintenance' })
  status!: VolumeStatus;

  @OneToMany(() => CopySession, (session) => session.sourceVolume)
  sourceSessions!: Relation<CopySession>[];

  @OneToMany(() => CopySession, (session) => session.destinationVolume)
  destinationSessions!: Relation<CopySession>[];
}
