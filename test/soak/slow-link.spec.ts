import { describe, expect, it } from '@jest/globals';
import { MEMORY_MIB_DEFAULT } from '../../src/storage-node/config/budget.js';
import { writeOverSlowLink } from '../support/slow-link-scenario.js';
import { soakInARow } from '../support/soak.js';

const LOAD_MS = 60_000;
const AT_REST_MIB = 150;

describe('two nodes and a link that is far too thin', () => {
  it('C03: C71: under full load for a minute no write waits for it, and memory stays within its bound', async () => {
    await soakInARow('slow link', 1, async (_seed, runs) => {
      for (let run = 0; run < runs; run++) {
        const { peakMib, behind } = await writeOverSlowLink(LOAD_MS);
        process.stderr.write(`MiB without a session ${peakMib.alone}, with one that lags ${peakMib.lagging}\n`);
        expect([behind.throttle, behind.error, behind.loggingTo]).toEqual(['None', null, 'Dcm']);
        expect(peakMib.lagging).toBeLessThan(AT_REST_MIB + MEMORY_MIB_DEFAULT);
      }
    });
  }, 3_600_000);
});
