import type { Disk, DiskFile } from '../../src/storage-node/device/disk.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';

export interface Watch {
  /** In place of a file's writeNow. */
  writeNow?(file: DiskFile, ...how: Parameters<DiskFile['writeNow']>): void;
  /** In place of a file's datasync. */
  datasync?(file: DiskFile): Promise<void>;
}

/** The system's disk, with calls that a test sees first. */
export function watchedDisk(watch: Watch): Disk {
  const watched = (file: DiskFile): DiskFile => {
    const outer = Object.create(file) as DiskFile;
    if (watch.writeNow !== undefined) outer.writeNow = (...how) => watch.writeNow!(file, ...how);
    if (watch.datasync !== undefined) outer.datasync = () => watch.datasync!(file);
    return outer;
  };
  return {
    ...systemDisk,
    open: async (path, how) => watched(await systemDisk.open(path, how)),
    openNow: (path, how) => watched(systemDisk.openNow(path, how)),
  };
}
