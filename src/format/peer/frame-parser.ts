import { decodeBody } from './decode-body.js';
import { decompressBody } from './compressed-body.js';
import { type CompressedPrefix, decodeCompressedPrefix, decodeFrameHeader, type FrameHeader } from './frame-header.js';
import { BodyCompression, COMPRESSED_PREFIX_BYTES, FRAME_HEADER_BYTES } from './frame.js';
import type { PeerMessage, PeerMessageType } from './messages.js';
import { ProtocolError } from './protocol-error.js';

const NOTHING = Buffer.alloc(0);

/**
 * Cuts a byte stream into peer messages. Usage: `push` a chunk, then `next` until it answers null, then the next chunk.
 *
 * A body that lies whole in one chunk is a slice of it; one that spans chunks is put together once. It takes no memory before the
 * header is found sound, and then at most one body, or of a compressed one what came and what becomes of it. After a ProtocolError the
 * parser is of no more use.
 */
export class FrameParser {
  /** Types that may come now; anything else ends the stream before memory is taken. Null: all. */
  expected: readonly PeerMessageType[] | null = null;

  /**
   * Asked before a body is taken, with the bytes that it takes: of a compressed one, those that came and those that they become. False:
   * `next` answers null, and asks again when it is called again.
   */
  admits: (type: PeerMessageType, bodyBytes: number) => boolean = () => true;
  /** Whether the frame whose header was read last waits to be admitted; no chunk may be pushed then. */
  isHeld = false;

  private chunk: Buffer = NOTHING;
  private at = 0;

  /** Bytes of a header that spans chunks. */
  private readonly partial = Buffer.alloc(FRAME_HEADER_BYTES);
  private partialBytes = 0;

  /** Set between a frame's header and the end of its body; the second one, too, when that is compressed. */
  private header: FrameHeader | null = null;
  private prefix: CompressedPrefix | null = null;
  private partialBody: Buffer | null = null;
  private partialBodyBytes = 0;

  push(chunk: Buffer): void {
    if (this.at < this.chunk.length) throw new Error('the last chunk was not read to its end');
    this.chunk = chunk;
    this.at = 0;
  }

  /** The next message, or null when another chunk is needed. Throws ProtocolError. */
  next(): PeerMessage | null {
    if (!this.readHeader()) return null;
    const { prefix } = this;
    const header = this.header!;
    const wireBytes = header.bodyBytes - (prefix === null ? 0 : COMPRESSED_PREFIX_BYTES);
    if (this.isHeld && !this.admits(header.type, wireBytes + (prefix?.rawBytes ?? 0))) return null;
    this.isHeld = false;
    const body = this.takeBody(wireBytes);
    if (!body) return null;
    this.header = this.prefix = null;
    return decodeBody(header, prefix === null ? body : decompressBody(header, prefix, body));
  }

  /** Whether all is there that comes before a body's data. */
  private readHeader(): boolean {
    if (this.header === null) {
      const part = this.takePart(FRAME_HEADER_BYTES);
      if (part === null) return false;
      const header = decodeFrameHeader(part, 0);
      if (this.expected && !this.expected.includes(header.type)) {
        throw new ProtocolError('unexpected', `message type ${header.type} is not allowed now`);
      }
      this.header = header;
      this.isHeld = header.compression === BodyCompression.None;
    }
    if (this.header.compression !== BodyCompression.None && this.prefix === null) {
      const part = this.takePart(COMPRESSED_PREFIX_BYTES);
      if (part === null) return false;
      this.prefix = decodeCompressedPrefix(this.header, part);
      this.isHeld = true;
    }
    return true;
  }

  /** The next so many bytes, valid until the next call; null while they are not all there. */
  private takePart(bytes: number): Buffer | null {
    const { chunk, at } = this;
    if (this.partialBytes === 0 && chunk.length - at >= bytes) {
      this.at += bytes;
      return chunk.subarray(at, at + bytes);
    }
    const taken = chunk.copy(
      this.partial,
      this.partialBytes,
      at,
      Math.min(chunk.length, at + bytes - this.partialBytes),
    );
    this.partialBytes += taken;
    this.at += taken;
    if (this.partialBytes < bytes) return this.dropChunk();
    this.partialBytes = 0;
    return this.partial.subarray(0, bytes);
  }

  private takeBody(bodyBytes: number): Buffer | null {
    const available = this.chunk.length - this.at;
    if (!this.partialBody && available >= bodyBytes) {
      const body = this.chunk.subarray(this.at, this.at + bodyBytes);
      this.at += bodyBytes;
      return body;
    }
    this.partialBody ??= Buffer.allocUnsafeSlow(bodyBytes);
    const taken = this.chunk.copy(this.partialBody, this.partialBodyBytes, this.at);
    this.partialBodyBytes += taken;
    this.at += taken;
    if (this.partialBodyBytes < bodyBytes) return this.dropChunk();
    const body = this.partialBody;
    this.partialBody = null;
    this.partialBodyBytes = 0;
    return body;
  }

  /** An idle connection must not keep its last chunk alive. */
  private dropChunk(): null {
    this.chunk = NOTHING;
    this.at = 0;
    return null;
  }
}
