import { expect } from '@jest/globals';
import { rmSync } from 'node:fs';
import type { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { expectEqualAndRight, imageAt } from './compare-images.js';
import { DataAckWatch } from './data-ack-watch.js';
import { GroupSpace } from './group-space.js';
import { HostWorkload } from './host-workload.js';
import { SeededRandom } from './seeded-random.js';
import { VolumeModel } from './volume-model.js';

/** Kills of real nodes under load, over the volumes of a pair. */
export class KillScenario {
  private readonly random: SeededRandom;
  private readonly model: VolumeModel;
  private readonly workload: HostWorkload;
  /** For `checkPrefix`, of the source that was lost last. */
  private atLeast = -1;

  constructor(
    private readonly pair: NodePair,
    seed: number,
  ) {
    this.random = new SeededRandom(seed ^ 0x5eed);
    const space = new GroupSpace(pair.volumesA.map(({ sizeBytes }) => ({ offset: 0, length: sizeBytes })));
    this.model = new VolumeModel(space.sizeBytes, seed);
    this.workload = new HostWorkload(this.model, { depth: 8, space });
  }

  /**
   * Kills either node at random moments under load, starts it again at once, and goes on as soon as the host can write, whatever state
   * the session is in by then: no step by hand. At the end both ends are equal and hold every acknowledged write.
   */
  async killEitherNode(kills: number): Promise<void> {
    const { pair, random, workload } = this;
    await pair.createSession();
    await pair.waitForEquivalent();
    for (let n = 0; n < kills; n++) {
      const hosts = await this.attachAgain();
      const running = workload.run(hosts);
      await pause(random.below(700));
      const victim = random.isOneIn(2) ? pair.source : pair.destination;
      await victim.kill('SIGKILL');
      // Half the time the other one works alone for a while.
      await pause(random.isOneIn(2) ? 0 : random.below(2500));
      await victim.restart();
      workload.stop();
      await running;
      for (const host of hosts) host.destroy();
      expect([...workload.counts.failed]).toEqual([]);
      if (random.isOneIn(2)) await pair.waitForEquivalent();
    }
    await expectEqualAndRight(pair, this.model);
    await pair.resume();
  }

  /** The source is killed under load, and the destination opened alone: what it holds is the truth from then on. The roles are exchanged. */
  async takeOver(): Promise<void> {
    const { pair } = this;
    await this.loseSource();
    await this.expectAllThatMustBe();
    await pair.source.restart();
    await pair.waitForSession('Suspend', ({ status }) => status === 'Suspend', { node: pair.source });
    await pair.reverse();
    await pair.resume();
    await pair.waitForEquivalent();
  }

  /** Deletes the killed source's data directory as well. */
  async destroySource(): Promise<void> {
    await this.loseSource();
    rmSync(this.pair.source.options.dataDirectory, { recursive: true });
    await this.expectAllThatMustBe();
  }

  private async loseSource(): Promise<void> {
    const { pair, model, workload } = this;
    await pair.waitForEquivalent();
    const watch = new DataAckWatch(pair, model);
    const hosts = await this.attachAgain();
    const running = workload.run(hosts);
    await pause(300 + this.random.below(400));
    const isSettled = pair.spec.settings.transferMode === 'Stack';
    if (isSettled) {
      // Under load the destination is no point in time; once nothing is written it holds everything.
      workload.stop();
      await running;
      await pair.waitForEquivalent();
    }
    await pair.source.kill('SIGKILL');
    await running;
    for (const host of hosts) host.destroy();
    const acknowledged = await watch.end();
    this.atLeast = isSettled ? model.now() : acknowledged;
  }

  /** Synchronous: the destination alone must hold everything that was acknowledged; else a prefix that has all there was a data ack of. */
  private async expectAllThatMustBe(): Promise<void> {
    const { pair, model } = this;
    await pair.suspendAlone();
    const image = await imageAt(pair, pair.destination);
    expect(model.checkPrefix(image, this.atLeast)).toBeNull();
    if (pair.spec.settings.transferMode === 'Synchronous') expect(model.check(image)).toBeNull();
    model.adopt(image);
  }

  /** As a host with reconnect would: until the exports are open again. */
  private attachAgain(): Promise<NbdClient[]> {
    const { pair } = this;
    return eventually('the host attached again', async () => {
      const hosts = await pair.attachAll();
      for (const host of hosts) await host.write(0, await host.read(0, 512));
      return hosts;
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
