/**
 * The file of an activity log: two slots of 8 KiB, written by turns, each a whole list of extents. A slot is sectors of 512 bytes, each
 * with the slot's sequence and a checksum of its own: a loss of power leaves sectors of two sequences, all of them whole, which is told
 * apart from damage. See docs/formats/metadata.md.
 */
import { crc32 } from 'node:zlib';
import { readU64, writeU64 } from '../bytes/u64.js';
import { OWNER_BYTES, readOwner, writeOwner, type Owner } from './owner.js';

/** "EKAL" */
export const ACTIVITY_MAGIC = 0x454b414c;
export const ACTIVITY_VERSION = 2;
export const ACTIVITY_SLOT_BYTES = 8192;
const SECTOR_BYTES = 512;
const SECTORS = ACTIVITY_SLOT_BYTES / SECTOR_BYTES;
const AT_OWNER = 20;
const AT_CRC = AT_OWNER + OWNER_BYTES;
const AT_EXTENTS = AT_CRC + 4;
const EXTENT_BYTES = 4;
const SECTOR_EXTENTS = (SECTOR_BYTES - AT_EXTENTS) / EXTENT_BYTES;
/** What fits into a slot. */
export const ACTIVITY_SLOT_EXTENTS_MAX = SECTORS * SECTOR_EXTENTS;

export interface ActivitySlot {
  readonly owner: Owner;
  /** The slot stands in the file at this modulo 2. */
  readonly sequence: number;
  readonly extentBytes: number;
  /** Numbers of the extents that are being written. */
  readonly extents: readonly number[];
}

export type ActivityDecoding =
  | { readonly kind: 'whole'; readonly slot: ActivitySlot }
  /** Its write was cut by a loss of power: the slot before it counts. */
  | { readonly kind: 'torn'; readonly sequenceMax: number }
  /** `sequenceMax` is of the sectors that are whole; null when none is. */
  | { readonly kind: 'damaged'; readonly sequenceMax: number | null; readonly sector: number }
  /** Of another version. */
  | { readonly kind: 'version'; readonly version: number };

export function encodeActivitySlot(slot: ActivitySlot): Buffer {
  const buffer = Buffer.alloc(ACTIVITY_SLOT_BYTES);
  for (let sector = 0; sector < SECTORS; sector++) {
    const extents = slot.extents.slice(sector * SECTOR_EXTENTS, (sector + 1) * SECTOR_EXTENTS);
    const bytes = buffer.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
    bytes.writeUInt32BE(ACTIVITY_MAGIC, 0);
    bytes[4] = ACTIVITY_VERSION;
    bytes[5] = sector;
    bytes.writeUInt16BE(extents.length, 6);
    bytes.writeUInt32BE(slot.extentBytes, 8);
    writeU64(bytes, slot.sequence, 12);
    writeOwner(bytes, slot.owner, AT_OWNER);
    for (let i = 0; i < extents.length; i++) bytes.writeUInt32BE(extents[i]!, AT_EXTENTS + i * EXTENT_BYTES);
    bytes.writeUInt32BE(checksum(bytes), AT_CRC);
  }
  return buffer;
}

/** What these 8 KiB are. */
export function decodeActivitySlot(buffer: Buffer): ActivityDecoding {
  const slots: ActivitySlot[] = [];
  let damagedSector = -1;
  for (let sector = 0; sector < SECTORS; sector++) {
    const bytes = buffer.subarray(sector * SECTOR_BYTES, (sector + 1) * SECTOR_BYTES);
    const isWhole = bytes.length === SECTOR_BYTES && bytes.readUInt32BE(0) === ACTIVITY_MAGIC;
    if (!isWhole || bytes.readUInt32BE(AT_CRC) !== checksum(bytes)) damagedSector = sector;
    else if (bytes[4] !== ACTIVITY_VERSION) return { kind: 'version', version: bytes[4]! };
    else if (bytes[5] !== sector || bytes.readUInt16BE(6) > SECTOR_EXTENTS) damagedSector = sector;
    else slots.push(decodeSector(bytes));
  }
  const sequenceMax = slots.length === 0 ? null : Math.max(...slots.map(({ sequence }) => sequence));
  if (sequenceMax === null || damagedSector >= 0) return { kind: 'damaged', sequenceMax, sector: damagedSector };
  if (slots.some(({ sequence }) => sequence !== sequenceMax)) return { kind: 'torn', sequenceMax };
  return { kind: 'whole', slot: { ...slots[0]!, extents: slots.flatMap(({ extents }) => extents) } };
}

function decodeSector(bytes: Buffer): ActivitySlot {
  const count = bytes.readUInt16BE(6);
  return {
    owner: readOwner(bytes, AT_OWNER),
    extentBytes: bytes.readUInt32BE(8),
    sequence: readU64(bytes, 12),
    extents: Array.from({ length: count }, (_, i) => bytes.readUInt32BE(AT_EXTENTS + i * EXTENT_BYTES)),
  };
}

/** Covers the whole sector but the checksum itself. */
function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(AT_EXTENTS), crc32(bytes.subarray(0, AT_CRC)));
}
