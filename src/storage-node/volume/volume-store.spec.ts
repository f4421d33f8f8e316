import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itWithLoopDevice, runTool } from '../../../test/support/tools.js';
import { newUid, type VolumeUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import type { Device } from '../device/device.js';
import { writeVolumeRecord } from './volume-record.js';
import { VolumeStore } from './volume-store.js';
import { writeSmallFile } from '../device/small-file.js';
import { systemDisk } from '../device/system-disk.js';

function spec(name: string, changes: Partial<VolumeSpec> = {}): VolumeSpec {
  return {
    uid: newUid<VolumeUid>(),
    name,
    label: 1,
    sizeBytes: 4 * MIB,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8'],
    isCopyProtected: false,
    createdTime: '2026-11-20T10:00:00.000Z',
    ...changes,
  };
}

describe('volume store', () => {
  let data: string;
  let backing: string;
  let store: VolumeStore;

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'evenkeel-volume-store-'));
    backing = join(data, 'backing');
    mkdirSync(backing);
    store = await VolumeStore.open(systemDisk, data, [backing], 'this boot');
  });

  afterEach(async () => {
    await store.close();
    rmSync(data, { recursive: true });
  });

  async function restart(): Promise<void> {
    await store.close();
    store = await VolumeStore.open(systemDisk, data, [backing], 'this boot');
  }

  async function content(device: Device | null, offset: number, length: number): Promise<Buffer> {
    const target = Buffer.alloc(length, 0xee);
    await device!.read(target, offset);
    return target;
  }

  /** Jest compares large buffers byte by byte, which takes seconds. */
  async function isZero(device: Device | null, offset: number, length: number): Promise<boolean> {
    return (await content(device, offset, length)).equals(Buffer.alloc(length));
  }

  const entries = () => readdirSync(join(data, 'volumes'));

  it('finds volumes with their specs and bytes again after a restart', async () => {
    const wanted = spec('one');
    const { device } = await store.create(wanted);
    device!.writeNow([Buffer.from('kept')], 4, 100);
    await restart();
    const found = store.get(wanted.uid)!;
    expect(found.spec).toEqual(wanted);
    expect((await content(found.device, 100, 4)).toString()).toBe('kept');
    expect(store.list()).toHaveLength(1);
  });

  it('makes a volume once, also when asked twice at the same time', async () => {
    const wanted = spec('one');
    const [first, second] = await Promise.all([store.create(wanted), store.create(wanted)]);
    expect(second).toBe(first);
    expect(await store.create(wanted)).toBe(first);
    expect(entries()).toEqual([wanted.uid]);
  });

  it('a volume made anew under a deleted one’s uid reads as zeros', async () => {
    const wanted = spec('one');
    const { device } = await store.create(wanted);
    device!.writeNow([Buffer.alloc(MIB, 7)], MIB, 0);
    await store.delete(wanted.uid);
    expect(store.get(wanted.uid)).toBeUndefined();
    expect(entries()).toEqual([]);
    const again = await store.create(wanted);
    expect(await isZero(again.device, 0, MIB)).toBe(true);
  });

  it('refuses a name that is in use, also by a volume that is just being made', async () => {
    const both = await Promise.allSettled([store.create(spec('same')), store.create(spec('same'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(store.create(spec('same'))).rejects.toMatchObject({ code: 'VOLUME_NAME_IN_USE' });
    const other = spec('other');
    await store.create(other);
    await expect(store.update({ ...other, name: 'same' })).rejects.toMatchObject({ code: 'VOLUME_NAME_IN_USE' });
    expect(entries()).toHaveLength(2);
  });

  it('refuses more than the file system could hold, and leaves nothing behind', async () => {
    await expect(store.create(spec('huge', { sizeBytes: 2 ** 50 }))).rejects.toMatchObject({
      code: 'VOLUME_CAPACITY_EXCEEDED',
    });
    expect(entries()).toEqual([]);
    const small = spec('small');
    await store.create(small);
    await expect(store.grow(small.uid, 2 ** 50)).rejects.toMatchObject({ code: 'VOLUME_CAPACITY_EXCEEDED' });
    expect(store.get(small.uid)!.spec.sizeBytes).toBe(4 * MIB);
  });

  it('changes what may change, durably, and keeps size and backing', async () => {
    const wanted = spec('one');
    await store.create(wanted);
    const changes = { name: 'two', writeCache: 'Writethrough', allowedClients: [], isCopyProtected: true } as const;
    await store.update({ ...wanted, ...changes, sizeBytes: 1, backing: { type: 'Block', path: '/x' } });
    await restart();
    expect(store.get(wanted.uid)!.spec).toEqual({ ...wanted, ...changes });
    await expect(store.update(spec('none'))).rejects.toMatchObject({ code: 'VOLUME_NOT_FOUND' });
  });

  it('grows, durably and by zeros', async () => {
    const wanted = spec('one');
    const { device } = await store.create(wanted);
    device!.writeNow([Buffer.from('end')], 3, 4 * MIB - 3);
    await store.grow(wanted.uid, 8 * MIB);
    await restart();
    const found = store.get(wanted.uid)!;
    expect(found.spec.sizeBytes).toBe(8 * MIB);
    expect((await content(found.device, 4 * MIB - 3, 6)).toString('latin1')).toBe('end\0\0\0');
    expect((await store.grow(wanted.uid, MIB)).spec.sizeBytes).toBe(8 * MIB);
  });

  it('deleting what is gone is success', async () => {
    await store.delete(newUid<VolumeUid>());
  });

  it('clears at start what a crash left of creating and deleting', async () => {
    const kept = spec('kept');
    const gone = spec('gone');
    await store.create(kept);
    await store.create(gone);
    await store.close();
    const volumes = join(data, 'volumes');
    await rename(join(volumes, gone.uid), join(volumes, `${gone.uid}.deleted`));
    mkdirSync(join(volumes, `${newUid<VolumeUid>()}.new`));
    await restart();
    expect(entries()).toEqual([kept.uid]);
    expect(store.list().map((one) => one.spec.name)).toEqual(['kept']);
  });

  it('keeps a volume whose bytes are missing, with the reason', async () => {
    const wanted = spec('one');
    await store.create(wanted);
    await store.close();
    rmSync(join(data, 'volumes', wanted.uid, 'data'));
    await restart();
    expect(store.get(wanted.uid)).toMatchObject({ device: null, fault: { code: 'DEVICE_FAILED' } });
    await expect(store.grow(wanted.uid, 8 * MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await store.delete(wanted.uid);
    expect(entries()).toEqual([]);
  });

  it('C06: refuses a file of another size in the place of its own, but for a growth that was cut off', async () => {
    const wanted = spec('one');
    await store.create(wanted);
    const file = join(data, 'volumes', wanted.uid, 'data');
    for (const sizeBytes of [wanted.sizeBytes - 512, wanted.sizeBytes + 512]) {
      await store.close();
      truncateSync(file, sizeBytes);
      store = await VolumeStore.open(systemDisk, data, [backing], 'this boot');
      expect(store.get(wanted.uid)).toMatchObject({
        device: null,
        fault: { code: 'DEVICE_FAILED', message: expect.stringContaining(`${file} has ${sizeBytes} bytes`) },
      });
    }
    await store.close();
    await writeVolumeRecord(systemDisk, join(data, 'volumes', wanted.uid), {
      spec: wanted,
      backingPath: null,
      growingToBytes: wanted.sizeBytes + 512,
    });
    store = await VolumeStore.open(systemDisk, data, [backing], 'this boot');
    expect(store.get(wanted.uid)!.device!.sizeBytes).toBe(wanted.sizeBytes);
  });

  describe('a record that cannot be read', () => {
    const recordOf = (wanted: VolumeSpec) => join(data, 'volumes', wanted.uid, 'volume.json');
    const damaged = async (hurt: (wanted: VolumeSpec) => void | Promise<void>): Promise<VolumeSpec> => {
      const wanted = spec('one');
      const { device } = await store.create(wanted);
      device!.writeNow([Buffer.alloc(4096, 7)], 4096, 0);
      await store.create(spec('two'));
      await store.close();
      await hurt(wanted);
      store = await VolumeStore.open(systemDisk, data, [backing], 'this boot');
      return wanted;
    };

    it.each([
      ['is cut', (file: string) => truncateSync(file, 200)],
      ['is empty', (file: string) => truncateSync(file, 0)],
      ['is gone', (file: string) => rmSync(file)],
    ])('C06: when it %s, keeps the volume as damaged until it is ordered again', async (_how, hurt) => {
      const wanted = await damaged((of) => hurt(recordOf(of)));
      expect(store.get(wanted.uid)).toMatchObject({
        spec: { uid: wanted.uid, sizeBytes: 0 },
        device: null,
        fault: { code: 'FORMAT_CORRUPT', message: expect.stringContaining(recordOf(wanted)) },
      });
      expect(store.list().filter(({ device }) => device !== null)).toHaveLength(1);
      await expect(store.mend({ ...wanted, sizeBytes: 2 * wanted.sizeBytes })).rejects.toMatchObject({
        code: 'FORMAT_CORRUPT',
        message: expect.stringContaining(`data has ${wanted.sizeBytes} bytes`),
      });
      await expect(store.mend({ ...wanted, name: 'two' })).rejects.toMatchObject({ code: 'VOLUME_NAME_IN_USE' });
      expect((await store.mend(wanted)).spec).toEqual(wanted);
      await restart();
      expect((await content(store.get(wanted.uid)!.device, 0, 4096)).equals(Buffer.alloc(4096, 7))).toBe(true);
    });

    it("C06: takes another volume's for damage, and names both", async () => {
      const wanted = await damaged((of) => {
        const other = entries().find((name) => name !== of.uid)!;
        copyFileSync(join(data, 'volumes', other, 'volume.json'), recordOf(of));
      });
      expect(store.get(wanted.uid)!.fault!.message).toMatch(`${recordOf(wanted)}: is of volume `);
    });

    it('C06: leaves one of a later version alone, and refuses to start', async () => {
      await expect(
        damaged((of) => writeSmallFile(systemDisk, recordOf(of), 'volume', 99, { spec: of })),
      ).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
    });
  });

  describe('on a file that the operator named', () => {
    const at = (file: string, changes: Partial<VolumeSpec> = {}) =>
      spec('named', { backing: { type: 'File', path: file }, ...changes });

    it('makes it below a listed folder and removes it with the volume', async () => {
      const wanted = at(join(backing, 'disk'));
      await store.create(wanted);
      await restart();
      expect(store.get(wanted.uid)!.device!.path).toBe(join(backing, 'disk'));
      await store.delete(wanted.uid);
      expect(existsSync(join(backing, 'disk'))).toBe(false);
    });

    it('refuses any other place, also one that a link leads to', async () => {
      symlinkSync(data, join(backing, 'link'));
      for (const file of [join(data, 'disk'), join(backing, 'link', 'disk'), join(backing, 'none', 'disk'), backing]) {
        await expect(store.create(at(file))).rejects.toMatchObject({ code: 'VOLUME_BACKING_REFUSED' });
        expect(entries()).toEqual([]);
      }
    });

    it('takes a file that exists only by overwrite, and never one that holds another volume', async () => {
      writeFileSync(join(backing, 'disk'), 'precious');
      const wanted = at(join(backing, 'disk'));
      await expect(store.create(wanted)).rejects.toMatchObject({ code: 'VOLUME_BACKING_IN_USE' });
      expect(existsSync(join(backing, 'disk'))).toBe(true);
      const { device } = await store.create({ ...wanted, isOverwrite: true });
      expect(await content(device, 0, 8)).toEqual(Buffer.alloc(8));
      const second = at(join(backing, 'disk'), { name: 'second', isOverwrite: true });
      await expect(store.create(second)).rejects.toMatchObject({ code: 'VOLUME_BACKING_IN_USE' });
    });
  });

  itWithLoopDevice('takes a block device, zeroed, but one with a signature only by overwrite', async () => {
    const image = join(data, 'image');
    writeFileSync(image, Buffer.alloc(16 * MIB, 7));
    const loop = (await runTool('losetup', ['--find', '--show', image])).stdout.trim();
    try {
      await store.close();
      store = await VolumeStore.open(systemDisk, data, ['/dev'], 'this boot');
      const wanted = spec('block', { backing: { type: 'Block', path: loop } });
      const tooLarge = { ...wanted, sizeBytes: 17 * MIB };
      await expect(store.create(tooLarge)).rejects.toMatchObject({ code: 'VOLUME_CAPACITY_EXCEEDED' });
      const first = await store.create(wanted);
      expect(await isZero(first.device, 0, 4 * MIB)).toBe(true);
      await store.grow(wanted.uid, 8 * MIB);
      expect(await isZero(first.device, 4 * MIB, 4 * MIB)).toBe(true);
      first.device!.writeNow([Buffer.from([0x53, 0xef])], 2, 0x438);
      await first.device!.sync();
      await store.delete(wanted.uid);
      await expect(store.create(wanted)).rejects.toMatchObject({ code: 'VOLUME_BACKING_IN_USE' });
      expect(entries()).toEqual([]);
      const again = await store.create({ ...wanted, isOverwrite: true });
      expect(await content(again.device, 0x438, 2)).toEqual(Buffer.alloc(2));
      await store.delete(wanted.uid);
    } finally {
      await store.close();
      await runTool('losetup', ['--detach', loop]);
    }
  });
});
