import { encodeMessage, encodeRecords } from '../../format/peer/encode.js';
import { REGION_FIXED_BYTES } from '../../format/peer/frame.js';
import type { Ack, PeerMessage, Region } from '../../format/peer/messages.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Compression } from '../../model/session.js';
import type { Clock, Timer } from '../config/clock.js';
import {
  COMPRESSED_FRAME_BYTES,
  COMPRESS_TURN_BYTES,
  PEER_WRITE_BUFFER_BYTES_MAX,
  STREAM_FRAME_BYTES,
} from '../config/limits.js';
import type { LinkStatistics } from './link-statistics.js';
import type { PeerSocket } from './network.js';
import { PacedOutbox } from './paced-outbox.js';
import type { TokenBucket } from './token-bucket.js';

export interface OutputOwner {
  readonly statistics: LinkStatistics;
  /** Data may be sent again. */
  roomFreed(): void;
  /** Far more is sent than the peer takes. */
  overrun(): void;
}

/**
 * What a connection sends, in its order: all of a turn in one write, acks that follow each other as one, records and regions compressed and
 * no faster than they may go.
 */
export class PeerOutput {
  /** Of records and regions. */
  compression: Compression = 'None';
  private pendingAck: Ack | null = null;
  private isFlushDue = false;
  private outbox: PacedOutbox | null = null;
  private compressedInTurnBytes = 0;
  private restTimer: Timer | null = null;
  private isStopped = false;

  constructor(
    private readonly socket: PeerSocket,
    private readonly clock: Clock,
    private readonly owner: OutputOwner,
  ) {}

  get isWritable(): boolean {
    return !this.isStopped && !this.socket.writableNeedDrain;
  }

  mayBeginData(): boolean {
    return this.isWritable && this.restTimer === null && this.outbox?.mayBegin() !== false;
  }

  get frameBytesMax(): number {
    const bytes = this.compression === 'None' ? STREAM_FRAME_BYTES : COMPRESSED_FRAME_BYTES;
    return this.outbox?.frameBytesMax(bytes) ?? bytes;
  }

  get pacedBytes(): number {
    return this.outbox?.bytes ?? 0;
  }

  get unsentBytes(): number {
    return this.isStopped ? 0 : this.socket.writableLength + this.pacedBytes;
  }

  pace(bucket: TokenBucket): void {
    this.outbox = new PacedOutbox(
      bucket,
      this.clock,
      (bytes, isData) => this.write(bytes, isData),
      () => this.owner.roomFreed(),
    );
  }

  paceChanged(): void {
    if (!this.isStopped) this.outbox?.changed();
  }

  send(message: PeerMessage): void {
    if (message.type === Type.Ack) {
      this.pendingAck = message;
      this.scheduleFlush();
      return;
    }
    // Nothing overtakes an ack.
    this.writePendingAck();
    this.writeFrame(encodeMessage(message));
  }

  sendRecords(buffers: readonly Buffer[], bodyBytes: number, count: number): void {
    this.writePendingAck();
    this.writeData(encodeRecords(buffers, bodyBytes, this.compression), bodyBytes, count);
  }

  sendRegion(region: Region): void {
    this.writePendingAck();
    this.writeData(encodeMessage(region, this.compression), REGION_FIXED_BYTES + region.payload.length, 1);
  }

  /** The last message: leaves at once, behind all that was sent. */
  sendLast(message: PeerMessage): void {
    this.send(message);
    this.outbox?.flush();
    this.stop();
    this.flush();
  }

  /** The system took what it had; an ack may have waited for that. */
  drained(): void {
    if (this.pendingAck) this.scheduleFlush();
  }

  /** Nothing more is sent. */
  stop(): void {
    this.isStopped = true;
    this.pendingAck = null;
    this.outbox?.stop();
    this.restTimer?.cancel();
  }

  private writePendingAck(): void {
    const ack = this.pendingAck;
    // A peer that does not read gets one ack when it does, not a heap of them.
    if (!ack || !this.isWritable) return;
    this.pendingAck = null;
    this.writeFrame(encodeMessage(ack));
  }

  /** @param bodyBytes of the frame, uncompressed */
  private writeData([header, ...body]: readonly Buffer[], bodyBytes: number, blocks: number): void {
    const { statistics } = this.owner;
    statistics.blocksSent += blocks;
    statistics.payloadBytes += bodyBytes;
    this.writeBuffers([header!], false);
    this.writeBuffers(body, true);
    this.frameWritten();
    if (this.compression === 'None') return;
    this.compressedInTurnBytes += bodyBytes;
    if (this.compressedInTurnBytes < COMPRESS_TURN_BYTES || this.isStopped) return;
    this.restTimer ??= this.clock.after(0, () => {
      this.restTimer = null;
      this.owner.roomFreed();
    });
  }

  private writeFrame(buffers: readonly Buffer[]): void {
    this.writeBuffers(buffers, false);
    this.frameWritten();
  }

  private writeBuffers(buffers: readonly Buffer[], isData: boolean): void {
    if (this.outbox !== null) this.outbox.send(buffers, isData);
    else for (const buffer of buffers) this.write(buffer, isData);
  }

  private frameWritten(): void {
    this.owner.statistics.messagesSent++;
    if (this.unsentBytes > PEER_WRITE_BUFFER_BYTES_MAX) this.owner.overrun();
  }

  private write(buffer: Buffer, isData: boolean): void {
    const { statistics } = this.owner;
    this.scheduleFlush();
    statistics.bytesSent += buffer.length;
    if (isData) statistics.wireBytes += buffer.length;
    this.socket.write(buffer);
  }

  private scheduleFlush(): void {
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    this.socket.cork();
    process.nextTick(this.flush);
  }

  private readonly flush = (): void => {
    if (!this.isFlushDue) return;
    this.writePendingAck();
    this.isFlushDue = false;
    this.compressedInTurnBytes = 0;
    this.socket.uncork();
  };
}
