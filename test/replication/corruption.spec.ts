import { describe, it } from '@jest/globals';
import { CorruptionRun } from '../support/corruption-run.js';
import { announceSeed } from '../support/seeded-random.js';

const ROUNDS = 6;

describe('any damage to any file of a pair', () => {
  it('C06: is an error that names the file, or does not matter; no acknowledged write is lost, no difference is hidden', async () => {
    await CorruptionRun.do(announceSeed('corruption'), ROUNDS);
  }, 240_000);
});
