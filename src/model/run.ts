/**
 * Runs of a storage node. Every start is a run of its own: it has the next number and a random id. Whoever meets the node remembers its
 * highest run, and so sees when its data directory went back in time (a snapshot of the machine was restored) or is in use twice.
 */

/** A run as the node tells it. */
export interface NodeRun {
  /** Starts of the node, this one included. */
  readonly counter: number;
  /** 16 hex digits each, random: of this run, of the one before, and so on; from 1 to RUN_IDS_MAX. */
  readonly ids: readonly string[];
}

/** A run as others remember it. */
export interface KnownRun {
  readonly counter: number;
  readonly id: string;
}

/**
 * So many runs of a node can be compared with what others remember. A copy of a data directory that starts more often before it is met
 * again would pass.
 */
export const RUN_IDS_MAX = 16;

/** `same` and `newer` may be dealt with, `newer` once it is remembered; the others are registry names. */
export type RunVerdict = 'same' | 'newer' | 'NODE_ROLLED_BACK' | 'NODE_CLONED';

/** @param known the highest run of the node that was met, or null for a node that was not met before */
export function judgeRun(known: KnownRun | null, run: NodeRun): RunVerdict {
  if (known === null) return 'newer';
  const runsSince = run.counter - known.counter;
  if (runsSince < 0) return 'NODE_ROLLED_BACK';
  const id = run.ids[runsSince];
  if (id !== undefined && id !== known.id) return 'NODE_CLONED';
  return runsSince === 0 ? 'same' : 'newer';
}

export function knownAs({ counter, ids }: NodeRun): KnownRun {
  return { counter, id: ids[0]! };
}

export function isRunId(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
}
