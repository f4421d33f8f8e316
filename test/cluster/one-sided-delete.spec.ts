import { describe, expect } from '@jest/globals';
import { HostWorkload, readImage } from '../support/host-workload.js';
import { imageAt } from '../support/compare-images.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

describe('deleting a session', () => {
  itWithPair('C59: keeps the data of both sides', {}, async (pair) => {
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('delete'));
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    await new HostWorkload(model).run(host, 200);
    await pair.a.client.deleteSession(pair.spec.uid, false);
    await pair.b.client.deleteSession(pair.spec.uid, true);
    expect((await pair.a.client.state()).sessions).toEqual([]);
    expect((await pair.b.client.state()).sessions).toEqual([]);
    expect(model.check(await imageAt(pair, pair.b))).toBeNull();
    await new HostWorkload(model).run(host, 100);
    expect(model.check(await readImage(host))).toBeNull();
    await host.disconnect();
  });

  for (const gone of ['a', 'b'] as const) {
    const end = gone === 'a' ? 'source' : 'destination';
    itWithPair(`C59: works with the ${end} gone, which gives its half up when told on its return`, {}, async (pair) => {
      const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('one-sided-delete'));
      const left = gone === 'a' ? pair.b : pair.a;
      await pair.createSession();
      await pair.waitForEquivalent();
      const host = await pair.attach();
      await new HostWorkload(model).run(host, 200);
      host.destroy();
      await pair[gone].kill();
      await left.client.deleteSession(pair.spec.uid, true);
      expect((await left.client.state()).sessions).toEqual([]);
      expect(model.check(await imageAt(pair, left))).toBeNull();

      await pair[gone].restart();
      await pair[gone].client.deleteSession(pair.spec.uid, true);
      expect((await pair[gone].client.state()).sessions).toEqual([]);
      expect(model.check(await imageAt(pair, pair[gone]))).toBeNull();
      // Both are free for a new session.
      await pair.a.client.deleteVolume(pair.volumeA.uid, false);
      await pair.b.client.deleteVolume(pair.volumeB.uid, false);
    });
  }
});
