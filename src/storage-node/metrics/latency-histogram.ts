/**
 * Counts of latencies in fixed buckets, made to be fed on the write path: observing one takes no memory and a bounded number of
 * steps. Bounds double from 16 µs to 33.5 s; what lies above falls into the last bucket, "+Inf".
 */
const FIRST_BOUND_US = 16;
const BOUND_COUNT = 22;

/** Upper bounds, inclusive, microseconds, rising. */
export const LATENCY_BOUNDS_US: readonly number[] = Array.from(
  { length: BOUND_COUNT },
  (_, index) => FIRST_BOUND_US * 2 ** index,
);

export class LatencyHistogram {
  /** One count for each bound, and one for what lies above. */
  readonly counts = new Float64Array(BOUND_COUNT + 1);
  sumUs = 0;

  observe(us: number): void {
    this.sumUs += us;
    this.counts[bucketOf(us)]!++;
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }
}

/** The number of doublings from the first bound that reach `us`, read from the leading zeros of a 32-bit integer. */
function bucketOf(us: number): number {
  if (us <= FIRST_BOUND_US) return 0;
  if (us > LATENCY_BOUNDS_US[BOUND_COUNT - 1]!) return BOUND_COUNT;
  return 32 - Math.clz32(Math.ceil(us / FIRST_BOUND_US) - 1);
}
