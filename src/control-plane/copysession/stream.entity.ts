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
import type { GroupUid, StreamUid } from '../../model/ids.js';
import type { SessionSettings } from '../../model/session.js';
import type { SessionSpec } from '../../node-api/contract.js';
import { bigintAsNumber } from '../database/bigint.js';
import { StorageNode } from '../node/storage-node.entity.js';
import type { StreamChange } from '../worker/desired.js';
import { CopySession } from './copy-session.entity.js';

/** A consistency group's replication to one other node. Its sessions, one for each volume, are only ever changed together. */
@Entity('stream')
@Index('stream_uid_key', ['uid'], { unique: true })
@Index('stream_group_uid_idx', ['groupUid'])
@Index('stream_source_node_idx', ['sourceNode'])
@Index('stream_destination_node_idx', ['destinationNode'])
export class Stream {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column('uuid')
  uid!: StreamUid;

  /** Whose log it sends: the same for all streams of a named group, and for all of a volume in none. */
  @Column('uuid')
  groupUid!: GroupUid;

  @ManyToOne(() => StorageNode, { nullable: false })
  @JoinColumn({ name: 'source_node_id', foreignKeyConstraintName: 'stream_source_node_id_fkey' })
  sourceNode!: Relation<StorageNode>;

  @ManyToOne(() => StorageNode, { nullable: false })
  @JoinColumn({ name: 'destination_node_id', foreignKeyConstraintName: 'stream_destination_node_id_fkey' })
  destinationNode!: Relation<StorageNode>;

  /** The change that is wanted now. */
  @Column('integer')
  generation!: number;

  /** The highest generation ever handed out: the next change is one above it. */
  @Column('integer')
  issuedGeneration!: number;

  @Column('integer')
  resumedGeneration!: number;

  @Column('text')
  lastChange!: StreamChange;

  @Column('jsonb')
  settings!: SessionSettings;

  @Column('bigint', { transformer: bigintAsNumber })
  srlSizeBytes!: number;

  @Column('text')
  run!: SessionSpec['run'];

  @Column('boolean', { default: false })
  isForced!: boolean;

  @Column('boolean', { default: false })
  isAlone!: boolean;

  @Column('boolean', { default: false })
  isDeleted!: boolean;

  @Column('boolean', { default: false })
  isDeleteForced!: boolean;

  /** Both nodes have shown it: from then on its absence is a loss. */
  @Column('boolean', { default: false })
  isEstablished!: boolean;

  /** Since when a node that can be reached does not have its half of it. */
  @Column('timestamptz', { nullable: true })
  lostTime!: Date | null;

  /** When the present suspend was established. */
  @Column('timestamptz', { nullable: true })
  suspendedTime!: Date | null;

  /** How the last joint suspend ended; null when it was never suspended together with others. */
  @Column('text', { nullable: true })
  concurrentSuspendResult!: string | null;

  @OneToMany(() => CopySession, (session) => session.stream)
  sessions!: Relation<CopySession>[];
}
