import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { MIB } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';

describe('a link so thin that a write takes longer than silence may last', () => {
  it('C19: carries it once, and nobody takes that for silence', async () => {
    // Without a relay, which would keep a message until it is whole.
    const hosts = ['127.0.0.1'];
    const group = await ReplicaGroup.start({ sizeBytes: 2 * MIB, volumeCount: 1, destinationCount: 1, hosts });
    try {
      await group.create(0, { bandwidthLimitMbps: 4 });
      await group.untilEquivalent(0);
      expect(await group.source.write(0, randomBytes(MIB))).toBeNull();
      const [state] = group.states(0);
      expect(state!.status).toBe('Active');
      expect(state!.statistics).toMatchObject({ retries: 0, reconnects: 0, timeouts: 0 });
      await group.expectEqual(0);
    } finally {
      await group.stop();
    }
  });
});
