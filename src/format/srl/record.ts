/**
 * The bytes of one record: a header of 72 bytes, big-endian, and its payload. The same bytes stand in the log's file of every
 * member and travel on the wire. Table of fields: docs/formats/srl.md.
 */
import { crc32 } from 'node:zlib';
import { Refusal } from '../../errors/refusal.js';
import { crc32Of } from '../bytes/crc.js';
import { readU64, writeU64 } from '../bytes/u64.js';
import type { LogEntry } from './log-entry.js';

/** Record types of the log. Values are on disk and on the wire: never renumber. */
export const enum RecordType {
  Write = 1,
  /** The range becomes zeros and stays allocated. */
  Zero = 2,
  /** The range is given back and reads as zeros. */
  Trim = 3,
  Marker = 4,
  Membership = 5,
  /** A new epoch begins; payload is its JSON. */
  Role = 6,
}

/** "EKLR" */
export const RECORD_MAGIC = 0x454b4c52;
export const RECORD_VERSION = 1;
export const RECORD_HEADER_BYTES = 72;
/** A larger write of a host is several records. */
export const RECORD_PAYLOAD_BYTES_MAX = 1024 * 1024;
export const RECORD_BYTES_MAX = RECORD_HEADER_BYTES + RECORD_PAYLOAD_BYTES_MAX;

const AT_VERSION = 4;
const AT_TYPE = 5;
const AT_FLAGS = 6;
const AT_SLOT = 8;
const AT_PAYLOAD_LENGTH = 12;
const AT_EPOCH = 16;
const AT_LSN = 24;
const AT_OFFSET = 32;
const AT_LENGTH = 40;
const AT_TIME = 44;
const AT_RUNNING_BYTES = 52;
const AT_PREDECESSOR_CRC = 60;
const AT_PAYLOAD_CRC = 64;
const AT_HEADER_CRC = 68;

/** Bytes that an entry takes in the log and on the wire. */
export function recordBytes(entry: LogEntry): number {
  return RECORD_HEADER_BYTES + entry.payloadBytes;
}

/**
 * Encodes the header of a numbered entry into `entry.header` and `entry.headerCrc`. One small buffer is all it allocates.
 * @param predecessorCrc header CRC of the record before, 0 for the first record of a log
 */
export function encodeRecordHeader(entry: LogEntry, predecessorCrc: number): void {
  const header = Buffer.allocUnsafe(RECORD_HEADER_BYTES);
  header.writeUInt32BE(RECORD_MAGIC, 0);
  header[AT_VERSION] = RECORD_VERSION;
  header[AT_TYPE] = entry.type;
  header.writeUInt16BE(0, AT_FLAGS);
  header.writeUInt32BE(entry.slot, AT_SLOT);
  header.writeUInt32BE(entry.payloadBytes, AT_PAYLOAD_LENGTH);
  writeU64(header, entry.epoch, AT_EPOCH);
  writeU64(header, entry.lsn, AT_LSN);
  writeU64(header, entry.offset, AT_OFFSET);
  header.writeUInt32BE(entry.length, AT_LENGTH);
  writeU64(header, entry.timeMs, AT_TIME);
  writeU64(header, entry.runningBytes, AT_RUNNING_BYTES);
  header.writeUInt32BE(predecessorCrc, AT_PREDECESSOR_CRC);
  header.writeUInt32BE(crc32Of(entry.payload), AT_PAYLOAD_CRC);
  const crc = crc32(header.subarray(0, AT_HEADER_CRC));
  header.writeUInt32BE(crc, AT_HEADER_CRC);
  entry.header = header;
  entry.headerCrc = crc;
}

/** Why bytes are not the header of a record. */
export type HeaderFault = 'magic' | 'version' | 'header checksum' | 'field out of bounds';

/**
 * Looks at a header in the order magic, checksum, version, bounds, so that damage never passes for a later version; null when it can be
 * decoded. The buffer holds the whole header.
 */
export function findHeaderFault(buffer: Buffer, at: number): HeaderFault | null {
  if (buffer.readUInt32BE(at) !== RECORD_MAGIC) return 'magic';
  const crc = crc32(buffer.subarray(at, at + AT_HEADER_CRC));
  if (buffer.readUInt32BE(at + AT_HEADER_CRC) !== crc) return 'header checksum';
  if (buffer[at + AT_VERSION] !== RECORD_VERSION) return 'version';
  const type = buffer[at + AT_TYPE]!;
  const payloadBytes = buffer.readUInt32BE(at + AT_PAYLOAD_LENGTH);
  const isInBounds =
    type >= RecordType.Write &&
    type <= RecordType.Role &&
    payloadBytes <= RECORD_PAYLOAD_BYTES_MAX &&
    (type !== RecordType.Write || payloadBytes === buffer.readUInt32BE(at + AT_LENGTH)) &&
    Number.isSafeInteger(readU64(buffer, at + AT_OFFSET) + buffer.readUInt32BE(at + AT_LENGTH)) &&
    Number.isSafeInteger(readU64(buffer, at + AT_EPOCH)) &&
    Number.isSafeInteger(readU64(buffer, at + AT_LSN)) &&
    Number.isSafeInteger(readU64(buffer, at + AT_TIME)) &&
    Number.isSafeInteger(readU64(buffer, at + AT_RUNNING_BYTES));
  return isInBounds ? null : 'field out of bounds';
}

/**
 * Decodes a header that `findHeaderFault` accepted. The entry keeps a slice of `buffer`; its payload is given by the caller, who
 * checks it with `isPayloadIntact`.
 */
export function decodeRecordHeader(buffer: Buffer, at: number, payload: readonly Buffer[] = []): LogEntry {
  return {
    type: buffer[at + AT_TYPE]!,
    slot: buffer.readUInt32BE(at + AT_SLOT),
    offset: readU64(buffer, at + AT_OFFSET),
    length: buffer.readUInt32BE(at + AT_LENGTH),
    payload,
    payloadBytes: buffer.readUInt32BE(at + AT_PAYLOAD_LENGTH),
    timeMs: readU64(buffer, at + AT_TIME),
    epoch: readU64(buffer, at + AT_EPOCH),
    lsn: readU64(buffer, at + AT_LSN),
    runningBytes: readU64(buffer, at + AT_RUNNING_BYTES),
    header: buffer.subarray(at, at + RECORD_HEADER_BYTES),
    headerCrc: buffer.readUInt32BE(at + AT_HEADER_CRC),
  };
}

/** Payload length of a header that `findHeaderFault` accepted. */
export function payloadBytesOf(header: Buffer, at: number): number {
  return header.readUInt32BE(at + AT_PAYLOAD_LENGTH);
}

/** Header CRC of the record that this one follows. */
export function predecessorCrcOf(entry: LogEntry): number {
  return entry.header.readUInt32BE(AT_PREDECESSOR_CRC);
}

export function isPayloadIntact(entry: LogEntry): boolean {
  return crc32Of(entry.payload) === entry.header.readUInt32BE(AT_PAYLOAD_CRC);
}

/** A header fault as the refusal it means: only another version is not damage. */
export function headerRefusal(fault: HeaderFault, where: string): Refusal {
  return new Refusal(fault === 'version' ? 'FORMAT_UNSUPPORTED' : 'FORMAT_CORRUPT', `${where}: record ${fault}`);
}
