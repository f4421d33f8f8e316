import type { Clock } from '../config/clock.js';
import { LOG_RETURN_HOLD_MS_MAX, LOG_RETURN_HOLD_MS_MIN, LOG_RETURN_STEADY_MS } from '../config/limits.js';

/** Of its share of the log, what a pass may be expected to fill at most: the forecast is rough. */
const FORECAST_SHARE = 1 / 2;

/**
 * Decides for a stream that goes by its maps whether the log is kept from the next pass on, so that the stream goes by it when the pass
 * ends. Kept in a pass that takes long under many writes, the log would only fill, and the stream fall to its maps once more; written to
 * the active map instead, a block that changes n times during the pass is sent once.
 */
export class ReturnToLog {
  /** Bytes that were logged in the last pass for each one that it copied. Of the first one nothing is known yet. */
  private loggedPerCopied = 1;
  private keptSinceMs = -Infinity;
  private holdMs = 0;
  private heldUntilMs = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** A copy begins, perhaps long after the last one: its load is another. */
  begin(): void {
    this.loggedPerCopied = 1;
  }

  /** A pass ended after which another one is needed. */
  passed(copiedBytes: number, loggedBytes: number): void {
    if (copiedBytes > 0) this.loggedPerCopied = loggedBytes / copiedBytes;
  }

  /**
   * Whether the pass that begins now keeps the log.
   * @param markedBytes that it will copy
   * @param shareBytes that the log may hold for the stream
   * @param isResting hosts wrote nothing since the last pass began
   */
  isDue(markedBytes: number, shareBytes: number, isResting: boolean): boolean {
    const isDone = markedBytes === 0 && isResting;
    const isFitting = markedBytes * this.loggedPerCopied <= shareBytes * FORECAST_SHARE;
    if (!isDone && (this.isHeld || !isFitting)) return false;
    this.keptSinceMs = this.clock.monotonicMs();
    return true;
  }

  /** Whether the stream stays on its maps for a while, however little they name. */
  get isHeld(): boolean {
    return this.clock.monotonicMs() < this.heldUntilMs;
  }

  /**
   * The stream outgrew its share. When that comes soon after the log was kept again, the load is more than the link takes: the next return
   * waits, longer each time, or the stream would go to and fro.
   */
  overflowed(): void {
    const now = this.clock.monotonicMs();
    const wasSteady = now - this.keptSinceMs >= LOG_RETURN_STEADY_MS;
    const next = Math.min(Math.max(2 * this.holdMs, LOG_RETURN_HOLD_MS_MIN), LOG_RETURN_HOLD_MS_MAX);
    this.holdMs = wasSteady ? 0 : next;
    this.heldUntilMs = now + this.holdMs;
  }
}
