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
  readonly evenkeel: Figures;
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

/** Figures of a work that moves an amount of bytes once. */
export function copyFigures(bytes: number, seconds: number): Figures {
  return { iops: null, mib_s: bytes / (1 << 20) / seconds, mean_us: null, p99_us: null };
}
