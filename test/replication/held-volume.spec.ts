import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { ReplicaNode } from '../support/replica-node.js';
import { ReplicaPair } from '../support/replica-pair.js';

describe('C75: a volume whose node lost power while its host lived', () => {
  let pair: ReplicaPair;
  let a: ReplicaNode;
  let b: ReplicaNode;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, settings: { startupWaitSeconds: 1 } });
    ({ a, b } = pair);
  });

  afterEach(() => pair.stop());

  const write = (node: ReplicaNode, offset = 0) => node.write(offset, randomBytes(4 * KIB));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  async function expectHeld(node: ReplicaNode): Promise<void> {
    expect(node.hosted.accessRefusal).toBe('ACCESS_HELD');
    expect(await write(node)).toBe('ACCESS_HELD');
    expect(await node.flush()).toBe('ACCESS_HELD');
    expect(await node.read(0, 512)).toBe('ACCESS_HELD');
  }

  async function until(what: string, isSo: () => boolean): Promise<void> {
    for (const deadline = Date.now() + 20_000; !isSo(); await pause(10)) {
      if (Date.now() > deadline) throw new Error(`not ${what}\n${[...a.log, ...b.log].slice(-40).join('\n')}`);
    }
  }

  /** Nothing comes for so long that the use ends. */
  async function rest(node: ReplicaNode): Promise<void> {
    await until('at rest', () => {
      node.hosted.lookAtUse();
      return !node.hasUseMark;
    });
  }

  const untilOpen = (node: ReplicaNode) => until('open', () => node.hosted.accessRefusal === null);

  describe('without a copy session', () => {
    it('is held through further starts, until it is released', async () => {
      expect(await write(a)).toBeNull();
      await a.losePower(a.copyDisk());
      await expectHeld(a);
      await a.stop();
      await a.start();
      await expectHeld(a);
      await a.hosted.release();
      expect(await write(a)).toBeNull();
      // Marked anew by that write.
      await a.losePower(a.copyDisk());
      await expectHeld(a);
    });

    it('is marked before its first change is acknowledged, and not by reads and flushes', async () => {
      expect(await a.read(0, 512)).toEqual(Buffer.alloc(512));
      expect(await a.flush()).toBeNull();
      await a.losePower(a.copyDisk());
      expect(a.hosted.accessRefusal).toBeNull();
      const [one, other] = await Promise.all([write(a), a.trim(MIB, MIB)]);
      expect([one, other]).toEqual([null, null]);
      await a.losePower(a.copyDisk());
      await expectHeld(a);
    });

    it('is not held when the process alone was killed', async () => {
      expect(await write(a)).toBeNull();
      await a.stop();
      await a.start();
      expect(await write(a)).toBeNull();
    });

    it('is not held after it came to rest and was synced', async () => {
      expect(await write(a)).toBeNull();
      await rest(a);
      await a.losePower(a.copyDisk());
      expect(await write(a)).toBeNull();
    });

    it('stays in use while it is written, and when it cannot be synced', async () => {
      for (let i = 0; i < 4; i++) {
        expect(await write(a)).toBeNull();
        a.hosted.lookAtUse();
      }
      a.device.fail('sync', 'EIO');
      for (let i = 0; i < 10; i++) {
        a.hosted.lookAtUse();
        await pause(20);
      }
      const kept = a.copyDisk();
      a.device.repair();
      await a.losePower(kept);
      await expectHeld(a);
    });

    it('is never held with write cache Writethrough', async () => {
      expect(await write(a)).toBeNull();
      a.hosted.spec = { ...a.hosted.spec, writeCache: 'Writethrough' };
      await a.hosted.restUse();
      expect(await write(a)).toBeNull();
      await a.losePower(a.copyDisk());
      expect(a.hosted.accessRefusal).toBeNull();
    });

    it('refuses the change whose mark cannot be made', async () => {
      // What stands in the way of the file.
      a.blockUse();
      expect(await write(a)).toMatch(/^DEVICE_/);
      expect(await a.read(0, 512)).toEqual(Buffer.alloc(512));
    });
  });

  describe('as a source', () => {
    beforeEach(async () => {
      await pair.create();
      await pair.untilEquivalent();
    });

    it('is opened by its destination, which has every acknowledged write', async () => {
      expect(await write(a)).toBeNull();
      const kept = a.copyDisk();
      const data = randomBytes(64 * KIB);
      expect(await a.write(MIB, data)).toBeNull();
      await a.losePower(kept);
      expect(a.hosted.accessRefusal).toBe('ACCESS_HELD');
      await untilOpen(a);
      expect(await a.read(MIB, data.length)).toEqual(data);
      expect(a.log.some((line) => line.includes('held no longer'))).toBe(true);
      await pair.untilEquivalent();
      await pair.expectEqual();
    });

    it('waits for its destination past the startup wait', async () => {
      expect(await write(a)).toBeNull();
      const kept = a.copyDisk();
      expect(await write(a, MIB)).toBeNull();
      await b.stop();
      await a.losePower(kept);
      await pause(1500);
      await expectHeld(a);
      await b.start();
      await untilOpen(a);
      await pair.untilEquivalent();
      await pair.expectEqual();
    });

    it('stays held when its destination lost power too, and replicates all the same', async () => {
      expect(await write(a)).toBeNull();
      const [keptHere, keptThere] = [a.copyDisk(), b.copyDisk()];
      expect(await write(a, MIB)).toBeNull();
      await Promise.all([a.losePower(keptHere), b.losePower(keptThere)]);
      await pair.untilEquivalent();
      await expectHeld(a);
      // Neither does what the destination has now prove anything about the loss.
      await a.stop();
      await a.start();
      await pair.untilEquivalent();
      await expectHeld(a);
      await a.hosted.release();
      await untilOpen(a);
      expect(await write(a)).toBeNull();
      await pair.expectEqual();
    });

    it('has it durable that its destination is left behind before a write is acknowledged without it', async () => {
      const record = path.join(a.folder, 'srl', pair.spec.groupUid, 'group.json');
      const before = a.replicas.states()[0]!.headLsn;
      const recorded: string[] = [];
      const writes: Promise<void>[] = [];
      const suspending = pair.suspend();
      for (let n = 0; n < 64; n++) {
        writes.push(
          write(a, n * 4 * KIB).then((error) => {
            expect(error).toBeNull();
            recorded.push(/"dataState":"(\w+)"/.exec(readFileSync(record, 'utf8'))![1]!);
          }),
        );
        await new Promise((resolve) => setImmediate(resolve));
      }
      await suspending;
      await Promise.all(writes);
      // None of them went to the destination.
      expect(b.replicas.states()[0]!.headLsn).toBe(before);
      expect(new Set(recorded)).toEqual(new Set(['Consistent']));
    });

    it('stays held when it had gone on without its destination', async () => {
      await b.stop();
      expect(await write(a)).toBeNull();
      await pair.until('Halt', ({ status }) => status === 'Halt');
      const kept = a.copyDisk();
      expect(await write(a, MIB)).toBeNull();
      await b.start();
      await a.losePower(kept);
      await pair.untilEquivalent();
      await expectHeld(a);
    });

    it('goes on alone, once released, when its destination is lost', async () => {
      expect(await write(a)).toBeNull();
      await b.stop();
      await a.losePower(a.copyDisk());
      await pause(1200);
      await expectHeld(a);
      await a.hosted.release();
      await untilOpen(a);
      expect(await write(a)).toBeNull();
      await b.start();
    });

    it('is marked by its first write, and not after it came to rest', async () => {
      expect(await write(a)).toBeNull();
      await rest(a);
      await b.stop();
      await a.losePower(a.copyDisk());
      await untilOpen(a);
      await b.start();
    });
  });

  it('is not held as a destination, but is while hosts write it suspended', async () => {
    expect(await write(b)).toBeNull();
    await pair.create();
    await pair.untilEquivalent();
    await b.losePower(b.copyDisk());
    expect(b.hosted.accessRefusal).toBe('ACCESS_DESTINATION');
    await pair.until('Up_To_Date', ({ dataState }) => dataState === 'Up_To_Date', b);
    await pair.suspend();
    expect(b.hosted.accessRefusal).toBeNull();
    expect(await write(b)).toBeNull();
    await b.losePower(b.copyDisk());
    await expectHeld(b);
    await pair.resume();
    await pair.untilEquivalent();
    await pair.suspend();
    expect(await write(b)).toBeNull();
  });
});
