import { describe, expect } from '@jest/globals';
import { MIB } from '../../src/model/sizes.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { expectEqualAndRight } from '../support/compare-images.js';
import { itWithPair } from '../support/node-pair.js';
import { VolumeModel } from '../support/volume-model.js';

const sizeBytes = 128 * MIB;
const dataBytes = 8 * MIB;
/** File systems allocate a little more than was written. */
const slackBytes = 1 * MIB;

async function usedAtDestination(pair: NodePair): Promise<number> {
  const { volumes } = await pair.b.client.state();
  return volumes.find((volume) => volume.spec.uid === pair.volumeB.uid)!.usedBytes;
}

describe('the copy of a volume that is mostly empty', () => {
  itWithPair('C25: sends no holes and no zeros, and takes no space for them', { sizeBytes }, async (pair) => {
    const model = new VolumeModel(sizeBytes, 25);
    const host = await pair.attach();
    for (let n = 0; n < dataBytes / MIB; n++) {
      const write = model.begin(n * 15 * MIB, MIB);
      await host.write(write.offset, model.payload(write));
      model.acknowledge(write);
    }
    // Zeros that were written as data are found out too, not only holes.
    await host.write(100 * MIB, Buffer.alloc(4 * MIB));
    await pair.createSession();
    const state = await pair.waitForEquivalent();
    expect(state.transferredBytes).toBeGreaterThanOrEqual(dataBytes);
    expect(state.transferredBytes).toBeLessThanOrEqual(dataBytes + slackBytes);
    expect(await usedAtDestination(pair)).toBeLessThanOrEqual(dataBytes + slackBytes);
    await host.disconnect();
    await expectEqualAndRight(pair, model);
  });

  itWithPair(
    'C25: carries trims and zeroes as such: they free space at the destination',
    { sizeBytes },
    async (pair) => {
      const model = new VolumeModel(sizeBytes, 26);
      const host = await pair.attach();
      await pair.createSession();
      await pair.waitForEquivalent();
      const write = model.begin(0, dataBytes);
      await host.write(0, model.payload(write));
      model.acknowledge(write);
      await host.flush();
      await eventually(
        'the data at the destination',
        async () => (await usedAtDestination(pair)) >= dataBytes || undefined,
      );

      const before = (await pair.state()).transferredBytes;
      for (const [offset, request] of [
        [0, host.trim.bind(host)],
        [dataBytes / 2, host.zero.bind(host)],
      ] as const) {
        const zeroing = model.begin(offset, dataBytes / 2, true);
        await request(offset, dataBytes / 2);
        model.acknowledge(zeroing);
      }
      await eventually('the space given back', async () => (await usedAtDestination(pair)) <= slackBytes || undefined);
      expect((await pair.state()).transferredBytes - before).toBeLessThan(slackBytes);
      await host.disconnect();
      await expectEqualAndRight(pair, model);
    },
  );
});
