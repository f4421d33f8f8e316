/**
 * The file of a segment: a header in its first 4 KiB, records end to end, and, once it is closed, an index of its records and a
 * trailer at its very end. Table of fields: docs/formats/srl.md.
 */
import { crc32OfRange } from '../bytes/crc.js';
import { readU64, writeU64 } from '../bytes/u64.js';

/** "EKLS" */
export const SEGMENT_MAGIC = 0x454b4c53;
/** "EKLI" */
export const TRAILER_MAGIC = 0x454b4c49;
export const SEGMENT_VERSION = 1;
/** Records start here. */
export const SEGMENT_HEADER_BYTES = 4096;
const HEADER_FIELDS_BYTES = 68;
export const SEGMENT_TRAILER_BYTES = 40;
export const INDEX_ENTRY_BYTES = 20;

export interface SegmentHeader {
  /** 16 bytes, the group's identity. */
  readonly groupId: Buffer;
  readonly segmentBytes: number;
  /** Rises by one from segment to segment; a gap says that the log was emptied in between. */
  readonly sequence: number;
  /** LSN of the first record, whether it is written yet or not. */
  readonly firstLsn: number;
  /** Running bytes up to the record before. */
  readonly runningBytes: number;
  /** Header CRC of the record before. */
  readonly predecessorCrc: number;
  /** Every record up to here was durable when this header was written. */
  readonly durableLsn: number;
  /** The log begins here: it was new, or emptied on purpose. */
  readonly isStart: boolean;
}

export type SegmentHeaderFault = 'magic' | 'version' | 'header checksum' | 'field out of bounds';

/** The first 4 KiB of a segment's file. */
export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  buffer.writeUInt32BE(SEGMENT_MAGIC, 0);
  buffer[4] = SEGMENT_VERSION;
  buffer[5] = header.isStart ? 1 : 0;
  header.groupId.copy(buffer, 8, 0, 16);
  buffer.writeUInt32BE(header.segmentBytes, 24);
  writeU64(buffer, header.sequence, 28);
  writeU64(buffer, header.firstLsn, 36);
  writeU64(buffer, header.runningBytes, 44);
  buffer.writeUInt32BE(header.predecessorCrc, 52);
  writeU64(buffer, header.durableLsn, 56);
  buffer.writeUInt32BE(crc32OfRange(buffer, 0, 64), 64);
  return buffer;
}

/** The header at the start of `buffer`, or why there is none. A segment that was never used is zeros: fault `magic`. */
export function decodeSegmentHeader(buffer: Buffer): SegmentHeader | SegmentHeaderFault {
  if (buffer.length < HEADER_FIELDS_BYTES || buffer.readUInt32BE(0) !== SEGMENT_MAGIC) return 'magic';
  // First of all, in every version: a flipped bit never passes for the work of a later one.
  if (buffer.readUInt32BE(64) !== crc32OfRange(buffer, 0, 64)) return 'header checksum';
  if (buffer[4] !== SEGMENT_VERSION) return 'version';
  const header = {
    groupId: Buffer.from(buffer.subarray(8, 24)),
    segmentBytes: buffer.readUInt32BE(24),
    sequence: readU64(buffer, 28),
    firstLsn: readU64(buffer, 36),
    runningBytes: readU64(buffer, 44),
    predecessorCrc: buffer.readUInt32BE(52),
    durableLsn: readU64(buffer, 56),
    isStart: buffer[5] === 1,
  };
  const numbers = [header.sequence, header.firstLsn, header.runningBytes, header.durableLsn];
  return numbers.every(Number.isSafeInteger) && header.firstLsn >= 1 ? header : 'field out of bounds';
}

/**
 * Index of a segment: for each of its records, in order, where it stands and which bytes of which volume it covers. Entry i is the
 * record `firstLsn + i`. Kept for the open segment in memory, written behind the records when the segment is closed, so that
 * readers find a record, and overflow its regions, without reading payloads.
 */
export class SegmentIndex {
  private bytes: Buffer;

  constructor(
    bytes: Buffer = Buffer.allocUnsafe(64 * INDEX_ENTRY_BYTES),
    public count = 0,
    /** Where the records end; 0 for an index that still grows. */
    readonly endPosition = 0,
  ) {
    this.bytes = bytes;
  }

  add(position: number, slot: number, offset: number, length: number): void {
    const at = this.count * INDEX_ENTRY_BYTES;
    if (at + INDEX_ENTRY_BYTES > this.bytes.length) this.grow();
    this.bytes.writeUInt32BE(position, at);
    this.bytes.writeUInt32BE(slot, at + 4);
    writeU64(this.bytes, offset, at + 8);
    this.bytes.writeUInt32BE(length, at + 16);
    this.count++;
  }

  position(entry: number): number {
    return this.bytes.readUInt32BE(entry * INDEX_ENTRY_BYTES);
  }

  slot(entry: number): number {
    return this.bytes.readUInt32BE(entry * INDEX_ENTRY_BYTES + 4);
  }

  offset(entry: number): number {
    return readU64(this.bytes, entry * INDEX_ENTRY_BYTES + 8);
  }

  length(entry: number): number {
    return this.bytes.readUInt32BE(entry * INDEX_ENTRY_BYTES + 16);
  }

  /** The bytes that stand in a closed segment. */
  encode(): Buffer {
    return this.bytes.subarray(0, this.count * INDEX_ENTRY_BYTES);
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(this.bytes.length * 2);
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}

export interface SegmentTrailer {
  /** The segment's sequence; another one says that the trailer is left over from an earlier use of the file. */
  readonly sequence: number;
  readonly recordCount: number;
  /** Where the records end and the index begins. */
  readonly indexPosition: number;
  readonly indexCrc: number;
}

/** The last 40 bytes of a closed segment's file. */
export function encodeSegmentTrailer(trailer: SegmentTrailer): Buffer {
  const buffer = Buffer.alloc(SEGMENT_TRAILER_BYTES);
  buffer.writeUInt32BE(TRAILER_MAGIC, 0);
  buffer[4] = SEGMENT_VERSION;
  writeU64(buffer, trailer.sequence, 8);
  buffer.writeUInt32BE(trailer.recordCount, 16);
  buffer.writeUInt32BE(trailer.indexPosition, 20);
  buffer.writeUInt32BE(trailer.indexCrc, 24);
  buffer.writeUInt32BE(crc32OfRange(buffer, 0, 36), 36);
  return buffer;
}

/** Null when these 40 bytes are no trailer of a segment of `segmentBytes`. */
export function decodeSegmentTrailer(buffer: Buffer, segmentBytes: number): SegmentTrailer | null {
  if (buffer.length < SEGMENT_TRAILER_BYTES || buffer.readUInt32BE(0) !== TRAILER_MAGIC) return null;
  if (buffer[4] !== SEGMENT_VERSION || buffer.readUInt32BE(36) !== crc32OfRange(buffer, 0, 36)) return null;
  const trailer = {
    sequence: readU64(buffer, 8),
    recordCount: buffer.readUInt32BE(16),
    indexPosition: buffer.readUInt32BE(20),
    indexCrc: buffer.readUInt32BE(24),
  };
  const end = trailer.indexPosition + trailer.recordCount * INDEX_ENTRY_BYTES;
  return trailer.indexPosition >= SEGMENT_HEADER_BYTES && end <= segmentBytes - SEGMENT_TRAILER_BYTES ? trailer : null;
}
