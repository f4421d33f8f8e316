import type { Socket } from 'node:net';

/** What a link is like, each way. */
export interface LinkConditions {
  /** Each way takes this much longer, for bytes that arrive from now on. */
  readonly delayMs: number;
  /** 0: as fast as it goes. */
  readonly bytesPerSecond: number;
  /** Nothing passes and nobody is told: bytes wait until it is released. */
  readonly isHeld: boolean;
}

/** Bytes on the way through a link that is only long. */
const LONG_LINK_BYTES_MAX = 64 * 1024 * 1024;
/** A slow link keeps so much of what it cannot carry yet, as a router does; then the sending end has to wait. */
const SLOW_LINK_BUFFER_MS = 100;
const SLOW_LINK_BUFFER_BYTES_MIN = 16 * 1024;
/** A slow link passes pieces that take so long each. */
const PIECE_MS = 10;

/** One direction of one connection through a relay. */
export class RelayLane {
  private readonly queue: { readonly dueMs: number; bytes: Buffer }[] = [];
  private queuedBytes = 0;
  private hasEnded = false;
  /** When a slow link has carried what it took so far. */
  private freeAtMs = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly conditions: () => LinkConditions,
  ) {
    from.on('data', (chunk: Buffer) => this.take(chunk));
    from.on('end', () => {
      this.hasEnded = true;
      this.deliver();
    });
    to.on('drain', () => this.deliver());
  }

  /** The conditions changed. */
  changed(): void {
    this.stop();
    this.deliver();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private take(bytes: Buffer): void {
    this.queue.push({ dueMs: performance.now() + this.conditions().delayMs, bytes });
    this.queuedBytes += bytes.length;
    this.deliver();
  }

  private deliver(): void {
    const { isHeld, bytesPerSecond } = this.conditions();
    while (!isHeld && this.queue.length > 0 && !this.to.writableNeedDrain) {
      const now = performance.now();
      const first = this.queue[0]!;
      const waitMs = Math.max(first.dueMs, bytesPerSecond === 0 ? 0 : this.freeAtMs) - now;
      if (waitMs > 0) {
        this.timer ??= setTimeout(() => this.changed(), waitMs);
        break;
      }
      const piece = this.nextPiece(first, bytesPerSecond);
      // A timer that comes late costs nothing of the rate.
      if (bytesPerSecond > 0) {
        this.freeAtMs = Math.max(this.freeAtMs, now - 2 * PIECE_MS) + (piece.length / bytesPerSecond) * 1000;
      }
      this.to.write(piece);
    }
    if (this.queuedBytes > this.roomBytes()) this.from.pause();
    else if (!this.hasEnded) this.from.resume();
    if (this.hasEnded && this.queue.length === 0) this.to.end();
  }

  private nextPiece(first: { bytes: Buffer }, bytesPerSecond: number): Buffer {
    const most = bytesPerSecond === 0 ? first.bytes.length : Math.ceil((bytesPerSecond * PIECE_MS) / 1000);
    const piece = first.bytes.subarray(0, most);
    if (piece.length === first.bytes.length) this.queue.shift();
    else first.bytes = first.bytes.subarray(piece.length);
    this.queuedBytes -= piece.length;
    return piece;
  }

  private roomBytes(): number {
    const { delayMs, bytesPerSecond, isHeld } = this.conditions();
    if (isHeld) return 0;
    if (bytesPerSecond === 0) return LONG_LINK_BYTES_MAX;
    return Math.max(SLOW_LINK_BUFFER_BYTES_MIN, (bytesPerSecond * (delayMs + SLOW_LINK_BUFFER_MS)) / 1000);
  }
}
