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
/** Below this part of a processor a node is at rest, and after so many looks of that it gives back what its last work left. */
const REST_LOAD = 1 / 10;
const REST_LOOKS = 8;
/** Little work goes on for hours, and leaves something, too. */
const REST_AGAIN_LOOKS = 240;

/**
 * The budget counts what is in use. The C library keeps what was freed, in pieces between those in use, and after minutes of large and
 * small buffers that can be several times as much; V8 lets buffers that nobody uses any more lie until they are half of all. When the process
 * has become large, or comes to rest, both are asked to give that back.
 */
export class MemoryGuard {
  private readonly fromBytes: number;
  private timer: Timer | null = null;
  private restLooks = 0;
  private usage = process.cpuUsage();
  /** Looks at rest, one after the other. */
  private quietLooks = 0;

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
    const hasComeToRest = this.hasComeToRest();
    const rss = process.memoryUsage.rss();
    if (rss < (hasComeToRest ? AT_REST_BYTES : this.fromBytes)) return;
    // There with --expose-gc, which the launcher sets. A collection takes some 20 ms: the heap is small, and buffers lie outside.
    globalThis.gc?.();
    if (this.restLooks-- > 0 && !hasComeToRest) return;
    this.restLooks = TRIM_REST_LOOKS;
    // Nothing depends on it: where it cannot be done, the process stays large.
    giveBackFreeMemory().catch(() => {});
  }

  /** True early in each rest, and now and then while it lasts. */
  private hasComeToRest(): boolean {
    const { user, system } = process.cpuUsage(this.usage);
    this.usage = process.cpuUsage();
    this.quietLooks = user + system < LOOK_MS * 1000 * REST_LOAD ? this.quietLooks + 1 : 0;
    return this.quietLooks % REST_AGAIN_LOOKS === REST_LOOKS;
  }
}
