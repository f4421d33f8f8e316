/** Whether a node does its work well, and if not, why: what `/healthz` answers. Pure. */
import { MIB } from '../../model/sizes.js';
import type { NodeFigures } from '../metrics/node-figures.js';

/** degraded: hosts are served, and something needs an operator. failed: they are not served, or not for long. */
export type CheckStatus = 'ok' | 'degraded' | 'failed';

export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** For people, one sentence; counts, and neither names nor addresses, since anybody may read it. */
  readonly reason: string;
}

export interface HealthReport {
  readonly status: CheckStatus;
  readonly checks: readonly Check[];
}

const STATUSES: readonly CheckStatus[] = ['ok', 'degraded', 'failed'];
/** Of the data directory's file system: below this, or below this part of it, there is soon none. */
const FEW_BYTES = 512 * MIB;
const FEW_PART = 0.05;

/** @param unwritable what keeps the data directory from being written, or null */
export function judgeHealth(figures: NodeFigures, unwritable: string | null): HealthReport {
  const checks = [
    unwritable === null
      ? spaceCheck(figures.disk)
      : check('data_directory', 'failed', `The data directory cannot be written (${unwritable})`),
    counted('volumes', 'The volumes serve hosts', [
      [figures.failingVolumes, 'Volumes in Error, or whose hosts get errors'],
      [figures.heldVolumes, 'Volumes held since the machine lost power'],
    ]),
    counted('logs', 'The logs take writes', [
      [figures.groups.filter(({ isLogLost }) => isLogLost).length, 'Logs that failed, past which hosts are served'],
      [figures.groupsAside, 'Groups that could not be opened'],
    ]),
    counted('sessions', 'No copy session is in Error', [[figures.failedSessions, 'Copy sessions in Error']]),
  ];
  const worst = Math.max(...checks.map(({ status }) => STATUSES.indexOf(status)));
  return { status: STATUSES[worst]!, checks };
}

function spaceCheck({ sizeBytes, availableBytes }: NodeFigures['disk']): Check {
  const name = 'data_directory';
  const isLow = availableBytes < Math.min(FEW_BYTES, sizeBytes * FEW_PART);
  const free = `${Math.floor(availableBytes / MIB)} MiB are free`;
  if (availableBytes === 0) return check(name, 'degraded', 'The file system of the data directory is full');
  if (isLow) return check(name, 'degraded', `The file system of the data directory is nearly full: ${free}`);
  return check(name, 'ok', `The data directory can be written, ${free}`);
}

function counted(name: string, well: string, troubles: readonly (readonly [count: number, what: string])[]): Check {
  const found = troubles.filter(([count]) => count > 0).map(([count, what]) => `${what}: ${count}`);
  return found.length === 0 ? check(name, 'ok', well) : check(name, 'degraded', found.join('; '));
}

function check(name: string, status: CheckStatus, reason: string): Check {
  return { name, status, reason };
}
