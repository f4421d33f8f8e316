import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../support/seeded-random.js';
import { simulate } from './run.js';
import type { Fault } from './script.js';
import { drawShape, type WorldMode } from './shape.js';

const RUNS: readonly (readonly [WorldMode, Fault, number, string])[] = [
  ['sync', 'mixed', 101, 'C02: C57: acknowledged writes of several volumes are at every destination'],
  ['consistency', 'kill', 13, 'C01: C55: whichever process is killed'],
  ['consistency', 'power', 103, 'C01: C60: C61: whoever loses power'],
  ['consistency', 'link', 13, 'C01: C09: links that are cut, thin or silent, and shares of the log that are used up'],
  ['stack', 'kill', 3, 'C74: copies by passes over maps'],
  ['mixed', 'none', 3, 'C65: C36: modes that change under writes, streams that are suspended together'],
  ['mixed', 'mixed', 1, 'C01: C57: all modes beside each other, and all faults'],
];

describe('groups of two or three volumes with one to three destinations, in a simulated world', () => {
  it.each(RUNS)(
    '%s, %s, seed %d: %s',
    async (mode, fault, seed) => {
      const shape = drawShape(mode, new SeededRandom(seed));
      const { counts } = await simulate({ seed, fault, shape, steps: 3 });
      expect(counts.acknowledged).toBeGreaterThan(20);
    },
    120_000,
  );
});
