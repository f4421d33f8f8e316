import { describe, expect, it } from '@jest/globals';
import { shownPath } from './shown-path.js';

describe('a path that is written down', () => {
  it('is as it was, and without what may be a token', () => {
    expect(shownPath('/api/v1/copysession/12/statistics')).toBe('/api/v1/copysession/12/statistics');
    expect(shownPath(`/api/v1/token/ek_${'x'.repeat(43)}/again`)).toBe('/api/v1/token/***/again');
    expect(shownPath('/a'.repeat(5000))).toHaveLength(200);
  });
});
