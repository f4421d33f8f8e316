/**
 * Small files that must survive power loss whole: written aside, synced, renamed over the old one, and the folder synced. A reader
 * finds the old content or the new, never a mixture.
 */
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { decodeMetadata, encodeMetadata } from '../../format/metadata/envelope.js';
import { systemRefusal } from './system-refusal.js';

/** The last write of each path that is still under way: writes of one file happen in the order of their calls. */
const underWay = new Map<string, Promise<void>>();

/**
 * Durable when it resolves. `body` is taken as it is at the call; it must be JSON.
 * @param what kind of file, as in docs/formats/metadata.md
 * @throws Refusal DEVICE_FULL or DEVICE_FAILED; the old content then still stands
 */
export function writeSmallFile(file: string, what: string, version: number, body: unknown): Promise<void> {
  const bytes = encodeMetadata(what, version, body);
  const before = underWay.get(file) ?? Promise.resolve();
  const write = before.catch(() => undefined).then(() => replaceFile(file, bytes));
  underWay.set(file, write);
  const forget = () => {
    if (underWay.get(file) === write) underWay.delete(file);
  };
  write.then(forget, forget);
  return write;
}

/**
 * The body of a small file, or null when there is none. The caller checks its shape.
 * @throws Refusal FORMAT_UNSUPPORTED, FORMAT_CORRUPT (see decodeMetadata), DEVICE_FAILED
 */
export async function readSmallFile(
  file: string,
  what: string,
  versionMax: number,
): Promise<{ version: number; body: unknown } | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw systemRefusal(error, file);
  }
  return decodeMetadata(bytes, what, versionMax, file);
}

/** Makes new, renamed and removed names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw systemRefusal(error, folder);
  }
}

async function replaceFile(file: string, bytes: Buffer): Promise<void> {
  const aside = `${file}.new`;
  try {
    const handle = await open(aside, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    throw systemRefusal(error, file);
  }
  await syncFolder(path.dirname(file));
}
