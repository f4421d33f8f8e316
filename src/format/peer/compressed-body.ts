/** Bodies that go compressed over the wire: their layout is in docs/formats/peer-protocol.md. */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '../../model/session.js';
import { KIB } from '../../model/sizes.js';
import type { CompressedPrefix, FrameHeader } from './frame-header.js';
import { BodyCompression, COMPRESSED_BODY_BYTES_MAX, COMPRESSED_PREFIX_BYTES, ZSTD_WINDOW_LOG_MAX } from './frame.js';
import { compressLz4, decompressLz4 } from './lz4-block.js';
import { ProtocolError } from './protocol-error.js';

/** Shorter bodies are not worth the time. */
const WORTH_BYTES_MIN = 256;
/** The fastest level: the link is to be relieved, not the disk. */
const ZSTD_PARAMETERS = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_windowLog]: ZSTD_WINDOW_LOG_MAX - 2,
};
/** Memory for what comes out is taken in pieces of this: most bodies shrink to one. */
const ZSTD_PIECE_BYTES = 64 * KIB;
/** A frame that asks for a larger window is refused before memory is taken for that. */
const ZSTD_LIMITS = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX };

export const COMPRESSION_NUMBERS: Readonly<Record<Compression, BodyCompression>> = {
  None: BodyCompression.None,
  Lz4: BodyCompression.Lz4,
  Zstd: BodyCompression.Zstd,
};

// Compressing is one synchronous step, so one piece of memory each serves all connections.
let gathered = Buffer.alloc(0);
let compressed = Buffer.alloc(0);

/**
 * A body as it goes over the wire, or null where that would not be shorter.
 * @param parts the uncompressed body, end to end, `rawBytes` of it
 */
export function compressBody(parts: readonly Buffer[], rawBytes: number, compression: Compression): Buffer | null {
  if (rawBytes < WORTH_BYTES_MIN || rawBytes > COMPRESSED_BODY_BYTES_MAX) return null;
  const from = parts.length === 1 ? parts[0]! : gather(parts, rawBytes);
  const data = compression === 'Zstd' ? compressZstd(from) : compressedLz4(from);
  if (data === null || COMPRESSED_PREFIX_BYTES + data.length >= rawBytes) return null;
  const body = Buffer.allocUnsafe(COMPRESSED_PREFIX_BYTES + data.length);
  body.writeUInt32BE(rawBytes, 0);
  data.copy(body, COMPRESSED_PREFIX_BYTES);
  body.writeUInt32BE(crc32(data, crc32(body.subarray(0, 4))), 4);
  return body;
}

function gather(parts: readonly Buffer[], bytes: number): Buffer {
  if (gathered.length < bytes) gathered = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const part of parts) at += part.copy(gathered, at);
  return gathered.subarray(0, bytes);
}

function compressZstd(from: Buffer): Buffer {
  const chunkSize = Math.min(from.length, ZSTD_PIECE_BYTES);
  return zstdCompressSync(from, { params: ZSTD_PARAMETERS, chunkSize, pledgedSrcSize: from.length });
}

function compressedLz4(from: Buffer): Buffer | null {
  if (compressed.length < from.length) compressed = Buffer.allocUnsafeSlow(from.length);
  const bytes = compressLz4(from, compressed.subarray(0, from.length));
  return bytes === 0 ? null : compressed.subarray(0, bytes);
}

/**
 * The body that the sender had, as far as one can tell here: its own checksums are looked at by whoever decodes it.
 * @param data what follows the prefix, all of it
 * @throws ProtocolError
 */
export function decompressBody({ type, compression }: FrameHeader, prefix: CompressedPrefix, data: Buffer): Buffer {
  const { rawBytes } = prefix;
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(rawBytes, 0);
  if (crc32(data, crc32(length)) !== prefix.crc) {
    throw new ProtocolError('body-checksum', `compressed body of message type ${type} is damaged`);
  }
  const body = compression === BodyCompression.Zstd ? decompressZstd(data, rawBytes) : decompressedLz4(data, rawBytes);
  if (body === null) {
    throw new ProtocolError('body', `message type ${type} does not decompress to ${rawBytes} bytes`);
  }
  return body;
}

function decompressZstd(data: Buffer, rawBytes: number): Buffer | null {
  try {
    const body = zstdDecompressSync(data, { params: ZSTD_LIMITS, chunkSize: rawBytes, maxOutputLength: rawBytes });
    return body.length === rawBytes ? body : null;
  } catch {
    // Longer than it says, or no frame of Zstandard; which one does not matter.
    return null;
  }
}

function decompressedLz4(data: Buffer, rawBytes: number): Buffer | null {
  const body = Buffer.allocUnsafeSlow(rawBytes);
  return decompressLz4(data, body) ? body : null;
}
