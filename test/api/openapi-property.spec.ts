/** Requests generated from our own OpenAPI document, right and wrong, and what every answer to them keeps to. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkRequests, RequestCheck } from '../support/request-check.js';

/** The same requests in every run; `npm run soak -- --fuzz` looks for others. */
const SEED = 20_261_120;
const RUNS_PER_CALL = 8;

describe('requests made from the OpenAPI document', () => {
  let check: RequestCheck;
  beforeAll(async () => {
    check = await RequestCheck.start();
  });
  afterAll(() => check.close());

  it('C56: no 5xx, every answer as the document says, and nothing changed by what is refused', async () => {
    await checkRequests(check, SEED, RUNS_PER_CALL);
    expect(check.statuses).toEqual(expect.objectContaining({ 200: expect.any(Number), 400: expect.any(Number) }));
  }, 300_000);
});
