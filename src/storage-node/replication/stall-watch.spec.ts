import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../config/clock.js';
import { COPY_STALL_MS } from '../config/limits.js';
import { StallWatch } from './stall-watch.js';

const STEP_MS = 100;

describe('C63: the watch over a copy', () => {
  let nowMs: number;
  let watch: StallWatch;

  beforeEach(() => {
    nowMs = 1000;
    watch = new StallWatch({ ...systemClock, monotonicMs: () => nowMs });
  });

  /** Looks for so long; says after how long it was found stuck, each time. */
  function lookFor(ms: number, isDue: boolean, isConnected: boolean, steps: number | (() => number)): number[] {
    const found: number[] = [];
    const begin = nowMs;
    while (nowMs - begin < ms) {
      nowMs += STEP_MS;
      if (watch.look(isDue, isConnected, typeof steps === 'number' ? steps : steps())) found.push(nowMs - begin);
    }
    return found;
  }

  it('finds it stuck after a minute without progress, and again after another', () => {
    expect(lookFor(2.5 * COPY_STALL_MS, true, true, 7)).toEqual([COPY_STALL_MS + STEP_MS, 2 * COPY_STALL_MS + STEP_MS]);
  });

  it('counts from the last progress, however small', () => {
    let steps = 0;
    expect(lookFor(3 * COPY_STALL_MS, true, true, () => (nowMs % 50_000 === 0 ? ++steps : steps))).toEqual([]);
  });

  it('counts no time without a link, but over several connections', () => {
    expect(lookFor(5 * COPY_STALL_MS, true, false, 7)).toEqual([]);
    const half = COPY_STALL_MS / 2;
    expect(lookFor(half, true, true, 7)).toEqual([]);
    expect(lookFor(half, true, false, 7)).toEqual([]);
    expect(lookFor(half + STEP_MS, true, true, 7)).toHaveLength(1);
  });

  it('finds nothing stuck while nothing is to be copied', () => {
    expect(lookFor(5 * COPY_STALL_MS, false, true, 7)).toEqual([]);
    expect(lookFor(COPY_STALL_MS - STEP_MS, true, true, 7)).toEqual([]);
  });
});
