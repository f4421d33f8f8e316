import { describe, expect } from '@jest/globals';
import { MIB, REGION_BYTES } from '../../src/model/sizes.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { expectEqualAndRight } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

const sizeBytes = 64 * MIB;
const changedRegions = 40;

/** One block in each of some regions, all others left alone. */
async function changeRegions(pair: NodePair, model: VolumeModel): Promise<void> {
  const host = await pair.attach();
  for (let n = 0; n < changedRegions; n++) {
    const write = model.begin(n * 20 * REGION_BYTES + 4096, 4096);
    await host.write(write.offset, model.payload(write));
    model.acknowledge(write);
  }
  await host.disconnect();
}

describe('a resync', () => {
  itWithPair('C11: after a suspend, sends the changed regions and no more', { sizeBytes }, async (pair) => {
    const model = new VolumeModel(sizeBytes, announceSeed('resync-by-regions'));
    const host = await pair.attach();
    await new HostWorkload(model).run(host, 300);
    await pair.createSession();
    await pair.waitForEquivalent();
    await pair.suspend();
    await changeRegions(pair, model);
    const before = (await pair.state()).transferredBytes;
    await pair.resume();
    await pair.waitForEquivalent();
    const sent = (await pair.state()).transferredBytes - before;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThanOrEqual(changedRegions * REGION_BYTES);
    await host.disconnect();
    await expectEqualAndRight(pair, model);
  });

  itWithPair('C11: after an outage, takes in what the host writes meanwhile', { sizeBytes }, async (pair) => {
    const model = new VolumeModel(sizeBytes, announceSeed('resync-under-writes'));
    const workload = new HostWorkload(model, { pauseMs: 2 });
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    const running = workload.run(host);
    await pair.b.kill();
    await pair.waitForSession('Halt', (state) => state.status === 'Halt');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await pair.b.restart();
    await pair.waitForEquivalent();
    workload.stop();
    await running;
    await host.disconnect();
    await expectEqualAndRight(pair, model);
  });
});
