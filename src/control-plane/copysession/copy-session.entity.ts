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
import type { SessionUid } from '../../model/ids.js';
import type { SessionPhase, SessionStatus } from '../../model/session.js';
import type { SessionState } from '../../node-api/contract.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { Volume } from '../volume/volume.entity.js';
import { Stream } from './stream.entity.js';

/** One volume's part of a stream: what is wanted of it is wanted of the stream. */
@Entity('copy_session')
@Index('copy_session_uid_key', ['uid'], { unique: true })
@Index('copy_session_stream_idx', ['stream'])
@Index('copy_session_source_volume_idx', ['sourceVolume'])
@Index('copy_session_destination_volume_idx', ['destinationVolume'])
export class CopySession {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'BY DEFAULT' })
  id!: number;

  @Column('uuid')
  uid!: SessionUid;

  @ManyToOne(() => Stream, (stream) => stream.sessions, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'stream_id', foreignKeyConstraintName: 'copy_session_stream_id_fkey' })
  stream!: Relation<Stream>;

  /** Number of the volume in its group's log. */
  @Column('integer', { default: 0 })
  slot!: number;

  /** Whether an unfinished change of the group's volumes adds it or takes it away. */
  @Column('text', { default: 'Member' })
  membership!: 'Member' | 'Joining' | 'Leaving';

  @ManyToOne(() => Volume, (volume) => volume.sourceSessions, { nullable: false })
  @JoinColumn({ name: 'source_volume_id', foreignKeyConstraintName: 'copy_session_source_volume_id_fkey' })
  sourceVolume!: Relation<Volume>;

  @ManyToOne(() => Volume, (volume) => volume.destinationSessions, { nullable: false })
  @JoinColumn({ name: 'destination_volume_id', foreignKeyConstraintName: 'copy_session_destination_volume_id_fkey' })
  destinationVolume!: Relation<Volume>;

  @Column('text')
  requestor!: string;

  @Column('timestamptz')
  createdTime!: Date;

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

/** What a node showed of a session, without what was wanted of it. */
export type ShownSession = Omit<SessionState, 'spec'>;

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
  observed!: ShownSession;
}
