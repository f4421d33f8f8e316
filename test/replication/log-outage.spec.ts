import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { ReplicaPair } from '../support/replica-pair.js';

const SIZE_BYTES = 16 * MIB;
const SEGMENTS = /\.segment$/;
const MAPS = /\.map$/;
const RECORDS = /group\.json/;

const isPassing = ({ status, loggingTo, error }: SessionState): boolean =>
  status === 'Active' && loggingTo === 'Dcm' && error?.code === 'LOG_FAILED';

describe('a source whose log fails', () => {
  let pair: ReplicaPair;

  const start = async (settings: Parameters<typeof ReplicaPair.start>[0]['settings'] = {}) => {
    pair = await ReplicaPair.start({ sizeBytes: SIZE_BYTES, settings });
    await pair.create();
    await pair.untilEquivalent();
    await pair.a.write(0, randomBytes(1 * MIB));
    await pair.a.flush();
  };
  /** Every write that was acknowledged, and its place. */
  const writeMany = async (count: number): Promise<Map<number, Buffer>> => {
    const written = new Map<number, Buffer>();
    const writes = Array.from({ length: count }, async (_, i) => {
      const data = randomBytes(4 * KIB);
      const offset = 2 * MIB + i * 64 * KIB;
      expect(await pair.a.write(offset, data, { isFua: i % 3 === 0 })).toBeNull();
      written.set(offset, data);
    });
    await Promise.all(writes);
    return written;
  };
  const expectHeld = async (written: Map<number, Buffer>): Promise<void> => {
    for (const [offset, data] of written) expect(await pair.a.read(offset, data.length)).toEqual(data);
  };

  afterEach(async () => {
    pair.a.disk.repair();
    pair.b.disk.repair();
    await pair.stop();
  });

  for (const [operation, code] of [
    ['write', 'ENOSPC'],
    ['sync', 'EIO'],
  ] as const) {
    it(`C18: goes on past it after ${code} of a ${operation}, and copies only what changed once it is made anew`, async () => {
      await start();
      const before = pair.source.replicas.states()[0]!.resyncBytes;
      pair.a.disk.fail([operation], SEGMENTS, code);
      const written = await writeMany(24);
      expect(await pair.a.flush()).toBeNull();
      const state = await pair.until('passing', isPassing);
      expect(state).toMatchObject({ phase: 'Copying', effectiveMode: 'Through', dataState: 'Consistent' });
      await expectHeld(written);

      pair.a.disk.repair();
      const after = await pair.untilEquivalent();
      expect(after.error).toBeNull();
      expect(after.resyncBytes - before).toBeLessThanOrEqual(25 * 64 * KIB);
      await expectHeld(written);
      await writeMany(4);
      await pair.expectEqual();
    });
  }

  for (const [name, unstorable] of [
    ['map', MAPS],
    ['record', RECORDS],
  ] as const) {
    it(`C18: refuses changes while the ${name} cannot be stored either, serves reads, and loses nothing`, async () => {
      await start();
      const { a } = pair;
      a.disk.fail(['write', 'sync', 'open'], unstorable, 'EIO');
      a.disk.fail(['write'], SEGMENTS, 'EIO');
      const kept = await a.read(0, 4 * KIB);
      expect(await a.write(0, randomBytes(4 * KIB))).toBe('LOG_FAILED');
      expect(await a.write(8 * MIB, randomBytes(4 * KIB))).toBe('LOG_FAILED');
      expect(await a.flush()).toBe('LOG_FAILED');
      expect(await a.read(0, 4 * KIB)).toEqual(kept);
      a.disk.repair();
      await pair.untilEquivalent();
      expect(await a.write(0, randomBytes(4 * KIB))).toBeNull();
      await pair.expectEqual();
    });
  }

  it('C18: answers what was in flight, with success or an error, when only the sync of the log fails', async () => {
    await start();
    pair.a.disk.fail(['sync'], SEGMENTS, 'EIO', 1);
    const flushes = [pair.a.write(0, randomBytes(4 * KIB), { isFua: true }), pair.a.flush(), pair.a.flush()];
    expect(await Promise.all(flushes)).toEqual([null, null, null]);
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C18: goes on without it after a restart, and replays nothing of it', async () => {
    await start();
    pair.a.disk.fail(['write', 'sync'], SEGMENTS, 'EIO');
    const written = await writeMany(8);
    await pair.until('passing', isPassing);
    await pair.a.stop();
    await pair.a.start();
    while ((await pair.a.flush()) !== null) await new Promise((resolve) => setTimeout(resolve, 10));
    await pair.until('passing', isPassing);
    await expectHeld(written);
    for (const [offset, data] of await writeMany(16)) written.set(offset, data);

    pair.a.disk.repair();
    await pair.untilEquivalent();
    await expectHeld(written);
    await pair.expectEqual();
  });

  it('C18: goes on without it while the destination is away, and copies when both are back', async () => {
    await start();
    await pair.b.stop();
    await pair.until('Halt', ({ status }) => status === 'Halt');
    pair.a.disk.fail(['write'], SEGMENTS, 'EIO');
    const written = await writeMany(8);
    pair.a.disk.repair();
    await pair.until('logging', ({ error }) => error === null);
    for (const [offset, data] of await writeMany(12)) written.set(offset, data);
    await pair.b.start();
    await pair.untilEquivalent();
    await expectHeld(written);
    await pair.expectEqual();
  });

  it('C18: refuses changes under split mode Manual, as without a destination', async () => {
    await start({ splitMode: 'Manual' });
    pair.a.disk.fail(['write'], SEGMENTS, 'EIO');
    expect(await pair.a.write(0, randomBytes(4 * KIB))).toBe('ACCESS_NO_DESTINATION');
    expect(await pair.a.write(0, randomBytes(4 * KIB))).toBe('ACCESS_NO_DESTINATION');
    pair.a.disk.repair();
    await pair.untilEquivalent();
    expect(await pair.a.write(0, randomBytes(4 * KIB))).toBeNull();
    await pair.expectEqual();
  });

  it('C18: can be suspended, resumed, reversed and deleted without its log', async () => {
    await start();
    pair.a.disk.fail(['write'], SEGMENTS, 'EIO');
    await writeMany(4);
    await pair.until('passing', isPassing);
    await pair.suspend();
    await writeMany(6);
    await pair.resume();
    await writeMany(8);
    await pair.suspend();
    await pair.reverse();
    await pair.reverse();
    pair.a.disk.repair();
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();

    pair.a.disk.fail(['write'], SEGMENTS, 'EIO');
    const written = await writeMany(4);
    await pair.until('passing', isPassing);
    await pair.a.replicas.delete(pair.spec.uid);
    await expectHeld(written);
  });

  it('C18: what it wrote without a log is a split brain with a destination that was opened alone', async () => {
    await start();
    pair.a.disk.fail(['write'], SEGMENTS, 'EIO');
    pair.linkToB.refuse();
    pair.linkToB.cut();
    await writeMany(4);
    await pair.until('without a log', ({ error }) => error?.code === 'LOG_FAILED');
    await pair.suspendAlone();
    await pair.b.write(0, randomBytes(4 * KIB));
    pair.linkToB.accept();
    const state = await pair.until('split', ({ error }) => error?.code === 'SESSION_SPLIT_BRAIN');
    expect(state.epoch.number).toBeGreaterThan(0);
  });

  it('C18: goes on with the segments it has while the disk has no room for more', async () => {
    await start();
    for (let i = 0; i < 40; i++) await pair.a.write((i % 16) * MIB, randomBytes(MIB));
    pair.a.disk.fill(SEGMENTS);
    for (let i = 0; i < 60; i++) expect(await pair.a.write((i % 16) * MIB, randomBytes(MIB))).toBeNull();
    expect(pair.a.log.filter((line) => line.includes('the log failed'))).toEqual([]);
    pair.a.disk.repair();
    await pair.expectEqual();
  });

  it('C18: lets go of what it keeps for a lost destination when the disk has no room for more', async () => {
    await start();
    for (let i = 0; i < 40; i++) await pair.a.write((i % 16) * MIB, randomBytes(MIB));
    pair.a.disk.fill(SEGMENTS);
    await pair.b.stop();
    for (let i = 0; i < 60; i++) expect(await pair.a.write((i % 16) * MIB, randomBytes(MIB))).toBeNull();
    expect(pair.a.log.filter((line) => line.includes('the log failed'))).toEqual([]);
    expect(pair.a.replicas.states()[0]!.loggingTo).toBe('Dcm');
    await pair.b.start();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });

  it('C18: goes on past a log that has no room at all', async () => {
    await start();
    pair.a.disk.fill(SEGMENTS);
    for (let i = 0; i < 48; i++) expect(await pair.a.write((i % 16) * MIB, randomBytes(MIB))).toBeNull();
    await pair.until('passing', isPassing);
    pair.a.disk.repair();
    await pair.untilEquivalent();
    await pair.expectEqual();
  });
});
