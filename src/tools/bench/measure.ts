/** One side's figures for one work; null where the work has no such figure. */
export interface Figures {
  readonly iops: number | null;
  readonly mib_s: number | null;
  readonly mean_us: number | null;
  readonly p99_us: number | null;
}

/** One line of the report and one element of `works` in the JSON. */
export interface WorkResult {
  readonly work: string;
  readonly evenkeel: Figures & { readonly rss_mib?: number };
  /** Null for a work that is judged by a bound instead of by a peer. */
  readonly peer: ({ readonly name: string } & Figures) | null;
  /** Ours over the peer's, or the bound over ours: larger is better. */
  readonly ratio: number;
  readonly target: number | null;
  /** What else was measured, by name with its unit. */
  readonly details?: Readonly<Record<string, number>>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Each figure's median by itself, over the rounds. */
export function medianFigures(rounds: readonly Figures[]): Figures {
  const of = (figure: keyof Figures): number | null => {
    const values = rounds.map((round) => round[figure]).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  return { iops: of('iops'), mib_s: of('mib_s'), mean_us: of('mean_us'), p99_us: of('p99_us') };
}

export const NO_FIGURES: Figures = { iops: null, mib_s: null, mean_us: null, p99_us: null };

/** A work that is judged by the memory that a node holds, against a bound. */
export function memoryResult(work: string, rssMib: number, boundMib: number): WorkResult {
  return boundResult(work, { ...NO_FIGURES, rss_mib: rssMib }, boundMib, rssMib, { bound_mib: boundMib });
}

/** Figures of a work that moves an amount of bytes once. */
export function copyFigures(bytes: number, seconds: number): Figures {
  return { ...NO_FIGURES, mib_s: bytes / (1 << 20) / seconds };
}

/** A work that is judged by a bound: what was measured against it, in the bound's unit. */
export function boundResult(
  work: string,
  evenkeel: WorkResult['evenkeel'],
  bound: number,
  measured: number,
  details: Readonly<Record<string, number>>,
): WorkResult {
  return { work, evenkeel, peer: null, ratio: bound / measured, target: 1, details };
}

/** Of calls one after another. @param timesUs microseconds of each */
export function latencyFigures(timesUs: readonly number[]): Figures {
  const sorted = [...timesUs].sort((one, other) => one - other);
  const sum = sorted.reduce((total, time) => total + time, 0);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1]!;
  return { iops: (sorted.length / sum) * 1e6, mib_s: null, mean_us: sum / sorted.length, p99_us: p99 };
}
