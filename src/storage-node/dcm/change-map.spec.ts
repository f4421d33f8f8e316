import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Owner } from '../../format/metadata/owner.js';
import { GIB, KIB, MIB } from '../../model/sizes.js';
import { newUid, type GroupUid, type VolumeUid } from '../../model/ids.js';
import { ChangeMap } from './change-map.js';
import { systemDisk } from '../device/system-disk.js';

const REGION = 64 * KIB;
const owner: Owner = { groupUid: newUid(), volumeUid: newUid() };

/** What the map should hold, in plain sets. */
class Model {
  active = new Set<number>();
  replay = new Set<number>();
}

const bitsOf = (regions: Iterable<number>, count: number): Buffer => {
  const bits = Buffer.alloc(Math.ceil(count / 8));
  for (const region of regions) bits[region >> 3]! |= 1 << (region & 7);
  return bits;
};

function replayed(map: ChangeMap): number[] {
  const regions: number[] = [];
  for (let at = map.nextMarked(0); at >= 0; at = map.nextMarked(at + 1)) regions.push(at);
  return regions;
}

describe('change map', () => {
  let folder: string;
  let file: string;
  const maps: ChangeMap[] = [];
  const kept = (map: ChangeMap) => (maps.push(map), map);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-map-'));
    file = path.join(folder, 'map');
  });
  afterEach(async () => {
    for (const map of maps.splice(0)) map.close();
    await rm(folder, { recursive: true });
  });

  it('marks the regions that a range touches, and no other', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB }));
    map.mark(0, 0);
    expect(map.activeCount).toBe(0);
    map.mark(REGION - 1, 2);
    map.mark(10 * REGION, REGION);
    map.mark(GIB - 1, 1);
    expect([0, 1, 2, 9, 10, 11, map.regionCount - 1].map((region) => map.isMarked(region))).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect([map.activeCount, map.replayCount, map.nextMarked(0)]).toEqual([4, 0, -1]);
    expect(() => map.mark(GIB - 1, 2)).toThrow(/marked region/);
  });

  it('loses no mark when the process is killed, over all blocks of the file', async () => {
    const killed = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 10 * GIB + 1 }));
    const regions = [0, 7, 8, 32767, 32768, 32769, 65536, 100_000, killed.regionCount - 1];
    for (const region of regions) killed.mark(region * REGION, 1);
    killed.mark(32760 * REGION, 20 * REGION);
    const map = kept(await ChangeMap.open(systemDisk, file, owner));
    expect(map.exportBits()).toEqual(killed.exportBits());
    expect(map.activeCount).toBe(killed.activeCount);
    expect(regions.every((region) => map.isMarked(region))).toBe(true);
  });

  it('hands the active marks over to a pass, which works them off', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB }));
    map.mark(0, 3 * REGION);
    await map.beginPass();
    expect([map.activeCount, map.replayCount]).toEqual([0, 3]);
    map.mark(REGION, 1);
    expect(replayed(map)).toEqual([0, 1, 2]);
    map.clear(0);
    map.clear(1);
    expect(replayed(map)).toEqual([2]);
    expect(map.isMarked(1)).toBe(true);
    await map.sync();
    const again = kept(await ChangeMap.open(systemDisk, file, owner));
    expect([again.activeCount, replayed(again)]).toEqual([1, [2]]);
    await again.beginPass();
    expect(replayed(again)).toEqual([1, 2]);
  });

  it('keeps every mark in the file while a pass begins', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB }));
    map.mark(0, 8 * REGION);
    const before = await readFile(file);
    const begun = map.beginPass();
    // Beside the marks that are being handed over, in the same byte and in others.
    map.mark(8 * REGION, REGION);
    map.mark(3 * REGION, REGION);
    const snapshot = `${file}.snapshot`;
    // Power loss: of what was written since the last sync, the replay bitmap is not on the disk.
    const lost = readFileSync(file);
    before.copy(lost, 8192, 8192, 12288);
    await writeFile(snapshot, lost);
    const killed = kept(await ChangeMap.open(systemDisk, snapshot, owner));
    expect(killed.exportBits()).toEqual(map.exportBits());
    await begun;
    expect([map.activeCount, map.replayCount]).toEqual([2, 8]);
    expect(kept(await ChangeMap.open(systemDisk, file, owner)).activeCount).toBe(2);
  });

  it('marks everything, up to the last region and not beyond', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 100 * REGION + 5 }));
    map.markAll();
    expect([map.activeCount, map.regionCount]).toEqual([101, 101]);
    await map.beginPass();
    expect(replayed(map)).toEqual(Array.from({ length: 101 }, (_, region) => region));
  });

  it('forgets everything at once, in the file too', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB }));
    map.mark(0, 3 * REGION);
    await map.beginPass();
    map.mark(REGION, 1);
    map.clearAll();
    expect([map.activeCount, map.replayCount, map.nextMarked(0)]).toEqual([0, 0, -1]);
    expect(
      kept(await ChangeMap.open(systemDisk, file, owner))
        .exportBits()
        .some((byte) => byte !== 0),
    ).toBe(false);
  });

  it('takes in the marks of another map, and leaves out what lies beyond its end', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 100 * REGION }));
    map.merge(96, Buffer.from([0xff, 0xff]));
    map.merge(8, Buffer.from([0b101]));
    expect([map.activeCount, map.isMarked(8), map.isMarked(9), map.isMarked(99)]).toEqual([6, true, false, true]);
    expect(kept(await ChangeMap.open(systemDisk, file, owner)).activeCount).toBe(6);
    expect(() => map.merge(4, Buffer.alloc(1))).toThrow(/multiple of 8/);
  });

  it('keeps its marks when its volume grows', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 3 * REGION }));
    map.markAll();
    await map.beginPass();
    map.mark(0, 1);
    await map.grow(5 * GIB);
    map.mark(5 * GIB - 1, 1);
    const again = kept(await ChangeMap.open(systemDisk, file, owner));
    for (const each of [map, again]) {
      expect([each.activeCount, replayed(each), each.sizeBytes]).toEqual([2, [0, 1, 2], 5 * GIB]);
    }
  });

  it('C06: names the position of a flipped bit in any sector, also of one that lost its marks', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 5 * GIB }));
    map.mark(0, 5 * REGION);
    map.close();
    const good = await readFile(file);
    expect(good.length).toBe(4096 + 3 * 2 * 4096);
    for (let position = 4096; position < good.length; position += 512) {
      const bytes = Buffer.from(good);
      bytes[position + ((position * 7) % 512)]! ^= 1;
      await writeFile(file, bytes);
      const named = expect.objectContaining({
        code: 'FORMAT_CORRUPT',
        message: expect.stringContaining(`${file}, position ${position}:`),
      });
      await expect(ChangeMap.open(systemDisk, file, owner)).rejects.toEqual(named);
    }
    await writeFile(file, Buffer.from(good).fill(0, 4096, 4096 + 512));
    await expect(ChangeMap.open(systemDisk, file, owner)).rejects.toMatchObject({ code: 'FORMAT_CORRUPT' });
  });

  it('C06: refuses the map of another volume, or of the same one in another group, by name', async () => {
    kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB })).close();
    for (const other of [
      { ...owner, volumeUid: newUid<VolumeUid>() },
      { ...owner, groupUid: newUid<GroupUid>() },
    ]) {
      const named = expect.objectContaining({
        code: 'FORMAT_CORRUPT',
        message: expect.stringContaining(`${file}: is of volume ${owner.volumeUid} in group ${owner.groupUid}`),
      });
      await expect(ChangeMap.open(systemDisk, file, other)).rejects.toEqual(named);
    }
  });

  it('refuses other files, newer ones, and cut or damaged ones', async () => {
    kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB })).close();
    const good = await readFile(file);
    const refusal = (code: string) => expect.objectContaining({ code });
    const withByte = async (at: number, value: number) => {
      const bytes = Buffer.from(good);
      bytes[at] = value;
      await writeFile(file, bytes);
    };
    const later = Buffer.from(good);
    later[4] = 3;
    later.writeUInt32BE(crc32(later.subarray(0, 52)), 52);
    await writeFile(file, later);
    await expect(ChangeMap.open(systemDisk, file, owner)).rejects.toEqual(refusal('FORMAT_UNSUPPORTED'));
    for (const at of [0, 4, 15, 30, 52]) {
      await withByte(at, 0xfe);
      await expect(ChangeMap.open(systemDisk, file, owner)).rejects.toEqual(refusal('FORMAT_CORRUPT'));
    }
    await writeFile(file, good);
    await truncate(file, good.length - 1);
    await expect(ChangeMap.open(systemDisk, file, owner)).rejects.toEqual(refusal('FORMAT_CORRUPT'));
    await expect(ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB })).rejects.toEqual(
      refusal('DEVICE_FAILED'),
    );
  });

  it('refuses every mark once its file is gone from under it', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: GIB }));
    map.mark(0, 1);
    map.close();
    expect(() => map.mark(0, 1)).toThrow(expect.objectContaining({ code: 'DEVICE_FAILED' }));
    await expect(map.sync()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
  });

  it('does what a model does, killed at any moment (fast-check prints its seed)', async () => {
    const count = 70_000;
    const region = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 32750, max: 32790 }),
      fc.nat(count - 40),
    );
    const command = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ do: fc.constant('mark' as const), region, length: fc.integer({ min: 1, max: 40 }) }),
      },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('clear' as const), region }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('merge' as const), region, bits: fc.uint8Array({ maxLength: 5 }) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('sync' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        await rm(file, { force: true });
        let map = await ChangeMap.create(systemDisk, file, { owner, sizeBytes: count * REGION });
        const model = new Model();
        for (const step of commands) {
          if (step.do === 'mark') {
            map.mark(step.region * REGION, step.length * REGION);
            for (let i = 0; i < step.length; i++) model.active.add(step.region + i);
          } else if (step.do === 'clear') {
            map.clear(step.region);
            model.replay.delete(step.region);
          } else if (step.do === 'pass') {
            await map.beginPass();
            model.replay = new Set([...model.replay, ...model.active]);
            model.active.clear();
          } else if (step.do === 'merge') {
            const first = step.region - (step.region % 8);
            map.merge(first, step.bits);
            for (let i = 0; i < step.bits.length * 8; i++) {
              if ((step.bits[i >> 3]! >> (i & 7)) & 1 && first + i < count) model.active.add(first + i);
            }
          } else if (step.do === 'sync') {
            await map.sync();
          } else {
            map.close();
            map = await ChangeMap.open(systemDisk, file, owner);
            // Cleared bits may stand again, marks never vanish.
            for (const each of model.replay) expect(map.isMarked(each)).toBe(true);
            model.replay = new Set(replayed(map));
          }
          expect([map.activeCount, map.replayCount]).toEqual([model.active.size, model.replay.size]);
        }
        expect(replayed(map)).toEqual([...model.replay].sort((a, b) => a - b));
        expect(map.exportBits()).toEqual(bitsOf([...model.active, ...model.replay], count));
        map.close();
      }),
      { numRuns: 60 },
    );
  });

  it('needs little memory and file for a large volume', async () => {
    const map = kept(await ChangeMap.create(systemDisk, file, { owner, sizeBytes: 64 * GIB, regionBytes: MIB }));
    expect((await readFile(file)).length).toBe(4096 + 3 * 2 * 4096);
    expect(map.regionCount).toBe(65536);
  });
});
