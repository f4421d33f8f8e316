import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import { RecordType } from '../../format/srl/record.js';
import type { GroupUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import type { SrlOptions } from './open-log.js';
import { LogOrderError, RECORD_COST_BYTES, Srl } from './srl.js';
import { systemDisk } from '../device/system-disk.js';

const groupUid = '00112233-4455-6677-8899-aabbccddeeff' as GroupUid;

function write(text: string, offset = 0, slot = 0): LogEntry {
  const payload = Buffer.from(text);
  // In two pieces, as a socket may deliver it.
  const pieces = [payload.subarray(0, 1), payload.subarray(1)];
  return makeLogEntry(RecordType.Write, slot, offset, payload.length, pieces, payload.length, 1_700_000_000_000, 1);
}

function large(bytes: number, fill: number): LogEntry {
  return makeLogEntry(RecordType.Write, 0, 0, bytes, [Buffer.alloc(bytes, fill)], bytes, 0, 1);
}

const text = (entry: LogEntry) => Buffer.concat(entry.payload).toString();
const texts = (entries: readonly LogEntry[] | null) => entries?.map(text) ?? null;

describe('the log of a group', () => {
  let folder: string;
  let open: Srl[];
  const openLog = async (more: Partial<SrlOptions> = {}) => {
    const log = await Srl.open({
      disk: systemDisk,
      folder: path.join(folder, 'log'),
      groupUid,
      sizeBytes: 128 * MIB,
      segmentBytes: 4 * MIB,
      floorLsn: 0,
      ...more,
    });
    open.push(log);
    return log;
  };
  const simulatedDisk = async () => {
    const disk = new SimulatedDisk({ seed: 1 });
    await disk.mount().makeFolder('/log');
    return disk;
  };
  /** The records that a reader from `fromLsn` gets, one call after the other. */
  const readAll = async (log: Srl, fromLsn: number, maxBytes = 1000) => {
    const entries: LogEntry[] = [];
    for (let lsn = fromLsn; lsn <= log.headLsn; lsn = entries.at(-1)!.lsn + 1) {
      entries.push(...(await log.readFrom(lsn, maxBytes))!);
    }
    return entries;
  };
  const durable = (log: Srl) =>
    new Promise<number>((resolve) => {
      log.onDurable(resolve);
      log.requestSync();
    });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-log-'));
    open = [];
  });
  afterEach(async () => {
    for (const log of open) await log.close();
    await rm(folder, { recursive: true });
  });

  it('C16: refuses a log smaller than 128 MiB', async () => {
    await expect(openLog({ sizeBytes: 128 * MIB - 1 })).rejects.toMatchObject({ code: 'SRL_TOO_SMALL' });
    const log = await openLog();
    expect(() => log.resize(128 * MIB - 1)).toThrow(expect.objectContaining({ code: 'SRL_TOO_SMALL' }));
  });

  it('numbers records without a gap and gives them back from memory and from the file', async () => {
    const log = await openLog();
    expect([log.headLsn, log.oldestLsn, log.durableLsn]).toEqual([0, 1, 0]);
    const entries = [write('one'), write('two', 10)];
    log.append(entries);
    log.append([write('three')]);
    expect(entries.map((entry) => [entry.lsn, entry.runningBytes])).toEqual([
      [1, 75],
      [2, 150],
    ]);
    expect([log.headLsn, log.headRunningBytes, log.usedBytes]).toEqual([3, 227, 227]);
    expect(texts(log.tailFrom(2))).toEqual(['two', 'three']);
    expect(log.tailFrom(4)).toBeNull();
    expect(texts(await log.readFrom(1))).toEqual(['one', 'two', 'three']);
    expect(texts(await readAll(log, 2, 1))).toEqual(['two', 'three']);
    expect(await log.readFrom(4)).toEqual([]);
  });

  it('tells the durable position after a sync, and serves all who wait with one', async () => {
    let syncs = 0;
    const disk = await simulatedDisk();
    disk.onCall = (operation) => void (operation === 'datasync' && syncs++);
    const log = await openLog({ disk: disk.mount(), folder: '/log' });
    const before = syncs;
    log.append([write('one')]);
    const first = durable(log);
    log.append([write('two')]);
    log.requestSync();
    log.requestSync();
    expect(await first).toBe(1);
    expect(await durable(log)).toBe(2);
    expect(log.durableLsn).toBe(2);
    expect(syncs - before).toBe(2);
  });

  it('finds its records again after a kill', async () => {
    const killed = await openLog();
    killed.append([write('one'), write('two')]);
    killed.append([write('three')]);
    const log = await openLog({ knownDurableLsn: 3 });
    expect([log.headLsn, log.headCrc, log.headRunningBytes, log.durableLsn]).toEqual([
      3,
      killed.headCrc,
      killed.headRunningBytes,
      3,
    ]);
    log.append([write('four')]);
    expect(texts(await readAll(log, 1))).toEqual(['one', 'two', 'three', 'four']);
  });

  it('goes on over the end of segments, and after a restart', async () => {
    const log = await openLog();
    const written: string[] = [];
    for (let i = 0; i < 5000; i++) written.push(`${i} `.repeat(600));
    for (let i = 0; i < 5000; i += 50) log.append(written.slice(i, i + 50).map((value) => write(value)));
    expect((await readdir(log.folder)).length).toBeGreaterThan(3);
    expect(texts(await readAll(log, 1, 100_000))).toEqual(written);
    const again = await openLog();
    expect(again.headLsn).toBe(5000);
    expect(texts(await readAll(again, 4000, MIB))).toEqual(written.slice(3999));
  });

  it('writes received records byte for byte, and nothing of a batch that does not continue the log', async () => {
    const source = await openLog({ folder: path.join(folder, 'source') });
    const destination = await openLog({ folder: path.join(folder, 'destination') });
    source.append([write('one'), write('two'), write('three')]);
    const sent = source.tailFrom(1)!;
    const wire = Buffer.concat(sent.flatMap((entry) => [entry.header, ...entry.payload]));
    const received = new RecordParser('peer').push(wire);
    destination.appendReceived(received.slice(0, 1));
    const order = (reason: string) => expect.objectContaining({ constructor: LogOrderError, reason });
    expect(() => destination.appendReceived(received.slice(0, 2))).toThrow(order('gap'));
    expect(() => destination.appendReceived(received.slice(2))).toThrow(order('gap'));
    const other = await openLog({ folder: path.join(folder, 'other') });
    other.append([write('1'), write('two')]);
    expect(() => destination.appendReceived(other.tailFrom(2)!)).toThrow(order('predecessor'));
    expect(destination.headLsn).toBe(1);
    destination.appendReceived(received.slice(1));
    expect([destination.headCrc, destination.headRunningBytes]).toEqual([source.headCrc, source.headRunningBytes]);
    expect(texts(await readAll(destination, 1))).toEqual(['one', 'two', 'three']);
  });

  it('promises only room that it has, and never grows beyond its size', async () => {
    const log = await openLog();
    let bytes = 0;
    while (log.roomBytes >= MIB + RECORD_COST_BYTES) {
      log.append([large(MIB, bytes & 0xff)]);
      bytes += MIB;
    }
    expect(bytes).toBeGreaterThan(90 * MIB);
    const sizes = await Promise.all((await readdir(log.folder)).map((name) => stat(path.join(log.folder, name))));
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(128 * MIB);
    expect(log.roomBytes).toBeLessThan(MIB + RECORD_COST_BYTES);
    const tooMuch = Array.from({ length: 4 }, () => large(MIB, 1));
    expect(() => log.append(tooMuch)).toThrow(expect.objectContaining({ code: 'DEVICE_FULL' }));
    expect(log.failedBy).toBeNull();
    await durable(log);
    log.freeThrough(log.headLsn);
    await log.close();
    const again = await openLog({ floorLsn: log.headLsn });
    expect(again.roomBytes).toBeGreaterThan(90 * MIB);
  });

  it('C04: frees whole segments of durable records, uses them again, and never takes their old records for new ones', async () => {
    const log = await openLog();
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 4; i++) log.append([large(900_000, round)]);
      await durable(log);
      log.freeThrough(log.headLsn - 2);
      await log.settle();
    }
    expect(log.oldestLsn).toBeGreaterThan(150);
    expect(log.oldestLsn).toBeLessThanOrEqual(log.headLsn - 1);
    expect((await readdir(log.folder)).length).toBeLessThan(10);
    expect(await log.readFrom(log.oldestLsn - 1)).toBeNull();
    expect(log.tailFrom(log.headLsn - 2)).toBeNull();
    expect(log.tailFrom(log.headLsn - 1)?.length).toBe(2);
    const again = await openLog({ floorLsn: log.headLsn - 2 });
    expect(again.headLsn).toBe(160);
    expect((await readAll(again, again.oldestLsn)).every((entry, i) => entry.lsn === again.oldestLsn + i)).toBe(true);
  });

  it('keeps what is not durable, whatever is freed', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([large(900_000, i)]);
    log.freeThrough(log.headLsn);
    expect(log.oldestLsn).toBe(1);
  });

  it('drops the oldest records from memory when they are too many, and still reads them', async () => {
    const log = await openLog({ tailBytesMax: 6 * 1024 });
    for (let i = 0; i < 100; i++) log.append([write(`record ${i}`)]);
    expect(log.tailFrom(1)).toBeNull();
    expect(log.tailFrom(91)?.length).toBe(10);
    expect((await readAll(log, 1)).length).toBe(100);
  });

  it('tells the position that any of its records ends', async () => {
    const log = await openLog({ tailBytesMax: 100 });
    const entries = Array.from({ length: 20 }, (_, i) => write(`record ${i}`));
    log.append(entries);
    for (const entry of entries) {
      expect(await log.positionOf(entry.lsn)).toEqual({ crc: entry.headerCrc, runningBytes: entry.runningBytes });
    }
    expect(await log.positionOf(0)).toEqual({ crc: 0, runningBytes: 0 });
    expect(await log.positionOf(21)).toBeNull();
  });

  it('tells the ranges above a position exactly, from open and closed segments and after a restart', async () => {
    const log = await openLog();
    const all: number[][] = [];
    for (let i = 0; i < 12; i++) {
      const trim = makeLogEntry(RecordType.Trim, 3, i * 4096, 4096, [], 0, 0, 1);
      const marker = makeLogEntry(RecordType.Marker, 0, 0, 0, [], 0, 0, 1);
      log.append([large(900_000, i), trim, marker]);
      all.push([0, 0, 900_000], [3, i * 4096, 4096]);
    }
    const ranges = async (from: Srl, after: number) => {
      const seen: number[][] = [];
      await from.visitRanges(after, (slot, offset, length) => seen.push([slot, offset, length]));
      return seen;
    };
    expect(await ranges(log, 0)).toEqual(all);
    expect(await ranges(log, 4)).toEqual(all.slice(3));
    expect(await ranges(log, log.headLsn)).toEqual([]);
    expect(await ranges(await openLog(), 31)).toEqual(all.slice(21));
  });

  it('begins again after a reset, also after a kill, and forgets what it held', async () => {
    const log = await openLog();
    log.append([write('old 1'), write('old 2')]);
    const { headCrc: crcAtTwo } = log;
    log.append([write('old 3'), write('old 4')]);
    await log.reset(2, crcAtTwo, 154);
    expect([log.headLsn, log.oldestLsn, log.durableLsn, log.headRunningBytes, log.usedBytes]).toEqual([
      2, 3, 2, 154, 0,
    ]);
    expect(log.tailFrom(3)).toBeNull();
    const again = await openLog({ floorLsn: 0, knownDurableLsn: 2 });
    expect([again.headLsn, again.headCrc, again.oldestLsn]).toEqual([2, crcAtTwo, 3]);
    again.append([write('new 3')]);
    expect(texts(await readAll(await openLog(), 3))).toEqual(['new 3']);
    expect((await readdir(log.folder)).sort()).toEqual([expect.stringMatching(/segment$/), 'head']);
  });

  it('serves those who wait for a sync before it begins again', async () => {
    const log = await openLog();
    log.append([write('one'), write('two')]);
    const served: number[] = [];
    log.onDurable((lsn) => served.push(lsn));
    await log.reset(100, 1, 1000);
    expect([served, log.durableLsn, log.headLsn]).toEqual([[2], 100, 100]);
  });

  it('fails once and for all when a sync fails, and says so', async () => {
    let syncs = 0;
    const disk = await simulatedDisk();
    const log = await openLog({ disk: disk.mount(), folder: '/log' });
    log.append([write('one')]);
    disk.fail({ operation: 'datasync', code: 'EIO' });
    disk.onCall = (operation) => void (operation === 'datasync' && syncs++);
    const failures: string[] = [];
    const failed = new Promise<void>((resolve) => {
      log.onFailure((failure) => (failures.push(failure.code), resolve()));
    });
    log.requestSync();
    await failed;
    disk.repair();
    log.requestSync();
    expect(() => log.append([write('two')])).toThrow(expect.objectContaining({ code: 'DEVICE_FAILED' }));
    expect([log.durableLsn, log.headLsn, syncs, failures]).toEqual([0, 1, 1, ['DEVICE_FAILED']]);
    expect(log.failedBy).not.toBeNull();
  });

  it('counts nothing of a batch whose write failed half-way', async () => {
    const disk = await simulatedDisk();
    const log = await openLog({ disk: disk.mount(), folder: '/log' });
    log.append([write('one'), write('two')]);
    expect(texts(await readAll(log, 1))).toEqual(['one', 'two']);
    disk.fail({ operation: 'write', code: 'ENOSPC' });
    expect(() => log.append([write('three')])).toThrow(expect.objectContaining({ code: 'DEVICE_FULL' }));
    expect(log.headLsn).toBe(2);
    expect(await log.readFrom(3)).toEqual([]);
    expect(texts(await log.readFrom(1))).toEqual(['one', 'two']);
    expect(log.failedBy?.code).toBe('DEVICE_FULL');
  });

  it('C72: refuses a batch for which there is no space, and goes on once there is', async () => {
    const disk = await simulatedDisk();
    const log = await openLog({ disk: disk.mount(), folder: '/log' });
    log.append([large(MIB, 1), large(MIB, 2), large(MIB, 3)]);
    await log.settle();
    log.append([large(MIB, 4)]);
    // The spare is in use now; the batch needs two more segments, and only one can be there already.
    disk.capacityBytes = disk.usedBytes;
    const batch = Array.from({ length: 8 }, (_, i) => large(MIB, 10 + i));
    expect(() => log.append(batch)).toThrow(expect.objectContaining({ code: 'DEVICE_FULL' }));
    expect([log.headLsn, log.failedBy]).toEqual([4, null]);
    disk.capacityBytes = 100 * MIB;
    log.append(batch);
    expect((await readAll(log, 1)).map((entry) => entry.payload[0]![0])).toEqual([
      1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 17,
    ]);
  });

  it('writes a batch of more buffers than one call takes', async () => {
    const log = await openLog();
    const entries = Array.from({ length: 3000 }, (_, i) => write(`record ${i}`));
    log.append(entries);
    expect(texts(await readAll(log, 1, 100_000))).toEqual(entries.map(text));
  });

  it('refuses to open without the records above the replay floor', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([large(900_000, i)]);
    await durable(log);
    log.freeThrough(9);
    await log.close();
    await expect(openLog({ floorLsn: 2 })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
    expect((await openLog({ floorLsn: 9 })).headLsn).toBe(12);
  });

  it('opens a log that replay has no use for with what is left of it', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([large(900_000, i)]);
    await durable(log);
    log.freeThrough(9);
    await log.close();
    await expect(openLog({ floorLsn: 0 })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
    const again = await openLog({ floorLsn: null });
    expect([again.oldestLsn, again.headLsn]).toEqual([9, 12]);
    await again.destroy();
    expect((await openLog({ floorLsn: null })).headLsn).toBe(0);
  });

  it('removes its folder when it is destroyed', async () => {
    const log = await openLog();
    log.append([write('one')]);
    await log.destroy();
    await expect(stat(log.folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
