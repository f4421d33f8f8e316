/** Damage to any file of a pair, again and again. `npm run soak -- --fault corruption --runs 200 [--seed N]`; see docs/testing.md. */
import { describe, it } from '@jest/globals';
import { CorruptionRun } from '../support/corruption-run.js';
import { soak } from '../support/soak.js';

const HOURS_MS = 8 * 60 * 60 * 1000;
const ROUNDS = 6;

describe('any damage to any file of a pair, at length', () => {
  it(
    'C06: is an error that names the file, or does not matter',
    () => soak('damaged files', 30, async (seed) => void (await CorruptionRun.do(seed, ROUNDS))),
    HOURS_MS,
  );
});
