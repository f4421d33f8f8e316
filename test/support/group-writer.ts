/**
 * A host of several volumes that writes one numbered block after another, each when the one before is acknowledged: the volumes take
 * turns, so that which of the numbers are in an image tells whether it is a prefix.
 */
import type { VolumeHost } from './volume-host.js';

const BLOCK_BYTES = 4096;
/** Blocks of each volume that are written, again and again. */
const BLOCKS = 16;

export class GroupWriter {
  /** Of the last write that was acknowledged; the first is 1. */
  acknowledged = 0;
  /** Errors that writes were answered with. */
  readonly failed: string[] = [];
  private running: Promise<void> | null = null;
  private isStopping = false;

  constructor(private readonly volumes: readonly VolumeHost[]) {}

  start(): void {
    this.isStopping = false;
    this.running ??= this.run().finally(() => (this.running = null));
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  /** Resolves when so many are acknowledged. */
  async until(count: number): Promise<void> {
    while (this.acknowledged < count) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  private async run(): Promise<void> {
    for (let number = this.acknowledged + 1; !this.isStopping; number++) {
      const { slot, offset } = this.placeOf(number);
      const error = await this.volumes[slot]!.write(offset, blockOf(number));
      if (error !== null) this.failed.push(error);
      this.acknowledged = number;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private placeOf(number: number): { slot: number; offset: number } {
    const turn = Math.floor(number / this.volumes.length);
    return { slot: number % this.volumes.length, offset: (turn % BLOCKS) * BLOCK_BYTES };
  }

  /** The highest number in an image; 0 when there is none. */
  lastBefore(image: Buffer): number {
    let last = 0;
    for (let block = 0; block < BLOCKS; block++) last = Math.max(last, numberIn(image, block * BLOCK_BYTES));
    return last;
  }

  /**
   * How far the writes go that these images hold.
   * @param images by slot; undefined for a volume that is not looked at
   * @throws Error naming the first block that is not as it was after that write
   */
  prefixIn(images: readonly (Buffer | undefined)[]): number {
    const last = Math.max(...images.map((image) => (image === undefined ? 0 : this.lastBefore(image))));
    const period = this.volumes.length * BLOCKS;
    for (let number = Math.max(1, last - period + 1); number <= last; number++) {
      const { slot, offset } = this.placeOf(number);
      const image = images[slot];
      const found = image === undefined ? number : numberIn(image, offset);
      if (found !== number) throw new Error(`write ${last} is there, and of ${number} in volume ${slot} only ${found}`);
    }
    return last;
  }
}

function blockOf(number: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at += 8) block.writeBigUInt64BE(BigInt(number), at);
  return block;
}

/** The number of a block, if all of it is of one write. */
function numberIn(image: Buffer, offset: number): number {
  const number = Number(image.readBigUInt64BE(offset));
  return image.subarray(offset, offset + BLOCK_BYTES).equals(blockOf(number)) ? number : 0;
}
