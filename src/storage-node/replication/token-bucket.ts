import { BANDWIDTH_BURST_MS, BANDWIDTH_GRAIN_MS } from '../config/limits.js';

const BYTES_PER_MS_IN_MEGABIT = 125;

/**
 * How much a stream may send: so many bytes a second on the average, and after a rest as much more as BANDWIDTH_BURST_MS bring. So over any
 * t ms at most t + BANDWIDTH_BURST_MS worth of them go. Looks at the clock it is given and has no timer of its own.
 */
export class TokenBucket {
  private bytesPerMs = 0;
  private bytes = 0;
  private filledAtMs: number;

  /** @param nowMs monotonic milliseconds */
  constructor(private readonly nowMs: () => number) {
    this.filledAtMs = nowMs();
  }

  get isUnlimited(): boolean {
    return this.bytesPerMs === 0;
  }

  /** @param megabits 10^6 bits a second; 0 is no limit */
  change(megabits: number): void {
    this.fill();
    this.bytesPerMs = megabits * BYTES_PER_MS_IN_MEGABIT;
    this.bytes = Math.min(this.bytes, this.burstBytes);
  }

  /** Most that ever goes at once. */
  get burstBytes(): number {
    return this.bytesPerMs * BANDWIDTH_BURST_MS;
  }

  /** Answers how many bytes of `wantedBytes` may go now, and counts them as gone. */
  take(wantedBytes: number): number {
    if (this.isUnlimited) return wantedBytes;
    this.fill();
    const taken = Math.min(wantedBytes, Math.floor(this.bytes));
    this.bytes -= taken;
    return taken;
  }

  /** Milliseconds until enough is there to be worth a write; 0 when it is. */
  get waitMs(): number {
    if (this.isUnlimited) return 0;
    this.fill();
    return Math.max(0, BANDWIDTH_GRAIN_MS - this.bytes / this.bytesPerMs);
  }

  private fill(): void {
    const now = this.nowMs();
    this.bytes = Math.min(this.burstBytes, this.bytes + (now - this.filledAtMs) * this.bytesPerMs);
    this.filledAtMs = now;
  }
}
