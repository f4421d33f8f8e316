import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { schemaGaps } from '../database/data-source.js';
import { LEADER_LOCK } from '../worker/leadership.js';

/** degraded: requests are served, and something needs an operator. failed: do not send requests here. */
export type CheckStatus = 'ok' | 'degraded' | 'failed';

export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** For people, one sentence; without addresses and names, since anybody may read it. */
  readonly reason: string;
}

export interface ReadinessReport {
  /** The worst of its checks. */
  readonly status: CheckStatus;
  readonly checks: readonly Check[];
}

const STATUSES: readonly CheckStatus[] = ['ok', 'degraded', 'failed'];
/** Whoever asks has mostly a limit of a few seconds himself. */
const LIMIT_MS = 3_000;

/** Whether this process can do its work, and if not, why. */
@Injectable()
export class Readiness {
  private looking: Promise<ReadinessReport> | null = null;

  constructor(private readonly database: DataSource) {}

  /** However many ask, the database is asked by one at a time, whose answer is that of all. */
  look(): Promise<ReadinessReport> {
    return (this.looking ??= this.check().finally(() => (this.looking = null)));
  }

  private async check(): Promise<ReadinessReport> {
    const limit = new AbortController();
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS);
      limit.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    try {
      return report(await Promise.race([this.checks(), late]));
    } catch (error) {
      return report([
        { name: 'database', status: 'failed', reason: `The database does not answer: ${wordsFor(error)}` },
      ]);
    } finally {
      limit.abort();
    }
  }

  private async checks(): Promise<Check[]> {
    const gaps = await schemaGaps(this.database);
    const [{ count }] = await this.database.query<[{ count: string }]>(
      `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted
         AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1`,
      [LEADER_LOCK],
    );
    return [
      { name: 'database', status: 'ok', reason: 'The database answers' },
      schemaCheck(gaps),
      workerCheck(Number(count)),
    ];
  }
}

function schemaCheck({ missing, unknown }: { missing: readonly string[]; unknown: readonly string[] }): Check {
  const name = 'schema';
  if (unknown.length > 0) {
    const reason = `A newer version changed the database (${unknown.join(', ')}): run that version`;
    return { name, status: 'failed', reason };
  }
  if (missing.length > 0) {
    return {
      name,
      status: 'failed',
      reason: `The database lacks ${missing.join(', ')}: a start of this version adds it`,
    };
  }
  return { name, status: 'ok', reason: 'The schema is that of this version' };
}

/** Requests are taken all the same: their jobs wait. */
function workerCheck(leaders: number): Check {
  const name = 'worker';
  if (leaders > 0) return { name, status: 'ok', reason: 'A worker leads' };
  return { name, status: 'degraded', reason: 'No worker leads: jobs wait, and what is shown of the nodes grows old' };
}

function report(checks: readonly Check[]): ReadinessReport {
  const worst = Math.max(...checks.map(({ status }) => STATUSES.indexOf(status)));
  return { status: STATUSES[worst]!, checks };
}

/** What the network or the database calls it; a message may name addresses. */
function wordsFor(error: unknown): string {
  const { code, driverError, message } = error as { code?: string; driverError?: { code?: string }; message?: string };
  const said = code ?? driverError?.code;
  if (said !== undefined) return said;
  return message?.startsWith('no answer') ? message : 'the connection ended';
}
