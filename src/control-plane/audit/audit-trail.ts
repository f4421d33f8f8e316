import { Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import type { RequestContext } from '../http/request-context.js';
import { shownPath } from '../http/shown-path.js';
import { AuditRow } from './audit.entity.js';
import { RefusalBudget } from './refusal-budget.js';

export const KEPT_DAYS = 400;
/** Calls of nobody known, which anyone can make as many of as the limits allow. */
const UNKNOWN_KEPT_DAYS = 30;
/** Deleted at a time, so that no statement runs for long. */
const BATCH = 10_000;

export interface AuditedCall {
  readonly request: Request;
  readonly context: RequestContext;
}

/**
 * Writes down who changed what. A call that is let through is written down before it begins, and cannot begin otherwise: no change is without
 * its row. How it ended is added at its end; where that could not be written, the row says Unknown.
 */
@Injectable()
export class AuditTrail {
  private readonly log = new Logger('audit');
  private readonly budget = new RefusalBudget();

  constructor(private readonly database: DataSource) {}

  /** @returns id of the row */
  async begin(call: AuditedCall): Promise<number> {
    const { identifiers } = await this.database.getRepository(AuditRow).insert(rowOf(call, 'Unknown'));
    return (identifiers[0] as { id: number }).id;
  }

  /** Never throws: what was done is done, and its caller is to know. */
  async end(id: number, call: AuditedCall, result: string): Promise<void> {
    const { resourceHref, jobId } = rowOf(call, result);
    try {
      await this.database.getRepository(AuditRow).update({ id }, { result, resourceHref, jobId });
    } catch (error) {
      this.log.error({ audit_id: id, result, err: error }, 'how an audited call ended could not be written down');
    }
  }

  /** For a call without a beginning, such as a login, whose success is worth nothing until it is answered. */
  async record(call: AuditedCall, result: string): Promise<void> {
    await this.database.getRepository(AuditRow).insert(rowOf(call, result));
  }

  /** For a call that was refused and changed nothing. A flood of them is not all written down; that there was one is. */
  async recordRefused(call: AuditedCall, result: string): Promise<void> {
    const row = rowOf(call, result);
    if (!this.budget.take(row.userName ?? row.client)) return;
    try {
      await this.database.getRepository(AuditRow).insert(row);
    } catch (error) {
      this.log.error({ ...row, err: error }, 'a refused call could not be written down');
    }
  }

  /** Forgets what is too old. */
  async removeOld(): Promise<void> {
    for (const [where, days] of [
      ['true', KEPT_DAYS],
      ['user_name IS NULL', UNKNOWN_KEPT_DAYS],
    ] as const) {
      let removed: number;
      do {
        [, removed] = await this.database.query<[unknown, number]>(
          `DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE time < now() - make_interval(days => $1) AND ${where} LIMIT ${BATCH})`,
          [days],
        );
      } while (removed === BATCH);
    }
  }
}

function rowOf({ request, context }: AuditedCall, result: string): Omit<AuditRow, 'id' | 'time'> {
  return {
    userName: context.requestor,
    role: context.role,
    tokenId: context.tokenId,
    client: (request.ip ?? '').replace(/^::ffff:/, ''),
    method: request.method,
    path: shownPath(request.path),
    resourceHref: context.resourceHref ?? hrefIn(request.path),
    jobId: context.jobId,
    result,
    requestId: context.requestId,
  };
}

/** What the path is about: up to its first id. */
function hrefIn(path: string): string | null {
  return /^\/api\/v1\/[a-z]+\/\d{1,10}(?=\/|$)/.exec(path)?.[0] ?? null;
}
