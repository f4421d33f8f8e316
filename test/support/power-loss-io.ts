import { closeSync, openSync, readSync, readlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { systemIo, type LogIo } from '../../src/storage-node/srl/log-io.js';

const PAGE = 4096;

/** A page of a file as it was when it was last durable. */
type Pages = Map<string, Map<number, Buffer>>;

/**
 * Remembers what a power loss could take back: the pages written since the last sync of their file. Reads and writes go to the real
 * files.
 */
export class PowerLossIo implements LogIo {
  private unsynced: Pages = new Map();

  writevNow(fd: number, buffers: readonly Uint8Array[], position: number): number {
    const file = readlinkSync(`/proc/self/fd/${fd}`);
    const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    const pages = this.unsynced.get(file) ?? new Map<number, Buffer>();
    this.unsynced.set(file, pages);
    for (let page = Math.floor(position / PAGE); page * PAGE < position + length; page++) {
      if (pages.has(page)) continue;
      const old = Buffer.alloc(PAGE);
      readSync(fd, old, 0, PAGE, page * PAGE);
      pages.set(page, old);
    }
    return systemIo.writevNow(fd, buffers, position);
  }

  async datasync(fd: number): Promise<void> {
    const file = readlinkSync(`/proc/self/fd/${fd}`);
    const synced = this.unsynced.get(file);
    this.unsynced.delete(file);
    await systemIo.datasync(fd);
    synced?.clear();
  }

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
}
