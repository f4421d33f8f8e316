/** What a world is made of. */
import type { TransferMode } from '../../src/model/session.js';
import type { SeededRandom } from '../support/seeded-random.js';

export interface WorldShape {
  /** In the one group. */
  readonly volumes: number;
  /** One for each destination. */
  readonly modes: readonly TransferMode[];
  /** Operators leave the modes as they are. */
  readonly isModeFixed: boolean;
}

/** One volume, one destination: the seeds of `mended-seeds.spec.ts` are of this world. */
export const PAIR: WorldShape = { volumes: 1, modes: ['Synchronous'], isModeFixed: true };

export const WORLD_MODES = ['sync', 'consistency', 'stack', 'mixed'] as const;
export type WorldMode = (typeof WORLD_MODES)[number];

const MODES_OF: Record<WorldMode, readonly TransferMode[]> = {
  sync: ['Synchronous'],
  consistency: ['Consistency'],
  stack: ['Stack'],
  mixed: ['Synchronous', 'Consistency', 'Stack'],
};

/** Two or three volumes with one to three destinations. */
export function drawShape(mode: WorldMode, random: SeededRandom): WorldShape {
  const modes = MODES_OF[mode];
  const destinations = random.isOneIn(2) ? 1 : 2 + random.below(2);
  return {
    volumes: 2 + random.below(2),
    modes: Array.from({ length: destinations }, () => modes[random.below(modes.length)]!),
    isModeFixed: mode !== 'mixed',
  };
}
