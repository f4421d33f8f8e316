import type { Clock } from '../config/clock.js';
import { COPY_STALL_MS } from '../config/limits.js';

/**
 * Notices a copy that gets nowhere although its ends are connected. Only time with a link counts, over as many connections as it
 * takes: a copy that begins anew again and again and never gets further is stuck, too.
 */
export class StallWatch {
  private lookedAtMs: number;
  private stuckMs = 0;
  private steps = -1;

  constructor(private readonly clock: Clock) {
    this.lookedAtMs = clock.monotonicMs();
  }

  /**
   * To be called every 100 ms or so.
   * @param isDue whether something is to be copied
   * @param isConnected whether it could be
   * @param steps rises with all that the destination durably has more
   * @returns whether it is stuck; then it counts anew
   */
  look(isDue: boolean, isConnected: boolean, steps: number): boolean {
    const now = this.clock.monotonicMs();
    const sinceMs = now - this.lookedAtMs;
    this.lookedAtMs = now;
    if (!isDue || steps !== this.steps) {
      this.steps = steps;
      this.stuckMs = 0;
    } else if (isConnected) this.stuckMs += sinceMs;
    if (this.stuckMs < COPY_STALL_MS) return false;
    this.stuckMs = 0;
    return true;
  }
}
