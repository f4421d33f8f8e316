import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB } from '../../src/model/sizes.js';
import { CHECKPOINT_MS } from '../../src/storage-node/config/limits.js';
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
});
