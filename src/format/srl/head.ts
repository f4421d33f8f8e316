/**
 * How far a log was written: one small file beside its segments, rewritten in the page cache with every batch. It survives the end of
 * the process as the records do, so that a record that is missing then is damage and no torn end. See docs/formats/srl.md.
 */
import { crc32OfRange } from '../bytes/crc.js';
import { readU64, writeU64 } from '../bytes/u64.js';

/** "EKLH" */
export const HEAD_MAGIC = 0x454b4c48;
export const HEAD_VERSION = 1;
export const HEAD_BYTES = 36;
const AT_LSN = 24;
const AT_CRC = 32;

/** @param groupId 16 bytes, the group's identity */
export function encodeHead(groupId: Buffer, lsn: number): Buffer {
  const buffer = Buffer.alloc(HEAD_BYTES);
  buffer.writeUInt32BE(HEAD_MAGIC, 0);
  buffer[4] = HEAD_VERSION;
  groupId.copy(buffer, 8, 0, 16);
  changeHead(buffer, lsn);
  return buffer;
}

/** Puts another position into an encoded head. */
export function changeHead(buffer: Buffer, lsn: number): void {
  writeU64(buffer, lsn, AT_LSN);
  buffer.writeUInt32BE(crc32OfRange(buffer, 0, AT_CRC), AT_CRC);
}

/** The position, or why there is none. */
export function decodeHead(buffer: Buffer, groupId: Buffer): number | 'damaged' | 'version' | 'group' {
  if (buffer.length < HEAD_BYTES || buffer.readUInt32BE(0) !== HEAD_MAGIC) return 'damaged';
  if (buffer.readUInt32BE(AT_CRC) !== crc32OfRange(buffer, 0, AT_CRC)) return 'damaged';
  if (buffer[4] !== HEAD_VERSION) return 'version';
  return groupId.equals(buffer.subarray(8, 24)) ? readU64(buffer, AT_LSN) : 'group';
}
