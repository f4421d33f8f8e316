import { close, constants, fstatSync, fsync, ftruncate, open } from 'node:fs';
import { promisify } from 'node:util';
import { Refusal } from '../../errors/refusal.js';
import type { DeviceExtent } from './device.js';
import { DescriptorDevice } from './descriptor-device.js';
import { seekDataNow, seekHoleNow, zeroRange } from './libc.js';
import { systemRefusal } from './system-refusal.js';

/** Extents that one call of extentsNow tells at most, since each costs system calls on the event loop. */
const EXTENTS_MAX = 512;

const openFile = promisify(open);

/** A sparse file. It may be longer than the device, after a crash in the middle of growing; the rest is not looked at. */
export class FileDevice extends DescriptorDevice {
  readonly isThin = true;

  /** Makes a file of nothing but a hole, durable but for its name in the folder. Refused when the file exists. */
  static async create(path: string, sizeBytes: number): Promise<FileDevice> {
    const device = await FileDevice.openWith(path, constants.O_CREAT | constants.O_EXCL, sizeBytes);
    try {
      await device.resize(sizeBytes);
      return device;
    } catch (error) {
      await device.close();
      throw error;
    }
  }

  /** Refused with DEVICE_FAILED when the file is missing or shorter than `sizeBytes`. */
  static async open(path: string, sizeBytes: number): Promise<FileDevice> {
    const device = await FileDevice.openWith(path, 0, sizeBytes);
    if (fstatSync(device.fd).size >= sizeBytes) return device;
    await device.close();
    throw new Refusal('DEVICE_FAILED', `${path} is shorter than ${sizeBytes} bytes`);
  }

  private static async openWith(path: string, flags: number, sizeBytes: number): Promise<FileDevice> {
    const fd = await openFile(path, constants.O_RDWR | flags, 0o600).catch((error: unknown) => {
      throw systemRefusal(error, path);
    });
    if (fstatSync(fd).isFile()) return new FileDevice(path, fd, sizeBytes);
    close(fd);
    throw new Refusal('DEVICE_FAILED', `${path} is not a file`);
  }

  async zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    if (lengthBytes === 0) return;
    const code = await zeroRange(this.fd, mayPunch ? 'punch' : 'zero', offset, lengthBytes);
    if (code === 'EOPNOTSUPP') await this.writeZeros(offset, lengthBytes);
    else if (code !== null) throw systemRefusal({ code }, this.path);
  }

  extentsNow(offset: number, lengthBytes: number): DeviceExtent[] {
    const end = offset + lengthBytes;
    const extents: DeviceExtent[] = [];
    for (let at = offset; at < end && extents.length < EXTENTS_MAX;) {
      const data = seekDataNow(this.fd, at);
      const isHole = data > at;
      const next = isHole ? data : data === -1 ? -1 : seekHoleNow(this.fd, at);
      const extentEnd = next === -1 ? end : Math.min(next, end);
      extents.push({ offset: at, lengthBytes: extentEnd - at, isHole });
      at = extentEnd;
    }
    return extents;
  }

  async grow(sizeBytes: number): Promise<void> {
    if (sizeBytes > this.sizeBytes) {
      // What a crashed growth left beyond the end must read as zeros.
      const leftover = fstatSync(this.fd).size - this.sizeBytes;
      if (leftover > 0) await this.zero(this.sizeBytes, leftover, true);
      await this.resize(sizeBytes);
    }
  }

  private async resize(sizeBytes: number): Promise<void> {
    await this.call<void>((callback) => ftruncate(this.fd, sizeBytes, callback));
    await this.call<void>((callback) => fsync(this.fd, callback));
    this.sizeBytes = sizeBytes;
  }
}
