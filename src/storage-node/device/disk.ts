import type { DeviceExtent } from './device.js';

/**
 * Where everything durable of a node lives: files in folders. `systemDisk` is the machine's; tests put others in its place.
 *
 * Calls that end in `Now` run on the event loop and wait for no disk, or only as briefly as said; the others run on the thread
 * pool. Failures are errors with the system's `code` (EIO, ENOSPC, ENOENT …), as node:fs throws them; `systemRefusal` says what
 * they mean. Names that were made, changed or removed are durable after `syncFolder` of their folder, bytes and sizes of a file
 * after its `datasync`.
 */
export interface Disk {
  open(path: string, how: Opening): Promise<DiskFile>;
  openNow(path: string, how: Opening): DiskFile;

  /** Names in a folder, in no order. */
  list(folder: string): Promise<string[]>;
  /** Makes a folder and those above it that are missing; says which of them is the topmost, undefined when all were there. */
  makeFolder(folder: string): Promise<string | undefined>;
  /** Takes the place of what is at `to`: whoever looks finds one or the other. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it; when nothing is there, that is success. */
  remove(path: string): Promise<void>;
  /** The same of a file, on the event loop. */
  removeNow(file: string): void;
  syncFolder(folder: string): Promise<void>;

  /** The file system that holds `path`. */
  capacityNow(path: string): DiskCapacity;
}

/** existing: must be there. new: must not be. empty: is made, or cut to nothing. For reading and writing in any case. */
export type Opening = 'existing' | 'new' | 'empty';

export interface DiskCapacity {
  readonly sizeBytes: number;
  readonly availableBytes: number;
}

/** Bytes at positions: what open files and block devices have in common. Reads and writes go through the page cache. */
export interface RandomAccess {
  readonly path: string;

  /**
   * Writes buffers end to end, all bytes or an error, and then anything of them may have been written. It may read a page from the
   * disk when an edge of the range is not page-aligned and that page is cold: ask `isWarm` first where that matters.
   */
  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, position: number): void;
  /** The same on the thread pool. */
  write(buffers: readonly Uint8Array[], lengthBytes: number, position: number): Promise<void>;
  /** Whether `writeNow` of this range can finish without a read from the disk: its unaligned edge pages are cached. */
  isWarm(position: number, lengthBytes: number): boolean;

  /** Fills `target` if all of it is in the page cache; false, with `target` undefined, if not, or if it passes the end. */
  readNow(target: Uint8Array, position: number): boolean;
  /** Fills `target` on the thread pool; says how many bytes, fewer only at the end. */
  read(target: Uint8Array, position: number): Promise<number>;

  /** Bytes allocated on the disk. */
  usedBytesNow(): number;
  /** fdatasync. After a failure nothing is known of what was written since the last success: never call it again to retry. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** An open file. It stays good when its name changes or goes. */
export interface DiskFile extends RandomAccess {
  sizeBytesNow(): number;
  /** Sets the size; what is added reads as zeros and costs no space. */
  resize(sizeBytes: number): Promise<void>;
  /** Makes a range within the file read as zeros. With `mayPunch` its space is given back; without, it stays allocated. */
  zero(position: number, lengthBytes: number, mayPunch: boolean): Promise<void>;
  /** Data and holes from `position` on, in order, covering up to `lengthBytes`; all data where the file system cannot tell. */
  extentsNow(position: number, lengthBytes: number): DeviceExtent[];
  closeNow(): void;
}
