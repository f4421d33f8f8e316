import { describe, expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MIB } from '../../src/model/sizes.js';
import { EVENTS_LOOK_MS } from '../../src/storage-node/config/limits.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodePair } from '../../src/tools/node-process/node-pair.js';
import { firstDifference, imageAt } from '../support/compare-images.js';
import { FaultyLink } from '../support/faulty-link.js';
import { itWithIpv6 } from '../support/ipv6.js';

describe('two nodes with two paths between them', () => {
  itWithIpv6('C22, C23: over IPv6 with TLS, one of two paths is lost: nothing but an event', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-paths-'));
    const links: FaultyLink[] = [];
    const pair = await NodePair.start({
      folder,
      sizeBytes: 8 * MIB,
      isPeerTls: true,
      places: [
        { dataDirectory: path.join(folder, 'a'), host: '::1' },
        { dataDirectory: path.join(folder, 'b'), host: '::1' },
      ],
      peerAddressOf: async (address) => {
        const link = await FaultyLink.open({ host: '::1', port: Number(address.split(':').at(-1)) });
        links.push(link);
        return [`127.0.0.1:${link.address.port}`, address];
      },
    });
    try {
      await pair.createSession();
      await pair.waitForEquivalent();
      const areUp = (...expected: boolean[]) =>
        pair.waitForSession(`paths ${expected}`, ({ paths }) => paths.every(({ isUp }, at) => isUp === expected[at]));
      await areUp(true, true);
      const host = await pair.attach();
      await host.write(0, randomBytes(MIB));
      // The node looks at itself for events now and then.
      await new Promise((resolve) => setTimeout(resolve, 2 * EVENTS_LOOK_MS));
      for (const link of links) {
        link.refuse();
        link.cut();
      }
      await host.write(MIB, randomBytes(MIB));
      const state = await areUp(false, true);
      expect(state).toMatchObject({ status: 'Active', statistics: { reconnects: 1 } });
      await host.write(2 * MIB, randomBytes(MIB));
      await host.flush();
      await host.disconnect();
      await pair.waitForEquivalent();
      await eventually('told', async () => {
        const { events } = await pair.a.client.state();
        return events.some(({ type }) => type === 'Path_Lost') || undefined;
      });
      const { events } = await pair.a.client.state();
      expect(events.map(({ type }) => type).filter((type) => type.startsWith('Link'))).toEqual([]);
      await pair.suspend();
      expect(firstDifference(await imageAt(pair, pair.a), await imageAt(pair, pair.b))).toBeNull();
    } finally {
      await pair.dispose();
      for (const link of links) await link.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
