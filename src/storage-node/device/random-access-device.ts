import { Refusal } from '../../errors/refusal.js';
import type { Device, DeviceExtent } from './device.js';
import type { RandomAccess } from './disk.js';
import { systemRefusal } from './system-refusal.js';

/** What sparse files and block devices have in common: bytes at positions, and failures told as Refusals. */
export abstract class RandomAccessDevice<Bytes extends RandomAccess> implements Device {
  abstract readonly isThin: boolean;

  constructor(
    protected readonly bytes: Bytes,
    public sizeBytes: number,
  ) {}

  get path(): string {
    return this.bytes.path;
  }

  abstract zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void>;
  abstract extentsNow(offset: number, lengthBytes: number): DeviceExtent[];
  abstract grow(sizeBytes: number): Promise<void>;

  writeNow(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): void {
    try {
      this.bytes.writeNow(buffers, lengthBytes, offset);
    } catch (error) {
      throw systemRefusal(error, this.path);
    }
  }

  write(buffers: readonly Uint8Array[], lengthBytes: number, offset: number): Promise<void> {
    return this.refusing(this.bytes.write(buffers, lengthBytes, offset));
  }

  readNow(target: Uint8Array, offset: number): boolean {
    return this.bytes.readNow(target, offset);
  }

  async read(target: Uint8Array, offset: number): Promise<void> {
    const count = await this.refusing(this.bytes.read(target, offset));
    if (count < target.length) throw new Refusal('DEVICE_FAILED', `${this.path} ends at ${offset + count}`);
  }

  isWarm(offset: number, lengthBytes: number): boolean {
    return this.bytes.isWarm(offset, lengthBytes);
  }

  usedBytesNow(): number {
    return this.bytes.usedBytesNow();
  }

  sync(): Promise<void> {
    return this.refusing(this.bytes.datasync());
  }

  close(): Promise<void> {
    return this.refusing(this.bytes.close());
  }

  protected refusing<T>(work: Promise<T>): Promise<T> {
    return work.catch((error: unknown) => {
      throw systemRefusal(error, this.path);
    });
  }
}
