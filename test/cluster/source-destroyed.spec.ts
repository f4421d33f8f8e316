import { describe, expect } from '@jest/globals';
import { rmSync } from 'node:fs';
import { imageAt } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

describe('a source that is destroyed under load', () => {
  itWithPair('C02: nothing acknowledged is missing at the destination, which opens by itself', {}, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('source-destroyed'));
    // At most 1 MiB, one record: a larger write is several, of which a prefix may hold some.
    const workload = new HostWorkload(model, { depth: 16, maxBytes: 1024 * 1024 });
    const running = workload.run(await pair.attach());
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await pair.a.kill('SIGKILL');
    await running;
    rmSync(pair.a.options.dataDirectory, { recursive: true });

    await pair.suspendAlone();
    expect(workload.counts.acknowledged).toBeGreaterThan(100);
    expect(workload.counts.lost).toBeGreaterThan(0);
    expect([...workload.counts.failed]).toEqual([]);
    expect(model.check(await imageAt(pair, pair.b))).toBeNull();
    expect(model.checkPrefix(await imageAt(pair, pair.b))).toBeNull();

    // The survivor is a volume like any other now.
    const host = await pair.attach(pair.b);
    await new HostWorkload(model).run(host, 200);
    await host.disconnect();
    expect(model.check(await imageAt(pair, pair.b))).toBeNull();
  });

  itWithPair(
    'C02: no write is acknowledged while the destination has not got it',
    { settings: { heartbeatTimeoutSeconds: 30, maxWriteDelayMs: 0 } },
    async (pair) => {
      await pair.createSession();
      await pair.waitForEquivalent();
      const host = await pair.attach();
      await host.write(0, Buffer.alloc(4096, 1));
      pair.b.freeze();
      let isAcknowledged = false;
      const writing = host.write(0, Buffer.alloc(4096, 2)).then(() => (isAcknowledged = true));
      // A read is answered meanwhile: it is the write that waits, not the node.
      for (let n = 0; n < 20; n++) {
        await host.read(8192, 4096);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(isAcknowledged).toBe(false);
      pair.b.thaw();
      await writing;
      await host.disconnect();
    },
  );
});
