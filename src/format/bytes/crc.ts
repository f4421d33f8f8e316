/** CRC-32 as zlib, gzip and PNG define it: the checksum of every format of ours. */
import { crc32 } from 'node:zlib';

/** CRC of buffers end to end, as if they were one. */
export function crc32Of(buffers: readonly Uint8Array[]): number {
  let crc = 0;
  for (let i = 0; i < buffers.length; i++) crc = crc32(buffers[i]!, crc);
  return crc;
}

/** CRC of the bytes `[from, to)` of a buffer. */
export function crc32OfRange(buffer: Uint8Array, from: number, to: number): number {
  return crc32(buffer.subarray(from, to));
}
