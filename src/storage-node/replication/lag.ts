import type { LogEntry } from '../../format/srl/log-entry.js';

const SAMPLES_MAX = 8192;
/** Writes of a sample that lie further apart make an age vague: half of what C32 allows. */
const VAGUE_MS = 500;

/** Writes that follow each other. */
export interface Sample {
  readonly lastLsn: number;
  readonly runningBytes: number;
  /** Source times of its first and its last write. */
  readonly timeMs: number;
  readonly lastTimeMs: number;
}

/**
 * What a destination does not hold durably yet, in writes, bytes and time (promise C32). Far behind, samples are merged: the time is
 * then that of an older write, never of a younger one, until the log is asked.
 */
export class Lag {
  private samples: Sample[];

  /**
   * @param durableLsn position that the destination has durable, with the log's running byte count there
   * @param backlog what the log holds above it from before a restart: as old as its oldest write until all of it is durable there
   */
  constructor(
    private durableLsn: number,
    private durableRunningBytes: number,
    backlog: Sample | null = null,
  ) {
    this.samples = backlog === null ? [] : [backlog];
  }

  appended(entries: readonly LogEntry[]): void {
    const first = entries[0]!;
    const last = entries.at(-1)!;
    this.samples.push({
      lastLsn: last.lsn,
      runningBytes: last.runningBytes,
      timeMs: first.timeMs,
      lastTimeMs: last.timeMs,
    });
    if (this.samples.length > SAMPLES_MAX) this.merge();
  }

  durable(lsn: number): void {
    if (lsn <= this.durableLsn) return;
    this.durableLsn = lsn;
    let count = 0;
    while (count < this.samples.length && this.samples[count]!.lastLsn <= lsn) count++;
    if (count === 0) return;
    this.durableRunningBytes = this.samples[count - 1]!.runningBytes;
    this.samples.splice(0, count);
  }

  /**
   * Position of the oldest write that is lacking, when its age is not known well: where writes were merged, and after a restart. See
   * `learn`.
   */
  get vagueLsn(): number | null {
    const [oldest] = this.samples;
    const isVague = oldest !== undefined && oldest.lastTimeMs - oldest.timeMs > VAGUE_MS;
    return isVague ? this.durableLsn + 1 : null;
  }

  /**
   * What the log says of a write that was the oldest one, or still is.
   * @param runningBytes of the log before it
   */
  learn(lsn: number, timeMs: number, runningBytes: number): void {
    const [oldest] = this.samples;
    // What came after it is younger, and further on.
    if (oldest === undefined || lsn > this.durableLsn + 1 || lsn > oldest.lastLsn) return;
    this.samples[0] = { ...oldest, timeMs: Math.max(oldest.timeMs, timeMs) };
    this.durableRunningBytes = Math.max(this.durableRunningBytes, runningBytes);
  }

  writes(headLsn: number): number {
    return Math.max(0, headLsn - this.durableLsn);
  }

  bytes(headRunningBytes: number): number {
    return Math.max(0, headRunningBytes - this.durableRunningBytes);
  }

  seconds(headLsn: number, nowMs: number): number {
    const oldest = this.samples[0];
    if (headLsn <= this.durableLsn || oldest === undefined) return 0;
    return Math.max(0, (nowMs - oldest.timeMs) / 1000);
  }

  private merge(): void {
    const merged: Sample[] = [];
    for (let i = 0; i < this.samples.length; i += 2) {
      const [first, second] = [this.samples[i]!, this.samples[i + 1] ?? this.samples[i]!];
      merged.push({ ...second, timeMs: first.timeMs });
    }
    this.samples = merged;
  }
}
