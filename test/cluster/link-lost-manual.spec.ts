import { describe, expect } from '@jest/globals';
import { expectEqualAndRight } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

const manual = { settings: { splitMode: 'Manual' } } as const;

describe('a destination lost under split mode Manual', () => {
  itWithPair('C08: writes fail with EIO, and both sides are equal after the return', manual, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('link-lost-manual'));
    const workload = new HostWorkload(model, { pauseMs: 2 });
    const host = await pair.attach();
    const running = workload.run(host);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await pair.b.kill();
    await pair.waitForSession('Halt', (state) => state.status === 'Halt');
    workload.stop();
    await running;
    expect([...workload.counts.failed.keys()].filter((errno) => errno !== 'EIO')).toEqual([]);

    // After the loss is known a write leaves no trace; reads go on.
    const before = await host.read(0, 4096);
    await expect(host.write(0, Buffer.alloc(4096, 0xee))).rejects.toMatchObject({ code: 'EIO' });
    expect((await host.read(0, 4096)).equals(before)).toBe(true);

    await pair.b.restart();
    await pair.waitForEquivalent();
    await new HostWorkload(model).run(host, 100);
    await host.disconnect();
    await expectEqualAndRight(pair, model);
  });

  itWithPair('C08: a change to split mode Automatic lets the host go on', manual, async (pair) => {
    await pair.createSession();
    await pair.waitForEquivalent();
    const host = await pair.attach();
    await pair.b.kill();
    await pair.waitForSession('Halt', (state) => state.status === 'Halt');
    await expect(host.write(0, Buffer.alloc(4096, 1))).rejects.toMatchObject({ code: 'EIO' });
    await pair.changeSettings({ splitMode: 'Automatic' });
    await host.write(0, Buffer.alloc(4096, 1));
    await host.disconnect();
  });
});
