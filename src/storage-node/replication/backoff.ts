import { PEER_RETRY_MS_MAX, PEER_RETRY_MS_MIN } from '../config/limits.js';

/**
 * Pauses between rounds of dialling: quick at first, so that a peer that restarts is found at once, then doubling. Up to half of each
 * is taken off at random, so that many streams to one node do not knock together.
 */
export class Backoff {
  private nextMs = PEER_RETRY_MS_MIN;

  /** @param random from 0 up to 1 */
  constructor(private readonly random: () => number) {}

  /** Milliseconds to wait now. */
  next(): number {
    const delayMs = this.nextMs * (1 - this.random() / 2);
    this.nextMs = Math.min(this.nextMs * 2, PEER_RETRY_MS_MAX);
    return delayMs;
  }

  reset(): void {
    this.nextMs = PEER_RETRY_MS_MIN;
  }
}
