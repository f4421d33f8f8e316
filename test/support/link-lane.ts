import type { Socket } from 'node:net';
import { FrameCutter, type FaultPlan } from './frame-faults.js';

/** Held or delayed bytes of one lane; beyond this the sending end is no longer read, as a full network would. */
const QUEUE_BYTES_MAX = 64 * 1024 * 1024;

interface LaneOwner {
  readonly plan: FaultPlan;
  delayMs(): number;
  passed(bytes: number): void;
  /** A fault asks for the whole link to be cut. */
  cut(): void;
  /** A socket failed: the other end learns it. */
  failed(): void;
  ended(): void;
}

/** One direction of one connection through a faulty link: bytes wait here while the link is paused or slow. */
export class Lane {
  isOver = false;

  private readonly queue: { readonly dueMs: number; readonly bytes: Buffer }[] = [];
  private queuedBytes = 0;
  private isHeld = false;
  private hasEnded = false;
  private timer: NodeJS.Timeout | null = null;
  private readonly frames: FrameCutter;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly owner: LaneOwner,
  ) {
    this.frames = new FrameCutter(owner.plan);
    from.on('data', (chunk: Buffer) => this.take(chunk));
    from.on('end', () => {
      this.hasEnded = true;
      this.deliver();
    });
    from.on('error', () => this.fail());
    to.on('drain', () => this.deliver());
    from.resume();
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.deliver();
  }

  stop(): void {
    this.isOver = true;
    if (this.timer) clearTimeout(this.timer);
    this.queue.length = 0;
  }

  private fail(): void {
    // A paused link carries no news of a failure either: the other end finds out when it is up again.
    if (this.isOver) return;
    if (this.isHeld) this.hasEnded = true;
    else this.owner.failed();
  }

  private take(chunk: Buffer): void {
    const { bytes, isCut } = this.frames.pass(chunk);
    const dueMs = performance.now() + this.owner.delayMs();
    for (const each of bytes) {
      this.queue.push({ dueMs, bytes: each });
      this.queuedBytes += each.length;
    }
    if (isCut) return this.owner.cut();
    if (this.queuedBytes > QUEUE_BYTES_MAX) this.from.pause();
    this.deliver();
  }

  private deliver(): void {
    if (this.isOver || this.isHeld) return;
    while (this.queue.length > 0 && !this.to.writableNeedDrain) {
      const { dueMs, bytes } = this.queue[0]!;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) return this.wait(waitMs);
      this.queue.shift();
      this.queuedBytes -= bytes.length;
      this.owner.passed(bytes.length);
      this.to.write(bytes);
    }
    if (this.queuedBytes <= QUEUE_BYTES_MAX) this.from.resume();
    if (!this.hasEnded || this.queue.length > 0) return;
    this.isOver = true;
    this.to.end();
    this.owner.ended();
  }

  private wait(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.deliver();
    }, ms);
  }
}
