/** docs/guarantees.md names, for every promise, the test that shows it: those tests exist, and say that they show it. */
import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';

const document = readFileSync('docs/guarantees.md', 'utf8');

/** Rows of the tables that name tests. */
const promises = document
  .split('\n')
  .filter((line) => line.startsWith('|') && line.includes('.spec.ts`'))
  .map((line) => ({
    line,
    rows: [...line.split('|')[1]!.matchAll(/\bC\d\d\b/g)].map(([row]) => row),
    tests: [...line.matchAll(/`([^`]+\.spec\.ts)`/g)].map(([, file]) => file!),
  }));

describe('docs/guarantees.md', () => {
  it('names tests that exist', () => {
    const missing = promises.flatMap(({ tests }) => tests).filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
    expect(promises.length).toBeGreaterThan(20);
  });

  it('names tests that say which promise they show', () => {
    const unsaid = promises.flatMap(({ rows, tests, line }) => {
      const text = tests.map((file) => readFileSync(file, 'utf8')).join('\n');
      return rows.filter((row) => !new RegExp(`\\b${row}[:, ]`).test(text)).map((row) => `${row} in: ${line}`);
    });
    expect(unsaid).toEqual([]);
  });
});
