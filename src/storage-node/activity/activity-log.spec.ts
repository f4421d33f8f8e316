import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { access, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { Refusal } from '../../errors/refusal.js';
import type { Owner } from '../../format/metadata/owner.js';
import { newUid, type VolumeUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import { ActivityLog } from './activity-log.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import { systemDisk } from '../device/system-disk.js';

const EXTENT = 4 * MIB;
const SLOT = 8192;
const owner: Owner = { groupUid: newUid(), volumeUid: newUid() };

describe('activity log', () => {
  let folder: string;
  let file: string;
  const logs: ActivityLog[] = [];
  const openLog = async (extentsMax?: number, from = file) => {
    const isThere = await access(from).then(
      () => true,
      () => false,
    );
    const log = await ActivityLog[isThere ? 'open' : 'create'](systemDisk, from, owner, extentsMax);
    logs.push(log);
    return log;
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-activity-'));
    file = path.join(folder, 'volume');
  });
  afterEach(async () => {
    for (const log of logs.splice(0)) await log.close();
    await rm(folder, { recursive: true });
  });

  it('covers what was admitted, over all extents that a write touches', async () => {
    const log = await openLog();
    expect(log.covers(0, 4096)).toBe(false);
    await log.admit(EXTENT - 1, 2);
    expect([log.covers(0, 1), log.covers(EXTENT, EXTENT), log.covers(2 * EXTENT - 1, 2)]).toEqual([true, true, false]);
  });

  it('refuses what waits for the room of a checkpoint that failed', async () => {
    const log = await openLog(1);
    await log.admit(0, 1);
    let isCheckpointWanted = false;
    log.whenCheckpointNeeded(() => (isCheckpointWanted = true));
    const waiting = log.admit(EXTENT, 1);
    expect(isCheckpointWanted).toBe(true);
    log.checkpointFailed(new Refusal('DEVICE_FAILED', 'the volume'));
    await expect(waiting).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    // The next one finds room again.
    const next = log.admit(EXTENT, 1);
    log.checkpointed(log.nextGeneration());
    await next;
    expect(log.covers(EXTENT, 1)).toBe(true);
  });

  it('serves all who wait with one durable write', async () => {
    const log = await openLog();
    const first = log.admit(0, 1);
    const others = [1, 2, 3, 1].map((extent) => log.admit(extent * EXTENT, 1));
    await Promise.all([first, ...others]);
    const sequences = [0, 1].map(async (slot) => (await readFile(file)).readUInt32BE(slot * SLOT + 16));
    expect(Math.max(...(await Promise.all(sequences)))).toBe(3);
    expect(log.liveCount).toBe(4);
  });

  it('goes on after an admission that had nothing to write', async () => {
    const log = await openLog();
    const first = log.admit(0, 1);
    // Set aside while the first is being written; then its extent is live already.
    await Promise.all([first, log.admit(0, 1)]);
    await log.admit(EXTENT, 1);
    expect(log.covers(EXTENT, 1)).toBe(true);
  });

  it('tells after a restart what was live, durably before the write could begin', async () => {
    const log = await openLog();
    await log.admit(7 * EXTENT, 1);
    await log.admit(3 * EXTENT, 2 * EXTENT);
    await copyFile(file, `${file}.lost-power`);
    const again = await openLog(undefined, `${file}.lost-power`);
    expect(again.previousExtents).toEqual([3, 4, 7]);
    expect(again.covers(7 * EXTENT, 1)).toBe(true);
  });

  it('falls back to the slot before, wherever the newest was torn', async () => {
    const log = await openLog();
    await log.admit(0, 1);
    await log.admit(EXTENT, 1);
    const before = await readFile(file);
    await log.admit(2 * EXTENT, 1);
    const after = await readFile(file);
    // The third write went to slot 0; a disk writes whole sectors of it, in any order.
    for (const torn of [1, 3, 0b10101, 0xfffe, 0x7ffe]) {
      const bytes = Buffer.from(before);
      for (let sector = 0; sector < 16; sector++) {
        const at = sector * 512;
        if ((torn >> sector) & 1) after.copy(bytes, at, at, at + 512);
      }
      await writeFile(`${file}.torn`, bytes);
      const again = await openLog(undefined, `${file}.torn`);
      expect(again.previousExtents).toEqual([0, 1]);
      await again.admit(9 * EXTENT, 1);
      expect((await openLog(undefined, `${file}.torn`)).previousExtents).toEqual([0, 1, 9]);
      // Not the sequence of the write that was torn: what power leaves of both must not look like one list.
      expect((await readFile(`${file}.torn`)).readUInt32BE(16)).toBe(6);
    }
  });

  it('C06: cannot tell what is live when the newest slot is damaged, and needs no older one', async () => {
    const log = await openLog();
    await log.admit(0, 1);
    await log.admit(EXTENT, 1);
    const good = await readFile(file);
    const corrupt = { code: 'FORMAT_CORRUPT', message: expect.stringContaining(`${file}, position `) };
    for (let at = 0; at < 2 * SLOT; at += 61) {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 0x20;
      await writeFile(file, bytes);
      // The third list stands in slot 1.
      if (at < SLOT) expect((await openLog()).previousExtents).toEqual([0, 1]);
      else await expect(openLog()).rejects.toMatchObject(corrupt);
    }
    for (const length of [0, 100, SLOT, 2 * SLOT - 1]) {
      await writeFile(file, good.subarray(0, length));
      await expect(openLog()).rejects.toMatchObject(corrupt);
    }
    await writeFile(file, Buffer.from(good).fill(0, SLOT + 512, SLOT + 1024));
    await expect(openLog()).rejects.toMatchObject(corrupt);
  });

  it('C06: refuses one of another volume by name, and leaves one of a later version alone', async () => {
    await openLog();
    const other = { ...owner, volumeUid: newUid<VolumeUid>() };
    await expect(ActivityLog.open(systemDisk, file, other)).rejects.toMatchObject({
      code: 'FORMAT_CORRUPT',
      message: expect.stringContaining(`${file}: is of volume ${owner.volumeUid}`),
    });
    const bytes = await readFile(file);
    bytes[4] = 3;
    const sector = bytes.subarray(0, 512);
    sector.writeUInt32BE(crc32(sector.subarray(56), crc32(sector.subarray(0, 52))), 52);
    await writeFile(file, bytes);
    await expect(openLog()).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
  });

  it('retires only extents that were checkpointed after their last write, unused for longest first', async () => {
    const log = await openLog(3);
    await log.admit(0, 3 * EXTENT);
    const first = log.nextGeneration();
    expect(log.covers(EXTENT, 1)).toBe(true);
    let asked = 0;
    log.whenCheckpointNeeded(() => asked++);
    const waiting = log.admit(5 * EXTENT, 1);
    expect(asked).toBe(1);
    log.checkpointed(first);
    await waiting;
    // 1 was written in the generation that still runs; of 0 and 2 one had to go.
    expect([log.covers(EXTENT, 1), log.covers(5 * EXTENT, 1), log.liveCount]).toEqual([true, true, 3]);
    expect([log.covers(0, 1), log.covers(2 * EXTENT, 1)].filter(Boolean).length).toBe(1);
    expect((await openLog(3)).previousExtents.length).toBe(3);
  });

  it('does not take out what an admission that waits beside needs', async () => {
    const log = await openLog(2);
    await log.admit(0, 2 * EXTENT);
    log.checkpointed(log.nextGeneration());
    await log.admit(EXTENT, 2 * EXTENT);
    expect([log.covers(EXTENT, 2 * EXTENT), log.covers(0, 1)]).toEqual([true, false]);
  });

  it('keeps the extents of the previous run until a checkpoint', async () => {
    await (await openLog(2)).admit(0, 2 * EXTENT);
    const log = await openLog(2);
    let asked = 0;
    log.whenCheckpointNeeded(() => asked++);
    const waiting = log.admit(5 * EXTENT, 1);
    expect([asked, log.liveCount]).toEqual([1, 2]);
    log.checkpointed(log.nextGeneration());
    await waiting;
    expect(log.covers(5 * EXTENT, 1)).toBe(true);
  });

  it('is empty once a volume at rest was checkpointed', async () => {
    const log = await openLog();
    await log.admit(0, 3 * EXTENT);
    await log.retireSynced();
    expect(log.liveCount).toBe(3);
    log.checkpointed(log.nextGeneration());
    await log.retireSynced();
    expect([log.liveCount, log.covers(0, 1)]).toEqual([0, false]);
    expect((await openLog()).previousExtents).toEqual([]);
  });

  it('refuses admissions for good once its file failed', async () => {
    const disk = new SimulatedDisk({ seed: 1 });
    const log = await ActivityLog.create(disk.mount(), '/activity', owner);
    logs.push(log);
    await log.admit(0, 1);
    disk.fail({ operation: 'datasync', code: 'EIO' });
    const waiting = [log.admit(EXTENT, 1), log.admit(2 * EXTENT, 1)];
    for (const each of waiting) await expect(each).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await expect(log.admit(3 * EXTENT, 1)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    expect([log.covers(0, 1), log.covers(EXTENT, 1)]).toEqual([true, false]);
    expect(log.failedBy).not.toBeNull();
  });
});
