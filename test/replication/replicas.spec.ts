import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { KIB, MIB } from '../../src/model/sizes.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';
import { GroupRecordFile } from '../../src/storage-node/group/group-record.js';
import { ReplicaPair } from '../support/replica-pair.js';

describe('replication of one volume between two nodes', () => {
  let pair: ReplicaPair;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 8 * MIB });
  });

  afterEach(() => pair.stop());

  it('copies what is there and then every write', async () => {
    const { a, b } = pair;
    await a.write(100_000, randomBytes(300_000));
    await pair.create();
    await a.write(5 * MIB, randomBytes(64 * KIB));
    await pair.untilEquivalent();
    await a.write(6 * MIB + 5, randomBytes(4097));
    await a.trim(100_000, 70_000);
    await pair.expectEqual();
    await pair.until('Up_To_Date', (state) => state.dataState === 'Up_To_Date', b);
  });

  it('calls itself Equivalent only once the destination could go on alone', async () => {
    await pair.a.write(0, randomBytes(2 * MIB));
    await pair.create();
    await pair.untilEquivalent();
    expect(pair.b.replicas.states()[0]!.dataState).not.toBe('Inconsistent');
  });

  it('calls itself Equivalent, after a loss of power, no sooner than both ends are compared', async () => {
    const { a } = pair;
    await pair.create();
    await pair.untilEquivalent();
    await a.write(0, randomBytes(4096));
    const before = a.replicas;
    const restarted = a.losePower(a.copyDisk());
    let isEquivalent = false;
    while (!isEquivalent) {
      await new Promise((resolve) => setImmediate(resolve));
      const { status, phase, effectiveMode } = a.replicas.states()[0] ?? {};
      isEquivalent = a.replicas !== before && status === 'Active' && phase === 'Equivalent';
      if (isEquivalent) expect(effectiveMode).toBe('Synchronous');
    }
    await restarted;
  });

  it('copies the differences of both sides on resume', async () => {
    const { a, b } = pair;
    await pair.create();
    await pair.untilEquivalent();
    expect(await b.write(0, randomBytes(512))).toBe('ACCESS_DESTINATION');
    await pair.suspend();
    expect(await b.write(64 * KIB, randomBytes(512))).toBeNull();
    expect(await a.write(256 * KIB, randomBytes(512))).toBeNull();
    const before = a.replicas.states()[0]!.resyncBytes;
    await pair.resume();
    const state = await pair.untilEquivalent();
    // What is zeros at the source is sent as such, without payload.
    expect(state.resyncBytes - before).toBe(64 * KIB);
    await pair.expectEqual();
  });

  it('C55: tells that a suspend is complete, though the source died before it noted that', async () => {
    const { a } = pair;
    await pair.create();
    await pair.untilEquivalent();
    await pair.suspend();
    await a.stop();
    const file = path.join(a.folder, 'srl', pair.spec.groupUid, 'group.json');
    const found = (await GroupRecordFile.read(systemDisk, file))!;
    found.record.streams[0]!.appliedGeneration--;
    await found.save();
    await a.start();
    await pair.until('told', (state) => state.appliedGeneration === pair.spec.generation);
    expect(await a.write(0, randomBytes(512))).toBeNull();
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('goes on alone when the destination is lost, and catches up by the log', async () => {
    const { a, b } = pair;
    await pair.create();
    await pair.untilEquivalent();
    await a.write(0, randomBytes(4096));
    await b.stop();
    expect(await a.write(4096, randomBytes(4096))).toBeNull();
    await pair.until('Halt', (state) => state.status === 'Halt');
    const before = a.replicas.states()[0]!.resyncBytes;
    await a.write(2 * MIB, randomBytes(4096));
    await b.start();
    const state = await pair.untilEquivalent();
    expect(state.resyncBytes).toBe(before);
    await pair.expectEqual();
  });

  it('opens the destination alone, fences the old source, and restores it in reverse', async () => {
    const { a, b } = pair;
    await pair.create();
    await pair.untilEquivalent();
    await a.write(0, randomBytes(4096));
    await a.stop();
    await pair.suspendAlone();
    expect(await b.write(3 * MIB, randomBytes(4096))).toBeNull();
    await a.start();
    await pair.until('told', (state) => state.appliedGeneration === pair.spec.generation);
    expect(await a.write(0, randomBytes(512))).toBe('ACCESS_FENCED');
    await pair.reverse();
    await b.write(4 * MIB, randomBytes(512));
    await pair.resume();
    const state = await pair.untilEquivalent();
    expect(state.resyncBytes).toBeLessThanOrEqual(3 * 64 * KIB);
    expect(await a.write(0, randomBytes(512))).toBe('ACCESS_DESTINATION');
    await b.write(1 * MIB, randomBytes(100_000));
    await pair.expectEqual();
  });

  it('keeps the data of both sides when the session is deleted under writes, and lets no write fail', async () => {
    const { a, b } = pair;
    await pair.create();
    await pair.untilEquivalent();
    const data = randomBytes(1 * MIB);
    const writes = Array.from({ length: 64 }, (_, i) =>
      a.write(i * 16 * KIB, data.subarray(i * 16 * KIB, (i + 1) * 16 * KIB)),
    );
    await a.replicas.delete(pair.spec.uid);
    await b.replicas.delete(pair.spec.uid);
    expect(new Set(await Promise.all(writes))).toEqual(new Set([null]));
    expect((await a.image()).subarray(0, MIB).equals(data)).toBe(true);
    expect(await b.write(0, randomBytes(512))).toBeNull();
  });

  it('opens a starting source to hosts when it is suspended before its destination answered', async () => {
    const { a, b } = pair;
    await pair.create();
    await pair.untilEquivalent();
    await b.stop();
    await a.stop();
    await a.start();
    expect(await a.write(0, randomBytes(512))).toBe('ACCESS_WAITING');
    pair.next({ run: 'Suspend', isForced: true, settings: { ...pair.spec.settings, startupWaitSeconds: 600 } });
    await a.replicas.suspend([pair.spec]);
    await b.start();
    await pair.until('told', (state) => state.appliedGeneration === pair.spec.generation, b);
    expect(await a.write(0, randomBytes(512))).toBeNull();
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });
});

describe('a range of zeros larger than the log', () => {
  it('is one record without payload, and never waits for room', async () => {
    const pair = await ReplicaPair.start({ sizeBytes: 512 * MIB });
    try {
      await pair.create();
      await pair.untilEquivalent();
      expect(await pair.a.trim(0, 512 * MIB)).toBeNull();
    } finally {
      await pair.stop();
    }
  }, 20_000);
});
