import { expect } from '@jest/globals';
import { rmSync } from 'node:fs';
import type { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { expectEqualAndRight, imageAt } from './compare-images.js';
import { HostWorkload } from './host-workload.js';
import { SeededRandom } from './seeded-random.js';
import { VolumeModel } from './volume-model.js';

/**
 * Kills either node at random moments under load, starts it again at once, and goes on as soon as the host can write, whatever state
 * the session is in by then: no step by hand. At the end both volumes are equal and hold every acknowledged write.
 * @returns the oracle, for what comes after
 */
export async function killEitherNode(pair: NodePair, kills: number, seed: number): Promise<VolumeModel> {
  const random = new SeededRandom(seed ^ 0x5eed);
  const model = new VolumeModel(pair.volumeA.sizeBytes, seed);
  const workload = new HostWorkload(model, { depth: 8 });
  await pair.createSession();
  await pair.waitForEquivalent();

  for (let n = 0; n < kills; n++) {
    const host = await attachAgain(pair);
    const running = workload.run(host);
    await new Promise((resolve) => setTimeout(resolve, random.below(700)));
    const victim = random.isOneIn(2) ? pair.source : pair.destination;
    await victim.kill('SIGKILL');
    // Half the time the other one works alone for a while.
    await new Promise((resolve) => setTimeout(resolve, random.isOneIn(2) ? 0 : random.below(2500)));
    await victim.restart();
    workload.stop();
    await running;
    host.destroy();
    expect([...workload.counts.failed]).toEqual([]);
    if (random.isOneIn(2)) await pair.waitForEquivalent();
  }
  await expectEqualAndRight(pair, model);
  return model;
}

/** Deletes the killed source's data directory as well: the destination alone must hold everything. */
export async function destroySource(pair: NodePair, model: VolumeModel): Promise<void> {
  await pair.resume();
  await pair.waitForEquivalent();
  const workload = new HostWorkload(model, { depth: 8 });
  const running = workload.run(await pair.attach());
  await new Promise((resolve) => setTimeout(resolve, 500));
  await pair.source.kill('SIGKILL');
  await running;
  rmSync(pair.source.options.dataDirectory, { recursive: true });
  await pair.suspendAlone();
  expect(model.check(await imageAt(pair, pair.destination))).toBeNull();
}

/** As a host with reconnect would: until the export is open again. */
function attachAgain(pair: NodePair): Promise<NbdClient> {
  return eventually('the host attached again', async () => {
    const host = await pair.attach();
    await host.write(0, await host.read(0, 512));
    return host;
  });
}
