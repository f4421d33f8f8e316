/**
 * Small files that must survive power loss whole: written aside, synced, renamed over the old one, and the folder synced. A reader
 * finds the old content or the new, never a mixture.
 */
import path from 'node:path';
import { decodeMetadata, encodeMetadata } from '../../format/metadata/envelope.js';
import type { Disk } from './disk.js';
import { systemRefusal } from './system-refusal.js';

/** The last write of each path that is still under way: writes of one file happen in the order of their calls. */
const underWay = new WeakMap<Disk, Map<string, Promise<void>>>();

/**
 * Durable when it resolves. `body` is taken as it is at the call; it must be JSON.
 * @param what kind of file, as in docs/formats/metadata.md
 * @throws Refusal DEVICE_FULL or DEVICE_FAILED; the old content then still stands
 */
export function writeSmallFile(disk: Disk, file: string, what: string, version: number, body: unknown): Promise<void> {
  return replaceFile(disk, file, encodeMetadata(what, version, body));
}

/**
 * The body of a small file, or null when there is none; durable, so that it may be acted upon. The caller checks its shape.
 * @throws Refusal FORMAT_UNSUPPORTED, FORMAT_CORRUPT (see decodeMetadata), DEVICE_FAILED
 */
export async function readSmallFile(
  disk: Disk,
  file: string,
  what: string,
  versionMax: number,
): Promise<{ version: number; body: unknown } | null> {
  const bytes = await readFile(disk, file);
  if (bytes === null) return null;
  try {
    // A process that was killed may have left the renaming to the page cache.
    await disk.syncFolder(path.dirname(file));
  } catch (error) {
    throw systemRefusal(error, file);
  }
  return decodeMetadata(bytes, what, versionMax, file);
}

/** The bytes of a file, or null when there is none. @throws Refusal DEVICE_FAILED */
export async function readFile(disk: Disk, file: string): Promise<Buffer | null> {
  try {
    const open = await disk.open(file, 'existing');
    try {
      const bytes = Buffer.alloc(open.sizeBytesNow());
      return bytes.subarray(0, await open.read(bytes, 0));
    } finally {
      await open.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw systemRefusal(error, file);
  }
}

/** Puts these bytes in the place of a file's content; see writeSmallFile. */
export function replaceFile(disk: Disk, file: string, bytes: Buffer): Promise<void> {
  const ofDisk = underWay.get(disk) ?? new Map<string, Promise<void>>();
  underWay.set(disk, ofDisk);
  const before = ofDisk.get(file) ?? Promise.resolve();
  const write = before.catch(() => undefined).then(() => writeAside(disk, file, bytes));
  ofDisk.set(file, write);
  const forget = () => {
    if (ofDisk.get(file) === write) ofDisk.delete(file);
  };
  write.then(forget, forget);
  return write;
}

async function writeAside(disk: Disk, file: string, bytes: Buffer): Promise<void> {
  const aside = `${file}.new`;
  try {
    const open = await disk.open(aside, 'empty');
    try {
      await open.write([bytes], bytes.length, 0);
      await open.datasync();
    } finally {
      await open.close();
    }
    await disk.rename(aside, file);
    await disk.syncFolder(path.dirname(file));
  } catch (error) {
    throw systemRefusal(error, file);
  }
}
