import { MIB } from '../../src/model/sizes.js';
import { type BlockTarget, HostOperation, HostRequest } from '../../src/storage-node/volume/host-request.js';
import type { GroupSpace } from '../support/group-space.js';
import type { Attachment } from './simulated-host.js';
import type { Life } from './simulated-network.js';

const READ_BYTES = MIB;

/**
 * What a host reads of the volumes, as far as the oracle knows them; null when it cannot.
 * @param wanted indexes of volumes; all when not said
 */
export async function readSpace(
  attachment: Attachment,
  space: GroupSpace,
  wanted: ReadonlySet<number> = new Set(space.spans.keys()),
): Promise<Buffer | null> {
  const image = Buffer.alloc(space.sizeBytes);
  for (const [volume, { offset, length }] of space.spans.entries()) {
    if (!wanted.has(volume)) continue;
    const start = space.starts[volume]!;
    for (let at = 0; at < length; at += READ_BYTES) {
      const bytes = Math.min(READ_BYTES, length - at);
      const data = await read(attachment.targets[volume]!, attachment.life, offset + at, bytes);
      if (data === null) return null;
      data.copy(image, start + at);
    }
  }
  return image;
}

function read(target: BlockTarget, life: Life, offset: number, length: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    // What is small lies in memory that is used again.
    const completeRead = (_: HostRequest, bytes: Buffer): void => resolve(Buffer.from(bytes));
    const sink = { complete: () => resolve(null), completeRead };
    const request = new HostRequest(sink, 0, 0, HostOperation.Read, offset, length, [], false, false, false, false);
    target.submit([request]);
    void life.whenEnded.then(() => resolve(null));
  });
}
