import { describe, expect } from '@jest/globals';
import { expectEqualAndRight, imageAt } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

describe('suspend and resume', () => {
  itWithPair('C36: a suspend under load is one point in time; resume sends both sides’ changes', {}, async (pair) => {
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('suspend-and-resume'));
    const workload = new HostWorkload(model, { pauseMs: 1 });
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    const running = workload.run(host);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await pair.suspend();
    const first = await imageAt(pair, pair.b);
    await new Promise((resolve) => setTimeout(resolve, 500));
    // Nothing is sent any more, and what is there is a prefix of what the host wrote.
    expect((await imageAt(pair, pair.b)).equals(first)).toBe(true);
    expect(model.checkPrefix(first)).toBeNull();

    // The mirror is written by somebody else meanwhile: all of that is gone after the resume.
    const mirror = await pair.attach(pair.b);
    for (let n = 0; n < 64; n++) await mirror.write(n * 300_000, Buffer.alloc(5000, 0xbb));
    await mirror.disconnect();
    await pair.resume();
    await pair.waitForEquivalent();
    workload.stop();
    await running;
    await host.disconnect();
    expect([...workload.counts.failed]).toEqual([]);
    await expectEqualAndRight(pair, model);
  });

  itWithPair('C36: a suspended destination tracks its changes through a kill of either end', {}, async (pair) => {
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('suspend-and-kill'));
    await pair.createSession();
    await pair.waitForEquivalent();
    await pair.suspend();
    const [host, mirror] = [await pair.attach(pair.a), await pair.attach(pair.b)];
    await new HostWorkload(model).run(host, 200);
    for (let n = 0; n < 64; n++) await mirror.write(n * 300_000, Buffer.alloc(5000, 0xbb));
    await pair.a.kill();
    await pair.b.kill();
    await pair.a.restart();
    await pair.b.restart();
    await pair.resume();
    await expectEqualAndRight(pair, model);
  });

  itWithPair('C36: with the source dead, the destination suspends alone and later overwrites it', {}, async (pair) => {
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('suspend-alone'));
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    await new HostWorkload(model).run(host, 200);
    await pair.a.kill();
    await pair.suspendAlone();
    const survivor = await pair.attach(pair.b);
    await new HostWorkload(model).run(survivor, 200);
    await survivor.disconnect();

    // The old source must not answer a host for writing: it learns first that it was replaced.
    await pair.a.restart();
    await pair.waitForSession('Suspend', (state) => state.status === 'Suspend', { node: pair.a });
    await pair.reverse();
    await pair.resume();
    await expectEqualAndRight(pair, model);
  });
});
