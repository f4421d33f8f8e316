/** Bytes of what a server sends, and of a client's request. Small replies are written into memory of the caller. */
import {
  EXPORT_NAME_PADDING_BYTES,
  EXPORT_NAME_REPLY_BYTES,
  GREETING_BYTES,
  NBD_FLAG_FIXED_NEWSTYLE,
  NBD_FLAG_NO_ZEROES,
  NBD_INFO_BLOCK_SIZE,
  NBD_INFO_EXPORT,
  NBD_INIT_MAGIC_HIGH,
  NBD_INIT_MAGIC_LOW,
  NBD_OPTS_MAGIC_HIGH,
  NBD_OPTS_MAGIC_LOW,
  NBD_REP_MAGIC_HIGH,
  NBD_REP_MAGIC_LOW,
  NBD_REQUEST_MAGIC,
  NBD_SIMPLE_REPLY_MAGIC,
  NBD_STRUCTURED_REPLY_MAGIC,
  OPTION_REPLY_HEADER_BYTES,
  REQUEST_HEADER_BYTES,
  SIMPLE_REPLY_BYTES,
  STRUCTURED_REPLY_HEADER_BYTES,
} from './messages.js';
import { writeU64 } from '../bytes/u64.js';

// Handshake

export function encodeGreeting(): Buffer {
  const bytes = Buffer.alloc(GREETING_BYTES);
  bytes.writeUInt32BE(NBD_INIT_MAGIC_HIGH, 0);
  bytes.writeUInt32BE(NBD_INIT_MAGIC_LOW, 4);
  bytes.writeUInt32BE(NBD_OPTS_MAGIC_HIGH, 8);
  bytes.writeUInt32BE(NBD_OPTS_MAGIC_LOW, 12);
  bytes.writeUInt16BE(NBD_FLAG_FIXED_NEWSTYLE | NBD_FLAG_NO_ZEROES, 16);
  return bytes;
}

export function encodeOptionReply(option: number, type: number, data: Buffer): Buffer {
  const bytes = Buffer.alloc(OPTION_REPLY_HEADER_BYTES + data.length);
  bytes.writeUInt32BE(NBD_REP_MAGIC_HIGH, 0);
  bytes.writeUInt32BE(NBD_REP_MAGIC_LOW, 4);
  bytes.writeUInt32BE(option, 8);
  bytes.writeUInt32BE(type, 12);
  bytes.writeUInt32BE(data.length, 16);
  data.copy(bytes, OPTION_REPLY_HEADER_BYTES);
  return bytes;
}

/** Answer to EXPORT_NAME, the only option without a reply header. */
export function encodeExportNameReply(sizeBytes: number, transmissionFlags: number, isNoZeroes: boolean): Buffer {
  const bytes = Buffer.alloc(EXPORT_NAME_REPLY_BYTES + (isNoZeroes ? 0 : EXPORT_NAME_PADDING_BYTES));
  writeU64(bytes, sizeBytes, 0);
  bytes.writeUInt16BE(transmissionFlags, 8);
  return bytes;
}

/** Data of REP_INFO. */
export function encodeInfoExport(sizeBytes: number, transmissionFlags: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(NBD_INFO_EXPORT, 0);
  writeU64(bytes, sizeBytes, 2);
  bytes.writeUInt16BE(transmissionFlags, 10);
  return bytes;
}

/** Data of REP_INFO. */
export function encodeInfoBlockSize(minimum: number, preferred: number, maximum: number): Buffer {
  const bytes = Buffer.alloc(14);
  bytes.writeUInt16BE(NBD_INFO_BLOCK_SIZE, 0);
  bytes.writeUInt32BE(minimum, 2);
  bytes.writeUInt32BE(preferred, 6);
  bytes.writeUInt32BE(maximum, 10);
  return bytes;
}

/** Data of REP_INFO: NBD_INFO_NAME and NBD_INFO_DESCRIPTION. */
export function encodeInfoText(info: number, text: string): Buffer {
  const bytes = Buffer.alloc(2 + Buffer.byteLength(text));
  bytes.writeUInt16BE(info, 0);
  bytes.write(text, 2);
  return bytes;
}

/** Data of REP_SERVER: one export of a list. */
export function encodeListedExport(name: string): Buffer {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(name));
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes.write(name, 4);
  return bytes;
}

/** Data of REP_META_CONTEXT. */
export function encodeMetaContext(id: number, name: string): Buffer {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(name));
  bytes.writeUInt32BE(id, 0);
  bytes.write(name, 4);
  return bytes;
}

// Transmission

/** Bytes of a request without its payload. */
export function encodeRequest(
  flags: number,
  command: number,
  cookie: bigint,
  offset: number | bigint,
  length: number,
): Buffer {
  const bytes = Buffer.alloc(REQUEST_HEADER_BYTES);
  bytes.writeUInt32BE(NBD_REQUEST_MAGIC, 0);
  bytes.writeUInt16BE(flags, 4);
  bytes.writeUInt16BE(command, 6);
  bytes.writeBigUInt64BE(cookie, 8);
  bytes.writeBigUInt64BE(BigInt(offset), 16);
  bytes.writeUInt32BE(length, 24);
  return bytes;
}

/** @returns where the next byte goes */
export function writeSimpleReply(to: Buffer, at: number, errno: number, cookieHigh: number, cookieLow: number): number {
  to.writeUInt32BE(NBD_SIMPLE_REPLY_MAGIC, at);
  to.writeUInt32BE(errno, at + 4);
  to.writeUInt32BE(cookieHigh, at + 8);
  return to.writeUInt32BE(cookieLow, at + SIMPLE_REPLY_BYTES - 4);
}

/** Header of one chunk of a structured reply. @returns where its payload goes */
export function writeChunkHeader(
  to: Buffer,
  at: number,
  flags: number,
  type: number,
  cookieHigh: number,
  cookieLow: number,
  payloadBytes: number,
): number {
  to.writeUInt32BE(NBD_STRUCTURED_REPLY_MAGIC, at);
  to.writeUInt16BE(flags, at + 4);
  to.writeUInt16BE(type, at + 6);
  to.writeUInt32BE(cookieHigh, at + 8);
  to.writeUInt32BE(cookieLow, at + 12);
  return to.writeUInt32BE(payloadBytes, at + STRUCTURED_REPLY_HEADER_BYTES - 4);
}
