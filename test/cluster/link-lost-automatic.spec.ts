import { describe, expect } from '@jest/globals';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { expectEqualAndRight } from '../support/compare-images.js';
import { HostWorkload } from '../support/host-workload.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';
import { VolumeModel } from '../support/volume-model.js';

/** How a destination gets lost, and how it comes back. */
const LOSSES: Record<string, { lose(pair: NodePair): Promise<void>; bringBack(pair: NodePair): Promise<void> }> = {
  'killed and started again': { lose: (pair) => pair.b.kill(), bringBack: (pair) => pair.b.restart() },
  'silent and then alive again': {
    lose: async (pair) => pair.b.freeze(),
    bringBack: async (pair) => pair.b.thaw(),
  },
};

describe('a destination lost under split mode Automatic', () => {
  for (const [name, { lose, bringBack }] of Object.entries(LOSSES)) {
    itWithPair(`C07, C54: the host goes on and the session is Synchronous again: ${name}`, {}, async (pair) => {
      await pair.createSession();
      await pair.waitForEquivalent();
      const model = new VolumeModel(pair.volumeA.sizeBytes, announceSeed('link-lost-automatic'));
      const workload = new HostWorkload(model, { pauseMs: 5 });
      const host = await pair.attach();
      const running = workload.run(host);

      await lose(pair);
      const halted = await pair.waitForSession('Halt', (state) => state.status === 'Halt');
      expect(halted.isLinkUp).toBe(false);
      const before = workload.counts.acknowledged;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(workload.counts.acknowledged).toBeGreaterThan(before);

      await bringBack(pair);
      const state = await pair.waitForEquivalent();
      expect(state.effectiveMode).toBe('Synchronous');
      workload.stop();
      await running;
      await host.disconnect();
      expect([...workload.counts.failed]).toEqual([]);
      expect(workload.counts.lost).toBe(0);
      await expectEqualAndRight(pair, model);

      const { events } = await pair.a.client.state();
      const ofLink = events.map(({ type }) => type).filter((type) => type.startsWith('Link_'));
      expect(ofLink).toEqual(['Link_Lost', 'Link_Restored']);
      expect((await pair.b.client.state()).events).toEqual([]);
    });
  }
});
