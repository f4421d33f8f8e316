import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cp, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { RecordType, encodeRecordHeader } from '../../format/srl/record.js';
import { SEGMENT_HEADER_BYTES } from '../../format/srl/segment.js';
import type { GroupUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import { RECOVERY_CASES, findRecoveryCase } from './recovery-cases.js';
import type { SrlOptions } from './open-log.js';
import { Srl } from './srl.js';
import { systemDisk } from '../device/system-disk.js';

const groupUid = '00112233-4455-6677-8899-aabbccddeeff' as GroupUid;
const PAYLOAD = 100;
const RECORD = 72 + PAYLOAD;

function write(fill: number, bytes = PAYLOAD): LogEntry {
  return makeLogEntry(RecordType.Write, 0, 0, bytes, [Buffer.alloc(bytes, fill)], bytes, 0, 1);
}

/** Position of record `lsn` in a first segment of equal records. */
const positionOf = (lsn: number) => SEGMENT_HEADER_BYTES + (lsn - 1) * RECORD;

describe('recovery of a log', () => {
  let folder: string;
  const open: Srl[] = [];
  const openLog = async (more: Partial<SrlOptions> = {}) => {
    const options = {
      disk: systemDisk,
      folder: path.join(folder, 'log'),
      groupUid,
      sizeBytes: 128 * MIB,
      segmentBytes: 4 * MIB,
      floorLsn: 0,
      ...more,
    };
    const log = await Srl.open(options);
    open.push(log);
    return log;
  };
  const files = async () =>
    (await readdir(path.join(folder, 'log')))
      .filter((name) => name.endsWith('.segment'))
      .sort()
      .map((name) => path.join(folder, 'log', name));
  const change = async (file: string, edit: (bytes: Buffer) => void) => {
    const bytes = await readFile(file);
    edit(bytes);
    await writeFile(file, bytes);
  };
  /** A log of ten records in one segment, stopped as by kill -9, with its bytes edited. */
  const tenRecords = async (edit: (bytes: Buffer) => void) => {
    const log = await openLog();
    for (let i = 1; i <= 10; i++) log.append([write(i)]);
    await log.close();
    await change((await files())[0]!, edit);
    return log;
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-recovery-'));
  });
  afterEach(async () => {
    for (const log of open.splice(0)) await log.close();
    await rm(folder, { recursive: true });
  });

  it('has a verdict for whatever is found', () => {
    for (let bits = 0; bits < 64; bits++) {
      const [isHeaderOk, isInOrder, isBodyOk, isContinued, isBelowDurable, isBelowFloor] = [1, 2, 4, 8, 16, 32].map(
        (bit) => (bits & bit) !== 0,
      );
      const finding = {
        isHeaderOk: isHeaderOk!,
        isInOrder: isInOrder!,
        isBodyOk: isBodyOk!,
        isContinued: isContinued!,
        isBelowDurable: isBelowDurable!,
        isBelowFloor: isBelowFloor!,
      };
      const { verdict } = findRecoveryCase(finding);
      if (verdict === 'cut') expect(isBelowDurable).toBe(false);
      if (verdict === 'keep') expect([isHeaderOk, isInOrder, isBodyOk || isBelowFloor]).toEqual([true, true, true]);
    }
    expect(RECOVERY_CASES.map((row) => row.label)).toEqual(['@A', '@B', '@I', '@C', '@D', '@E', '@F', '@G', '@H']);
  });

  it('@A keeps whole records, known to be durable or not', async () => {
    await tenRecords(() => undefined);
    const log = await openLog({ knownDurableLsn: 5 });
    expect([log.headLsn, log.durableLsn]).toEqual([10, 10]);
  });

  it('@B goes on in the next segment where one was closed', async () => {
    const log = await openLog();
    for (let i = 0; i < 10; i++) log.append([write(i, 900_000)]);
    await log.close();
    expect((await openLog({ knownDurableLsn: 10 })).headLsn).toBe(10);
  });

  it('@I C06: keeps a record below the floor whose payload is damaged, and tells whoever reads it', async () => {
    await tenRecords((bytes) => (bytes[positionOf(4) + 80]! ^= 1));
    const log = await openLog({ knownDurableLsn: 10, floorLsn: 4 });
    expect(log.headLsn).toBe(10);
    expect((await log.readFrom(1))!.map(({ lsn }) => lsn)).toEqual([1, 2, 3]);
    await expect(log.readFrom(4)).rejects.toMatchObject({
      code: 'SRL_CORRUPT',
      message: expect.stringContaining(`position ${positionOf(4)}, LSN 4`),
    });
    const visited: number[] = [];
    await log.visitRanges(0, (_slot, _offset, length) => visited.push(length));
    expect(visited).toHaveLength(10);
  });

  it('C06: begins behind damage below the floor, and still misses what is lost above it', async () => {
    const head = await tenRecords((bytes) => (bytes[positionOf(2) + 70]! ^= 1));
    const log = await openLog({ knownDurableLsn: 10, floorLsn: 4 });
    expect([log.oldestLsn, log.headLsn, log.headCrc]).toEqual([3, 10, head.headCrc]);
    expect((await log.readFrom(3))!.map(({ lsn }) => lsn)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await log.readFrom(2)).toBeNull();
    for (let i = 0; i < 6; i++) log.append([write(i, MIB - 100)]);
    log.requestSync();
    await log.settle();
    await log.close();
    // The damaged file is not the newest any more.
    const again = await openLog({ knownDurableLsn: 16, floorLsn: 4, isHeadTold: true });
    expect([again.oldestLsn, again.headLsn]).toEqual([3, 16]);
    await again.close();
    await expect(openLog({ knownDurableLsn: 16, floorLsn: 1 })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
  });

  it('@C C06: refuses a damaged payload below the durable position, and names where', async () => {
    await tenRecords((bytes) => (bytes[positionOf(4) + 80]! ^= 1));
    const before = await readFile((await files())[0]!);
    await expect(openLog({ knownDurableLsn: 4 })).rejects.toMatchObject({
      code: 'SRL_CORRUPT',
      message: expect.stringContaining(`000001.segment, position ${positionOf(4)}, LSN 4`),
    });
    expect(before.equals(await readFile((await files())[0]!))).toBe(true);
  });

  it('@D cuts a torn write above the durable position, with what follows it', async () => {
    await tenRecords((bytes) => (bytes[positionOf(4) + 80]! ^= 1));
    const log = await openLog({ knownDurableLsn: 3 });
    expect(log.headLsn).toBe(3);
    // The same record again: what was cut must not come back behind it.
    log.append([write(4)]);
    expect((await openLog()).headLsn).toBe(4);
  });

  it('@E refuses another record in the place of one below the durable position', async () => {
    await tenRecords((bytes) => bytes.copy(bytes, positionOf(4), positionOf(5), positionOf(6)));
    await expect(openLog({ knownDurableLsn: 4 })).rejects.toMatchObject({
      code: 'SRL_CORRUPT',
      message: expect.stringContaining('LSN 4'),
    });
  });

  it.each([
    ['another number', { lsn: 12 }, 0],
    ['another predecessor', {}, 1],
    ['other running bytes', { runningBytes: 11 * RECORD + 1 }, 0],
  ])('@F cuts at a whole record of %s above the durable position', async (_name, fields, crcError) => {
    const killed = await tenRecords(() => undefined);
    const stray = Object.assign(write(11), { lsn: 11, runningBytes: 11 * RECORD }, fields);
    encodeRecordHeader(stray, killed.headCrc ^ crcError);
    await change((await files())[0]!, (bytes) => {
      Buffer.concat([stray.header, ...stray.payload]).copy(bytes, positionOf(11));
    });
    expect((await openLog({ knownDurableLsn: 10 })).headLsn).toBe(10);
  });

  it('@G refuses a damaged header below the durable position', async () => {
    await tenRecords((bytes) => (bytes[positionOf(4) + 30]! ^= 1));
    await expect(openLog({ knownDurableLsn: 10 })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
  });

  it('@G refuses a log that ends below the durable position', async () => {
    await tenRecords((bytes) => bytes.fill(0, positionOf(9)));
    await expect(openLog({ knownDurableLsn: 9 })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
    await rm((await files())[0]!);
    await expect(openLog({ knownDurableLsn: 9 })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
  });

  it('@H cuts at a torn header, wherever the tail ends', async () => {
    const killed = await tenRecords(() => undefined);
    const whole = await readFile((await files())[0]!);
    for (let end = positionOf(9); end <= positionOf(11); end += 7) {
      await writeFile((await files())[0]!, Buffer.from(whole).fill(0, end));
      const log = await openLog({ knownDurableLsn: 8 });
      expect(log.headLsn).toBe(Math.floor((end - SEGMENT_HEADER_BYTES) / RECORD));
      await log.close();
    }
    await writeFile((await files())[0]!, whole);
    await truncate((await files())[0]!, positionOf(9) + 10);
    expect((await openLog()).headLsn).toBe(8);
    expect(killed.headLsn).toBe(10);
  });

  it('takes from the headers of later segments what was durable before', async () => {
    const log = await openLog();
    for (let i = 0; i < 3; i++) log.append([write(i, 900_000)]);
    await new Promise<unknown>((resolve) => (log.onDurable(resolve), log.requestSync()));
    for (let i = 3; i < 9; i++) log.append([write(i, 900_000)]);
    await log.close();
    await change((await files())[0]!, (bytes) => (bytes[SEGMENT_HEADER_BYTES + 500]! ^= 1));
    await expect(openLog()).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
  });

  it('cuts where a segment lost its end in a power loss, and removes the segments behind', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([write(i, 900_000)]);
    await log.close();
    await change((await files())[0]!, (bytes) => bytes.fill(0, SEGMENT_HEADER_BYTES + 2 * 900_072));
    const again = await openLog();
    expect([again.headLsn, (await files()).length]).toEqual([2, 1]);
    for (let i = 2; i < 12; i++) again.append([write(i + 100, 900_000)]);
    expect((await openLog()).headLsn).toBe(12);
  });

  it('goes back before a segment whose header a power loss took, whatever stands in later ones', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([write(i, 900_000)]);
    await log.close();
    for (const file of await files()) {
      // The segment that begins with record 5.
      await change(file, (bytes) => bytes.readUInt32BE(40) === 5 && bytes.fill(0, 0, 4096));
    }
    const again = await openLog({ knownDurableLsn: 4 });
    expect([again.headLsn, (await files()).length]).toEqual([4, 1]);
    for (let i = 4; i < 12; i++) again.append([write(i + 100, 900_000)]);
    expect((await openLog()).headLsn).toBe(12);
  });

  it('does without damaged segments that replay does not need, and is the shorter', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([write(i, 900_000)]);
    await log.close();
    await change((await files())[0]!, (bytes) => bytes.fill(0xee, bytes.length - 100));
    const again = await openLog({ floorLsn: 9 });
    expect([again.oldestLsn, again.headLsn]).toEqual([5, 12]);
    expect(await again.positionOf(4)).toEqual(await again.positionOf(again.oldestLsn - 1));
  });

  it('reads a closed segment whose index was lost', async () => {
    const log = await openLog();
    for (let i = 0; i < 12; i++) log.append([write(i, 900_000)]);
    await log.close();
    await change((await files())[0]!, (bytes) => bytes.fill(0, bytes.length - 100));
    const again = await openLog();
    expect((await again.readFrom(3, 1))![0]!.payload[0]![0]).toBe(2);
    let ranges = 0;
    await again.visitRanges(0, () => ranges++);
    expect(ranges).toBe(12);
  });

  it('never takes a segment that was emptied by a reset for a part of the log', async () => {
    const log = await openLog();
    for (let i = 0; i < 6; i++) log.append([write(i, 900_000)]);
    await log.close();
    await cp(path.join(folder, 'log'), path.join(folder, 'before'), { recursive: true });
    const again = await openLog();
    const at = (await again.positionOf(3))!;
    await again.reset(3, at.crc, at.runningBytes);
    await again.close();
    // As if the removal of the old files had not reached the disk.
    await cp(path.join(folder, 'before'), path.join(folder, 'log'), { recursive: true });
    const last = await openLog();
    expect([last.headLsn, last.oldestLsn, (await files()).length]).toEqual([3, 4, 1]);
  });

  it('refuses the log of another group, and segments of a newer version', async () => {
    await tenRecords(() => undefined);
    const other = 'ffffffff-4455-6677-8899-aabbccddeeff' as GroupUid;
    await expect(openLog({ groupUid: other })).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
    await change((await files())[0]!, (bytes) => {
      bytes[4] = 2;
      bytes.writeUInt32BE(crc32(bytes.subarray(0, 64)), 64);
    });
    await expect(openLog()).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
  });

  describe('after the end of the process alone', () => {
    const killed = { isHeadTold: true };

    it('C06: takes the loss of any record for damage, synced or not, and names the place', async () => {
      for (const [lsn, at] of [
        [1, 0],
        [5, 80],
        [10, 71],
        [10, RECORD - 1],
      ] as const) {
        await tenRecords((bytes) => (bytes[positionOf(lsn) + at]! ^= 1));
        await expect(openLog(killed)).rejects.toMatchObject({
          code: 'SRL_CORRUPT',
          message: expect.stringContaining(`000001.segment, position ${positionOf(lsn)}, LSN ${lsn}: `),
        });
        // After a loss of power the same may be a torn write.
        expect((await openLog()).headLsn).toBe(lsn - 1);
        await rm(path.join(folder, 'log'), { recursive: true });
      }
    });

    it('C06: misses the segments that are gone, with all that was in them', async () => {
      const log = await openLog();
      for (let i = 0; i < 12; i++) log.append([write(i, MIB)]);
      await log.close();
      const names = await files();
      for (const name of names.slice(1)) await change(name, (bytes) => bytes.fill(0, 0, 4096));
      await expect(openLog(killed)).rejects.toMatchObject({ code: 'SRL_CORRUPT' });
      for (const name of names) await rm(name);
      await expect(openLog(killed)).rejects.toMatchObject({
        code: 'SRL_CORRUPT',
        message: expect.stringContaining('records up to LSN 12 are missing'),
      });
    });

    it('goes without the head file when that is damaged or missing, and refuses one of a later version', async () => {
      const head = path.join(folder, 'log', 'head');
      await tenRecords(() => undefined);
      await change(head, (bytes) => (bytes[30]! ^= 1));
      expect((await openLog(killed)).headLsn).toBe(10);
      await rm(head);
      expect((await openLog(killed)).headLsn).toBe(10);
      await change(head, (bytes) => {
        bytes[4] = 2;
        bytes.writeUInt32BE(crc32(bytes.subarray(0, 32)), 32);
      });
      await expect(openLog(killed)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
    });

    it('expects no more of a log than it held after a loss of power or a reset', async () => {
      const log = await tenRecords((bytes) => (bytes[positionOf(8)]! ^= 1));
      const cut = await openLog();
      expect(cut.headLsn).toBe(7);
      await cut.close();
      const again = await openLog(killed);
      await again.reset(3, 77, 1000);
      await again.close();
      expect((await openLog(killed)).headLsn).toBe(3);
      expect(log.headLsn).toBe(10);
    });
  });
});
