import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorDocument } from './error-document.js';
import { ERRORS } from './registry.js';

describe('docs/errors.md', () => {
  it('is what npm run write-error-docs makes of the registry today', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorDocument());
  });

  it('has a line for every error', () => {
    const document = errorDocument();
    const missing = Object.keys(ERRORS).filter((name) => !document.includes(`\`${name}\``));
    expect(missing).toEqual([]);
  });
});
