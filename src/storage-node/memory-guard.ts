import { MIB } from '../model/sizes.js';
import type { Clock, Timer } from './config/clock.js';
import { giveBackFreeMemory } from './device/libc.js';

const LOOK_MS = 250;
/** Looks between two trims: they take a while, and what is given back is soon wanted again under load. */
const TRIM_REST_LOOKS = 8;
/** What a node holds at rest, at most. */
const AT_REST_BYTES = 150 * MIB;
/** Part of the budget from which on memory that is free, but kept, matters. */
const FROM_PART = 1 / 2;

/**
 * The budget counts what is in use. The C library keeps what was freed, in pieces between those in use, and after minutes of large and
 * small buffers that can be several times as much; V8 lets buffers that nobody uses any more lie until they are half of all. When the process
 * has become large, both are asked to give that back.
 */
export class MemoryGuard {
  private readonly fromBytes: number;
  private timer: Timer | null = null;
  private restLooks = 0;

  constructor(
    private readonly clock: Clock,
    budgetBytes: number,
  ) {
    this.fromBytes = AT_REST_BYTES + budgetBytes * FROM_PART;
  }

  start(): void {
    this.timer = this.clock.every(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.timer?.cancel();
  }

  private look(): void {
    if (process.memoryUsage.rss() < this.fromBytes) return;
    // There with --expose-gc, which the launcher sets. A collection takes some 20 ms: the heap is small, and buffers lie outside.
    globalThis.gc?.();
    if (this.restLooks-- > 0) return;
    this.restLooks = TRIM_REST_LOOKS;
    // Nothing depends on it: where it cannot be done, the process stays large.
    giveBackFreeMemory().catch(() => {});
  }
}
