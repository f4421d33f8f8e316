import { MIB } from '../model/sizes.js';
import type { Clock, Timer } from './config/clock.js';
import { giveBackFreeMemory } from './device/libc.js';

const LOOK_MS = 500;
/** Giving back costs a little each time, and what is given back is soon wanted again under load. */
const REST_LOOKS = 3;
/** What a node holds at rest, at most. */
const AT_REST_BYTES = 150 * MIB;
/** Parts of the budget from which on memory that is free, but kept, matters to the C library, and to V8. */
const TRIM_FROM_PART = 1 / 2;
const COLLECT_FROM_PART = 3 / 4;

/**
 * The budget counts what is in use. The C library keeps what was freed, in pieces between those in use, and after minutes of large and
 * small buffers that can be several times as much; V8 lets buffers that nobody uses any more lie until they are half of all. When the process
 * has become large, both are asked to give that back.
 */
export class MemoryGuard {
  private readonly trimFromBytes: number;
  private readonly collectFromBytes: number;
  private timer: Timer | null = null;
  private restLooks = 0;

  constructor(
    private readonly clock: Clock,
    budgetBytes: number,
  ) {
    this.trimFromBytes = AT_REST_BYTES + budgetBytes * TRIM_FROM_PART;
    this.collectFromBytes = AT_REST_BYTES + budgetBytes * COLLECT_FROM_PART;
  }

  start(): void {
    this.timer = this.clock.every(LOOK_MS, () => this.look());
  }

  stop(): void {
    this.timer?.cancel();
  }

  private look(): void {
    if (this.restLooks-- > 0) return;
    const residentBytes = process.memoryUsage.rss();
    if (residentBytes < this.trimFromBytes) return;
    this.restLooks = REST_LOOKS;
    // There with --expose-gc, which the launcher sets.
    if (residentBytes >= this.collectFromBytes) globalThis.gc?.();
    // Nothing depends on it: where it cannot be done, the process stays large.
    giveBackFreeMemory().catch(() => {});
  }
}
