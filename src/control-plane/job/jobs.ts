import { Injectable, Logger, Optional } from '@nestjs/common';
import { Counter, Histogram, Registry } from 'prom-client';
import { DataSource, In, IsNull, LessThan, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import { requestContext, tellResource } from '../http/request-context.js';
import { raiseRevision } from '../worker/authority.entity.js';
import { lockDesired } from '../worker/desired-lock.js';
import { Job, type FailedResource, type JobError, type JobStatus } from './job.entity.js';
import { WakeUps } from './wake-ups.js';

export const UNFINISHED_MAX = 512;
const KEPT_HOURS = 24;
const DURATIONS_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 60, 120];

export interface NewJob {
  /** What the worker does with it: `volume.create`. */
  readonly kind: string;
  readonly description: string;
  /** Hrefs of what is made or changed; ids may be known only after the insert in the same transaction. */
  readonly resourceHrefs: readonly string[];
  /** First entry of operation_list. */
  readonly operation: string;
  /** User name; that of the request being served when absent. */
  readonly requestor?: string;
}

export interface JobOutcome {
  readonly status: 'Success' | 'Error' | 'Partial_Error';
  readonly succeededHrefs?: readonly string[];
  readonly failedResources?: readonly FailedResource[];
  readonly error?: JobError;
}

/** Undoes, in the given transaction, the desired state that a job brought, since the job will not run. */
type CancelHook = (manager: EntityManager, job: Job) => Promise<void>;

@Injectable()
export class Jobs {
  private readonly log = new Logger('jobs');
  private readonly endings: Counter<'kind' | 'status'>;
  private readonly durations: Histogram<'kind'>;
  private readonly cancelHooks = new Map<string, CancelHook>();

  constructor(
    private readonly database: DataSource,
    private readonly wakeUps: WakeUps,
    @Optional() registry?: Registry,
  ) {
    const registers = registry ? [registry] : [];
    this.endings = new Counter({
      name: 'evenkeel_jobs_ended_total',
      help: 'Jobs that this process ended',
      labelNames: ['kind', 'status'],
      registers,
    });
    this.durations = new Histogram({
      name: 'evenkeel_job_seconds',
      help: 'From the making of a job to its end',
      labelNames: ['kind'],
      buckets: DURATIONS_SECONDS,
      registers,
    });
  }

  /**
   * Makes a job in the caller's transaction, beside the desired state it stands for, and wakes the worker at its commit.
   * @throws Refusal JOB_LIMIT_REACHED
   */
  async create(manager: EntityManager, job: NewJob): Promise<Job> {
    if ((await manager.countBy(Job, { endedTime: IsNull() })) >= UNFINISHED_MAX) throw new Refusal('JOB_LIMIT_REACHED');
    const context = requestContext();
    const created = await manager.save(
      manager.create(Job, {
        kind: job.kind,
        description: job.description,
        requestor: job.requestor ?? context?.requestor ?? 'system',
        resourceHrefs: [...job.resourceHrefs],
        operations: [{ operation: job.operation, result: '', time: new Date().toISOString() }],
        requestId: context?.requestId ?? null,
        idempotencyKey: context?.idempotency?.key ?? null,
        idempotencyDigest: context?.idempotency?.digest ?? null,
      }),
    );
    tellResource(job.resourceHrefs[0]);
    await this.wakeUps.send(manager);
    return created;
  }

  /** @throws Refusal JOB_NOT_FOUND */
  async get(id: number, manager: EntityManager = this.database.manager): Promise<Job> {
    const job = await manager.findOneBy(Job, { id });
    if (!job) throw new Refusal('JOB_NOT_FOUND', String(id));
    return job;
  }

  /** Queued → Running. False when it ended meanwhile, such as by a cancel; true also when it runs already. */
  async start(id: number, manager: EntityManager = this.database.manager): Promise<boolean> {
    const { affected } = await manager.update(
      Job,
      { id, status: In(['Queued', 'Running'] satisfies JobStatus[]) },
      { status: 'Running', modifiedTime: new Date() },
    );
    return affected === 1;
  }

  /** Ends a job, once: false when it had ended already. */
  async end(id: number, outcome: JobOutcome, manager: EntityManager = this.database.manager): Promise<boolean> {
    return manager.transaction(async (inner) => {
      const job = await lockUnfinished(inner, id);
      if (!job) return false;
      const result = outcome.error?.message ?? outcome.status;
      await inner.update(
        Job,
        { id },
        {
          status: outcome.status,
          succeededHrefs: [...(outcome.succeededHrefs ?? (outcome.status === 'Success' ? job.resourceHrefs : []))],
          failedResources: [...(outcome.failedResources ?? [])],
          error: outcome.error ?? null,
          operations: job.operations.map((entry) => (entry.result === '' ? { ...entry, result } : entry)),
          modifiedTime: new Date(),
          endedTime: new Date(),
        },
      );
      this.tellEnd(job, outcome);
      return true;
    });
  }

  private tellEnd({ id, kind, requestId, createdTime }: Job, { status, error }: JobOutcome): void {
    const ms = Date.now() - createdTime.getTime();
    this.endings.inc({ kind, status });
    this.durations.observe({ kind }, ms / 1000);
    const fields = {
      job_id: id,
      ...(requestId !== null && { request_id: requestId }),
      kind,
      status,
      ms,
      ...(error && { code: error.code, reason: error.message }),
    };
    this.log[status === 'Success' ? 'log' : 'warn'](fields, 'job ended');
  }

  /** What cancelling a queued job of this kind takes back; without a hook it cannot be cancelled (JOB_RUNNING). */
  onCancel(kind: string, hook: CancelHook): void {
    this.cancelHooks.set(kind, hook);
  }

  /**
   * Removes a finished job, cancels a queued one.
   * @throws Refusal JOB_NOT_FOUND, JOB_RUNNING
   */
  async remove(id: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      // Before the job's row, as all others take the two.
      await lockDesired(manager);
      const job = await manager.findOne(Job, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!job) throw new Refusal('JOB_NOT_FOUND', String(id));
      if (job.endedTime !== null) {
        await manager.delete(Job, { id });
        return;
      }
      const undo = this.cancelHooks.get(job.kind);
      if (job.status !== 'Queued' || !undo) throw new Refusal('JOB_RUNNING', String(id));
      await raiseRevision(manager);
      await undo(manager, job);
      const error = { code: 'JOB_CANCELED' as const, message: new Refusal('JOB_CANCELED').message };
      await manager.update(Job, { id }, { status: 'Canceled', error, modifiedTime: new Date(), endedTime: new Date() });
    });
  }

  /** Forgets jobs that ended more than 24 hours ago. */
  async removeOld(): Promise<void> {
    const before = new Date(Date.now() - KEPT_HOURS * 3_600_000);
    await this.database.getRepository(Job).delete({ endedTime: LessThan(before) });
  }
}

function lockUnfinished(manager: EntityManager, id: number): Promise<Job | null> {
  return manager.findOne(Job, { where: { id, endedTime: IsNull() }, lock: { mode: 'pessimistic_write' } });
}
