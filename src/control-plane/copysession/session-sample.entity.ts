import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type EntityManager,
  type Relation,
} from 'typeorm';
import type { SessionState } from '../../node-api/contract.js';
import { StorageNode } from '../node/storage-node.entity.js';
import { CopySession, type ShownSession } from './copy-session.entity.js';

/** Samples are kept for this long: the longest interval that can be asked about. */
export const SAMPLES_KEPT_SECONDS = 3600;
/** A sample so much older still is the first one that is that old. */
const SLACK_SECONDS = 60;

/**
 * What a session has counted at one of its nodes at one time: differences over an interval are taken between two of these. Of a destination
 * there is only its damage, and a sample only once it met any.
 */
@Entity('copy_session_sample')
@Index('copy_session_sample_node_time_idx', ['nodeId', 'time'])
export class SessionSample {
  @PrimaryColumn('integer', { name: 'session_id', primaryKeyConstraintName: 'copy_session_sample_pkey' })
  sessionId!: number;

  @PrimaryColumn('integer', { name: 'node_id', primaryKeyConstraintName: 'copy_session_sample_pkey' })
  nodeId!: number;

  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'copy_session_sample_pkey' })
  time!: Date;

  @ManyToOne(() => CopySession, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'copy_session_sample_session_id_fkey' })
  session!: Relation<CopySession>;

  @ManyToOne(() => StorageNode, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'node_id', foreignKeyConstraintName: 'copy_session_sample_node_id_fkey' })
  node!: Relation<StorageNode>;

  @Column('jsonb')
  counts!: SessionCounts | SessionDamage;
}

export type SessionCounts = SessionState['statistics'] & Pick<SessionState, 'transferredBytes' | 'resyncBytes'>;

/** What only the receiver of records can notice: a source counts none of it, but for what its destination answers. */
export type SessionDamage = Pick<SessionCounts, 'gaps' | 'checksumErrors'>;

export function damageOf({ statistics: { gaps, checksumErrors } }: ShownSession): SessionDamage {
  return { gaps, checksumErrors };
}

export function countsOf({ statistics, transferredBytes, resyncBytes }: ShownSession): SessionCounts {
  return { ...statistics, transferredBytes, resyncBytes };
}

export function isSampled({ role, statistics: { gaps, checksumErrors } }: ShownSession): boolean {
  return role === 'source' || gaps + checksumErrors > 0;
}

/** @param sessions those that are sampled */
export async function recordSamples(
  manager: EntityManager,
  nodeId: number,
  sessions: readonly SessionState[],
): Promise<void> {
  await manager.query(
    `DELETE FROM copy_session_sample WHERE node_id = $1 AND time < now() - make_interval(secs => $2)`,
    [nodeId, SAMPLES_KEPT_SECONDS + SLACK_SECONDS],
  );
  const samples = sessions.map((session) => ({
    uid: session.spec.uid,
    counts: session.role === 'source' ? countsOf(session) : damageOf(session),
  }));
  await manager.query(
    `INSERT INTO copy_session_sample (session_id, node_id, time, counts)
     SELECT s.id, $1, now(), x.counts FROM jsonb_to_recordset($2::jsonb) AS x(uid uuid, counts jsonb)
     JOIN copy_session s ON s.uid = x.uid ON CONFLICT DO NOTHING`,
    [nodeId, JSON.stringify(samples)],
  );
}
