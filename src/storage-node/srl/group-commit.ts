import type { Refusal } from '../../errors/refusal.js';
import type { Disk } from '../device/disk.js';
import { systemRefusal } from '../device/system-refusal.js';
import type { Segment } from './segment-file.js';

/**
 * One fdatasync for all who wait. At most one round runs at a time; what is asked for while it runs is served by the next. After a
 * failure nothing is known of what was written since the last success, so it is never tried again.
 */
export class GroupCommit {
  durableLsn: number;
  private dirty = new Set<Segment>();
  private isFolderDirty = false;
  private isAskedAgain = false;
  private running: Promise<void> | null = null;

  /**
   * @param headLsn tells the last record written so far
   * @param onDurable called with `durableLsn` after each round
   * @param onFailure called once, with the first failure
   */
  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    durableLsn: number,
    private readonly headLsn: () => number,
    private readonly onDurable: (lsn: number) => void,
    private readonly onFailure: (failure: Refusal) => void,
  ) {
    this.durableLsn = durableLsn;
  }

  markDirty(segment: Segment): void {
    this.dirty.add(segment);
  }

  markFolderDirty(): void {
    this.isFolderDirty = true;
  }

  request(): void {
    if (this.running !== null) this.isAskedAgain = true;
    else if (this.durableLsn < this.headLsn()) this.running = this.run();
  }

  /** Waits for the rounds that were asked for. */
  async settle(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  /** Forgets everything before: the log begins again after `baseLsn`, durably. No round may be running. */
  restart(baseLsn: number): void {
    this.dirty.clear();
    this.isFolderDirty = false;
    this.isAskedAgain = false;
    this.durableLsn = baseLsn;
  }

  private async run(): Promise<void> {
    do {
      this.isAskedAgain = false;
      try {
        this.durableLsn = await this.syncOnce();
      } catch (error) {
        this.running = null;
        this.onFailure(systemRefusal(error, this.folder));
        return;
      }
      this.onDurable(this.durableLsn);
    } while (this.isAskedAgain && this.durableLsn < this.headLsn());
    this.running = null;
  }

  private async syncOnce(): Promise<number> {
    const lsn = this.headLsn();
    const segments = [...this.dirty];
    const syncs = segments.map((segment) => segment.file!.datasync());
    if (this.isFolderDirty) syncs.push(this.disk.syncFolder(this.folder));
    this.dirty.clear();
    this.isFolderDirty = false;
    // All have ended before any file may be closed.
    const outcomes = await Promise.allSettled(syncs);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    for (const segment of segments) {
      if (segment.index === null && !this.dirty.has(segment)) segment.release();
    }
    return lsn;
  }
}
