import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { DiskFile } from '../../src/storage-node/device/disk.js';
import { watchedDisk } from './watched-disk.js';

const PAGE = 4096;

/** A page of a file as it was when it was last durable. */
type Pages = Map<string, Map<number, Buffer>>;

/**
 * Remembers what a power loss could take back: the pages written since the last sync of their file. Reads and writes go to the real
 * files.
 */
export class PowerLossDisk {
  private unsynced: Pages = new Map();

  readonly disk = watchedDisk({
    writeNow: (file, buffers, length, position) => {
      this.keepOld(file, length, position);
      file.writeNow(buffers, length, position);
    },
    datasync: async (file) => {
      const synced = this.unsynced.get(file.path);
      this.unsynced.delete(file.path);
      await file.datasync();
      synced?.clear();
    },
  });

  /** In a copy of a folder: takes back those unsynced pages for which `isLost` says so, and forgets all. */
  losePower(folder: string, copy: string, isLost: () => boolean): void {
    for (const [file, pages] of this.unsynced) {
      if (path.dirname(file) !== folder) continue;
      let fd: number;
      try {
        fd = openSync(path.join(copy, path.basename(file)), 'r+');
      } catch {
        // Removed since.
        continue;
      }
      for (const [page, old] of pages) if (isLost()) writeSync(fd, old, 0, PAGE, page * PAGE);
      closeSync(fd);
    }
    this.unsynced = new Map();
  }

  private keepOld(file: DiskFile, length: number, position: number): void {
    const pages = this.unsynced.get(file.path) ?? new Map<number, Buffer>();
    this.unsynced.set(file.path, pages);
    for (let page = Math.floor(position / PAGE); page * PAGE < position + length; page++) {
      if (pages.has(page)) continue;
      const old = Buffer.alloc(PAGE);
      const there = Math.min(PAGE, Math.max(0, file.sizeBytesNow() - page * PAGE));
      file.readNow(old.subarray(0, there), page * PAGE);
      pages.set(page, old);
    }
  }
}
