import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itWithLoopDevice, runTool } from '../../../test/support/tools.js';
import { KIB, MIB } from '../../model/sizes.js';
import { BlockDevice } from './block-device.js';

describe('block device', () => {
  let folder: string;
  let backing: string;
  let path: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-block-device-'));
    backing = join(folder, 'backing');
    writeFileSync(backing, '');
    truncateSync(backing, 16 * MIB);
    path = (await runTool('losetup', ['--find', '--show', backing])).stdout.trim();
  });

  afterEach(async () => {
    if (path !== '') await runTool('losetup', ['--detach', path]);
    rmSync(folder, { recursive: true });
  });

  async function withDevice(run: (device: BlockDevice) => Promise<void>): Promise<void> {
    const device = await openWhenFree();
    await run(device).finally(() => device.close());
  }

  /** Whoever looks for a free loop device at the same time claims this one for a moment. */
  async function openWhenFree(triesLeft = 100): Promise<BlockDevice> {
    try {
      return await BlockDevice.open(path, 8 * MIB);
    } catch (error) {
      if (triesLeft === 0 || !String(error).includes('EBUSY')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return openWhenFree(triesLeft - 1);
    }
  }

  itWithLoopDevice('knows the size of the whole device and reads and writes it', () =>
    withDevice(async (device) => {
      expect(device.capacityBytesNow()).toBe(16 * MIB);
      device.writeNow([Buffer.from('even'), Buffer.from('keel')], 8, 12_345);
      const target = Buffer.alloc(8);
      expect(device.readNow(target, 12_345)).toBe(true);
      expect(target.toString()).toBe('evenkeel');
      await device.sync();
      expect(device.extentsNow(5, 100)).toEqual([{ offset: 5, lengthBytes: 100, isHole: false }]);
    }),
  );

  itWithLoopDevice('zeroes ranges of any alignment and discards what it may', () =>
    withDevice(async (device) => {
      await device.write([Buffer.alloc(4 * MIB, 7)], 4 * MIB, 0);
      await device.sync();
      const usedBefore = statSync(backing).blocks;
      await device.zero(1000, 2 * MIB, true);
      await device.zero(3 * MIB + 5, 30, false);
      await device.zero(3 * MIB + 8 * KIB, 64 * KIB, false);
      const expected = Buffer.alloc(4 * MIB, 7);
      expected.fill(0, 1000, 1000 + 2 * MIB).fill(0, 3 * MIB + 5, 3 * MIB + 35);
      expected.fill(0, 3 * MIB + 8 * KIB, 3 * MIB + 72 * KIB);
      const found = Buffer.alloc(4 * MIB);
      await device.read(found, 0);
      expect(found.equals(expected)).toBe(true);
      expect(statSync(backing).blocks).toBeLessThan(usedBefore);
    }),
  );

  itWithLoopDevice('grows into the rest of the device as zeros, not beyond it', () =>
    withDevice(async (device) => {
      await device.write([Buffer.alloc(100, 7)], 100, 9 * MIB);
      await device.grow(12 * MIB);
      const found = Buffer.alloc(100, 1);
      await device.read(found, 9 * MIB);
      expect(found).toEqual(Buffer.alloc(100));
      await expect(device.grow(17 * MIB)).rejects.toMatchObject({ code: 'DEVICE_FULL' });
    }),
  );

  itWithLoopDevice('sees a file system, and nothing on an empty device', () =>
    withDevice(async (device) => {
      expect(await device.findSignature()).toBeNull();
      await device.write([Buffer.from([0x53, 0xef])], 2, 0x438);
      expect(await device.findSignature()).toBe('ext2, ext3 or ext4');
    }),
  );

  itWithLoopDevice('refuses a plain file, and a device that is too small or claimed', async () => {
    await expect(BlockDevice.open(backing, MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await expect(BlockDevice.open(path, 17 * MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await withDevice(async () => {
      await expect(BlockDevice.open(path, MIB)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    });
  });
});
