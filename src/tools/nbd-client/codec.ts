import {
  NBD_ERRNO,
  NBD_REPLY_FLAG_DONE,
  NBD_REPLY_TYPE_BLOCK_STATUS,
  NBD_REPLY_TYPE_ERROR_BIT,
  NBD_REPLY_TYPE_NONE,
  NBD_REPLY_TYPE_OFFSET_DATA,
  NBD_REPLY_TYPE_OFFSET_HOLE,
  NBD_REQUEST_MAGIC,
  NBD_SIMPLE_REPLY_MAGIC,
  NBD_STATE_HOLE,
  NBD_STATE_ZERO,
  NBD_STRUCTURED_REPLY_MAGIC,
  PAYLOAD_BYTES_MAX,
  REQUEST_HEADER_BYTES,
} from '../../format/nbd/messages.js';
import type { ByteReader } from './byte-reader.js';
import { ConnectionLost } from './errors.js';

const errnoNames = new Map<number, string>(Object.entries(NBD_ERRNO).map(([name, value]) => [value, name]));

/** What every kind of answer comes down to: one piece of the reply to one request. */
export interface ReplyChunk {
  readonly cookie: number;
  readonly isLast: boolean;
  /** Errno name, or null for success. */
  readonly errno: string | null;
  readonly data: Buffer | null;
  /** Where `data` begins in the volume; null: at the request's own offset. */
  readonly offset: number | null;
  readonly extents: readonly { readonly length: number; readonly isHole: boolean; readonly isZero: boolean }[];
}

/** @param cookie up to 2^53 */
export function encodeRequest(command: number, flags: number, cookie: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(REQUEST_HEADER_BYTES);
  bytes.writeUInt32BE(NBD_REQUEST_MAGIC, 0);
  bytes.writeUInt16BE(flags, 4);
  bytes.writeUInt16BE(command, 6);
  bytes.writeBigUInt64BE(BigInt(cookie), 8);
  bytes.writeBigUInt64BE(BigInt(offset), 16);
  bytes.writeUInt32BE(length, 24);
  return bytes;
}

/**
 * Reads one simple reply or one chunk of a structured reply.
 * @param readLength how many bytes of data follow a successful simple reply to the request with this cookie
 */
export async function readReplyChunk(reader: ByteReader, readLength: (cookie: number) => number): Promise<ReplyChunk> {
  const head = await reader.read(16);
  const magic = head.readUInt32BE(0);
  const cookie = Number(head.readBigUInt64BE(8));
  if (magic === NBD_SIMPLE_REPLY_MAGIC) {
    const error = head.readUInt32BE(4);
    const length = error === 0 ? readLength(cookie) : 0;
    const data = length > 0 ? await reader.read(length) : null;
    return { cookie, isLast: true, errno: nameErrno(error), data, offset: null, extents: [] };
  }
  if (magic !== NBD_STRUCTURED_REPLY_MAGIC) throw new ConnectionLost(`reply begins with ${magic.toString(16)}`);
  const length = (await reader.read(4)).readUInt32BE(0);
  if (length > PAYLOAD_BYTES_MAX + 64) throw new ConnectionLost(`reply chunk of ${length} bytes`);
  const payload = length > 0 ? await reader.read(length) : Buffer.alloc(0);
  const isLast = (head.readUInt16BE(4) & NBD_REPLY_FLAG_DONE) !== 0;
  return { cookie, isLast, ...decodeChunk(head.readUInt16BE(6), payload) };
}

function decodeChunk(type: number, payload: Buffer): Pick<ReplyChunk, 'errno' | 'data' | 'offset' | 'extents'> {
  const nothing = { errno: null, data: null, offset: null, extents: [] };
  if (type & NBD_REPLY_TYPE_ERROR_BIT) return { ...nothing, errno: nameErrno(payload.readUInt32BE(0)) };
  switch (type) {
    case NBD_REPLY_TYPE_NONE:
      return nothing;
    case NBD_REPLY_TYPE_OFFSET_DATA:
      return { ...nothing, data: payload.subarray(8), offset: Number(payload.readBigUInt64BE(0)) };
    case NBD_REPLY_TYPE_OFFSET_HOLE:
      // The caller's buffer may hold anything by now, so the zeros are written like data.
      return { ...nothing, data: Buffer.alloc(payload.readUInt32BE(8)), offset: Number(payload.readBigUInt64BE(0)) };
    case NBD_REPLY_TYPE_BLOCK_STATUS:
      return { ...nothing, extents: decodeExtents(payload) };
    default:
      throw new ConnectionLost(`reply chunk of type ${type}`);
  }
}

function decodeExtents(payload: Buffer): ReplyChunk['extents'] {
  const extents = [];
  for (let at = 4; at + 8 <= payload.length; at += 8) {
    const status = payload.readUInt32BE(at + 4);
    extents.push({
      length: payload.readUInt32BE(at),
      isHole: (status & NBD_STATE_HOLE) !== 0,
      isZero: (status & NBD_STATE_ZERO) !== 0,
    });
  }
  return extents;
}

function nameErrno(error: number): string | null {
  return error === 0 ? null : (errnoNames.get(error) ?? `E${error}`);
}
