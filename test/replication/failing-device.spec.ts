import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB } from '../../src/model/sizes.js';
import { CHECKPOINT_MS, RECOVERY_RETRY_MS } from '../../src/storage-node/config/limits.js';
import { ReplicaPair } from '../support/replica-pair.js';

describe('a volume that cannot take what its log holds', () => {
  let pair: ReplicaPair;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
    await pair.create();
    await pair.untilEquivalent();
  });

  afterEach(() => pair.stop());

  it('C72: loses no acknowledged write of a source whose disk was full, says so, and serves no stale data meanwhile', async () => {
    const { a } = pair;
    const data = randomBytes(4096);
    a.device.fail('write', 'ENOSPC');
    // The log and the destination have it, so it is acknowledged.
    expect(await a.write(0, data)).toBeNull();
    expect(await a.read(0, 4096)).toMatch(/^DEVICE_/);
    expect(a.hosted.failure).toBe('DEVICE_FULL');
    for (let i = 0; i < 5; i++) expect(await a.write(64 * KIB, randomBytes(512))).not.toBeNull();

    a.device.repair();
    while ((await a.write(128 * KIB, randomBytes(512))) !== null)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(a.hosted.failure).toBeNull();
    expect(await a.read(0, 4096)).toEqual(data);
    await pair.expectEqual();
  });

  it('keeps the session, and what is only in the log, when it is deleted while the disk is full', async () => {
    const { a } = pair;
    const data = randomBytes(4096);
    a.device.fail('write', 'ENOSPC');
    expect(await a.write(0, data)).toBeNull();
    await expect(a.replicas.delete(pair.spec.uid)).rejects.toMatchObject({ code: 'DEVICE_FULL' });
    expect(a.replicas.states()).toHaveLength(1);

    a.device.repair();
    await a.replicas.delete(pair.spec.uid);
    expect(a.replicas.states()).toHaveLength(0);
    expect(await a.read(0, 4096)).toEqual(data);
  });

  it('puts the session into Error when the destination cannot take it, and goes on after a resume', async () => {
    const { a, b } = pair;
    b.device.fail('write', 'ENOSPC');
    expect(await a.write(0, randomBytes(4096))).toBeNull();
    const state = await pair.until('Error', ({ status }) => status === 'Error');
    expect(state.error?.code).toBe('DEVICE_FULL');
    expect(await a.write(64 * KIB, randomBytes(4096))).toBeNull();

    b.device.repair();
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('still sends what the destination lacks, and no more, after a deletion that failed', async () => {
    const { a, b } = pair;
    await a.write(0, randomBytes(4 * MIB));
    await a.flush();
    const before = a.replicas.states()[0]!.resyncBytes;
    await b.stop();
    // More than one segment of the log, all of it synced by a checkpoint and kept for the destination alone.
    for (let i = 0; i < 24; i++) await a.write(0, randomBytes(1 * MIB));
    await new Promise((resolve) => setTimeout(resolve, CHECKPOINT_MS + 1000));
    a.device.fail('write', 'ENOSPC');
    expect(await a.write(0, randomBytes(4096))).toBeNull();
    await expect(a.replicas.delete(pair.spec.uid)).rejects.toMatchObject({ code: 'DEVICE_FULL' });
    a.device.repair();
    while ((await a.write(0, randomBytes(512))) !== null) await new Promise((resolve) => setTimeout(resolve, 10));
    await b.start();
    const state = await pair.untilEquivalent();
    expect(state.resyncBytes - before).toBeLessThanOrEqual(1 * MIB);
    await pair.expectEqual();
  });

  it('C72: goes on by itself, with nothing lost, once the disk of the destination has space again', async () => {
    const { a, b } = pair;
    b.device.fail('write', 'ENOSPC');
    for (let i = 0; i < 4; i++) expect(await a.write(i * MIB, randomBytes(4096))).toBeNull();
    await pair.until('Error', ({ status, error }) => status === 'Error' && error?.code === 'DEVICE_FULL');
    await new Promise((resolve) => setTimeout(resolve, RECOVERY_RETRY_MS));
    b.device.repair();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C72: goes on by itself once the disk of the source has space again', async () => {
    const { a } = pair;
    const data = randomBytes(4096);
    a.device.fail('write', 'ENOSPC');
    expect(await a.write(0, data)).toBeNull();
    a.device.repair();
    // No host writes: the volume catches up with its log all the same.
    while (!Buffer.isBuffer(await a.read(0, 4096))) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await a.read(0, 4096)).toEqual(data);
    await pair.expectEqual();
  });

  for (const end of ['a', 'b'] as const) {
    it(`rewrites volume ${end} from its log after a sync that failed, and does not merely sync again`, async () => {
      const { a } = pair;
      const node = pair[end];
      const data = randomBytes(4096);
      const before = { ...node.device.calls };
      node.device.fail('sync', 'EIO', 1);
      expect(await a.write(0, data)).toBeNull();
      const { calls } = node.device;
      while (calls.sync < before.sync + 2) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(calls.write).toBeGreaterThanOrEqual(before.write + 2);
      await pair.untilEquivalent();
      while (!Buffer.isBuffer(await a.read(0, 4096))) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await a.read(0, 4096)).toEqual(data);
      await pair.expectEqual();
    });
  }

  it('sends again what a destination could not sync during a resync', async () => {
    const { a, b } = pair;
    await pair.suspend();
    await a.write(0, randomBytes(2 * MIB));
    b.device.fail('sync', 'EIO', 1, 1);
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('does not replay an older log over what a resync has copied when the disk was full meanwhile', async () => {
    const { a, b } = pair;
    // In the destination's log, above its floor.
    for (let i = 0; i < 16; i++) await a.write(i * 256 * KIB, randomBytes(4096));
    await a.flush();
    a.disk.fail(['write'], /\.segment$/, 'EIO', 1);
    for (let i = 0; i < 16; i++) await a.write(i * 256 * KIB, randomBytes(4096));
    const syncs = b.device.calls.sync;
    b.device.fail('write', 'ENOSPC', 1, 8);
    await pair.until('Inconsistent', ({ dataState }) => dataState === 'Inconsistent', b);
    // The floor rule: what the log held is safe in the volume before it counts for nothing.
    expect(b.device.calls.sync).toBeGreaterThan(syncs);
    await pair.untilEquivalent();
    await pair.expectEqual();
  });
});
