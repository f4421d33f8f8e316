import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { writeU64 } from '../../format/bytes/u64.js';
import { writeChunkHeader, writeSimpleReply } from '../../format/nbd/encode.js';
import {
  NBD_ERRNO,
  NBD_REPLY_FLAG_DONE,
  NBD_REPLY_TYPE_BLOCK_STATUS,
  NBD_REPLY_TYPE_ERROR,
  NBD_REPLY_TYPE_OFFSET_DATA,
  NBD_STATE_HOLE,
  NBD_STATE_ZERO,
  SIMPLE_REPLY_BYTES,
  STRUCTURED_REPLY_HEADER_BYTES,
} from '../../format/nbd/messages.js';
import { NBD_SLAB_BYTES, NBD_SPARE_SLABS_MAX } from '../config/limits.js';
import { READ_COPY_BYTES_MAX, type ExtentStatus, type HostRequest } from '../volume/host-request.js';
import { BASE_ALLOCATION_ID } from './handshake.js';
import type { HostSocket } from './host-socket.js';

/** Memory for small replies, shared by the connections of a server: each needs a piece only while its turn lasts. */
export class SlabPool {
  private readonly spare: Buffer[] = [];

  take(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(NBD_SLAB_BYTES);
  }

  giveBack(slab: Buffer): void {
    if (this.spare.length < NBD_SPARE_SLABS_MAX) this.spare.push(slab);
  }
}

/** Replies of one connection, gathered until `flush` hands them to the socket in one write. */
export class ReplyQueue {
  private readonly parts: Buffer[] = [];
  /** Slabs that parts lie in; the last one is being filled. */
  private readonly slabs: Buffer[] = [];
  private slab: Buffer | null = null;
  /** Filled part of the slab that is not in `parts` yet. */
  private start = 0;
  private end = 0;
  /** Slabs that the socket's unsent bytes lie in. */
  private keptSlabs = 0;

  constructor(
    private readonly socket: HostSocket,
    private readonly pool: SlabPool,
  ) {}

  get isEmpty(): boolean {
    return this.slab === null;
  }

  done(cookieHigh: number, cookieLow: number): void {
    const slab = this.room(SIMPLE_REPLY_BYTES);
    this.end = writeSimpleReply(slab, this.end, 0, cookieHigh, cookieLow);
  }

  /** @param isStructured the request must be answered by a structured reply; then the text goes with it */
  error(name: ErrorName, isStructured: boolean, cookieHigh: number, cookieLow: number): void {
    const { errno, text } = ERRORS[name];
    if (!isStructured) {
      const slab = this.room(SIMPLE_REPLY_BYTES);
      this.end = writeSimpleReply(slab, this.end, NBD_ERRNO[errno], cookieHigh, cookieLow);
      return;
    }
    const payloadBytes = 6 + text.length;
    const slab = this.room(STRUCTURED_REPLY_HEADER_BYTES + payloadBytes);
    const at = this.chunk(slab, NBD_REPLY_TYPE_ERROR, cookieHigh, cookieLow, payloadBytes);
    slab.writeUInt32BE(NBD_ERRNO[errno], at);
    slab.writeUInt16BE(text.length, at + 4);
    slab.write(text, at + 6, 'latin1');
    this.end = at + payloadBytes;
  }

  data(request: HostRequest, isStructured: boolean, data: Buffer): void {
    const isCopied = data.length <= READ_COPY_BYTES_MAX;
    const slab = this.room(STRUCTURED_REPLY_HEADER_BYTES + 8 + (isCopied ? data.length : 0));
    const { cookieHigh, cookieLow } = request;
    if (isStructured) {
      const at = this.chunk(slab, NBD_REPLY_TYPE_OFFSET_DATA, cookieHigh, cookieLow, 8 + data.length);
      writeU64(slab, request.offset, at);
      this.end = at + 8;
    } else {
      this.end = writeSimpleReply(slab, this.end, 0, cookieHigh, cookieLow);
    }
    if (isCopied) {
      data.copy(slab, this.end);
      this.end += data.length;
    } else {
      this.endPart();
      this.parts.push(data);
    }
  }

  blockStatus(cookieHigh: number, cookieLow: number, extents: readonly ExtentStatus[]): void {
    const payloadBytes = 4 + 8 * extents.length;
    const slab = this.room(STRUCTURED_REPLY_HEADER_BYTES + payloadBytes);
    let at = this.chunk(slab, NBD_REPLY_TYPE_BLOCK_STATUS, cookieHigh, cookieLow, payloadBytes);
    at = slab.writeUInt32BE(BASE_ALLOCATION_ID, at);
    for (const { length, isHole, isZero } of extents) {
      at = slab.writeUInt32BE(length, at);
      at = slab.writeUInt32BE((isHole ? NBD_STATE_HOLE : 0) | (isZero ? NBD_STATE_ZERO : 0), at);
    }
    this.end = at;
  }

  /** Bytes that the host has not taken, with the slabs that they keep. */
  get unreadBytes(): number {
    const { unsentBytes } = this.socket;
    if (unsentBytes === 0) this.keptSlabs = 0;
    return unsentBytes + this.keptSlabs * NBD_SLAB_BYTES;
  }

  /** One write for all that was gathered. The socket keeps what the system does not take at once. */
  flush(): void {
    if (this.slab === null) return;
    this.endPart();
    const { socket, parts } = this;
    // A host that does not read would keep a slab for each few bytes; and TLS takes nothing before a later turn.
    if (socket.unsentBytes > 0 || socket.isSecure) this.leaveSlabs();
    socket.write(parts);
    parts.length = 0;
    // Only what the system has taken whole may be written over.
    if (socket.unsentBytes === 0) for (const slab of this.slabs) this.pool.giveBack(slab);
    else this.keptSlabs += this.slabs.length;
    this.slabs.length = 0;
    this.slab = null;
    this.start = this.end = 0;
  }

  /** Moves what lies in slabs into memory of just its size. */
  private leaveSlabs(): void {
    for (const [index, part] of this.parts.entries()) {
      if (!this.slabs.some((slab) => slab.buffer === part.buffer)) continue;
      const exact = Buffer.allocUnsafeSlow(part.length);
      part.copy(exact);
      this.parts[index] = exact;
    }
    for (const slab of this.slabs) this.pool.giveBack(slab);
    this.slabs.length = 0;
  }

  private chunk(slab: Buffer, type: number, cookieHigh: number, cookieLow: number, payloadBytes: number): number {
    return writeChunkHeader(slab, this.end, NBD_REPLY_FLAG_DONE, type, cookieHigh, cookieLow, payloadBytes);
  }

  private room(bytes: number): Buffer {
    if (this.slab !== null && this.end + bytes <= NBD_SLAB_BYTES) return this.slab;
    this.endPart();
    this.slab = this.pool.take();
    this.slabs.push(this.slab);
    this.start = this.end = 0;
    return this.slab;
  }

  private endPart(): void {
    if (this.slab !== null && this.end > this.start) this.parts.push(this.slab.subarray(this.start, this.end));
    this.start = this.end;
  }
}
