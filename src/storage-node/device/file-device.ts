import { Refusal } from '../../errors/refusal.js';
import type { DeviceExtent } from './device.js';
import type { Disk, DiskFile } from './disk.js';
import { RandomAccessDevice } from './random-access-device.js';
import { systemRefusal } from './system-refusal.js';

/** A sparse file. It may be longer than the device, after a crash in the middle of growing; the rest is not looked at. */
export class FileDevice extends RandomAccessDevice<DiskFile> {
  readonly isThin = true;

  /** Makes a file of nothing but a hole, durable but for its name in the folder. Refused when the file exists. */
  static async create(disk: Disk, path: string, sizeBytes: number): Promise<FileDevice> {
    const device = new FileDevice(await refusing(disk.open(path, 'new'), path), sizeBytes);
    try {
      await device.resize(sizeBytes);
      return device;
    } catch (error) {
      await device.close();
      throw error;
    }
  }

  /**
   * Refused with DEVICE_FAILED when the file is missing, shorter than `sizeBytes`, or longer than `fileBytesMax`: then it is another
   * volume's.
   */
  static async open(disk: Disk, path: string, sizeBytes: number, fileBytesMax = Infinity): Promise<FileDevice> {
    const device = new FileDevice(await refusing(disk.open(path, 'existing'), path), sizeBytes);
    const fileBytes = device.bytes.sizeBytesNow();
    if (fileBytes >= sizeBytes && fileBytes <= fileBytesMax) return device;
    await device.close();
    throw new Refusal('DEVICE_FAILED', `${path} has ${fileBytes} bytes instead of ${sizeBytes}`);
  }

  zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    return this.refusing(this.bytes.zero(offset, lengthBytes, mayPunch));
  }

  extentsNow(offset: number, lengthBytes: number): DeviceExtent[] {
    return this.bytes.extentsNow(offset, lengthBytes);
  }

  async grow(sizeBytes: number): Promise<void> {
    if (sizeBytes > this.sizeBytes) {
      // What a crashed growth left beyond the end must read as zeros.
      const leftover = this.bytes.sizeBytesNow() - this.sizeBytes;
      if (leftover > 0) await this.zero(this.sizeBytes, leftover, true);
      await this.resize(sizeBytes);
    }
  }

  private async resize(sizeBytes: number): Promise<void> {
    await this.refusing(this.bytes.resize(sizeBytes));
    await this.sync();
    this.sizeBytes = sizeBytes;
  }
}

function refusing<T>(work: Promise<T>, path: string): Promise<T> {
  return work.catch((error: unknown) => {
    throw systemRefusal(error, path);
  });
}
