import { describe, expect, it } from '@jest/globals';
import { LATENCY_BOUNDS_US, LatencyHistogram } from './latency-histogram.js';

describe('latency histogram', () => {
  it('counts every latency in the first bucket whose bound reaches it', () => {
    for (const us of [0, 1, 15.9, 16, 16.1, 17, 32, 33, 100, 1000, 999_999.5, ...LATENCY_BOUNDS_US, 1e9, Infinity]) {
      const histogram = new LatencyHistogram();
      histogram.observe(us);
      const expected = LATENCY_BOUNDS_US.findIndex((bound) => us <= bound);
      expect(histogram.counts.indexOf(1)).toBe(expected === -1 ? LATENCY_BOUNDS_US.length : expected);
      expect(histogram.count).toBe(1);
    }
  });

  it('adds up what it saw', () => {
    const histogram = new LatencyHistogram();
    histogram.observe(100);
    histogram.observe(50);
    expect(histogram.sumUs).toBe(150);
    expect(histogram.count).toBe(2);
  });
});
