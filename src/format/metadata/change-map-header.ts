/**
 * The file of a change map: a header of 4 KiB, then blocks of 4 KiB by turns of the active and of the replay bitmap, so that both
 * grow at the end of the file. One bit a region, lowest bit of a byte first. See docs/formats/metadata.md.
 */
import { Refusal } from '../../errors/refusal.js';
import { crc32OfRange } from '../bytes/crc.js';
import { readU64, writeU64 } from '../bytes/u64.js';

/** "EKCM" */
export const CHANGE_MAP_MAGIC = 0x454b434d;
export const CHANGE_MAP_VERSION = 1;
export const CHANGE_MAP_HEADER_BYTES = 4096;
export const CHANGE_MAP_BLOCK_BYTES = 4096;
const FIELDS_BYTES = 24;

export interface ChangeMapHeader {
  /** Size of the volume. */
  readonly sizeBytes: number;
  /** Bytes of the volume that one bit stands for, a power of two. */
  readonly regionBytes: number;
}

export function encodeChangeMapHeader(header: ChangeMapHeader): Buffer {
  const buffer = Buffer.alloc(CHANGE_MAP_HEADER_BYTES);
  buffer.writeUInt32BE(CHANGE_MAP_MAGIC, 0);
  buffer[4] = CHANGE_MAP_VERSION;
  buffer.writeUInt32BE(header.regionBytes, 8);
  writeU64(buffer, header.sizeBytes, 12);
  buffer.writeUInt32BE(crc32OfRange(buffer, 0, 20), 20);
  return buffer;
}

/**
 * @param name what a refusal names
 * @throws Refusal FORMAT_UNSUPPORTED for another kind of file or version, FORMAT_CORRUPT
 */
export function decodeChangeMapHeader(buffer: Buffer, name: string): ChangeMapHeader {
  if (buffer.length < FIELDS_BYTES || buffer.readUInt32BE(0) !== CHANGE_MAP_MAGIC || buffer[4] !== CHANGE_MAP_VERSION) {
    throw new Refusal('FORMAT_UNSUPPORTED', name);
  }
  const header = { regionBytes: buffer.readUInt32BE(8), sizeBytes: readU64(buffer, 12) };
  const isPowerOfTwo = header.regionBytes >= 512 && (header.regionBytes & (header.regionBytes - 1)) === 0;
  if (
    buffer.readUInt32BE(20) !== crc32OfRange(buffer, 0, 20) ||
    !isPowerOfTwo ||
    !Number.isSafeInteger(header.sizeBytes)
  ) {
    throw new Refusal('FORMAT_CORRUPT', `${name}: header`);
  }
  return header;
}

/** Regions of a volume; the last one may be partial. */
export function regionCountOf(header: ChangeMapHeader): number {
  return Math.ceil(header.sizeBytes / header.regionBytes);
}

/** Blocks that each of the two bitmaps takes. */
export function blockCountOf(header: ChangeMapHeader): number {
  return Math.ceil(regionCountOf(header) / (8 * CHANGE_MAP_BLOCK_BYTES));
}

/** Where a block of a bitmap stands in the file. */
export function blockPosition(bitmap: 'active' | 'replay', block: number): number {
  return CHANGE_MAP_HEADER_BYTES + (2 * block + (bitmap === 'active' ? 0 : 1)) * CHANGE_MAP_BLOCK_BYTES;
}
