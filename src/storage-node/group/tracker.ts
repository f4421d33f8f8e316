import type { ActivityLog } from '../activity/activity-log.js';
import type { StreamMap } from './group-stream.js';

/**
 * Remembers what hosts change in one volume of a group: the activity log names the extents that may differ after a power loss, and
 * each stream's map the regions that its other end lacks, while that map is marking.
 */
export class Tracker {
  /** One for each stream of the group; the group adds and removes them. */
  readonly maps: StreamMap[] = [];

  constructor(readonly activity: ActivityLog) {}

  /** Whether a change of this range may be made at once; if not, `admit` first. */
  covers(offset: number, length: number): boolean {
    return this.activity.covers(offset, length);
  }

  admit(offset: number, length: number): Promise<void> {
    return this.activity.admit(offset, length);
  }

  /** To be called before the change is acknowledged. */
  mark(offset: number, length: number): void {
    for (let i = 0; i < this.maps.length; i++) {
      const each = this.maps[i]!;
      if (each.isMarking) each.map.mark(offset, length);
    }
  }

  /** Makes the maps durable. */
  async syncMaps(): Promise<void> {
    for (const { map } of this.maps) await map.sync();
  }

  /** Whether changes cannot be remembered just now. */
  get hasFailed(): boolean {
    return this.activity.failedBy !== null || this.maps.some(({ map }) => map.failedBy !== null);
  }

  /** Makes what has failed of its files anew. @throws Refusal when it still fails */
  async renew(): Promise<void> {
    for (const { map } of this.maps) if (map.failedBy !== null) await map.renew();
    if (this.activity.failedBy !== null) await this.activity.renew();
  }

  async close(): Promise<void> {
    await this.activity.close();
    for (const { map } of this.maps) map.close();
  }
}
