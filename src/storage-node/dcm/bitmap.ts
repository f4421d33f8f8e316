/** Bits in memory, lowest bit of a byte first, with their number kept. Takes as many bytes as the sectors of its file hold. */
import { CHANGE_MAP_SECTOR_BITS_BYTES } from '../../format/metadata/change-map-file.js';

const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

export class Bitmap {
  readonly bytes: Buffer;
  /** The same memory, to skip over what is not set. */
  private readonly words: Uint32Array;
  /** Bits that are set. */
  count = 0;

  /** @param length bits there are; those behind stay 0 */
  constructor(readonly length: number) {
    const sectors = Math.ceil(length / (8 * CHANGE_MAP_SECTOR_BITS_BYTES));
    const memory = new ArrayBuffer(sectors * CHANGE_MAP_SECTOR_BITS_BYTES);
    this.bytes = Buffer.from(memory);
    this.words = new Uint32Array(memory);
  }

  /** A bitmap of `length` bits that begins as these bytes. */
  static of(length: number, bytes: Uint8Array): Bitmap {
    const bitmap = new Bitmap(length);
    bitmap.add(bytes);
    return bitmap;
  }

  has(bit: number): boolean {
    return (this.bytes[bit >>> 3]! & (1 << (bit & 7))) !== 0;
  }

  hasAll(first: number, last: number): boolean {
    for (let bit = first; bit <= last; bit++) if (!this.has(bit)) return false;
    return true;
  }

  set(bit: number): void {
    if (this.has(bit)) return;
    this.bytes[bit >>> 3]! |= 1 << (bit & 7);
    this.count++;
  }

  clear(bit: number): void {
    if (!this.has(bit)) return;
    this.bytes[bit >>> 3]! &= ~(1 << (bit & 7));
    this.count--;
  }

  setAll(): void {
    for (let byte = 0; byte * 8 < this.length; byte++) this.bytes[byte] = this.validBits(byte);
    this.count = this.length;
  }

  clearAll(): void {
    this.bytes.fill(0);
    this.count = 0;
  }

  /** Sets the bits that are set in `bits`, whose first byte stands for the bits from `8 * atByte` on. Bits beyond the end are left out. */
  add(bits: Uint8Array, atByte = 0): void {
    const end = Math.min(bits.length, Math.ceil(this.length / 8) - atByte);
    for (let i = 0; i < end; i++) {
      const before = this.bytes[atByte + i]!;
      const after = before | (bits[i]! & this.validBits(atByte + i));
      this.bytes[atByte + i] = after;
      this.count += BITS_SET[after]! - BITS_SET[before]!;
    }
  }

  /** The first bit set from `from` on, or -1. */
  next(from: number): number {
    let bit = from;
    while (bit < this.length) {
      if ((bit & 31) === 0 && this.words[bit >>> 5] === 0) bit += 32;
      else if (this.has(bit)) return bit;
      else bit++;
    }
    return -1;
  }

  /** The bits of a byte that stand before the end. */
  private validBits(byte: number): number {
    const left = this.length - byte * 8;
    return left >= 8 ? 0xff : (1 << left) - 1;
  }
}
