/** Requests made from the OpenAPI document, for long. `npm run soak -- --fuzz --minutes 20 [--seed N]`; see docs/testing.md. */
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { checkRequests, RequestCheck } from '../support/request-check.js';
import { soakInARow, wish } from '../support/soak.js';

const MINUTES = 20;
/** Of the time to fuzz; the rest is for the parsers. */
const SHARE = 0.1;
/** Of each call with one seed; then comes the next. */
const RUNS_PER_CALL = 20;

describe('C56: requests made from the OpenAPI document', () => {
  const lastMs = (wish.fuzzMinutes ?? MINUTES) * SHARE * 60_000;
  let check: RequestCheck;
  beforeAll(async () => {
    check = await RequestCheck.start();
  });
  afterAll(() => check.close());

  it(
    'fuzz requests',
    async () => {
      await soakInARow('fuzz requests', 1, async (first) => {
        const end = performance.now() + lastMs;
        for (let seed = first; performance.now() < end; seed++) await checkRequests(check, seed, RUNS_PER_CALL);
        process.stderr.write(`fuzz requests: ${JSON.stringify(check.statuses)} by status\n`);
      });
    },
    lastMs + 120_000,
  );
});
