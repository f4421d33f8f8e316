import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import type { GroupUid, SessionUid } from '../../model/ids.js';
import type { SessionPhase, SessionSettings, SessionStatus } from '../../model/session.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { bigintAsNumber } from '../database/bigint.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import type { SessionChange } from '../worker/desired.js';

@Entity('copy_session')
@Index('copy_session_uid_key', ['uid'], { unique: true })
@Index('copy_session_source_volume_idx', ['sourceVolume'])
@Index('copy_session_destination_volume_idx', ['destinationVolume'])
export class CopySession {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column('uuid')
  uid!: SessionUid;

  /** The change that is wanted now. */
  @Column('integer')
  generation!: number;

  /** The highest generation ever handed out: the next change is one above it. */
  @Column('integer')
  issuedGeneration!: number;

  @Column('integer')
  resumedGeneration!: number;

  @Column('text')
  lastChange!: SessionChange;

  @Column('uuid')
  groupUid!: GroupUid;

  @Column('integer', { default: 0 })
  slot!: number;

  @ManyToOne(() => Volume, (volume) => volume.sourceSessions, { nullable: false })
  @JoinColumn({ name: 'source_volume_id', foreignKeyConstraintName: 'copy_session_source_volume_id_fkey' })
  sourceVolume!: Relation<Volume>;

  @ManyToOne(() => Volume, (volume) => volume.destinationSessions, { nullable: false })
  @JoinColumn({ name: 'destination_volume_id', foreignKeyConstraintName: 'copy_session_destination_volume_id_fkey' })
  destinationVolume!: Relation<Volume>;

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

  @Column('text')
  requestor!: string;

  @Column('timestamptz')
  createdTime!: Date;

  /** When the present suspend was established. */
  @Column('timestamptz', { nullable: true })
  suspendedTime!: Date | null;

  /** How the last joint suspend ended; null when it was never suspended together with others. */
  @Column('text', { nullable: true })
  concurrentSuspendResult!: string | null;

  /** Derived when observations are saved, so that lists can be filtered by them. */
  @Column('text', { default: 'Reserved' })
  status!: SessionStatus;

  @Column('text', { default: 'No_Pair' })
  phase!: SessionPhase;

  /** The node whose view is shown: the source while it is reachable, else the destination, else the last that was seen. */
  @Column('integer', { nullable: true })
  shownNodeId!: number | null;

  @OneToMany(() => CopySessionView, (view) => view.session)
  views!: Relation<CopySessionView>[];
}

/** A session as one of its nodes last showed it. */
@Entity('copy_session_view')
export class CopySessionView {
  @PrimaryColumn('integer', { name: 'session_id', primaryKeyConstraintName: 'copy_session_view_pkey' })
  sessionId!: number;

  @PrimaryColumn('integer', { name: 'node_id', primaryKeyConstraintName: 'copy_session_view_pkey' })
  nodeId!: number;

  @ManyToOne(() => CopySession, (session) => session.views, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'copy_session_view_session_id_fkey' })
  session!: Relation<CopySession>;

  @ManyToOne(() => StorageNode, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'node_id', foreignKeyConstraintName: 'copy_session_view_node_id_fkey' })
  node!: Relation<StorageNode>;

  @Column('jsonb')
  observed!: SessionState;
}
