import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { requestContext } from '../http/request-context.js';
import { Job } from '../job/job.entity.js';
import { Jobs } from '../job/jobs.js';
import { raiseRevision } from './authority.entity.js';
import type { OperationKind } from './desired.js';
import { lockDesired } from './desired-lock.js';
import { JobOperationRow, unfinishedOn } from './job-operation.entity.js';
import { endOperation, settleJob } from './outcomes.js';
import { undoOperations } from './undo.js';

const JOB_KINDS = [
  'node.create',
  'node.change',
  'node.delete',
  'volume.create',
  'volume.change',
  'volume.release',
  'volume.disconnect',
  'volume.delete',
  'copysession.create',
  'copysession.change',
  'copysession.suspend',
  'copysession.resume',
  'copysession.reverse',
  'copysession.delete',
  'consistencygroup.create',
  'consistencygroup.change',
  'consistencygroup.delete',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export interface NewOperation {
  readonly kind: OperationKind;
  readonly uid: string;
  readonly hrefs: readonly string[];
  /** Columns to write back if it fails. */
  readonly before?: object;
}

export interface Change {
  readonly kind: JobKind;
  readonly description: string;
  readonly operations: readonly NewOperation[];
  /** What the job is about, when that is more or other than what its operations are about. */
  readonly hrefs?: readonly string[];
  /** Where the progress of what it sets going can be read. */
  readonly progressHrefs?: readonly string[];
}

/** How features change the desired state: each change with its job in one transaction, one at a time. */
@Injectable()
export class Changes {
  constructor(
    private readonly database: DataSource,
    private readonly jobs: Jobs,
  ) {
    for (const kind of JOB_KINDS) jobs.onCancel(kind, cancel);
  }

  /**
   * @param work judges the request by what the database says, writes the desired state, and says what has to come about; a change
   *   without operations has come about already
   */
  async make(work: (manager: EntityManager) => Promise<Change>): Promise<Job> {
    return this.database.transaction(async (manager) => {
      await lockDesired(manager);
      await raiseRevision(manager);
      const twin = await madeMeanwhile(manager);
      if (twin) return twin;
      const change = await work(manager);
      const job = await this.jobs.create(manager, {
        kind: change.kind,
        description: change.description,
        resourceHrefs: change.hrefs ?? change.operations.flatMap(({ hrefs }) => hrefs),
        operation: change.kind,
      });
      if (change.progressHrefs) {
        job.progressHrefs = [...change.progressHrefs];
        await manager.save(job);
      }
      for (const { kind, uid, hrefs, before = {} } of change.operations) {
        await manager.insert(JobOperationRow, {
          job: { id: job.id },
          kind,
          uid,
          resourceHrefs: [...hrefs],
          before: before as never,
        });
      }
      if (change.operations.length === 0) await this.jobs.end(job.id, { status: 'Success' }, manager);
      return job;
    });
  }

  /**
   * @throws Refusal with the given code when one of the resources is part of an unfinished job: though its own part may have ended, it
   *   may be taken back yet
   */
  async requireIdle(manager: EntityManager, uids: readonly string[], code: ErrorName): Promise<void> {
    const row = await manager.findOneBy(JobOperationRow, { uid: In([...uids]) });
    if (row) throw new Refusal(code, row.resourceHrefs.join(', '));
  }

  /**
   * Ends the unfinished operation of a stream in favour of the one being made.
   * @returns what the replaced operation would have put back, or null when there was none
   */
  async supersede(manager: EntityManager, uid: string): Promise<Record<string, unknown> | null> {
    const row = await manager.findOne(JobOperationRow, { where: unfinishedOn(uid), relations: { job: true } });
    if (!row) return null;
    const { code, message } = new Refusal('SESSION_SUPERSEDED', row.resourceHrefs.join(', '));
    await endOperation(manager, row, { code, message });
    await settleJob(manager, this.jobs, row.job.id);
    return row.before;
  }

  /** Ends the unfinished operations of resources whose node is being forgotten. */
  async abandon(manager: EntityManager, uids: readonly string[], factor: string): Promise<void> {
    const { code, message } = new Refusal('NODE_NOT_FOUND', factor);
    const rows = await manager.find(JobOperationRow, {
      where: { uid: In([...uids]), endedTime: IsNull() },
      relations: { job: true },
    });
    for (const row of rows) await endOperation(manager, row, { code, message });
    for (const jobId of new Set(rows.map((row) => row.job.id))) await settleJob(manager, this.jobs, jobId);
  }
}

/** The same request, sent twice at once with one Idempotency-Key, may have waited here for its twin. */
async function madeMeanwhile(manager: EntityManager): Promise<Job | null> {
  const { requestor, idempotency } = requestContext() ?? {};
  if (!requestor || !idempotency) return null;
  const { key, digest } = idempotency;
  return manager.findOneBy(Job, { requestor, idempotencyKey: key, idempotencyDigest: digest });
}

async function cancel(manager: EntityManager, job: Job): Promise<void> {
  const rows = await manager.find(JobOperationRow, { where: { job: { id: job.id } }, order: { id: 'ASC' } });
  await undoOperations(manager, rows);
  await manager.delete(JobOperationRow, { job: { id: job.id } });
}
