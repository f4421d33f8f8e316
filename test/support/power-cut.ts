/** Operations that the end of their process, or of their machine, may cut off before any call of theirs begins or ends. */
import type { SeededRandom } from './seeded-random.js';
import type { SimulatedDisk } from './simulated-disk.js';

export type End = 'kill' | 'losePower';

/**
 * Runs an operation whose process ends at one of its calls of the disk.
 * @param calls beginnings and ends of calls that still come; null for no end
 * @returns whether the operation came to its own end; if not, the disk must be mounted anew
 * @throws what the operation throws
 */
export async function runUntilCut(
  disk: SimulatedDisk,
  calls: number | null,
  end: End | (() => void),
  operation: () => Promise<unknown>,
): Promise<boolean> {
  let left = calls ?? Infinity;
  let isCut = false;
  const cut = new Promise<false>((resolve) => {
    disk.onCall = disk.onEnd = () => {
      if (left-- > 0) return;
      watchNoMore(disk);
      isCut = true;
      if (typeof end === 'string') disk[end]();
      else end();
      resolve(false);
    };
  });
  const done = operation().then(
    () => !isCut,
    (error: unknown) => {
      // Nobody is left whom it could concern.
      if (isCut) return false;
      throw error;
    },
  );
  try {
    return await Promise.race([done, cut]);
  } finally {
    watchNoMore(disk);
  }
}

function watchNoMore(disk: SimulatedDisk): void {
  disk.onCall = disk.onEnd = () => undefined;
}

/** Other ways in which the same loss of power could have gone, which comes now. */
export function otherOutcomes(disk: SimulatedDisk, count: number): SimulatedDisk[] {
  disk.kill();
  return Array.from({ length: count }, () => {
    const other = disk.copy({ seed: disk.random.below(2 ** 31) });
    other.losePower();
    return other;
  });
}

/** Ends calls on the pool in any order, each in a turn of its own. */
export function inAnyOrder(random: SeededRandom): (run: () => void) => void {
  const waiting: (() => void)[] = [];
  const endOne = (): void => waiting.splice(random.below(waiting.length), 1)[0]!();
  return (run) => {
    waiting.push(run);
    setImmediate(endOne);
  };
}
