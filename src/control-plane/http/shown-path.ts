const LENGTH_MAX = 200;
/** No part of a path of ours is this long; what is may be a token that somebody put there. */
const LONG_PART = /[^/]{33,}/g;

/** A path as it may be written down: bounded, and without what may be a secret. */
export function shownPath(path: string): string {
  return path.slice(0, 10_000).replace(LONG_PART, '***').slice(0, LENGTH_MAX);
}
