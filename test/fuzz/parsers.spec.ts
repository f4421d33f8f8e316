import { describe, expect, it } from '@jest/globals';
import { announceSeed } from '../support/seeded-random.js';
import { Fuzzer } from './fuzzer.js';
import { FUZZ_TARGETS } from './targets.js';

/** For each parser; the long run is `npm run soak -- --fuzz`. */
const SHORT_MS = 500;
const STEP = 200;
/** Tried in any case, however slow the machine, before it counts that all ended alike. */
const ENOUGH = 20_000;

describe('C71: mutated bytes end in a refusal, never in another error, a hang or much memory', () => {
  const seed = announceSeed('fuzzing');

  it.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))('%s', (_name, target) => {
    const fuzzer = new Fuzzer(target, seed);
    fuzzer.trySeeds();
    const end = performance.now() + SHORT_MS;
    do fuzzer.run(STEP);
    while (performance.now() < end || (fuzzer.kinds < 2 && fuzzer.count < ENOUGH));
    // Not all were taken, nor all refused for one reason: what lies behind the first check was reached.
    expect(fuzzer.kinds).toBeGreaterThan(1);
  });
});
