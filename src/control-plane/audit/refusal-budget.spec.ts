import { describe, expect, it } from '@jest/globals';
import { RefusalBudget } from './refusal-budget.js';

describe('what the audit trail takes of refused calls', () => {
  it('is 60 a minute of one, and another still has room', () => {
    let nowMs = 0;
    const budget = new RefusalBudget(() => nowMs);
    const taken = (who: string, times: number): number =>
      Array.from({ length: times }, () => budget.take(who)).filter(Boolean).length;
    expect(taken('10.0.0.1', 100)).toBe(60);
    expect(taken('10.0.0.2', 5)).toBe(5);
    nowMs = 59_999;
    expect(taken('10.0.0.1', 1)).toBe(0);
    nowMs = 60_000;
    expect(taken('10.0.0.1', 100)).toBe(60);
  });

  it('is 600 a minute of all, however many there are', () => {
    const budget = new RefusalBudget(() => 0);
    const taken = Array.from({ length: 2000 }, (_, i) => budget.take(`10.0.${i >> 8}.${i & 255}`));
    expect(taken.filter(Boolean)).toHaveLength(600);
  });
});
