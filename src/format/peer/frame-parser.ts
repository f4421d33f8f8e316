import { decodeBody } from './decode-body.js';
import { decodeFrameHeader, type FrameHeader } from './frame-header.js';
import { FRAME_HEADER_BYTES } from './frame.js';
import type { PeerMessage, PeerMessageType } from './messages.js';
import { ProtocolError } from './protocol-error.js';

const NOTHING = Buffer.alloc(0);

/**
 * Cuts a byte stream into peer messages. Usage: `push` a chunk, then `next` until it answers null, then the next chunk.
 *
 * A body that lies whole in one chunk is a slice of it; one that spans chunks is put together once. It takes no memory before the
 * header is found sound, and then at most one body. After a ProtocolError the parser is of no more use.
 */
export class FrameParser {
  /** Types that may come now; anything else ends the stream before memory is taken. Null: all. */
  expected: readonly PeerMessageType[] | null = null;

  /** Asked before a body is taken. False: `next` answers null, and asks again when it is called again. */
  admits: (type: PeerMessageType, bodyBytes: number) => boolean = () => true;
  /** Whether the frame whose header was read last waits to be admitted; no chunk may be pushed then. */
  isHeld = false;

  private chunk: Buffer = NOTHING;
  private at = 0;

  /** Bytes of a header that spans chunks. */
  private readonly partialHeader = Buffer.alloc(FRAME_HEADER_BYTES);
  private partialHeaderBytes = 0;

  /** Set between a frame's header and the end of its body. */
  private header: FrameHeader | null = null;
  private partialBody: Buffer | null = null;
  private partialBodyBytes = 0;

  push(chunk: Buffer): void {
    if (this.at < this.chunk.length) throw new Error('the last chunk was not read to its end');
    this.chunk = chunk;
    this.at = 0;
  }

  /** The next message, or null when another chunk is needed. Throws ProtocolError. */
  next(): PeerMessage | null {
    if (this.header === null) {
      this.header = this.takeHeader();
      this.isHeld = this.header !== null;
    }
    const { header } = this;
    if (!header) return null;
    if (this.isHeld && !this.admits(header.type, header.bodyBytes)) return null;
    this.isHeld = false;
    const body = this.takeBody(header.bodyBytes);
    if (!body) return null;
    this.header = null;
    return decodeBody(header, body);
  }

  private takeHeader(): FrameHeader | null {
    const available = this.chunk.length - this.at;
    let header: FrameHeader;
    if (this.partialHeaderBytes === 0 && available >= FRAME_HEADER_BYTES) {
      header = decodeFrameHeader(this.chunk, this.at);
      this.at += FRAME_HEADER_BYTES;
    } else {
      const taken = this.chunk.copy(this.partialHeader, this.partialHeaderBytes, this.at);
      this.partialHeaderBytes += taken;
      this.at += taken;
      if (this.partialHeaderBytes < FRAME_HEADER_BYTES) return this.dropChunk();
      this.partialHeaderBytes = 0;
      header = decodeFrameHeader(this.partialHeader, 0);
    }
    if (this.expected && !this.expected.includes(header.type)) {
      throw new ProtocolError('unexpected', `message type ${header.type} is not allowed now`);
    }
    return header;
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
