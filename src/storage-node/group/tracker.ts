import type { ActivityLog } from '../activity/activity-log.js';
import type { ChangeMap } from '../dcm/change-map.js';

/**
 * Remembers what hosts change in one volume of a group: the activity log names the extents that may differ after a power loss, and
 * while `isMarking` the change map names the regions that the other member lacks.
 */
export class Tracker {
  /** Whether changes are marked in the map, because the log is not (or no longer) kept for the other member. */
  isMarking = false;

  constructor(
    readonly activity: ActivityLog,
    readonly map: ChangeMap,
  ) {}

  /** Whether a change of this range may be made at once; if not, `admit` first. */
  covers(offset: number, length: number): boolean {
    return this.activity.covers(offset, length);
  }

  admit(offset: number, length: number): Promise<void> {
    return this.activity.admit(offset, length);
  }

  /** To be called before the change is acknowledged. */
  mark(offset: number, length: number): void {
    if (this.isMarking) this.map.mark(offset, length);
  }

  /** Whether changes cannot be remembered just now. */
  get hasFailed(): boolean {
    return this.map.failedBy !== null || this.activity.failedBy !== null;
  }

  /** Makes what has failed of its files anew. @throws Refusal when it still fails */
  async renew(): Promise<void> {
    if (this.map.failedBy !== null) await this.map.renew();
    if (this.activity.failedBy !== null) await this.activity.renew();
  }

  async close(): Promise<void> {
    await this.activity.close();
    await this.map.close();
  }
}
