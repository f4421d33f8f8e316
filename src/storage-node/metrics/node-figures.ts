import type { GroupUid } from '../../model/ids.js';
import type { DiskCapacity } from '../device/disk.js';

/** What watchers are shown of a node besides its NodeState: read when somebody asks. */
export interface NodeFigures {
  /** The file system of the data directory. */
  readonly disk: DiskCapacity;
  readonly groups: readonly GroupFigures[];
  /** Groups that could not be opened. */
  readonly groupsAside: number;
  readonly failingVolumes: number;
  readonly heldVolumes: number;
  readonly failedSessions: number;
}

export interface GroupFigures {
  readonly groupUid: GroupUid;
  /** Bytes of records in the log, and the most that there may be. */
  readonly srlUsedBytes: number;
  readonly srlSizeBytes: number;
  /** Hosts are served past the log. */
  readonly isLogLost: boolean;
  /** Extents of the members that are marked as being written. */
  readonly activityExtents: number;
}
