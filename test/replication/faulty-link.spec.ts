import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { PeerMessageType as Type } from '../../src/format/peer/messages.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaPair } from '../support/replica-pair.js';
import { SeededRandom } from '../support/seeded-random.js';

const SEED = Number(process.env.EVENKEEL_SEED ?? Date.now() % 1_000_000);

const DEPTH = 8;

describe(`replication over a link that misbehaves (EVENKEEL_SEED=${SEED})`, () => {
  let pair: ReplicaPair;

  afterEach(() => pair.stop());

  async function writeMany(count: number): Promise<void> {
    for (let done = 0; done < count; done += DEPTH) {
      const writes = Array.from({ length: DEPTH }, (_, i) => {
        const length = 512 * (1 + ((done + i) % 40));
        return pair.a.write(((done + i) * 37 * 4096) % (4 * MIB - length), randomBytes(length));
      });
      expect(new Set(await Promise.all(writes))).toEqual(new Set([null]));
    }
  }

  it('C05: applies records once and in order though they are dropped, doubled, reordered and damaged', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
    await pair.create();
    await pair.untilEquivalent();
    pair.linkToB.misbehave(SEED, 12, [Type.Records, Type.Ack]);
    await writeMany(120);
    pair.linkToB.misbehave(SEED, 0, []);
    await pair.untilEquivalent();
    await pair.expectEqual();
    expect(pair.linkToB.faults.length).toBeGreaterThan(2);
    // A lost frame costs up to a heartbeat timeout, a cut link up to two seconds of patience.
  }, 180_000);

  it('C05: asks again for a record that is missing, and never skips it', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
    await pair.create();
    await pair.untilEquivalent();
    pair.linkToB.breakNext('up', Type.Records, 'drop');
    const lost = pair.a.write(0, randomBytes(4096));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await pair.a.write(8192, randomBytes(4096));
    expect(await lost).toBeNull();
    expect(pair.b.replicas.states()[0]!.statistics.gaps).toBeGreaterThan(0);
    await pair.expectEqual();
  });

  it('C05: asks again for a data ack that got lost when nothing else was under way', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, settings: { maxWriteDelayMs: 0 } });
    await pair.create();
    await pair.untilEquivalent();
    for (let round = 0; round < 20 && pair.linkToB.faults.length === 0; round++) {
      expect(await pair.a.write(0, randomBytes(4096))).toBeNull();
      // That was the network ack; the destination syncs soon by itself.
      pair.linkToB.breakNext('down', Type.Ack, 'drop');
      await new Promise((resolve) => setTimeout(resolve, 200));
      await pair.a.flush();
    }
    expect(pair.linkToB.faults.length).toBeGreaterThan(0);
  });

  it('C06: counts a flipped bit wherever it is in a message, applies nothing of it, and gets it again', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
    await pair.create();
    await pair.untilEquivalent();
    const count = (): number =>
      [pair.a, pair.b].reduce((sum, node) => sum + node.replicas.states()[0]!.statistics.checksumErrors, 0);
    const random = new SeededRandom(SEED);
    // Of a frame of Records: magic, version, type, length and both checksums; a record's header and its payload. Of an answer: likewise.
    const places = [0, 4, 14, 20 + 30, 20 + 70, 20 + 72 + random.below(4096)];
    for (const [n, place] of places.entries()) {
      const before = count();
      // Heartbeats go the same way: what is hit is one of those messages.
      pair.linkToB.flipBit(n % 3 === 2 ? 'down' : 'up', n % 3 === 2 ? place % 60 : place, random.below(8));
      expect(await pair.a.write(n * 16 * KIB, randomBytes(8192))).toBeNull();
      await pair.until('counted', () => count() > before);
      await pair.untilEquivalent();
      await pair.expectEqual();
    }
  }, 60_000);

  it('C05: copies a region again that got lost on the way', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
    await pair.a.write(0, randomBytes(4 * MIB));
    pair.linkToB.breakNext('up', Type.Region, 'drop');
    await pair.create();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C21: a silent link is let go after the timeout, and a pause below it changes nothing', async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, settings: { heartbeatTimeoutSeconds: 2 } });
    await pair.create();
    await pair.untilEquivalent();
    pair.linkToB.pause();
    const waiting = pair.a.write(0, randomBytes(4096));
    await new Promise((resolve) => setTimeout(resolve, 500));
    pair.linkToB.resume();
    expect(await waiting).toBeNull();
    expect(pair.a.replicas.states()[0]).toMatchObject({ status: 'Active', phase: 'Equivalent' });

    pair.linkToB.pause();
    expect(await pair.a.write(4096, randomBytes(4096))).toBeNull();
    expect(pair.a.replicas.states()[0]).toMatchObject({ status: 'Halt', isLinkUp: false });
    await pair.until('Consistent', (state) => state.dataState === 'Consistent', pair.b);
    pair.linkToB.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  for (const splitMode of ['Automatic', 'Manual'] as const) {
    it(`C62: a destination too slow under Synchronous ends in Error; split mode ${splitMode}`, async () => {
      const settings = { maxWriteDelayMs: 1500, splitMode };
      pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, settings });
      await pair.create();
      await pair.untilEquivalent();
      // Heartbeats pass, acknowledgements do not.
      for (let i = 0; i < 1000; i++) pair.linkToB.breakNext('down', Type.Ack, 'drop');
      const isAlone = splitMode === 'Automatic';
      expect(await pair.a.write(0, randomBytes(4096))).toBe(isAlone ? null : 'ACCESS_NO_DESTINATION');
      const state = await pair.until('Error', ({ status }) => status === 'Error');
      expect(state.error?.code).toBe('SESSION_WRITE_DELAYED');
      expect(await pair.a.write(64 * KIB, randomBytes(4096))).toBe(isAlone ? null : 'ACCESS_NO_DESTINATION');

      pair.linkToB.mend();
      await pair.resume();
      await pair.untilEquivalent();
      await pair.expectEqual();
    });
  }
});
