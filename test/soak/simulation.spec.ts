import { describe, it } from '@jest/globals';
import { simulate } from '../simulation/run.js';
import { FAULTS } from '../simulation/script.js';
import { soak, wantsFault } from '../support/soak.js';

const HOURS_MS = 8 * 60 * 60 * 1000;

describe('a pair of nodes in a simulated world, at length', () => {
  const wanted = FAULTS.filter((fault) => fault === 'mixed' || wantsFault(fault));
  it.each(wanted)(
    'C01: C02: C55: C60: %s',
    (fault) => soak(`simulated ${fault}`, 300, async (seed) => void (await simulate({ seed, fault }))),
    HOURS_MS,
  );
});
