/** Where a volume's bytes may lie when an operator names the place: only below folders that the node's own settings list. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';

export interface BackingPath {
  /** Free of links. */
  readonly path: string;
  readonly exists: boolean;
}

/**
 * @param folders that backing paths may lie below
 * @throws Refusal VOLUME_BACKING_REFUSED when the path, its links resolved, lies elsewhere, or what is there is not of this type
 */
export async function resolveBackingPath(
  given: string,
  type: 'File' | 'Block',
  folders: readonly string[],
): Promise<BackingPath> {
  const found = await real(given);
  const folder = await real(path.dirname(given));
  const resolved = found ?? (folder === null ? null : path.join(folder, path.basename(given)));
  if (resolved === null) throw new Refusal('VOLUME_BACKING_REFUSED', `${given} is in no folder`);
  const allowed = await Promise.all(folders.map(real));
  if (!allowed.some((one) => one !== null && isBelow(one, resolved))) {
    throw new Refusal('VOLUME_BACKING_REFUSED', given);
  }
  if (found === null) {
    if (type === 'Block') throw new Refusal('VOLUME_BACKING_REFUSED', `${given} does not exist`);
    return { path: resolved, exists: false };
  }
  const stats = await stat(found);
  if (type === 'Block' ? !stats.isBlockDevice() : !stats.isFile()) {
    throw new Refusal('VOLUME_BACKING_REFUSED', `${given} is not a ${type === 'Block' ? 'block device' : 'file'}`);
  }
  return { path: found, exists: true };
}

function isBelow(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`);
}

/** Null for what does not exist or cannot be reached. */
function real(given: string): Promise<string | null> {
  return realpath(given).catch(() => null);
}
