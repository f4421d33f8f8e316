import { Refusal } from '../../errors/refusal.js';
import { ChunkQueue } from './chunk-queue.js';
import {
  CLIENT_FLAGS_BYTES,
  NBD_FLAG_C_FIXED_NEWSTYLE,
  NBD_FLAG_C_NO_ZEROES,
  NBD_MAX_STRING_BYTES,
  NBD_OPTS_MAGIC_HIGH,
  NBD_OPTS_MAGIC_LOW,
  OPTION_HEADER_BYTES,
} from './messages.js';

/** Data of an option that is kept: a name and a good number of short queries. Longer data is passed over. */
const OPTION_DATA_BYTES_MAX = 8 * NBD_MAX_STRING_BYTES;

export interface ClientOption {
  readonly option: number;
  readonly data: Buffer;
  /** Longer than any option needs; `data` is empty. */
  readonly isTooLong: boolean;
}

/** The client's flags and options out of its bytes: `push`, then `next` until it is null. */
export class OptionParser {
  /** Whether the client wants no padding after EXPORT_NAME. Known with the first option. */
  isNoZeroes = false;

  private readonly queue = new ChunkQueue(OPTION_HEADER_BYTES);
  private hasFlags = false;
  private option: number | null = null;
  private data = Buffer.alloc(0);
  private isTooLong = false;
  private missingBytes = 0;

  push(chunk: Buffer): void {
    this.queue.push(chunk);
  }

  /** @throws Refusal REQUEST_INVALID when the bytes are not NBD */
  next(): ClientOption | null {
    if (!this.hasFlags && !this.readFlags()) return null;
    if (this.option === null && !this.readHeader()) return null;
    while (this.missingBytes > 0 && this.queue.bytes > 0) {
      if (this.isTooLong) {
        this.missingBytes -= this.queue.drop(this.missingBytes);
      } else {
        const piece = this.queue.take(this.missingBytes);
        piece.copy(this.data, this.data.length - this.missingBytes);
        this.missingBytes -= piece.length;
      }
    }
    if (this.missingBytes > 0) return null;
    const option = { option: this.option!, data: this.data, isTooLong: this.isTooLong };
    this.option = null;
    return option;
  }

  /** Whether nothing came behind the last option. */
  get isEmpty(): boolean {
    return this.option === null && this.queue.bytes === 0;
  }

  /** What came behind the last option: the first requests. The parser is empty afterwards. */
  rest(): Buffer[] {
    const chunks: Buffer[] = [];
    while (this.queue.bytes > 0) chunks.push(this.queue.take(this.queue.bytes));
    return chunks;
  }

  private readFlags(): boolean {
    if (!this.queue.locate(CLIENT_FLAGS_BYTES)) return false;
    const flags = this.queue.located.readUInt32BE(this.queue.locatedAt);
    const known = NBD_FLAG_C_FIXED_NEWSTYLE | NBD_FLAG_C_NO_ZEROES;
    if ((flags & ~known) !== 0) throw new Refusal('REQUEST_INVALID', `client flags 0x${flags.toString(16)}`);
    this.isNoZeroes = (flags & NBD_FLAG_C_NO_ZEROES) !== 0;
    this.hasFlags = true;
    return true;
  }

  private readHeader(): boolean {
    if (!this.queue.locate(OPTION_HEADER_BYTES)) return false;
    const { located, locatedAt } = this.queue;
    const isMagic =
      located.readUInt32BE(locatedAt) === NBD_OPTS_MAGIC_HIGH &&
      located.readUInt32BE(locatedAt + 4) === NBD_OPTS_MAGIC_LOW;
    if (!isMagic) throw new Refusal('REQUEST_INVALID', 'option magic');
    this.option = located.readUInt32BE(locatedAt + 8);
    this.missingBytes = located.readUInt32BE(locatedAt + 12);
    this.isTooLong = this.missingBytes > OPTION_DATA_BYTES_MAX;
    this.data = Buffer.alloc(this.isTooLong ? 0 : this.missingBytes);
    return true;
  }
}
