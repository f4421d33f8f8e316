import { Refusal } from '../../errors/refusal.js';
import { ChunkQueue } from './chunk-queue.js';
import { NBD_CMD_WRITE, NBD_REQUEST_MAGIC, PAYLOAD_BYTES_MAX, REQUEST_HEADER_BYTES } from './messages.js';

const TWO_32 = 0x1_0000_0000;
/** Pieces in the middle of a payload that are smaller than this are gathered, so that a trickle cannot cost many times its bytes. */
const SMALL_PIECE_BYTES = 16 * 1024;
const GATHER_BYTES = 64 * 1024;
const NO_PAYLOAD: readonly Buffer[] = [];

/** What becomes of a request whose header is known: it is taken, its payload is passed over, or it has to wait before that. */
export type Admission = 'take' | 'drop' | 'wait';

/**
 * Requests out of a host's bytes. `push` what the socket delivered, then call `next` until it is false; each time it is true the
 * fields hold one complete request. Nothing is copied or made for a request but the slices of its payload, and memory never passes
 * one payload of 32 MiB besides what was pushed and not yet asked for.
 */
export class RequestParser {
  flags = 0;
  command = 0;
  /** The client's cookie, its two halves as they came. */
  cookieHigh = 0;
  cookieLow = 0;
  /** Inexact from 2^53 on, but then far beyond the end of any volume. */
  offset = 0;
  length = 0;
  /** Of a write: slices of the chunks. The receiver owns the array. */
  payload: readonly Buffer[] = NO_PAYLOAD;
  /** The payload was passed over: it was not to be taken, or is larger than PAYLOAD_BYTES_MAX. */
  isPayloadDropped = false;

  private readonly queue = new ChunkQueue(REQUEST_HEADER_BYTES);
  /** Bytes of the payload that are still to come. */
  private missingBytes = 0;
  private pieces: Buffer[] = [];
  /** Last piece when it is memory of ours with room for more, and how much of it is filled. */
  private gather: Buffer | null = null;
  private gatheredBytes = 0;
  private isInPayload = false;
  private isHeaderRead = false;

  /** @param admit asked once a header is known, when the fields tell the request, and after 'wait' by each further `next` */
  constructor(private readonly admit: () => Admission = () => 'take') {}

  /** Whether the header is known of a request that had to wait. */
  get isHeld(): boolean {
    return this.isHeaderRead && !this.isInPayload;
  }

  /** Bytes that were pushed and belong to requests that `next` has not begun. */
  get queuedBytes(): number {
    return this.queue.bytes;
  }

  /** Whether part of a request has come, and the rest is missing. */
  get isMidRequest(): boolean {
    return this.isInPayload || (this.queue.bytes > 0 && !this.isHeld);
  }

  push(chunk: Buffer): void {
    this.queue.push(chunk);
  }

  /** @throws Refusal REQUEST_INVALID when the bytes are not NBD; the stream has no meaning from there on */
  next(): boolean {
    if (!this.isInPayload && !this.begin()) return false;
    if (!this.readPayload()) return false;
    this.isInPayload = false;
    this.isHeaderRead = false;
    return true;
  }

  /** Takes the header, if it may be. */
  private begin(): boolean {
    if (!this.isHeaderRead) {
      if (!this.queue.locate(REQUEST_HEADER_BYTES)) return false;
      this.readHeader(this.queue.located, this.queue.locatedAt);
      this.isHeaderRead = true;
    }
    const admission = this.admit();
    if (admission === 'wait') return false;
    this.isInPayload = true;
    this.missingBytes = this.command === NBD_CMD_WRITE ? this.length : 0;
    this.isPayloadDropped = this.missingBytes > 0 && (admission === 'drop' || this.length > PAYLOAD_BYTES_MAX);
    return true;
  }

  private readHeader(from: Buffer, at: number): void {
    const magic = from.readUInt32BE(at);
    if (magic !== NBD_REQUEST_MAGIC) throw new Refusal('REQUEST_INVALID', `magic 0x${magic.toString(16)}`);
    this.flags = from.readUInt16BE(at + 4);
    this.command = from.readUInt16BE(at + 6);
    this.cookieHigh = from.readUInt32BE(at + 8);
    this.cookieLow = from.readUInt32BE(at + 12);
    this.offset = from.readUInt32BE(at + 16) * TWO_32 + from.readUInt32BE(at + 20);
    this.length = from.readUInt32BE(at + 24);
    this.payload = NO_PAYLOAD;
    this.isPayloadDropped = false;
  }

  private readPayload(): boolean {
    while (this.missingBytes > 0 && this.queue.bytes > 0) {
      if (this.isPayloadDropped) {
        this.missingBytes -= this.queue.drop(this.missingBytes);
      } else {
        const piece = this.queue.take(this.missingBytes);
        this.missingBytes -= piece.length;
        this.keep(piece);
      }
    }
    if (this.missingBytes > 0) return false;
    if (this.pieces.length > 0) {
      this.endGather();
      this.payload = this.pieces;
      this.pieces = [];
    }
    return true;
  }

  private keep(piece: Buffer): void {
    const isInTheMiddle = this.pieces.length > 0 && this.missingBytes > 0;
    if (!isInTheMiddle || piece.length >= SMALL_PIECE_BYTES) {
      this.endGather();
      this.pieces.push(piece);
      return;
    }
    if (this.gather !== null && this.gather.length - this.gatheredBytes < piece.length) this.endGather();
    if (this.gather === null) {
      this.gather = Buffer.allocUnsafeSlow(Math.min(GATHER_BYTES, piece.length + this.missingBytes));
      this.pieces.push(this.gather);
    }
    this.gatheredBytes += piece.copy(this.gather, this.gatheredBytes);
  }

  private endGather(): void {
    if (this.gather === null) return;
    this.pieces[this.pieces.length - 1] = this.gather.subarray(0, this.gatheredBytes);
    this.gather = null;
    this.gatheredBytes = 0;
  }
}
