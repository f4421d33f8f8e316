/** Bytes of peer messages. Payloads are never copied: a message is a list of buffers to be written end to end. */
import { crc32 } from 'node:zlib';
import { writeUint64 } from '../bytes/uint64.js';
import {
  ACK_BYTES,
  BODY_BYTES_AT,
  BODY_CRC_AT,
  BODY_LIMITS,
  FLAGS_AT,
  FRAME_HEADER_BYTES,
  FRAME_MAGIC,
  HEADER_CRC_AT,
  HEARTBEAT_BYTES,
  MAGIC_AT,
  MAP_BITS_FIXED_BYTES,
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
 * Big payloads come back as the same buffers that the message holds.
 */
export function encodeMessage(message: PeerMessage): Buffer[] {
  switch (message.type) {
    case Type.Records:
      return [encodeRecordsHeader(message.body.length), message.body];
    case Type.Ack:
      return [encodeAck(message)];
    case Type.Heartbeat:
      return [encodeHeartbeat(message)];
    case Type.Region:
      return encodeRegion(message);
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
 * Frame header of a Records message. The buffers of the records follow it as they are; no CRC covers them here, since each record
 * carries its own.
 */
export function encodeRecordsHeader(bodyBytes: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  writeFrameHeader(header, Type.Records, 0, bodyBytes, 0);
  return header;
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
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + HEARTBEAT_BYTES);
  writeUint64(frame, FRAME_HEADER_BYTES, heartbeat.sentUs);
  writeUint64(frame, FRAME_HEADER_BYTES + 8, heartbeat.echoUs);
  writeUint64(frame, FRAME_HEADER_BYTES + 16, heartbeat.heldUs);
  writeUint64(frame, FRAME_HEADER_BYTES + 24, heartbeat.lsn);
  writeFrameHeader(frame, Type.Heartbeat, 0, HEARTBEAT_BYTES, crc32(frame.subarray(FRAME_HEADER_BYTES)));
  return frame;
}

function encodeRegion(region: Region): Buffer[] {
  const { payload, isZero } = region;
  if (payload.length !== (isZero ? 0 : region.lengthBytes))
    throw new Error('region payload is not as long as its range');
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + REGION_FIXED_BYTES);
  writeUint64(frame, FRAME_HEADER_BYTES, region.sequence);
  writeUint64(frame, FRAME_HEADER_BYTES + 8, region.offset);
  frame.writeUInt32BE(region.lengthBytes, FRAME_HEADER_BYTES + 16);
  frame.writeUInt32BE(region.slot, FRAME_HEADER_BYTES + 20);
  const bodyCrc = crc32(payload, crc32(frame.subarray(FRAME_HEADER_BYTES)));
  writeFrameHeader(frame, Type.Region, isZero ? REGION_IS_ZERO : 0, REGION_FIXED_BYTES + payload.length, bodyCrc);
  return isZero ? [frame] : [frame, payload];
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

function writeFrameHeader(into: Buffer, type: Type, flags: number, bodyBytes: number, bodyCrc: number): void {
  const { bytesMin, bytesMax } = BODY_LIMITS[type];
  if (bodyBytes < bytesMin || bodyBytes > bytesMax) throw new Error(`peer message type ${type} of ${bodyBytes} bytes`);
  into.writeUInt32BE(FRAME_MAGIC, MAGIC_AT);
  into.writeUInt8(PEER_PROTOCOL_VERSION, VERSION_AT);
  into.writeUInt8(type, TYPE_AT);
  into.writeUInt16BE(flags, FLAGS_AT);
  into.writeUInt32BE(bodyBytes, BODY_BYTES_AT);
  into.writeUInt32BE(bodyCrc, BODY_CRC_AT);
  into.writeUInt32BE(crc32(into.subarray(0, HEADER_CRC_AT)), HEADER_CRC_AT);
}
