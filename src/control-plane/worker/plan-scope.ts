import type { NodeUid, VolumeUid } from '../../model/ids.js';
import type { Unsettled } from './desired.js';

/** What is to be planned next: what changed since it was planned last, at a node or in the database, and what is not settled. */
export class PlanScope {
  isEverything = false;
  readonly volumeUids = new Set<VolumeUid>();
  /** By streamKey. */
  readonly streamKeys = new Set<string>();
  /** All that is wanted there. */
  readonly nodeUids = new Set<NodeUid>();

  addEverything(): void {
    this.isEverything = true;
  }

  add({ volumeUids, streamKeys }: Unsettled): void {
    for (const uid of volumeUids) this.volumeUids.add(uid);
    for (const key of streamKeys) this.streamKeys.add(key);
  }

  addAll(other: PlanScope): void {
    this.add(other);
    for (const uid of other.nodeUids) this.nodeUids.add(uid);
    this.isEverything ||= other.isEverything;
  }

  /** The plan of it was carried out. */
  settle(unsettled: Unsettled): void {
    this.isEverything = false;
    this.volumeUids.clear();
    this.streamKeys.clear();
    this.nodeUids.clear();
    this.add(unsettled);
  }
}
