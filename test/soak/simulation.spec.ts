import { describe, it } from '@jest/globals';
import { simulate } from '../simulation/run.js';
import { FAULTS } from '../simulation/script.js';
import { drawShape } from '../simulation/shape.js';
import { SeededRandom } from '../support/seeded-random.js';
import { soak, wantsFault, wish } from '../support/soak.js';

const HOURS_MS = 8 * 60 * 60 * 1000;
/** Of the runs asked for: takeovers at any moment take their time. */
const PROBED_SHARE = 0.25;

const wanted = FAULTS.filter((fault) => wantsFault(fault));

// The world whose seeds are known; other modes have groups alone.
const describeSynchronous = wish.mode === 'sync' ? describe : describe.skip;

describeSynchronous('a pair of nodes in a simulated world, at length', () => {
  it.each(wanted)(
    'C01: C02: C55: C60: %s',
    (fault) => soak(`simulated ${fault}`, 300, async (seed) => void (await simulate({ seed, fault }))),
    HOURS_MS,
  );
});

describe('groups with several volumes and destinations in a simulated world, at length', () => {
  const run = (fault: (typeof wanted)[number], isProbed: boolean) => async (seed: number) => {
    const shape = drawShape(wish.mode, new SeededRandom(seed));
    await simulate({ seed, fault, shape, isProbed });
  };

  it.each(wanted)(
    'C01: C55: C57: C60: C74: %s',
    (fault) => soak(`simulated groups, ${wish.mode}, ${fault}`, 100, run(fault, false)),
    HOURS_MS,
  );

  it.each(wanted)(
    'C01: C14: %s, the destinations taken over at any moment',
    (fault) => soak(`takeovers in simulated groups, ${wish.mode}, ${fault}`, 25, run(fault, true), PROBED_SHARE),
    HOURS_MS,
  );
});
