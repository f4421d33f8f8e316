import { describe, expect, it } from '@jest/globals';
import { writeOverSlowLink } from '../support/slow-link-scenario.js';

describe('a link that is far too thin', () => {
  it('C03: C71: no write waits for it, and a session that lags costs no more than 64 MiB', async () => {
    const { behind } = await writeOverSlowLink(2500);
    expect([behind.throttle, behind.error]).toEqual(['None', null]);
    expect(behind.lag.bytes).toBeGreaterThan(0);
  }, 300_000);
});
