import { crc32 } from 'node:zlib';
import { lsn } from '../../model/position.js';
import type { NodeUid } from '../../model/ids.js';
import { readUid, UID_BYTES } from '../bytes/uid.js';
import { readUint64 } from '../bytes/uint64.js';
import type { FrameHeader } from './frame-header.js';
import {
  HEARTBEAT_FIXED_BYTES,
  MAP_BITS_FIXED_BYTES,
  MAP_REGION_BYTES_MAX,
  MAP_REGION_BYTES_MIN,
  MEMBER_POSITION_BYTES,
  REGION_FIXED_BYTES,
  REGION_IS_ZERO,
} from './frame.js';
import { decodeJsonBody } from './json-body.js';
import type { Ack, Heartbeat, MapBits, MemberPosition, PeerMessage, Region } from './messages.js';
import { PeerMessageType as Type } from './messages.js';
import { ProtocolError } from './protocol-error.js';

/**
 * Checks and decodes a whole body, whose length the header's decoder has found allowed. Payloads are slices of `body`.
 * @throws ProtocolError
 */
export function decodeBody(header: FrameHeader, body: Buffer): PeerMessage {
  if (header.type === Type.Records) return { type: Type.Records, body };
  if (crc32(body) !== header.bodyCrc) {
    throw new ProtocolError('body-checksum', `body of message type ${header.type} is damaged`);
  }
  switch (header.type) {
    case Type.Ack:
      return decodeAck(body);
    case Type.Heartbeat:
      return decodeHeartbeat(body);
    case Type.Region:
      return decodeRegion(header, body);
    case Type.MapBits:
      return decodeMapBits(body);
    default:
      return decodeJsonBody(header.type, body);
  }
}

function decodeAck(body: Buffer): Ack {
  return {
    type: Type.Ack,
    receivedLsn: lsn(wholeNumber(body, 0)),
    durableLsn: lsn(wholeNumber(body, 8)),
    appliedLsn: lsn(wholeNumber(body, 16)),
    syncedRegionSequence: wholeNumber(body, 24),
    consumedBytes: wholeNumber(body, 32),
  };
}

function decodeHeartbeat(body: Buffer): Heartbeat {
  return {
    type: Type.Heartbeat,
    sentUs: wholeNumber(body, 0),
    echoUs: wholeNumber(body, 8),
    heldUs: wholeNumber(body, 16),
    lsn: lsn(wholeNumber(body, 24)),
    members: decodeMembers(body),
  };
}

function decodeMembers(body: Buffer): MemberPosition[] {
  const members: MemberPosition[] = [];
  for (let at = HEARTBEAT_FIXED_BYTES; at < body.length; at += MEMBER_POSITION_BYTES) {
    if (at + MEMBER_POSITION_BYTES > body.length)
      throw new ProtocolError('body', 'heartbeat with a part of a position');
    members.push({ nodeUid: readUid(body, at) as NodeUid, durableLsn: lsn(wholeNumber(body, at + UID_BYTES)) });
  }
  return members;
}

function decodeRegion(header: FrameHeader, body: Buffer): Region {
  const isZero = (header.flags & REGION_IS_ZERO) !== 0;
  const lengthBytes = body.readUInt32BE(16);
  const offset = wholeNumber(body, 8);
  const payload = body.subarray(REGION_FIXED_BYTES);
  if (
    lengthBytes === 0 ||
    payload.length !== (isZero ? 0 : lengthBytes) ||
    !Number.isSafeInteger(offset + lengthBytes)
  ) {
    throw new ProtocolError('body', 'region payload does not fit its range');
  }
  return {
    type: Type.Region,
    sequence: wholeNumber(body, 0),
    slot: body.readUInt32BE(20),
    offset,
    lengthBytes,
    isZero,
    payload,
  };
}

function decodeMapBits(body: Buffer): MapBits {
  const regionBytes = body.readUInt32BE(4);
  const isPowerOfTwo = (regionBytes & (regionBytes - 1)) === 0;
  if (!isPowerOfTwo || regionBytes < MAP_REGION_BYTES_MIN || regionBytes > MAP_REGION_BYTES_MAX) {
    throw new ProtocolError('body', `change map with regions of ${regionBytes} bytes`);
  }
  const firstRegion = wholeNumber(body, 8);
  if (firstRegion % 8 !== 0) throw new ProtocolError('body', `change map from region ${firstRegion} on`);
  return {
    type: Type.MapBits,
    slot: body.readUInt32BE(0),
    firstRegion,
    regionBytes,
    bits: body.subarray(MAP_BITS_FIXED_BYTES),
  };
}

function wholeNumber(body: Buffer, offset: number): number {
  const value = readUint64(body, offset);
  if (Number.isNaN(value)) throw new ProtocolError('body', 'number is 2^53 or more');
  return value;
}
