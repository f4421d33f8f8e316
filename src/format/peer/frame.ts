/** The frame around every peer message: its layout, and how long each body may be. See docs/formats/peer-protocol.md. */
import { DESTINATIONS_MAX } from '../../model/session.js';
import { KIB, MIB } from '../../model/sizes.js';
import { UID_BYTES } from '../bytes/uid.js';
import { PeerMessageType as Type } from './messages.js';

/** "EVKP" */
export const FRAME_MAGIC = 0x45564b50;

export const FRAME_HEADER_BYTES = 20;
export const MAGIC_AT = 0;
export const VERSION_AT = 4;
export const TYPE_AT = 5;
export const COMPRESSION_AT = 6;
export const FLAGS_AT = 7;
export const BODY_BYTES_AT = 8;
export const BODY_CRC_AT = 12;
export const HEADER_CRC_AT = 16;

/** Region: the range is zeros and no payload follows. No other flag exists. */
export const REGION_IS_ZERO = 1;

/** How a body is compressed. Values are on the wire: never renumber. */
export enum BodyCompression {
  None = 0,
  /** One LZ4 block. */
  Lz4 = 1,
  /** One Zstandard frame with a window of at most 2^ZSTD_WINDOW_LOG_MAX bytes. */
  Zstd = 2,
}
export const ZSTD_WINDOW_LOG_MAX = 21;
/** Before the data of a compressed body: its uncompressed length, and the CRC of both. */
export const COMPRESSED_PREFIX_BYTES = 8;
/** Uncompressed length of a compressed body at most: it and the body as it came fit where one body of Records does. */
export const COMPRESSED_BODY_BYTES_MAX = 2 * MIB;
/** Types whose bodies may be compressed. */
export const COMPRESSIBLE: readonly Type[] = [Type.Records, Type.Region];

export const ACK_BYTES = 40;
/** Fixed part before the positions of other members. */
export const HEARTBEAT_FIXED_BYTES = 32;
export const MEMBER_POSITION_BYTES = UID_BYTES + 8;
/** Fixed part before the payload. */
export const REGION_FIXED_BYTES = 24;
/** Fixed part before the bits. */
export const MAP_BITS_FIXED_BYTES = 16;

export const JSON_BODY_BYTES_MAX = 1 * MIB;
export const RECORDS_BODY_BYTES_MAX = 4 * MIB;
export const REGION_PAYLOAD_BYTES_MAX = 1 * MIB;
export const MAP_BITS_BYTES_MAX = 1 * MIB;
/** Bounds of a region's size in a MapBits message; between them it is a power of two. */
export const MAP_REGION_BYTES_MIN = 4 * KIB;
export const MAP_REGION_BYTES_MAX = 64 * MIB;

interface BodyLimits {
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/** "{}" */
const json: BodyLimits = { bytesMin: 2, bytesMax: JSON_BODY_BYTES_MAX };

/** How long the body of each type may be; looked at before memory is taken for it. */
export const BODY_LIMITS: Record<Type, BodyLimits> = {
  [Type.Hello]: json,
  [Type.Welcome]: json,
  [Type.Refuse]: json,
  [Type.Records]: { bytesMin: 1, bytesMax: RECORDS_BODY_BYTES_MAX },
  [Type.Ack]: { bytesMin: ACK_BYTES, bytesMax: ACK_BYTES },
  [Type.Heartbeat]: {
    bytesMin: HEARTBEAT_FIXED_BYTES,
    bytesMax: HEARTBEAT_FIXED_BYTES + DESTINATIONS_MAX * MEMBER_POSITION_BYTES,
  },
  [Type.Region]: { bytesMin: REGION_FIXED_BYTES, bytesMax: REGION_FIXED_BYTES + REGION_PAYLOAD_BYTES_MAX },
  [Type.StartLog]: json,
  [Type.StartResync]: json,
  [Type.LogStarted]: json,
  [Type.StreamState]: json,
  [Type.Suspend]: json,
  [Type.Suspended]: json,
  [Type.MapRequest]: json,
  [Type.MapBits]: { bytesMin: MAP_BITS_FIXED_BYTES + 1, bytesMax: MAP_BITS_FIXED_BYTES + MAP_BITS_BYTES_MAX },
  [Type.MapEnd]: json,
  [Type.Resend]: json,
  [Type.TailRequest]: json,
  [Type.TailEnd]: json,
  [Type.SyncRequest]: json,
  [Type.Bye]: json,
};
