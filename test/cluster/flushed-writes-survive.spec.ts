import { describe, expect } from '@jest/globals';
import { imageAt } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

const slow = { settings: { heartbeatTimeoutSeconds: 30, maxWriteDelayMs: 0 } };

describe('what a host flushed', () => {
  itWithPair('C61: survives a kill of both ends, whichever connection wrote or flushed it', {}, async (pair) => {
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('flushed-writes'));
    await pair.createSession();
    await pair.waitForEquivalent();
    const [writer, flusher] = [await pair.attach(), await pair.attach()];
    for (let round = 0; round < 10; round++) {
      await new HostWorkload(model, { depth: 16 }).run(writer, 50);
      await flusher.flush();
    }
    const fua = model.begin(8192, 8192);
    await flusher.write(fua.offset, model.payload(fua), { fua: true });
    model.acknowledge(fua);

    await Promise.all([pair.a.kill(), pair.b.kill()]);
    await pair.b.restart();
    await pair.suspendAlone();
    expect(model.check(await imageAt(pair, pair.b))).toBeNull();
  });

  itWithPair('C61: a flush waits for the destination to have it durable', slow, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    await host.write(0, Buffer.alloc(4096, 1));
    pair.b.freeze();
    let isFlushed = false;
    const write = host.write(0, Buffer.alloc(4096, 2));
    const flush = host.write(4096, Buffer.alloc(4096, 3), { fua: true }).then(() => (isFlushed = true));
    for (let n = 0; n < 20; n++) {
      await host.read(65536, 512);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(isFlushed).toBe(false);
    pair.b.thaw();
    await Promise.all([write, flush]);
    await host.disconnect();
  });
});
