import { crc32 } from 'node:zlib';

export const BLOCK_BYTES = 4096;

const zeroBlock = crc32(Buffer.alloc(BLOCK_BYTES));

export interface Comparison {
  /** Blocks that hold what was acknowledged last, or, where no answer came, one of the two contents that are right. */
  readonly rightBlocks: number;
  readonly wrongBlocks: readonly number[];
  /** Blocks whose last write was cut off before its answer. */
  readonly unsureBlocks: number;
}

/**
 * What a host knows about its disk: a CRC of each block as it was last acknowledged. A write whose answer never came leaves its blocks
 * unsure: they may hold the old or the new content until they are looked at.
 */
export class ImageModel {
  private readonly crcs: Uint32Array;
  private readonly unsure = new Map<number, Set<number>>();

  constructor(readonly sizeBytes: number) {
    this.crcs = new Uint32Array(sizeBytes / BLOCK_BYTES).fill(zeroBlock);
  }

  get blockCount(): number {
    return this.crcs.length;
  }

  /** The running checksum: one number for the whole image. */
  get checksum(): string {
    return crc32(Buffer.from(this.crcs.buffer)).toString(16).padStart(8, '0');
  }

  acknowledged(offset: number, data: Buffer): void {
    eachBlock(offset, data, (block, crc) => {
      this.crcs[block] = crc;
      this.unsure.delete(block);
    });
  }

  unanswered(offset: number, data: Buffer): void {
    eachBlock(offset, data, (block, crc) => {
      const allowed = this.unsure.get(block) ?? new Set([this.crcs[block]!]);
      this.unsure.set(block, allowed.add(crc));
    });
  }

  /** Looks at a piece of the real image. Unsure blocks are settled by what is found. */
  compare(offset: number, data: Buffer): Comparison {
    const wrongBlocks: number[] = [];
    let unsureBlocks = 0;
    eachBlock(offset, data, (block, crc) => {
      const allowed = this.unsure.get(block);
      if (allowed?.has(crc)) {
        unsureBlocks += 1;
        this.unsure.delete(block);
        this.crcs[block] = crc;
      } else if (crc !== this.crcs[block]) wrongBlocks.push(block);
    });
    return { rightBlocks: data.length / BLOCK_BYTES - wrongBlocks.length, wrongBlocks, unsureBlocks };
  }
}

function eachBlock(offset: number, data: Buffer, visit: (block: number, crc: number) => void): void {
  for (let at = 0; at < data.length; at += BLOCK_BYTES) {
    visit((offset + at) / BLOCK_BYTES, crc32(data.subarray(at, at + BLOCK_BYTES)));
  }
}
