import { describe, expect, it } from '@jest/globals';
import { announceSeed } from '../support/seeded-random.js';
import { damageAndOpen, FILE_KINDS } from './group-files.js';

const SHORT_MS = 1500;

describe('C71: damaged files are opened as what they still are, or refused', () => {
  const seed = announceSeed('fuzzing files');

  it.each(FILE_KINDS.map((kind) => [kind.name, kind] as const))('%s', async (_name, kind) => {
    const outcomes = await damageAndOpen(kind, seed, SHORT_MS);
    expect(outcomes.has('read')).toBe(true);
    expect(outcomes.size).toBeGreaterThan(1);
  });
});
