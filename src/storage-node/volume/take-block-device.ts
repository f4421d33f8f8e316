import { Refusal } from '../../errors/refusal.js';
import { BlockDevice } from '../device/block-device.js';

/**
 * Takes a device for a new volume and makes it read as zeros, giving its space back where it can.
 * @param isOverwrite takes it although it carries a known signature
 * @throws Refusal VOLUME_CAPACITY_EXCEEDED, VOLUME_BACKING_IN_USE, DEVICE_FAILED
 */
export async function takeBlockDevice(file: string, sizeBytes: number, isOverwrite: boolean): Promise<BlockDevice> {
  const device = await BlockDevice.open(file, 0);
  try {
    refuseBeyond(sizeBytes, device.capacityBytesNow());
    const signature = await device.findSignature();
    if (signature !== null && !isOverwrite) throw new Refusal('VOLUME_BACKING_IN_USE', `${file}: ${signature}`);
    await device.grow(sizeBytes);
    return device;
  } catch (error) {
    await device.close();
    throw error;
  }
}

export function refuseBeyond(sizeBytes: number, availableBytes: number): void {
  if (sizeBytes > availableBytes) {
    throw new Refusal('VOLUME_CAPACITY_EXCEEDED', `${sizeBytes} bytes of ${availableBytes}`);
  }
}
