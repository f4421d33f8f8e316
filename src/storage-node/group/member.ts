import type { ErrorName } from '../../errors/registry.js';
import type { VolumeUid } from '../../model/ids.js';
import type { Volume } from '../volume/volume.js';
import type { MemberRecord } from './group-record.js';
import type { HostPath } from './host-path.js';
import type { MemberPlace } from './member-files.js';
import type { Tracker } from './tracker.js';

/** One volume of a group at this node. */
export interface Member {
  readonly slot: number;
  /** In the group's record. */
  readonly record: MemberRecord;
  readonly uid: VolumeUid;
  readonly volume: Volume;
  readonly tracker: Tracker;
  /** Where its files are. */
  readonly place: MemberPlace;
  /** Whether every acknowledgement must be durable (write cache Writethrough). */
  isWritethrough(): boolean;
  /** Lets hosts in by another path. */
  open(path: HostPath): void;
  /** Hosts write it directly, as a volume of no group. */
  openDirect(): void;
  /** Hosts wait until the next path is opened. */
  pause(): void;
  /** Resolves when no request that took an earlier path may still change the volume. */
  left(): Promise<void>;
  /** See HostedVolume. */
  heldSinceBoot(): string | null;
  /** Ends any hold of the volume, and its mark of being in use. */
  release(): Promise<void>;
  /** Tells those who look at the volume why it lacks what the log holds; null when it does not. Also while that is being tried again. */
  show(failure: ErrorName | null): void;
  /** Why the log could not be applied to the volume, or null. The log keeps what is missing until it can. */
  failure: ErrorName | null;
  /** The log said that it leaves. */
  hasLeft: boolean;
}

/** Whether it is being copied beside the others, whose point in time it is no part of yet. */
export function isJoining({ record }: Member): boolean {
  return record.joinedLsn === null;
}
