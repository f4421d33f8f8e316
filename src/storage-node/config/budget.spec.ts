import { describe, expect, it } from '@jest/globals';
import { MIB } from '../../model/sizes.js';
import { NBD_CONNECTION_BYTES } from './limits.js';
import { BUDGET_PARTS, Budget, MEMORY_MIB_DEFAULT, MEMORY_MIB_MIN } from './budget.js';

describe('the memory budget', () => {
  it('is the sum of its parts', () => {
    const budget = Budget.default();
    const sum = BUDGET_PARTS.reduce((bytes, part) => bytes + budget.pool(part).bytesMax, 0);
    expect(sum).toBe(MEMORY_MIB_DEFAULT * MIB);
  });

  it('works from the least that may be set on, and not below', () => {
    expect(new Budget(MEMORY_MIB_MIN * MIB, setImmediate).hostsMax(NBD_CONNECTION_BYTES)).toBeGreaterThan(500);
    expect(() => new Budget((MEMORY_MIB_MIN / 2) * MIB, setImmediate)).toThrow('does not work');
  });

  it('lets more than a thousand hosts attach by default', () => {
    expect(Budget.default().hostsMax(NBD_CONNECTION_BYTES)).toBeGreaterThan(1020);
  });
});
