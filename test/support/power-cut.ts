/** Operations that the end of their process, or of their machine, may cut off between any two of their calls. */
import type { SeededRandom } from './seeded-random.js';
import type { SimulatedDisk } from './simulated-disk.js';

export type End = 'kill' | 'losePower';

/**
 * Runs an operation whose process ends at its n-th call of the disk.
 * @param calls that are still made; null for no end
 * @returns whether the operation came to its own end; if not, the disk must be mounted anew
 * @throws what the operation throws
 */
export async function runUntilCut(
  disk: SimulatedDisk,
  calls: number | null,
  end: End,
  operation: () => Promise<unknown>,
): Promise<boolean> {
  let left = calls ?? Infinity;
  let isCut = false;
  const cut = new Promise<false>((resolve) => {
    disk.onCall = () => {
      if (left-- > 0) return;
      disk.onCall = () => undefined;
      isCut = true;
      disk[end]();
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
    disk.onCall = () => undefined;
  }
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
