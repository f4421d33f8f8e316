import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { FRAME_HEADER_BYTES } from '../../src/format/peer/frame.js';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import type { SessionSettings } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { ReplicaPair } from '../support/replica-pair.js';

const SIZE_BYTES = 8 * MIB;

let pair: ReplicaPair;

async function start(settings: Partial<SessionSettings>): Promise<void> {
  pair = await ReplicaPair.start({ sizeBytes: SIZE_BYTES, settings });
}

afterEach(() => pair.stop());

/** A copy of what is there, and then host writes. */
async function replicate(image: Buffer): Promise<SessionState> {
  const half = image.length / 2;
  await pair.a.write(0, image.subarray(0, half));
  await pair.create();
  await pair.untilEquivalent();
  for (let at = half; at < image.length; at += 256 * KIB) {
    await pair.a.write(at, image.subarray(at, Math.min(image.length, at + 256 * KIB)));
  }
  await pair.expectEqual();
  return pair.untilEquivalent();
}

describe.each(['Lz4', 'Zstd'] as const)('a link with compression %s', (compression) => {
  it('C20: carries what can be compressed in fewer bytes, and the copy is the same', async () => {
    await start({ compression });
    const text = Buffer.from('a row of a table, with a number in it: ');
    const image = Buffer.alloc(4 * MIB);
    for (let at = 0; at < image.length; at += 64) {
      text.copy(image, at);
      image.writeUInt32BE(at, at + 48);
    }
    const { statistics } = await replicate(image);
    expect(statistics.payloadBytes).toBeGreaterThanOrEqual(image.length);
    expect(statistics.wireBytes).toBeLessThan(statistics.payloadBytes / 3);
    expect(pair.linkToB.bytes.up).toBeLessThan(image.length / 3);
  });

  it('C05, C06: applies each record once and in order though frames are damaged, lost, doubled and swapped', async () => {
    await start({ compression });
    await pair.create();
    await pair.untilEquivalent();
    for (const fault of ['flip', 'drop', 'duplicate', 'reorder'] as const) {
      pair.linkToB.breakNext('up', PeerMessageType.Records, fault);
      const writes = [];
      for (let at = 0; at < 4; at++) {
        writes.push(pair.a.write(at * 8192, Buffer.alloc(8192, `${fault} ${at} `)));
        // Each in a frame of its own.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(new Set(await Promise.all(writes))).toEqual(new Set([null]));
    }
    await pair.untilEquivalent();
    await pair.expectEqual();
    expect(pair.linkToB.faults).toHaveLength(4);
    expect(pair.b.replicas.states()[0]!.statistics.checksumErrors).toBe(1);
  });

  it('C20: carries what cannot be compressed as it is', async () => {
    await start({ compression });
    const { statistics } = await replicate(randomBytes(2 * MIB));
    const { payloadBytes, wireBytes, blocksSent, messagesSent } = statistics;
    // A record of the log itself may be compressible.
    expect(wireBytes).toBeLessThanOrEqual(payloadBytes);
    expect(wireBytes).toBeGreaterThan(2 * MIB);
    expect(pair.linkToB.bytes.up).toBeLessThan(wireBytes + messagesSent * (FRAME_HEADER_BYTES + 2 * KIB));
    expect(blocksSent).toBeGreaterThanOrEqual(8);
  });
});

describe('a link without compression', () => {
  it('C53: counts payload, blocks and what is sent again', async () => {
    await start({});
    const { statistics } = await replicate(randomBytes(2 * MIB));
    expect(statistics.wireBytes).toBe(statistics.payloadBytes);
    expect(statistics.retries).toBe(0);
    pair.linkToB.pause();
    const writes = [1, 2, 3].map((at) => pair.a.write(at * 4096, randomBytes(4096)));
    await pair.until('sent', ({ statistics: { blocksSent } }) => blocksSent >= statistics.blocksSent + 3);
    pair.linkToB.cut();
    pair.linkToB.resume();
    await Promise.all(writes);
    const after = await pair.until('sent again', ({ statistics: { retries } }) => retries >= 3);
    expect(after.statistics.payloadBytes).toBeGreaterThan(statistics.payloadBytes);
    await pair.expectEqual();
  });
});

describe('a link with a bandwidth limit', () => {
  it('C19: a copy takes its time, and ends the same', async () => {
    await start({ bandwidthLimitMbps: 16 });
    const image = randomBytes(3 * MIB);
    const startedMs = performance.now();
    const { statistics } = await replicate(image);
    const seconds = (performance.now() - startedMs) / 1000;
    expect(statistics.wireBytes * 8).toBeLessThanOrEqual(1.1 * 16e6 * Math.max(seconds, 5));
    expect(statistics.wireBytes * 8).toBeLessThanOrEqual(16e6 * (seconds + 0.25));
  });

  it('C19, C20: takes another limit and another compression while it is connected', async () => {
    await start({ bandwidthLimitMbps: 1 });
    await pair.create();
    await pair.untilEquivalent();
    const writes = pair.a.write(0, Buffer.alloc(MIB, 'text'));
    const { statistics } = await pair.until('on its way', ({ statistics: { wireBytes } }) => wireBytes > 0);
    expect(statistics.payloadBytes).toBeGreaterThan(MIB);
    expect(statistics.wireBytes).toBeLessThan(MIB);
    await pair.put({ settings: { ...pair.spec.settings, bandwidthLimitMbps: 0, compression: 'Lz4' } });
    expect(await writes).toBeNull();
    const before = (await pair.untilEquivalent()).statistics;
    await pair.a.write(0, Buffer.alloc(MIB, 'another text'));
    const after = (await pair.untilEquivalent()).statistics;
    expect(after.reconnects).toBe(0);
    expect(after.payloadBytes - before.payloadBytes).toBeGreaterThan(MIB);
    expect(after.wireBytes - before.wireBytes).toBeLessThan(MIB / 10);
    await pair.expectEqual();
  });
});
