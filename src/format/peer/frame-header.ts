import { crc32 } from 'node:zlib';
import {
  BodyCompression,
  BODY_BYTES_AT,
  BODY_CRC_AT,
  BODY_LIMITS,
  COMPRESSED_BODY_BYTES_MAX,
  COMPRESSED_PREFIX_BYTES,
  COMPRESSIBLE,
  COMPRESSION_AT,
  FLAGS_AT,
  FRAME_MAGIC,
  HEADER_CRC_AT,
  MAGIC_AT,
  REGION_IS_ZERO,
  TYPE_AT,
  VERSION_AT,
} from './frame.js';
import { PEER_PROTOCOL_VERSION, PeerMessageType as Type } from './messages.js';
import { ProtocolError } from './protocol-error.js';

export interface FrameHeader {
  readonly type: Type;
  readonly compression: BodyCompression;
  readonly flags: number;
  /** As it is on the wire. */
  readonly bodyBytes: number;
  /** Of the uncompressed body. */
  readonly bodyCrc: number;
}

/** What the first bytes of a compressed body say. */
export interface CompressedPrefix {
  /** Uncompressed. */
  readonly rawBytes: number;
  /** Of the uncompressed length and the data. */
  readonly crc: number;
}

/**
 * Decodes the header that stands at `offset`, in the order magic, header checksum, version, type, flags, length:
 * damage never passes for another version.
 * @throws ProtocolError
 */
export function decodeFrameHeader(from: Buffer, offset: number): FrameHeader {
  if (from.readUInt32BE(offset + MAGIC_AT) !== FRAME_MAGIC) throw new ProtocolError('magic', 'not the peer protocol');
  if (from.readUInt32BE(offset + HEADER_CRC_AT) !== crc32(from.subarray(offset, offset + HEADER_CRC_AT))) {
    throw new ProtocolError('header-checksum', 'frame header is damaged');
  }
  const version = from.readUInt8(offset + VERSION_AT);
  if (version !== PEER_PROTOCOL_VERSION) {
    throw new ProtocolError('version', `frame of version ${version}, this is version ${PEER_PROTOCOL_VERSION}`);
  }
  const type: Type = from.readUInt8(offset + TYPE_AT);
  const limits = Object.hasOwn(BODY_LIMITS, type) ? BODY_LIMITS[type] : undefined;
  if (!limits) throw new ProtocolError('type', `unknown message type ${type}`);
  const compression: BodyCompression = from.readUInt8(offset + COMPRESSION_AT);
  if (compression !== BodyCompression.None && !(COMPRESSIBLE.includes(type) && compression in BodyCompression)) {
    throw new ProtocolError('flags', `unknown compression ${compression} of message type ${type}`);
  }
  const flags = from.readUInt8(offset + FLAGS_AT);
  if (flags !== 0 && !(type === Type.Region && flags === REGION_IS_ZERO)) {
    throw new ProtocolError('flags', `unknown flags ${flags} of message type ${type}`);
  }
  const bodyBytes = from.readUInt32BE(offset + BODY_BYTES_AT);
  const bytesMin = compression === BodyCompression.None ? limits.bytesMin : COMPRESSED_PREFIX_BYTES + 1;
  if (bodyBytes < bytesMin || bodyBytes > limits.bytesMax) {
    throw new ProtocolError('length', `message type ${type} of ${bodyBytes} bytes`);
  }
  return { type, compression, flags, bodyBytes, bodyCrc: from.readUInt32BE(offset + BODY_CRC_AT) };
}

/**
 * Decodes the beginning of a compressed body. What would not be shorter is not compressed, so that a body is never longer than what it
 * becomes, and that is bounded.
 * @throws ProtocolError
 */
export function decodeCompressedPrefix(header: FrameHeader, from: Buffer): CompressedPrefix {
  const rawBytes = from.readUInt32BE(0);
  const { bytesMin, bytesMax } = BODY_LIMITS[header.type];
  const limit = Math.min(bytesMax, COMPRESSED_BODY_BYTES_MAX);
  if (rawBytes < bytesMin || rawBytes > limit || rawBytes <= header.bodyBytes) {
    throw new ProtocolError('length', `message type ${header.type} of ${rawBytes} bytes in ${header.bodyBytes}`);
  }
  return { rawBytes, crc: from.readUInt32BE(4) };
}
