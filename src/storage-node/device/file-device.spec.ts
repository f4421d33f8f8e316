import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KIB, MIB } from '../../model/sizes.js';
import { FileDevice } from './file-device.js';
import { systemDisk } from './system-disk.js';

describe('file device', () => {
  let folder: string;
  let device: FileDevice;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-file-device-'));
    device = await FileDevice.create(systemDisk, join(folder, 'data'), 4 * MIB);
  });

  afterEach(async () => {
    await device.close();
    rmSync(folder, { recursive: true });
  });

  async function content(offset: number, length: number): Promise<Buffer> {
    const target = Buffer.alloc(length, 0xee);
    await device.read(target, offset);
    return target;
  }

  it('is a hole when new and reads as zeros', async () => {
    expect(device.usedBytesNow()).toBe(0);
    expect(device.extentsNow(0, 4 * MIB)).toEqual([{ offset: 0, lengthBytes: 4 * MIB, isHole: true }]);
    expect(await content(4 * MIB - 100, 100)).toEqual(Buffer.alloc(100));
  });

  it('writes one buffer and several, at any offset', async () => {
    device.writeNow([Buffer.from('evenkeel')], 8, 4093);
    device.writeNow([Buffer.from('one'), Buffer.from(''), Buffer.from('two')], 6, 5000);
    await device.write([Buffer.from('three'), Buffer.from('four')], 9, 6000);
    await device.write([Buffer.from('five')], 4, 7000);
    expect((await content(4093, 8)).toString()).toBe('evenkeel');
    expect((await content(5000, 6)).toString()).toBe('onetwo');
    expect((await content(6000, 9)).toString()).toBe('threefour');
    expect((await content(7000, 4)).toString()).toBe('five');
  });

  it('writes more buffers than the system takes in one call', async () => {
    const buffers = Array.from({ length: 3000 }, (_, index) => Buffer.from([index & 0xff]));
    device.writeNow(buffers, 3000, 10);
    await device.write(buffers, 3000, 10_000);
    expect(await content(10, 3000)).toEqual(Buffer.concat(buffers));
    expect(await content(10_000, 3000)).toEqual(Buffer.concat(buffers));
  });

  it('writes what takes several calls, in buffers that fit none of them', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_001 }, (_, index) => (index * 7) & 0xff));
    const cuts = [0, 1, 100_000, 100_000, 131_073, 280_000, bytes.length];
    const buffers = cuts.slice(1).map((cut, index) => bytes.subarray(cuts[index], cut));
    device.writeNow(buffers, bytes.length, 1000);
    expect((await content(1000, bytes.length)).equals(bytes)).toBe(true);
    await device.write(buffers, bytes.length, 500_000);
    expect((await content(500_000, bytes.length)).equals(bytes)).toBe(true);
  });

  it('reads what was just written without waiting, into a slice of a larger buffer', () => {
    device.writeNow([Buffer.alloc(8 * KIB, 7)], 8 * KIB, 64 * KIB);
    const memory = Buffer.alloc(10 * KIB, 1);
    expect(device.readNow(memory.subarray(KIB, 9 * KIB), 64 * KIB)).toBe(true);
    expect(memory).toEqual(Buffer.concat([Buffer.alloc(KIB, 1), Buffer.alloc(8 * KIB, 7), Buffer.alloc(KIB, 1)]));
    expect(device.isWarm(64 * KIB + 1, 100)).toBe(true);
  });

  it('does not read at once what lies beyond its end', () => {
    expect(device.readNow(Buffer.alloc(200), 4 * MIB - 100)).toBe(false);
  });

  it('gives space back when it may punch, keeps it when not', async () => {
    device.writeNow([Buffer.alloc(MIB, 7)], MIB, 0);
    await device.sync();
    await device.zero(100, MIB - 100, false);
    expect(device.usedBytesNow()).toBeGreaterThanOrEqual(MIB);
    expect((await content(0, MIB)).equals(Buffer.concat([Buffer.alloc(100, 7), Buffer.alloc(MIB - 100)]))).toBe(true);
    await device.zero(0, MIB, true);
    expect(device.usedBytesNow()).toBe(0);
    expect((await content(0, MIB)).equals(Buffer.alloc(MIB))).toBe(true);
  });

  it('tells data from holes in order', () => {
    device.writeNow([Buffer.alloc(64 * KIB, 7)], 64 * KIB, 128 * KIB);
    expect(device.extentsNow(4 * KIB, MIB)).toEqual([
      { offset: 4 * KIB, lengthBytes: 124 * KIB, isHole: true },
      { offset: 128 * KIB, lengthBytes: 64 * KIB, isHole: false },
      { offset: 192 * KIB, lengthBytes: 836 * KIB, isHole: true },
    ]);
    expect(device.extentsNow(130 * KIB, 10)).toEqual([{ offset: 130 * KIB, lengthBytes: 10, isHole: false }]);
  });

  it('grows by zeros, also over what a crashed growth left behind', async () => {
    appendFileSync(device.path, 'left over');
    await device.grow(8 * MIB);
    expect(device.sizeBytes).toBe(8 * MIB);
    expect(await content(4 * MIB, 100)).toEqual(Buffer.alloc(100));
  });

  it('refuses a file that exists when it creates, and a missing, short or odd one when it opens', async () => {
    await expect(FileDevice.create(systemDisk, device.path, MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await expect(FileDevice.open(systemDisk, join(folder, 'none'), MIB)).rejects.toMatchObject({
      code: 'DEVICE_FAILED',
    });
    await expect(FileDevice.open(systemDisk, folder, MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    writeFileSync(join(folder, 'short'), 'x');
    await expect(FileDevice.open(systemDisk, join(folder, 'short'), MIB)).rejects.toMatchObject({
      code: 'DEVICE_FAILED',
    });
  });

  it('names the failed call instead of hanging when the file lost its end', async () => {
    truncateSync(device.path, MIB);
    await expect(device.read(Buffer.alloc(100), 2 * MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
  });

  it('finds its bytes again when it is opened again', async () => {
    device.writeNow([Buffer.from('kept')], 4, 77);
    await device.sync();
    await device.close();
    device = await FileDevice.open(systemDisk, join(folder, 'data'), 4 * MIB);
    expect((await content(77, 4)).toString()).toBe('kept');
  });
});
