import { beforeEach, describe, expect, it } from '@jest/globals';
import { MIB } from '../../model/sizes.js';
import { systemClock } from '../config/clock.js';
import { LOG_RETURN_HOLD_MS_MAX, LOG_RETURN_HOLD_MS_MIN, LOG_RETURN_STEADY_MS } from '../config/limits.js';
import { ReturnToLog } from './return-to-log.js';

const SHARE = 64 * MIB;

describe('when a stream on its maps goes by the log again', () => {
  let nowMs: number;
  let returning: ReturnToLog;

  beforeEach(() => {
    nowMs = 1e6;
    returning = new ReturnToLog({ ...systemClock, monotonicMs: () => nowMs });
    returning.begin();
  });

  it('C09: keeps no log in a pass that copies much, and keeps it in one that copies little', () => {
    expect(returning.isDue(SHARE, SHARE, false)).toBe(false);
    expect(returning.isDue(SHARE / 2, SHARE, false)).toBe(true);
    expect(returning.isDue(0, SHARE, false)).toBe(true);
  });

  it('C09: reckons with what hosts wrote during the last pass', () => {
    // Ten bytes were logged for each one copied: what is marked now would take the share five times over.
    returning.passed(32 * MIB, 320 * MIB);
    expect([returning.isDue(32 * MIB, SHARE, false), returning.isDue(3 * MIB, SHARE, false)]).toEqual([false, true]);
    // Hosts rest, or the link is fast: a long pass fits, too.
    returning.passed(320 * MIB, 1 * MIB);
    expect(returning.isDue(1024 * MIB, SHARE, false)).toBe(true);
    // The next copy has a load of its own.
    returning.begin();
    expect(returning.isDue(1024 * MIB, SHARE, false)).toBe(false);
  });

  it('C09: does not go to and fro under a load that the link does not take: each return that was too early holds longer', () => {
    let holdMs = LOG_RETURN_HOLD_MS_MIN;
    for (let times = 0; times < 10; times++) {
      expect(returning.isDue(1 * MIB, SHARE, false)).toBe(true);
      nowMs += LOG_RETURN_STEADY_MS - 1;
      returning.overflowed();
      nowMs += holdMs - 1;
      expect(returning.isDue(1 * MIB, SHARE, false)).toBe(false);
      nowMs++;
      holdMs = Math.min(2 * holdMs, LOG_RETURN_HOLD_MS_MAX);
    }
    expect(returning.isDue(1 * MIB, SHARE, false)).toBe(true);
    nowMs += LOG_RETURN_STEADY_MS;
    returning.overflowed();
    expect(returning.isDue(1 * MIB, SHARE, false)).toBe(true);
  });

  it('goes by the log at once when nothing is left to copy and hosts rest', () => {
    returning.isDue(1 * MIB, SHARE, false);
    returning.overflowed();
    expect(returning.isHeld).toBe(true);
    expect([returning.isDue(1, SHARE, true), returning.isDue(0, SHARE, false)]).toEqual([false, false]);
    expect(returning.isDue(0, SHARE, true)).toBe(true);
  });
});
