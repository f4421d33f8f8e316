import { describe, expect, it } from '@jest/globals';
import { PEER_RETRY_MS_MAX, PEER_RETRY_MS_MIN } from '../config/limits.js';
import { Backoff } from './backoff.js';

describe('backoff', () => {
  it('doubles from quick to its longest, and begins again after a reset', () => {
    const backoff = new Backoff(() => 0);
    const pauses = Array.from({ length: 8 }, () => backoff.next());
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    expect([pauses[0], pauses.at(-1)]).toEqual([PEER_RETRY_MS_MIN, PEER_RETRY_MS_MAX]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('takes up to half off at random', () => {
    const draws = [0.999, 0.5, 0];
    const backoff = new Backoff(() => draws.pop()!);
    expect([backoff.next(), backoff.next(), backoff.next()].map(Math.round)).toEqual([100, 150, 200]);
  });
});
