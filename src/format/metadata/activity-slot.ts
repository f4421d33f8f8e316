/**
 * The file of an activity log: two slots of 8 KiB, written by turns, each a whole list of extents. The valid slot with the higher
 * sequence counts. See docs/formats/metadata.md.
 */
import { crc32 } from 'node:zlib';
import { readU64, writeU64 } from '../bytes/u64.js';

/** "EKAL" */
export const ACTIVITY_MAGIC = 0x454b414c;
export const ACTIVITY_VERSION = 1;
export const ACTIVITY_SLOT_BYTES = 8192;
const AT_EXTENTS = 28;
const EXTENT_BYTES = 4;
/** What fits into a slot. */
export const ACTIVITY_SLOT_EXTENTS_MAX = (ACTIVITY_SLOT_BYTES - AT_EXTENTS) / EXTENT_BYTES;

export interface ActivitySlot {
  readonly sequence: number;
  readonly extentBytes: number;
  /** Numbers of the extents that are being written. */
  readonly extents: readonly number[];
}

export function encodeActivitySlot(slot: ActivitySlot): Buffer {
  const buffer = Buffer.alloc(ACTIVITY_SLOT_BYTES);
  buffer.writeUInt32BE(ACTIVITY_MAGIC, 0);
  buffer[4] = ACTIVITY_VERSION;
  buffer.writeUInt32BE(slot.extentBytes, 8);
  writeU64(buffer, slot.sequence, 12);
  buffer.writeUInt32BE(slot.extents.length, 20);
  for (let i = 0; i < slot.extents.length; i++) buffer.writeUInt32BE(slot.extents[i]!, AT_EXTENTS + i * EXTENT_BYTES);
  buffer.writeUInt32BE(checksum(buffer), 24);
  return buffer;
}

/** The slot in these 8 KiB, or why there is none: `blank` was never written, `damaged` was torn. */
export function decodeActivitySlot(buffer: Buffer): ActivitySlot | 'blank' | 'version' | 'damaged' {
  if (buffer.length < ACTIVITY_SLOT_BYTES) return 'damaged';
  const magic = buffer.readUInt32BE(0);
  if (magic !== ACTIVITY_MAGIC) return magic === 0 ? 'blank' : 'damaged';
  if (buffer[4] !== ACTIVITY_VERSION) return 'version';
  const count = buffer.readUInt32BE(20);
  if (buffer.readUInt32BE(24) !== checksum(buffer) || count > ACTIVITY_SLOT_EXTENTS_MAX) return 'damaged';
  const extents = Array.from({ length: count }, (_, i) => buffer.readUInt32BE(AT_EXTENTS + i * EXTENT_BYTES));
  return { sequence: readU64(buffer, 12), extentBytes: buffer.readUInt32BE(8), extents };
}

/** Covers the whole slot but the checksum itself. */
function checksum(buffer: Buffer): number {
  return crc32(buffer.subarray(28), crc32(buffer.subarray(0, 24)));
}
