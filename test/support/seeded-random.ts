/** Random numbers that a seed brings back: mulberry32. */
export class SeededRandom {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 ≤ x < 1 */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Whole numbers from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  isOneIn(n: number): boolean {
    return this.below(n) === 0;
  }
}

/** EVENKEEL_SEED, or a new seed; printed, so that a failed run can be had again. */
export function announceSeed(of: string): number {
  const seed = Number(process.env['EVENKEEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stderr.write(`${of}: EVENKEEL_SEED=${seed}\n`);
  return seed;
}
