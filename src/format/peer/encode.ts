/** Bytes of peer messages. Payloads are never copied: a message is a list of buffers to be written end to end. */
import { crc32 } from 'node:zlib';
import type { Compression } from '../../model/session.js';
import { UID_BYTES, writeUid } from '../bytes/uid.js';
import { writeUint64 } from '../bytes/uint64.js';
import { compressBody, COMPRESSION_NUMBERS } from './compressed-body.js';
import {
  ACK_BYTES,
  BodyCompression,
  BODY_BYTES_AT,
  BODY_CRC_AT,
  BODY_LIMITS,
  COMPRESSION_AT,
  FLAGS_AT,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  HEADER_CRC_AT,
  HEARTBEAT_FIXED_BYTES,
  MAGIC_AT,
  MAP_BITS_FIXED_BYTES,
  MEMBER_POSITION_BYTES,
  REGION_FIXED_BYTES,
  REGION_IS_ZERO,
  TYPE_AT,
  VERSION_AT,
} from './frame.js';
import { encodeJsonBody } from './json-body.js';
import type { Ack, Heartbeat, MapBits, PeerMessage, Region } from './messages.js';
import { PEER_PROTOCOL_VERSION, PeerMessageType as Type } from './messages.js';

/**
 * A body beyond its limit is a broken invariant of the caller, not a refusal: the peer would end the connection for it.
 * Big payloads come back as the same buffers that the message holds, unless they are compressed. Of Records and Region the first buffer is
 * the frame header.
 * @param compression of what may be compressed: Records and Region
 */
export function encodeMessage(message: PeerMessage, compression: Compression = 'None'): Buffer[] {
  switch (message.type) {
    case Type.Records:
      return encodeRecords([message.body], message.body.length, compression);
    case Type.Ack:
      return [encodeAck(message)];
    case Type.Heartbeat:
      return [encodeHeartbeat(message)];
    case Type.Region:
      return encodeRegion(message, compression);
    case Type.MapBits:
      return encodeMapBits(message);
    default: {
      const body = encodeJsonBody(message);
      const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
      writeFrameHeader(header, message.type, 0, body.length, crc32(body));
      return [header, body];
    }
  }
}

/**
 * A Records message of the buffers of the records, `bodyBytes` in all. No CRC covers them here, since each record carries its own.
 */
export function encodeRecords(records: readonly Buffer[], bodyBytes: number, compression: Compression): Buffer[] {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  const compressed = compression === 'None' ? null : compressBody(records, bodyBytes, compression);
  if (compressed !== null) {
    writeFrameHeader(header, Type.Records, 0, compressed.length, 0, COMPRESSION_NUMBERS[compression]);
    return [header, compressed];
  }
  writeFrameHeader(header, Type.Records, 0, bodyBytes, 0);
  return [header, ...records];
}

function encodeAck(ack: Ack): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + ACK_BYTES);
  writeUint64(frame, FRAME_HEADER_BYTES, ack.receivedLsn);
  writeUint64(frame, FRAME_HEADER_BYTES + 8, ack.durableLsn);
  writeUint64(frame, FRAME_HEADER_BYTES + 16, ack.appliedLsn);
  writeUint64(frame, FRAME_HEADER_BYTES + 24, ack.syncedRegionSequence);
  writeUint64(frame, FRAME_HEADER_BYTES + 32, ack.consumedBytes);
  writeFrameHeader(frame, Type.Ack, 0, ACK_BYTES, crc32(frame.subarray(FRAME_HEADER_BYTES)));
  return frame;
}

function encodeHeartbeat(heartbeat: Heartbeat): Buffer {
  const bodyBytes = HEARTBEAT_FIXED_BYTES + heartbeat.members.length * MEMBER_POSITION_BYTES;
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + bodyBytes);
  writeUint64(frame, FRAME_HEADER_BYTES, heartbeat.sentUs);
  writeUint64(frame, FRAME_HEADER_BYTES + 8, heartbeat.echoUs);
  writeUint64(frame, FRAME_HEADER_BYTES + 16, heartbeat.heldUs);
  writeUint64(frame, FRAME_HEADER_BYTES + 24, heartbeat.lsn);
  heartbeat.members.forEach(({ nodeUid, durableLsn }, index) => {
    const at = FRAME_HEADER_BYTES + HEARTBEAT_FIXED_BYTES + index * MEMBER_POSITION_BYTES;
    writeUid(frame, nodeUid, at);
    writeUint64(frame, at + UID_BYTES, durableLsn);
  });
  writeFrameHeader(frame, Type.Heartbeat, 0, bodyBytes, crc32(frame.subarray(FRAME_HEADER_BYTES)));
  return frame;
}

function encodeRegion(region: Region, compression: Compression): Buffer[] {
  const { payload, isZero } = region;
  if (payload.length !== (isZero ? 0 : region.lengthBytes))
    throw new Error('region payload is not as long as its range');
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + REGION_FIXED_BYTES);
  writeUint64(frame, FRAME_HEADER_BYTES, region.sequence);
  writeUint64(frame, FRAME_HEADER_BYTES + 8, region.offset);
  frame.writeUInt32BE(region.lengthBytes, FRAME_HEADER_BYTES + 16);
  frame.writeUInt32BE(region.slot, FRAME_HEADER_BYTES + 20);
  const bodyCrc = crc32(payload, crc32(frame.subarray(FRAME_HEADER_BYTES)));
  if (isZero) {
    writeFrameHeader(frame, Type.Region, REGION_IS_ZERO, REGION_FIXED_BYTES, bodyCrc);
    return [frame.subarray(0, FRAME_HEADER_BYTES), frame.subarray(FRAME_HEADER_BYTES)];
  }
  const bodyBytes = REGION_FIXED_BYTES + payload.length;
  const parts = [frame.subarray(FRAME_HEADER_BYTES), payload];
  const compressed = compression === 'None' ? null : compressBody(parts, bodyBytes, compression);
  if (compressed !== null) {
    writeFrameHeader(frame, Type.Region, 0, compressed.length, bodyCrc, COMPRESSION_NUMBERS[compression]);
    return [frame.subarray(0, FRAME_HEADER_BYTES), compressed];
  }
  writeFrameHeader(frame, Type.Region, 0, bodyBytes, bodyCrc);
  return [frame.subarray(0, FRAME_HEADER_BYTES), ...parts];
}

function encodeMapBits(map: MapBits): Buffer[] {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + MAP_BITS_FIXED_BYTES);
  frame.writeUInt32BE(map.slot, FRAME_HEADER_BYTES);
  frame.writeUInt32BE(map.regionBytes, FRAME_HEADER_BYTES + 4);
  writeUint64(frame, FRAME_HEADER_BYTES + 8, map.firstRegion);
  const bodyCrc = crc32(map.bits, crc32(frame.subarray(FRAME_HEADER_BYTES)));
  writeFrameHeader(frame, Type.MapBits, 0, MAP_BITS_FIXED_BYTES + map.bits.length, bodyCrc);
  return [frame, map.bits];
}

function writeFrameHeader(
  into: Buffer,
  type: Type,
  flags: number,
  bodyBytes: number,
  bodyCrc: number,
  compression = BodyCompression.None,
): void {
  const { bytesMin, bytesMax } = BODY_LIMITS[type];
  const isCompressed = compression !== BodyCompression.None;
  if ((bodyBytes < bytesMin && !isCompressed) || bodyBytes > bytesMax) {
    throw new Error(`peer message type ${type} of ${bodyBytes} bytes`);
  }
  into.writeUInt32BE(FRAME_MAGIC, MAGIC_AT);
  into.writeUInt8(PEER_PROTOCOL_VERSION, VERSION_AT);
  into.writeUInt8(type, TYPE_AT);
  into.writeUInt8(compression, COMPRESSION_AT);
  into.writeUInt8(flags, FLAGS_AT);
  into.writeUInt32BE(bodyBytes, BODY_BYTES_AT);
  into.writeUInt32BE(bodyCrc, BODY_CRC_AT);
  into.writeUInt32BE(crc32(into.subarray(0, HEADER_CRC_AT)), HEADER_CRC_AT);
}
