import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../support/seeded-random.js';
import { simulate } from './run.js';
import type { Fault } from './script.js';
import { drawShape, PAIR, type WorldShape } from './shape.js';

const GROUP = drawShape('consistency', new SeededRandom(3));
const RUNS: readonly (readonly [string, Fault, number, WorldShape])[] = [
  ['one volume', 'link', 2, PAIR],
  ['one volume', 'power', 2, PAIR],
  ['one volume', 'mixed', 3, PAIR],
  ['a group, Consistency', 'kill', 3, GROUP],
];

describe('a destination that is copied at any moment and taken over alone', () => {
  it.each(RUNS)(
    'C01: C14: holds a prefix of the writes, at least as long as what the source had the data ack of (%s, %s, seed %d)',
    async (_, fault, seed, shape) => {
      const { takeovers } = await simulate({ seed, fault, shape, steps: 3, isProbed: true });
      expect(takeovers.opened).toBeGreaterThan(0);
    },
    120_000,
  );
});
