/**
 * One process per data directory. flock(2) on a file in it, because the kernel drops that lock with the process, however it dies:
 * a file that only exists, or that names a process, is still there after kill -9. node:fs has no flock, koffi calls it.
 */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import koffi from 'koffi';
import { Refusal } from '../../errors/refusal.js';

export const LOCK_FILE = 'lock';

const LOCK_EX = 2;
const LOCK_NB = 4;
const flock = koffi.load('libc.so.6').func('int flock(int fd, int operation)');

export interface DirectoryLock {
  release(): void;
}

/**
 * @throws Refusal DATA_DIRECTORY_LOCKED naming the holder, DATA_DIRECTORY_UNUSABLE with the system's code
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = path.join(directory, LOCK_FILE);
  let fd: number;
  try {
    fd = openSync(file, 'a+', 0o600);
  } catch (error) {
    throw new Refusal('DATA_DIRECTORY_UNUSABLE', `${directory}: ${(error as NodeJS.ErrnoException).code}`);
  }
  if (flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    const errno = koffi.errno();
    closeSync(fd);
    if (errno !== koffi.os.errno.EWOULDBLOCK && errno !== koffi.os.errno.EAGAIN) {
      throw new Refusal('DATA_DIRECTORY_UNUSABLE', `${directory}: flock failed with errno ${errno}`);
    }
    throw new Refusal('DATA_DIRECTORY_LOCKED', `${directory}, held by process ${readFileSync(file, 'utf8').trim()}`);
  }
  try {
    // For the message above; the lock itself does not depend on it.
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`);
  } catch (error) {
    closeSync(fd);
    throw new Refusal('DATA_DIRECTORY_UNUSABLE', `${directory}: ${(error as NodeJS.ErrnoException).code}`);
  }
  return { release: () => closeSync(fd) };
}
