import { Logger } from '@nestjs/common';
import { isRefusal } from '../../errors/refusal.js';
import type { NodeUid } from '../../model/ids.js';
import type { RequestMark } from '../../node-api/request-mark.js';
import type { Command } from './desired.js';
import type { WorkerMetrics } from './worker-metrics.js';

/** A call that takes longer is told of, whatever came of it. */
const SLOW_CALL_MS = 3_000;

/** Counts the calls to one node, and tells of each command by which it is found from the request that made it necessary, and at the node. */
export class CallReport {
  private readonly log = new Logger('node');

  constructor(
    private readonly nodeUid: NodeUid,
    private readonly metrics: WorkerMetrics,
  ) {}

  /** @param error null for a command that was done */
  command(command: Command, cause: RequestMark | null, startedMs: number, error: unknown): void {
    const ms = performance.now() - startedMs;
    const isDone = error === null;
    this.metrics.called(command.call, ms, isDone ? 'done' : isRefusal(error) ? 'refused' : 'failed');
    const fields = {
      node_uid: this.nodeUid,
      call: command.call,
      ...subjectsOf(command),
      ms: Math.round(ms),
      ...(cause && { job_id: Number(cause.jobId), request_id: cause.requestId ?? undefined }),
      ...(isRefusal(error) && { code: error.code }),
      ...(!isDone && { reason: (error as Error).message }),
    };
    if (!isDone) this.log.warn(fields, isRefusal(error) ? 'command refused' : 'command failed');
    else if (ms >= SLOW_CALL_MS) this.log.warn(fields, 'command done, slowly');
    else this.log.log(fields, 'command done');
  }

  /** A look at the node. @param error null when it answered */
  look(startedMs: number, error: unknown): void {
    const ms = performance.now() - startedMs;
    this.metrics.called('state', ms, error === null ? 'done' : isRefusal(error) ? 'refused' : 'failed');
    if (error === null && ms >= SLOW_CALL_MS) {
      this.log.warn({ node_uid: this.nodeUid, call: 'state', ms: Math.round(ms) }, 'node answered slowly');
    }
  }
}

/** What a command is about, as its log line shows it. */
function subjectsOf(command: Command): { readonly uid?: string; readonly session_uids?: readonly string[] } {
  if ('specs' in command) return { session_uids: command.specs.map(({ uid }) => uid) };
  if ('uid' in command) return { uid: command.uid };
  return command.call === 'putVolume' ? { uid: command.spec.uid } : {};
}
