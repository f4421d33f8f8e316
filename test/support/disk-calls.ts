/** Linux calls for a file system that is to lose or keep what was not synced, or to be full. */
import koffi from 'koffi';
import { closeSync, fsyncSync, openSync } from 'node:fs';

type Ioctl = (fd: number, request: number, argument: Uint32Array) => number;
type Fallocate = (fd: number, mode: number, offset: number, lengthBytes: number) => number;
type SyncFileRange = (fd: number, offset: number, lengthBytes: number, flags: number) => number;

const libc = koffi.load('libc.so.6');
const ioctl = libc.func('int ioctl(int fd, unsigned long request, uint32_t *argument)') as unknown as Ioctl;
const syncFileRange = libc.func(
  'int sync_file_range(int fd, int64_t offset, int64_t bytes, unsigned int flags)',
) as unknown as SyncFileRange;

const fallocate = libc.func('int fallocate(int fd, int mode, int64_t offset, int64_t bytes)') as unknown as Fallocate;

/** _IOR('X', 125, __u32): ext4's, XFS's and f2fs' "goingdown". */
const FS_IOC_SHUTDOWN = 0x8004587d;
/** Nothing more reaches the disk, the journal neither. */
const GOING_FLAGS_NOLOGFLUSH = 2;
/** Waits for writes under way, starts those of the range, waits for them. */
const WRITE_AND_WAIT = 7;

/** From now on nothing that was not on its disk already gets there. @param folder anywhere in the file system */
export function stopFileSystem(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    const result = ioctl(fd, FS_IOC_SHUTDOWN, new Uint32Array([GOING_FLAGS_NOLOGFLUSH]));
    if (result !== 0) throw new Error(`${folder}: FS_IOC_SHUTDOWN failed with errno ${koffi.errno()}`);
  } finally {
    closeSync(fd);
  }
}

/** Has the dirty pages of a part of a file reach the disk, as the system may do at any time; the file's size need not follow. */
export function writeBack(file: string, offset: number, lengthBytes: number): void {
  withFile(file, (fd) => syncFileRange(fd, offset, lengthBytes, WRITE_AND_WAIT));
}

/** Has all of a file, its size and place in its folder reach the disk, and the changes of others that share its journal. */
export function syncWhole(file: string): void {
  withFile(file, (fd) => fsyncSync(fd));
}

/** Gives a file about so many bytes of the disk: all that there is, should they be more. */
export function takeSpace(fd: number, lengthBytes: number): void {
  let at = 0;
  for (let step = lengthBytes; at < lengthBytes && step >= 4096;) {
    if (fallocate(fd, 0, at, Math.min(step, lengthBytes - at)) === 0) at += step;
    else step = Math.floor(step / 2);
  }
}

function withFile(file: string, call: (fd: number) => void): void {
  const fd = openSync(file, 'r+');
  try {
    call(fd);
  } finally {
    closeSync(fd);
  }
}
