import type { Clock, Timer } from '../config/clock.js';
import type { TokenBucket } from './token-bucket.js';

interface Waiting {
  rest: Buffer;
  /** Only data is limited; what is sent after it keeps its place. */
  readonly isData: boolean;
}

/**
 * What a connection with a bandwidth limit has still to write: the rest of a frame of data that the limit cut, and what was sent after
 * it. One timer wakes it, and only while something waits.
 */
export class PacedOutbox {
  private waiting: Waiting[] = [];
  private timer: Timer | null = null;
  private waitingBytes = 0;
  private isStopped = false;

  /** @param onRoom called when data may begin again, after `mayBegin` said no */
  constructor(
    private readonly bucket: TokenBucket,
    private readonly clock: Clock,
    private readonly write: (bytes: Buffer, isData: boolean) => void,
    private readonly onRoom: () => void,
  ) {}

  /** Bytes that were sent and not written yet. */
  get bytes(): number {
    return this.waitingBytes;
  }

  /** Frames of data should not be longer, so that they leave soon after they were begun; `bytes` without a limit. */
  frameBytesMax(bytes: number): number {
    return this.bucket.isUnlimited ? bytes : Math.min(bytes, this.bucket.burstBytes);
  }

  /** Whether a frame of data would begin to leave now. */
  mayBegin(): boolean {
    if (this.waiting.length === 0 && this.bucket.waitMs === 0) return true;
    this.wakeLater();
    return false;
  }

  send(buffers: readonly Buffer[], isData: boolean): void {
    if (this.waiting.length === 0 && (!isData || this.bucket.isUnlimited)) {
      for (const buffer of buffers) this.write(buffer, isData);
      return;
    }
    for (const buffer of buffers) {
      this.waiting.push({ rest: buffer, isData });
      this.waitingBytes += buffer.length;
    }
    this.pump();
  }

  /** The limit changed. */
  changed(): void {
    this.timer?.cancel();
    this.timer = null;
    this.wake();
  }

  /** The connection ends: what waits leaves at once, so that its last message follows a whole frame. */
  flush(): void {
    for (const { rest, isData } of this.waiting) this.write(rest, isData);
    this.stop();
  }

  stop(): void {
    this.isStopped = true;
    this.waiting = [];
    this.waitingBytes = 0;
    this.timer?.cancel();
    this.timer = null;
  }

  private pump(): void {
    let count = 0;
    for (; count < this.waiting.length; count++) {
      const next = this.waiting[count]!;
      const bytes = next.isData ? this.bucket.take(next.rest.length) : next.rest.length;
      if (bytes > 0) this.write(next.rest.subarray(0, bytes), next.isData);
      this.waitingBytes -= bytes;
      if (bytes === next.rest.length) continue;
      next.rest = next.rest.subarray(bytes);
      break;
    }
    this.waiting.splice(0, count);
    if (this.waiting.length > 0) this.wakeLater();
  }

  private wakeLater(): void {
    if (this.isStopped) return;
    // Never at once: whoever asked may ask again from within.
    this.timer ??= this.clock.after(Math.max(1, this.bucket.waitMs), () => this.wake());
  }

  private wake(): void {
    this.timer = null;
    if (this.isStopped) return;
    this.pump();
    if (this.waiting.length === 0) this.onRoom();
  }
}
