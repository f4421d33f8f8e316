import {
  Column,
  CreateDateColumn,
  Entity,
  In,
  Index,
  IsNull,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type FindOptionsWhere,
  type Relation,
} from 'typeorm';
import type { ErrorName } from '../../errors/registry.js';
import { Job } from '../job/job.entity.js';
import type { OperationKind } from './desired.js';

/** Volumes come to a group, and go, in all its streams or in none: one that is done may be taken back for the sake of another. */
export const MEMBERSHIP_KINDS = ['stream-join', 'stream-leave'] as const satisfies OperationKind[];

/** What of an unfinished job stands in the way of another operation on the stream. */
export function unfinishedOn(uid: string): FindOptionsWhere<JobOperationRow>[] {
  return [
    { uid, endedTime: IsNull() },
    { uid, kind: In([...MEMBERSHIP_KINDS]) },
  ];
}

/** One resource's part of an unfinished job. The rows of a job go when it ends; what they said stands in the job then. */
@Entity('job_operation')
@Index('job_operation_unfinished_key', ['uid'], { unique: true, where: 'ended_time IS NULL' })
@Index('job_operation_job_idx', ['job'])
export class JobOperationRow {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  @ManyToOne(() => Job, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'job_id', foreignKeyConstraintName: 'job_operation_job_id_fkey' })
  job!: Relation<Job>;

  @Column('text')
  kind!: OperationKind;

  /** Of the node, volume, stream or group. */
  @Column('uuid')
  uid!: string;

  /** What it is about: a stream's is about all its sessions. */
  @Column('text', { array: true })
  resourceHrefs!: string[];

  /** Columns of the resource as they were before: written back if the operation fails. */
  @Column('jsonb', { default: {} })
  before!: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz' })
  startedTime!: Date;

  @Column('timestamptz', { nullable: true })
  endedTime!: Date | null;

  /** Null is success, once ended. */
  @Column('text', { nullable: true })
  errorCode!: ErrorName | null;

  @Column('text', { nullable: true })
  errorMessage!: string | null;
}
