/** Ends operations, and with the last one its job. */
import { In, IsNull, type EntityManager } from 'typeorm';
import type { StreamUid } from '../../model/ids.js';
import { settleMembership } from '../copysession/stream-changes.js';
import { Stream } from '../copysession/stream.entity.js';
import type { Jobs, JobOutcome } from '../job/jobs.js';
import type { Failure, OperationKind, Outcome } from './desired.js';
import { JobOperationRow, MEMBERSHIP_KINDS } from './job-operation.entity.js';
import type { Savepoints } from './savepoints.js';
import { undoOperations } from './undo.js';

/**
 * Operations that were ended by somebody else meanwhile are left as they are. A job that cannot be settled keeps none from the
 * others.
 * @returns how many jobs were settled or came nearer to it
 */
export async function recordOutcomes(
  manager: EntityManager,
  jobs: Jobs,
  savepoints: Savepoints,
  outcomes: readonly Outcome[],
): Promise<number> {
  if (outcomes.length === 0) return 0;
  const failures = new Map(outcomes.map(({ operation, failure }) => [Number(operation.id), failure]));
  const rows = await manager.find(JobOperationRow, {
    where: { id: In([...failures.keys()]), endedTime: IsNull() },
    relations: { job: true },
    order: { id: 'ASC' },
  });
  let count = 0;
  for (const [jobId, ended] of Map.groupBy(rows, (row) => row.job.id)) {
    const isDone = await savepoints.try(`the end of job ${jobId}`, manager, async (inner) => {
      for (const row of ended) await endOperation(inner, row, failures.get(row.id) ?? null);
      await settleJob(inner, jobs, jobId);
    });
    if (isDone) count++;
  }
  return count;
}

/** The row's job must be loaded. */
export async function endOperation(
  manager: EntityManager,
  row: JobOperationRow,
  failure: Failure | null,
): Promise<void> {
  await manager.update(
    JobOperationRow,
    { id: row.id },
    { endedTime: new Date(), errorCode: failure?.code ?? null, errorMessage: failure?.message ?? null },
  );
  if (failure === null && row.kind.startsWith('stream-suspend')) {
    await manager.update(Stream, { uid: row.uid as StreamUid }, { suspendedTime: new Date() });
  }
  if (row.kind === 'stream-suspend' && row.job.resourceHrefs.length > 1) {
    const concurrentSuspendResult = failure === null ? 'Success' : 'Error';
    await manager.update(Stream, { uid: row.uid as StreamUid }, { concurrentSuspendResult });
  }
}

/** What such a job makes or changes goes together, or not at all. */
const ALL_OR_NOTHING: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'node-create',
  'volume-create',
  'stream-create',
  ...MEMBERSHIP_KINDS,
  'group-change',
]);

/**
 * Ends the job if nothing of it is left to do. A failed operation of a job that is all or nothing ends all of it at once; other jobs
 * let each operation end by itself.
 */
export async function settleJob(manager: EntityManager, jobs: Jobs, jobId: number): Promise<void> {
  const rows = await manager.find(JobOperationRow, { where: { job: { id: jobId } }, order: { id: 'ASC' } });
  const failed = rows.filter((row) => row.errorCode !== null);
  const isTakenBack = failed.length > 0 && rows.some((row) => ALL_OR_NOTHING.has(row.kind));
  if (!isTakenBack && rows.some((row) => row.endedTime === null)) return;
  await undoOperations(
    manager,
    (isTakenBack ? rows : failed).filter((row) => !isReplaced(row)),
  );
  if (failed.length === 0) {
    for (const { uid, kind } of rows) if (isMembership(kind)) await settleMembership(manager, uid as StreamUid);
  }
  await jobs.end(jobId, outcomeOf(rows, failed, isTakenBack), manager);
  await manager.delete(JobOperationRow, { job: { id: jobId } });
}

/** What replaced it starts from what it wrote; but volumes come and go whole. */
function isReplaced({ errorCode, kind }: JobOperationRow): boolean {
  return errorCode === 'SESSION_SUPERSEDED' && !isMembership(kind);
}

function isMembership(kind: OperationKind): boolean {
  return MEMBERSHIP_KINDS.some((each) => each === kind);
}

function outcomeOf(
  rows: readonly JobOperationRow[],
  failed: readonly JobOperationRow[],
  isTakenBack: boolean,
): JobOutcome {
  const [first] = failed;
  if (first === undefined) return { status: 'Success' };
  const failedResources = failed.flatMap((row) =>
    row.resourceHrefs.map((resourceHref) => ({
      resourceHref,
      code: row.errorCode!,
      message: row.errorMessage ?? '',
    })),
  );
  const error = { code: first.errorCode!, message: first.errorMessage ?? '' };
  if (isTakenBack || failed.length === rows.length) return { status: 'Error', failedResources, error };
  const succeededHrefs = rows.filter((row) => row.errorCode === null).flatMap((row) => row.resourceHrefs);
  return { status: 'Partial_Error', failedResources, succeededHrefs, error };
}
