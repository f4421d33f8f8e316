import { describe, expect, it } from '@jest/globals';
import { ERRORS } from './registry.js';

describe('error registry', () => {
  it('gives every row a code of its own, four digits long', () => {
    const codes = Object.values(ERRORS).map((row) => row.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every((code) => code >= 1000 && code <= 9999)).toBe(true);
  });
});
