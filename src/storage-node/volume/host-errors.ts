import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { HOST_ERRORS_REST_MS } from '../config/limits.js';
import { HostOperation } from './host-request.js';

/** Only these are trouble of the volume, and none of the host's own making; a held volume says so itself. */
function isTrouble(error: ErrorName): boolean {
  const { errno } = ERRORS[error];
  return (errno === 'EIO' || errno === 'ENOSPC') && error !== 'WRITE_OUT_OF_RANGE' && error !== 'ACCESS_HELD';
}

/** Whether hosts get errors from a volume: reads for themselves, and all that changes it. */
export class HostErrors {
  private ofReads: ErrorName | null = null;
  private ofChanges: ErrorName | null = null;
  private last: ErrorName | null = null;
  private lastMs = Number.NEGATIVE_INFINITY;

  /** What hosts get, since no request of that kind succeeded after the one that failed; null when all is well. */
  get present(): ErrorName | null {
    return this.ofChanges ?? this.ofReads;
  }

  /** What they get, or got a short while ago: a disk that fails now and then is in trouble all the time. */
  recent(nowMs: number): ErrorName | null {
    return this.present ?? (nowMs - this.lastMs < HOST_ERRORS_REST_MS ? this.last : null);
  }

  /** @param nowMs on the monotonic clock */
  failed(operation: HostOperation, error: ErrorName, nowMs: number): void {
    if (!isTrouble(error)) return;
    if (operation === HostOperation.Read) this.ofReads = error;
    else this.ofChanges = error;
    this.last = error;
    this.lastMs = nowMs;
  }

  /** To be called with every success while `present` is not null. */
  succeeded(operation: HostOperation): void {
    if (operation === HostOperation.Read) this.ofReads = null;
    else this.ofChanges = null;
  }
}
