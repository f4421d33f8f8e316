import { close, constants, fstatSync, open } from 'node:fs';
import { promisify } from 'node:util';
import { Refusal } from '../../errors/refusal.js';
import { GIB } from '../../model/sizes.js';
import { BLOCK_SIGNATURES } from './block-signatures.js';
import type { DeviceExtent } from './device.js';
import { Descriptor } from './descriptor.js';
import { endOffsetNow, zeroRange } from './libc.js';
import { RandomAccessDevice } from './random-access-device.js';
import { systemRefusal } from './system-refusal.js';

const openFile = promisify(open);

/** Devices take whole logical blocks in discard and zero calls; none in use has larger ones. */
const BLOCK_BYTES = 4096;

/** A block device, used from its start up to the size of the volume. */
export class BlockDevice extends RandomAccessDevice<Descriptor> {
  readonly isThin = false;

  /**
   * @param sizeBytes what is used of it
   * @throws Refusal DEVICE_FAILED when it is not a block device, too small, or claimed (mounted, part of a RAID)
   */
  static async open(path: string, sizeBytes: number): Promise<BlockDevice> {
    // O_EXCL without O_CREAT: the kernel refuses a device that somebody else claimed.
    const fd = await openFile(path, constants.O_RDWR | constants.O_EXCL).catch((error: unknown) => {
      throw systemRefusal(error, path);
    });
    const device = new BlockDevice(new Descriptor(path, fd), sizeBytes);
    const fault = !fstatSync(fd).isBlockDevice()
      ? 'is not a block device'
      : device.capacityBytesNow() < sizeBytes
        ? `holds only ${device.capacityBytesNow()} bytes`
        : null;
    if (fault === null) return device;
    close(fd);
    throw new Refusal('DEVICE_FAILED', `${path} ${fault}`);
  }

  /** Size of the whole device. */
  capacityBytesNow(): number {
    return endOffsetNow(this.bytes.fd);
  }

  /** Name of the first known file system, partition table or volume manager on it; null when none is seen. */
  async findSignature(): Promise<string | null> {
    for (const { name, offset, bytes } of BLOCK_SIGNATURES) {
      if (offset + bytes.length > this.capacityBytesNow()) continue;
      const found = Buffer.alloc(bytes.length);
      await this.read(found, offset);
      if (found.equals(bytes)) return name;
    }
    return null;
  }

  async zero(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    const end = offset + lengthBytes;
    const blocksStart = Math.min(end, Math.ceil(offset / BLOCK_BYTES) * BLOCK_BYTES);
    const blocksEnd = Math.max(blocksStart, Math.floor(end / BLOCK_BYTES) * BLOCK_BYTES);
    await this.writeZeros(offset, blocksStart - offset);
    // In pieces, so that no thread of the pool is held for the whole of a large device.
    for (let at = blocksStart; at < blocksEnd; at += GIB) {
      await this.zeroBlocks(at, Math.min(GIB, blocksEnd - at), mayPunch);
    }
    await this.writeZeros(blocksEnd, end - blocksEnd);
  }

  /** On a device, punching gives space back and zeroing lets the device write zeros itself; both promise zeros. */
  private async zeroBlocks(offset: number, lengthBytes: number, mayPunch: boolean): Promise<void> {
    const punched = mayPunch ? await zeroRange(this.bytes.fd, 'punch', offset, lengthBytes) : 'EOPNOTSUPP';
    if (punched !== 'EOPNOTSUPP') return this.expectDone(punched);
    const zeroed = await zeroRange(this.bytes.fd, 'zero', offset, lengthBytes);
    if (zeroed !== 'EOPNOTSUPP') return this.expectDone(zeroed);
    return this.writeZeros(offset, lengthBytes);
  }

  private expectDone(code: string | null): void {
    if (code !== null) throw systemRefusal({ code }, this.path);
  }

  private writeZeros(offset: number, lengthBytes: number): Promise<void> {
    return this.refusing(this.bytes.writeZeros(offset, lengthBytes));
  }

  extentsNow(offset: number, lengthBytes: number): DeviceExtent[] {
    return lengthBytes === 0 ? [] : [{ offset, lengthBytes, isHole: false }];
  }

  override usedBytesNow(): number {
    return this.sizeBytes;
  }

  /** The device itself must have been grown before; DEVICE_FULL when it is too small. */
  async grow(sizeBytes: number): Promise<void> {
    if (sizeBytes <= this.sizeBytes) return;
    if (this.capacityBytesNow() < sizeBytes) {
      throw new Refusal('DEVICE_FULL', `${this.path} holds only ${this.capacityBytesNow()} bytes`);
    }
    await this.zero(this.sizeBytes, sizeBytes - this.sizeBytes, true);
    await this.sync();
    this.sizeBytes = sizeBytes;
  }
}
