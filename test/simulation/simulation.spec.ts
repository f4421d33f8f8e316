import { describe, expect, it } from '@jest/globals';
import { simulate } from './run.js';
import type { Fault } from './script.js';

const RUNS: readonly (readonly [Fault, number, string])[] = [
  ['kill', 6, 'C55: no acknowledged write is lost, and the pair converges by itself, whichever process is killed when'],
  [
    'power',
    8,
    'C60: C61: C75: what was flushed survives power loss of either end or both, and nothing is lost in silence',
  ],
  ['link', 6, 'C01: C05: C06: a link that is cut, silent, thin, or loses, doubles, swaps and damages messages'],
  [
    'disk',
    5,
    'C18: C72: disks that fail or are full: hosts go on or are told, and the pair comes back when the disks do',
  ],
  ['mixed', 5, 'C01: C02: C60: all of that together'],
];

describe('a pair of nodes in a simulated world', () => {
  it.each(RUNS)(
    '%s, %d seeds: %s',
    async (fault, runs) => {
      let acknowledged = 0;
      for (let seed = 1; seed <= runs; seed++)
        acknowledged += (await simulate({ seed, fault, steps: 6 })).counts.acknowledged;
      expect(acknowledged).toBeGreaterThan(runs * 20);
    },
    240_000,
  );

  it('goes the same way with the same seed, event by event, and another with another', async () => {
    const one = await simulate({ seed: 7, fault: 'mixed', steps: 4 });
    const again = await simulate({ seed: 7, fault: 'mixed', steps: 4 });
    const other = await simulate({ seed: 8, fault: 'mixed', steps: 4 });
    expect(again).toEqual(one);
    expect(other.digest).not.toBe(one.digest);
  });
});
