/** Hostile bytes in every parser, for long. `npm run soak -- --fuzz --minutes 20 [--seed N]`; see docs/testing.md. */
import { describe, it } from '@jest/globals';
import { Fuzzer } from '../fuzz/fuzzer.js';
import { damageAndOpen, FILE_KINDS } from '../fuzz/group-files.js';
import { FUZZ_TARGETS } from '../fuzz/targets.js';
import { soakInARow, wish } from '../support/soak.js';

const MINUTES = 5;
/** A seed is followed for so long; then the next number begins with the valid examples alone. */
const SEED_MS = 20_000;
const STEP = 500;

describe('C71: fuzzing', () => {
  const targetMs = ((wish.fuzzMinutes ?? MINUTES) * 60_000) / (FUZZ_TARGETS.length + FILE_KINDS.length);

  it.each(FUZZ_TARGETS.map((target) => [target.name, target] as const))(
    '%s',
    async (name, target) => {
      await soakInARow(`fuzz ${name}`, 1, async (first) => {
        const end = performance.now() + targetMs;
        let inputs = 0;
        for (let seed = first; performance.now() < end; seed++) {
          const fuzzer = new Fuzzer(target, seed);
          fuzzer.trySeeds();
          const seedEnd = Math.min(end, performance.now() + SEED_MS);
          while (performance.now() < seedEnd) fuzzer.run(STEP);
          inputs += fuzzer.count;
        }
        process.stderr.write(`fuzz ${name}: ${inputs} inputs\n`);
      });
    },
    targetMs + 60_000,
  );

  it.each(FILE_KINDS.map((kind) => [kind.name, kind] as const))(
    'files: %s',
    (name, kind) =>
      soakInARow(`fuzz files: ${name}`, 1, async (seed) => {
        await damageAndOpen(kind, seed, targetMs);
      }),
    targetMs + 60_000,
  );
});
