import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIB } from '../../model/sizes.js';
import { FaultyDevice } from './faulty-device.js';
import { FileDevice } from './file-device.js';
import { systemDisk } from './system-disk.js';

describe('faulty device', () => {
  let folder: string;
  let device: FaultyDevice;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-faulty-device-'));
    device = new FaultyDevice(await FileDevice.create(systemDisk, join(folder, 'data'), MIB));
  });

  afterEach(async () => {
    await device.close();
    rmSync(folder, { recursive: true });
  });

  it('fails as scripted, so often and not before, and leaves the data alone', async () => {
    device.fail('write', 'ENOSPC', 1, 1);
    const bytes = [Buffer.from('a')];
    device.writeNow(bytes, 1, 0);
    expect(() => device.writeNow(bytes, 1, 1)).toThrow(expect.objectContaining({ code: 'DEVICE_FULL' }));
    await device.write(bytes, 1, 2);
    const found = Buffer.alloc(3);
    await device.read(found, 0);
    expect(found.toString('latin1')).toBe('a\0a');
    expect(device.calls.write).toBe(3);
  });

  it('fails syncs until it is repaired', async () => {
    device.fail('sync', 'EIO');
    await expect(device.sync()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await expect(device.sync()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    device.repair();
    await device.sync();
  });

  it('holds cold reads until they are let go', async () => {
    device.isCold = true;
    const release = device.hold('read');
    const target = Buffer.alloc(10, 1);
    expect(device.readNow(target, 0)).toBe(false);
    expect(device.isWarm(1, 10)).toBe(false);
    let isRead = false;
    const reading = device.read(target, 0).then(() => (isRead = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isRead).toBe(false);
    release();
    await reading;
    expect(target).toEqual(Buffer.alloc(10));
  });
});
