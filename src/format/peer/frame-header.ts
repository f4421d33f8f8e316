import { crc32 } from 'node:zlib';
import {
  BODY_BYTES_AT,
  BODY_CRC_AT,
  BODY_LIMITS,
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
  readonly flags: number;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
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
  const flags = from.readUInt16BE(offset + FLAGS_AT);
  if (flags !== 0 && !(type === Type.Region && flags === REGION_IS_ZERO)) {
    throw new ProtocolError('flags', `unknown flags ${flags} of message type ${type}`);
  }
  const bodyBytes = from.readUInt32BE(offset + BODY_BYTES_AT);
  if (bodyBytes < limits.bytesMin || bodyBytes > limits.bytesMax) {
    throw new ProtocolError('length', `message type ${type} of ${bodyBytes} bytes`);
  }
  return { type, flags, bodyBytes, bodyCrc: from.readUInt32BE(offset + BODY_CRC_AT) };
}
