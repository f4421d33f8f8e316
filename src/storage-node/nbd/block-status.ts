import type { ExtentStatus } from '../volume/host-request.js';

/** Neighbours of one kind as one, none beyond `length`, at most `countMax`. */
export function joinExtents(extents: readonly ExtentStatus[], length: number, countMax: number): ExtentStatus[] {
  const joined: ExtentStatus[] = [];
  let left = length;
  for (const extent of extents) {
    const part = { ...extent, length: Math.min(extent.length, left) };
    const last = joined.at(-1);
    if (last !== undefined && last.isHole === part.isHole && last.isZero === part.isZero) {
      joined[joined.length - 1] = { ...last, length: last.length + part.length };
    } else if (joined.length < countMax) {
      joined.push(part);
    } else {
      break;
    }
    left -= part.length;
    if (left === 0) break;
  }
  return joined;
}
