import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB, REGION_BYTES } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';

const SIZE_BYTES = 4 * MIB;
const STACK = { transferMode: 'Stack' } as const;

describe('a Stack session', () => {
  let group: ReplicaGroup;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE_BYTES, volumeCount: 2, destinationCount: 2 });
  });

  afterEach(() => group.stop());

  const write = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const volume = group.source.volumes[i % 2]!;
      expect(await volume.write((i * 40 * KIB) % SIZE_BYTES, randomBytes(4 * KIB))).toBeNull();
    }
  };
  const copiedBytes = (): number => group.states(0)[0]!.resyncBytes;

  it('C74: becomes Equivalent whenever its backlog is empty, and the destination is then equal and durably Consistent', async () => {
    await write(20);
    await group.create(0, STACK);
    await group.untilEquivalent(0);
    for (let round = 0; round < 3; round++) {
      await write(30);
      expect(group.states(0)[0]).toMatchObject({ phase: 'Copying', effectiveMode: 'Stack', loggingTo: 'Dcm' });
      await group.untilEquivalent(0);
      expect(group.states(0)[0]).toMatchObject({ dataState: 'Consistent', lag: { writes: 0, bytes: 0, seconds: 0 } });
      expect(group.destinations[0]!.replicas.states()[0]!.dataState).toBe('Consistent');
      await group.expectEqual(0);
    }
  });

  it('C74: sends a block that is written many times between two sends once, and no write waits for a link that stands still', async () => {
    await group.create(0, STACK);
    await group.untilEquivalent(0);
    const before = copiedBytes();
    group.links[0]!.pause();
    for (let i = 0; i < 300; i++) {
      expect(await group.source.volumes[0]!.write(0, randomBytes(4 * KIB), { isFua: i % 50 === 0 })).toBeNull();
    }
    expect(await group.source.volumes[0]!.flush()).toBeNull();
    group.links[0]!.resume();
    await group.untilEquivalent(0);
    await group.expectEqual(0);
    // At most one that was on its way, and the last.
    expect(copiedBytes() - before).toBeLessThanOrEqual(2 * REGION_BYTES);
  });

  it('C74: goes on beside a synchronous stream of the same group', async () => {
    await group.create(0, STACK);
    await group.create(1, { transferMode: 'Synchronous' });
    for (const index of [0, 1]) await group.untilEquivalent(index);
    await write(40);
    for (const index of [0, 1]) {
      await group.untilEquivalent(index);
      await group.expectEqual(index);
    }
    expect(group.states(0)[0]!.loggingTo).toBe('Dcm');
    expect(group.states(1)[0]!.loggingTo).toBe('Srl');
  });

  it('C32: tells the age, the bytes and the regions of what its destination lacks, also after a restart', async () => {
    await group.create(0, STACK);
    await group.untilEquivalent(0);
    group.links[0]!.refuse();
    group.links[0]!.cut();
    const begun = Date.now();
    expect(await group.source.volumes[0]!.write(0, randomBytes(4 * KIB))).toBeNull();
    expect(await group.source.volumes[1]!.write(128 * KIB, randomBytes(64 * KIB))).toBeNull();
    expect(group.states(0)[0]!.lag).toMatchObject({ writes: 2, bytes: 2 * REGION_BYTES });
    await group.until('behind for a second', () => group.states(0)[0]!.lag.seconds >= 1);
    await group.source.kill();
    await group.source.start();
    const { seconds } = group.states(0)[0]!.lag;
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual((Date.now() - begun) / 1000 + 1);
    group.links[0]!.accept();
    await group.untilEquivalent(0);
    expect(group.states(0)[0]!.lag.seconds).toBe(0);
  });
});
