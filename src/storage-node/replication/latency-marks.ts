import type { LatencyProtection } from '../../model/session.js';

type Marks = Pick<LatencyProtection, 'highMark' | 'lowMark'>;

/**
 * Whether as many writes are lacking at the destination as may be (promise C15): from the high mark on, or from a write on that would go
 * beyond it, until fewer than the low mark are lacking and that write fits. One of more records than the high mark waits until nothing is
 * lacking, and goes alone.
 */
export class LatencyMarks {
  private isReachedNow = false;
  /** Records of the write that did not fit. */
  private awaited = 0;

  get isReached(): boolean {
    return this.isReachedNow;
  }

  /** @param lacking records that the destination does not have durably */
  look(lacking: number, marks: Marks): void {
    if (lacking >= marks.highMark) this.isReachedNow = true;
    else if (lacking < marks.lowMark && isFitting(lacking, this.awaited, marks)) this.clear();
  }

  /** Whether a write of so many records may be logged. If not, the mark is reached. */
  admits(lacking: number, recordCount: number, marks: Marks): boolean {
    this.look(lacking, marks);
    if (!this.isReachedNow && isFitting(lacking, recordCount, marks)) return true;
    if (!this.isReachedNow) this.awaited = recordCount;
    this.isReachedNow = true;
    return false;
  }

  /** There is no limit just now. */
  clear(): void {
    this.isReachedNow = false;
    this.awaited = 0;
  }
}

function isFitting(lacking: number, recordCount: number, { highMark }: Marks): boolean {
  return lacking === 0 || lacking + recordCount <= highMark;
}
