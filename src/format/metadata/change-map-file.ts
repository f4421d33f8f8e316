/**
 * The file of a change map: a header of 4 KiB, then blocks of 4 KiB by turns of the active and of the replay bitmap, so that both
 * grow at the end of the file. A block is sectors of 512 bytes, each with a checksum of its own: a bit that was lost would be a
 * difference that nobody sees, and a sector is what a loss of power leaves whole. See docs/formats/metadata.md.
 */
import { crc32 } from 'node:zlib';
import { Refusal } from '../../errors/refusal.js';
import { crc32OfRange } from '../bytes/crc.js';
import { readU64, writeU64 } from '../bytes/u64.js';
import { readOwner, writeOwner, type Owner } from './owner.js';

/** "EKCM" */
export const CHANGE_MAP_MAGIC = 0x454b434d;
export const CHANGE_MAP_VERSION = 2;
export const CHANGE_MAP_HEADER_BYTES = 4096;
export const CHANGE_MAP_BLOCK_BYTES = 4096;
export const CHANGE_MAP_SECTOR_BYTES = 512;
/** Bytes of a bitmap that a sector holds; the rest is the checksum. */
export const CHANGE_MAP_SECTOR_BITS_BYTES = CHANGE_MAP_SECTOR_BYTES - 4;
export const CHANGE_MAP_BLOCK_SECTORS = CHANGE_MAP_BLOCK_BYTES / CHANGE_MAP_SECTOR_BYTES;
const AT_OWNER = 20;
const AT_CRC = 52;
const FIELDS_BYTES = 56;

export type BitmapName = 'active' | 'replay';

export interface ChangeMapHeader {
  readonly owner: Owner;
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
  writeOwner(buffer, header.owner, AT_OWNER);
  buffer.writeUInt32BE(crc32OfRange(buffer, 0, AT_CRC), AT_CRC);
  return buffer;
}

/**
 * @param name what a refusal names
 * @throws Refusal FORMAT_CORRUPT for another kind of file too; FORMAT_UNSUPPORTED for another version, whose checksum holds
 */
export function decodeChangeMapHeader(buffer: Buffer, name: string): ChangeMapHeader {
  const isOurs = buffer.length >= FIELDS_BYTES && buffer.readUInt32BE(0) === CHANGE_MAP_MAGIC;
  if (!isOurs || buffer.readUInt32BE(AT_CRC) !== crc32OfRange(buffer, 0, AT_CRC)) {
    throw new Refusal('FORMAT_CORRUPT', `${name}: header`);
  }
  if (buffer[4] !== CHANGE_MAP_VERSION) throw new Refusal('FORMAT_UNSUPPORTED', `${name}: version ${buffer[4]}`);
  const header = {
    owner: readOwner(buffer, AT_OWNER),
    regionBytes: buffer.readUInt32BE(8),
    sizeBytes: readU64(buffer, 12),
  };
  const isPowerOfTwo = header.regionBytes >= 512 && (header.regionBytes & (header.regionBytes - 1)) === 0;
  if (!isPowerOfTwo || !Number.isSafeInteger(header.sizeBytes)) throw new Refusal('FORMAT_CORRUPT', `${name}: header`);
  return header;
}

/** Regions of a volume; the last one may be partial. */
export function regionCountOf(header: Pick<ChangeMapHeader, 'sizeBytes' | 'regionBytes'>): number {
  return Math.ceil(header.sizeBytes / header.regionBytes);
}

/** Blocks that each of the two bitmaps takes. */
export function blockCountOf(header: Pick<ChangeMapHeader, 'sizeBytes' | 'regionBytes'>): number {
  return Math.ceil(regionCountOf(header) / (8 * CHANGE_MAP_BLOCK_SECTORS * CHANGE_MAP_SECTOR_BITS_BYTES));
}

/** Where a sector of a bitmap stands in the file. */
export function sectorPosition(bitmap: BitmapName, sector: number): number {
  const block = Math.floor(sector / CHANGE_MAP_BLOCK_SECTORS);
  const inBlock = sector % CHANGE_MAP_BLOCK_SECTORS;
  const before = (2 * block + (bitmap === 'active' ? 0 : 1)) * CHANGE_MAP_BLOCK_BYTES;
  return CHANGE_MAP_HEADER_BYTES + before + inBlock * CHANGE_MAP_SECTOR_BYTES;
}

/** Bytes of the whole file. */
export function changeMapBytes(header: Pick<ChangeMapHeader, 'sizeBytes' | 'regionBytes'>): number {
  return sectorPosition('active', blockCountOf(header) * CHANGE_MAP_BLOCK_SECTORS);
}

/** Puts the checksum behind the bits of a sector that stand in `buffer` at `at`. */
export function sealSector(buffer: Buffer, at: number, bitmap: BitmapName, sector: number): void {
  buffer.writeUInt32BE(sectorCrc(buffer, at, bitmap, sector), at + CHANGE_MAP_SECTOR_BITS_BYTES);
}

export function isSectorWhole(buffer: Buffer, at: number, bitmap: BitmapName, sector: number): boolean {
  return buffer.readUInt32BE(at + CHANGE_MAP_SECTOR_BITS_BYTES) === sectorCrc(buffer, at, bitmap, sector);
}

/** Begins with the sector's place: one that stands elsewhere is damage, too. */
function sectorCrc(buffer: Buffer, at: number, bitmap: BitmapName, sector: number): number {
  return crc32(buffer.subarray(at, at + CHANGE_MAP_SECTOR_BITS_BYTES), 2 * sector + (bitmap === 'active' ? 0 : 1));
}
