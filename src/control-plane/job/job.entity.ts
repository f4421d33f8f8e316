import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { ErrorName } from '../../errors/registry.js';

export const JOB_STATUSES = ['Queued', 'Running', 'Success', 'Error', 'Partial_Error', 'Canceled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export interface FailedResource {
  readonly resourceHref: string;
  readonly code: ErrorName;
  readonly message: string;
}

export interface JobOperation {
  readonly operation: string;
  /** Empty until the operation has one. */
  readonly result: string;
  /** ISO 8601. */
  readonly time: string;
}

export interface JobError {
  readonly code: ErrorName;
  readonly message: string;
}

/** One change that somebody asked for. This table is the truth about it; messages only wake the worker. */
@Entity('job')
@Index('job_unfinished_idx', ['id'], { where: 'ended_time IS NULL' })
@Index('job_ended_time_idx', ['endedTime'])
@Index('job_idempotency_key', ['requestor', 'idempotencyKey'], { unique: true, where: 'idempotency_key IS NOT NULL' })
export class Job {
  @PrimaryGeneratedColumn('identity', { type: 'integer', generatedIdentity: 'ALWAYS' })
  id!: number;

  /** What the worker does with it, `volume.create`. */
  @Column('text')
  kind!: string;

  @Column('text')
  description!: string;

  @Column('text', { default: 'Queued' })
  status!: JobStatus;

  @Column('text')
  requestor!: string;

  @CreateDateColumn({ type: 'timestamptz' })
  createdTime!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  modifiedTime!: Date;

  /** Set once, with the last status. */
  @Column('timestamptz', { nullable: true })
  endedTime!: Date | null;

  @Column('text', { array: true, default: [] })
  resourceHrefs!: string[];

  /** Where the progress of what the job set going can be read. */
  @Column('text', { array: true, default: [] })
  progressHrefs!: string[];

  @Column('text', { array: true, default: [] })
  succeededHrefs!: string[];

  @Column('jsonb', { default: [] })
  failedResources!: FailedResource[];

  @Column('jsonb', { default: [] })
  operations!: JobOperation[];

  @Column('jsonb', { nullable: true })
  error!: JobError | null;

  /** X-Request-Id of the request that made it. */
  @Column('text', { nullable: true })
  requestId!: string | null;

  @Column('text', { nullable: true })
  idempotencyKey!: string | null;

  /** SHA-256 of method, path and body that the key came with. */
  @Column('text', { nullable: true })
  idempotencyDigest!: string | null;
}
