import { describe, expect } from '@jest/globals';
import { MIB } from '../../src/model/sizes.js';
import { isEquivalent, type NodePair } from '../../src/tools/node-process/node-pair.js';
import { expectEqualAndRight } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

const sizeBytes = 256 * MIB;

/** A volume whose every block was written before there is a session. */
async function filledModel(pair: NodePair): Promise<VolumeModel> {
  const model = new VolumeModel(sizeBytes, announceSeed('initial-copy'));
  const host = await pair.attach();
  for (let offset = 0; offset < sizeBytes; offset += MIB) {
    const write = model.begin(offset, MIB);
    await host.write(offset, model.payload(write));
    model.acknowledge(write);
  }
  await host.disconnect();
  return model;
}

describe('the initial copy under host writes', () => {
  itWithPair('C24: ends identical, and is Inconsistent until then', { sizeBytes }, async (pair) => {
    const model = await filledModel(pair);
    const workload = new HostWorkload(model, { pauseMs: 2 });
    const host = await pair.attach();
    const running = workload.run(host);
    await pair.createSession();
    const dataStates = new Set<string>();
    await pair.waitForSession('Active/Equivalent', (state) => {
      if (!isEquivalent(state)) dataStates.add(state.dataState);
      return isEquivalent(state);
    });
    expect([...dataStates]).toEqual(['Inconsistent']);
    workload.stop();
    await running;
    await host.disconnect();
    expect([...workload.counts.failed]).toEqual([]);
    await expectEqualAndRight(pair, model);
  });

  for (const killed of ['a', 'b'] as const) {
    const end = killed === 'a' ? 'source' : 'destination';
    itWithPair(`C24: resumes where it was after a kill of its ${end}`, { sizeBytes }, async (pair) => {
      const model = await filledModel(pair);
      await pair.createSession();
      const copying = await pair.waitForSession('part copied', (state) => state.uncopiedBytes < state.totalBytes / 2);
      expect(copying.phase).toBe('Copying');
      await pair[killed].kill();
      await pair[killed].restart();
      await pair.waitForEquivalent();
      const { uncopiedBytes } = await pair.state();
      expect(uncopiedBytes).toBe(0);
      await expectEqualAndRight(pair, model);
    });
  }
});
