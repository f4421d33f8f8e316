import type { ErrorName } from '../../errors/registry.js';
import { RECOVERY_RETRY_MS } from '../config/limits.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';

const DISK_TROUBLES = ['DEVICE_FAILED', 'DEVICE_FULL', 'LOG_FAILED'] as const satisfies readonly ErrorName[];
type DiskTrouble = (typeof DISK_TROUBLES)[number];

/** Whether an error is of a disk at either end, and may go by itself: space is freed, a log is made anew. */
export function isDiskTrouble(code: ErrorName | undefined): code is DiskTrouble {
  return (DISK_TROUBLES as readonly (ErrorName | undefined)[]).includes(code);
}

/** Tries again, every few seconds, what failed at a source for a disk's sake, but for its volumes and its log. */
export class DiskTroubleRetry {
  private nextAtMs = 0;
  private sessionAtMs = 0;

  constructor(
    private readonly group: Group,
    private readonly stream: GroupStream,
  ) {}

  /** The session has just gone to Error. */
  failed(): void {
    this.sessionAtMs = this.group.clock.monotonicMs() + RECOVERY_RETRY_MS;
  }

  /** Whether a session in Error is to go on now; under recovery mode Manual it waits for a resume. */
  get isSessionDue(): boolean {
    const { record, spec } = this.stream;
    if (record.error === null || spec.settings.recoveryMode !== 'Automatic') return false;
    return isDiskTrouble(record.error.code) && this.group.isWhole && this.now >= this.sessionAtMs;
  }

  /** To be called every 100 ms or so. */
  tick(): void {
    const { group } = this;
    if (!group.file.isStale || this.now < this.nextAtMs) return;
    this.nextAtMs = this.now + RECOVERY_RETRY_MS;
    group.file.save().catch(() => {});
  }

  private get now(): number {
    return this.group.clock.monotonicMs();
  }
}
