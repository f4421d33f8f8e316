import {
  accessSync,
  close,
  constants,
  fstatSync,
  ftruncate,
  open as openFile,
  openSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import type { DeviceExtent } from './device.js';
import { call, Descriptor } from './descriptor.js';
import type { Disk, DiskCapacity, DiskFile, Opening } from './disk.js';
import { noteIoError } from './io-errors.js';
import { seekDataNow, seekHoleNow, zeroRange } from './libc.js';

const { O_RDWR, O_CREAT, O_EXCL, O_TRUNC } = constants;
const FLAGS: Record<Opening, number> = {
  existing: O_RDWR,
  new: O_RDWR | O_CREAT | O_EXCL,
  empty: O_RDWR | O_CREAT | O_TRUNC,
};
/** What a node keeps is nobody else's business. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Extents that one call of extentsNow tells at most, since each costs system calls on the event loop. */
const EXTENTS_MAX = 512;

class SystemFile extends Descriptor implements DiskFile {
  sizeBytesNow(): number {
    return fstatSync(this.fd).size;
  }

  resize(sizeBytes: number): Promise<void> {
    return call<void>((callback) => ftruncate(this.fd, sizeBytes, callback));
  }

  async zero(position: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    if (lengthBytes === 0) return;
    const code = await zeroRange(this.fd, mayPunch ? 'punch' : 'zero', position, lengthBytes);
    if (code === 'EOPNOTSUPP') await this.writeZeros(position, lengthBytes);
    else if (code !== null) throw Object.assign(new Error(`${code}: fallocate`), { code });
  }

  extentsNow(position: number, lengthBytes: number): DeviceExtent[] {
    const end = position + lengthBytes;
    const extents: DeviceExtent[] = [];
    for (let at = position; at < end && extents.length < EXTENTS_MAX;) {
      const data = seekDataNow(this.fd, at);
      const isHole = data > at;
      const next = isHole ? data : data === -1 ? -1 : seekHoleNow(this.fd, at);
      const extentEnd = next === -1 ? end : Math.min(next, end);
      extents.push({ offset: at, lengthBytes: extentEnd - at, isHole });
      at = extentEnd;
    }
    return extents;
  }
}

/** The file systems of this machine. */
export const systemDisk: Disk = {
  async open(path: string, how: Opening): Promise<DiskFile> {
    const fd = await call<number>((callback) => openFile(path, FLAGS[how], FILE_MODE, callback));
    if (fstatSync(fd).isFile()) return new SystemFile(path, fd);
    close(fd);
    throw new Error('is not a file');
  },

  openNow: (path: string, how: Opening): DiskFile => new SystemFile(path, openSync(path, FLAGS[how], FILE_MODE)),

  list: (folder: string): Promise<string[]> => fs.readdir(folder),

  makeFolder: (folder: string): Promise<string | undefined> => fs.mkdir(folder, { recursive: true, mode: FOLDER_MODE }),

  rename: (from: string, to: string): Promise<void> => fs.rename(from, to),

  remove: (path: string): Promise<void> => fs.rm(path, { recursive: true, force: true }),

  removeNow: (file: string): void => rmSync(file, { force: true }),

  async syncFolder(folder: string): Promise<void> {
    const handle = await fs.open(folder, 'r');
    try {
      await handle.sync();
    } catch (error) {
      throw noteIoError('sync', error);
    } finally {
      await handle.close();
    }
  },

  capacityNow(path: string): DiskCapacity {
    const { blocks, bavail, bsize } = statfsSync(path);
    return { sizeBytes: blocks * bsize, availableBytes: bavail * bsize };
  },
};

/** What keeps this process from writing in a folder, as the system calls it, or null. */
export function unwritableNow(folder: string): string | null {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
