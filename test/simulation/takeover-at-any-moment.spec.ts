import { describe, expect, it } from '@jest/globals';
import { simulate } from './run.js';
import { FAULTS } from './script.js';

/** Runs are cheap, takeovers are not. */
const STEPS = 3;
const SEED = 40;

describe('a destination that is copied at any moment and taken over alone', () => {
  it.each(FAULTS)(
    'C01: C14: holds a prefix of the writes, at least as long as what the source had the data ack of (%s)',
    async (fault) => {
      const { takeovers } = await simulate({ seed: SEED, fault, steps: STEPS, isProbed: true });
      expect(takeovers.opened).toBeGreaterThan(0);
    },
    60_000,
  );
});
