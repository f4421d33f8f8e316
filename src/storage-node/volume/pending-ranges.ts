/**
 * Changes of a volume that could not finish at once and run on the thread pool. Whatever overlaps one of them waits for it, in
 * order of arrival, so that the pool's freedom to reorder is never seen. Almost always empty, and then costs one comparison.
 */
export class PendingRanges {
  private readonly ranges = new Set<PendingRange>();

  get isEmpty(): boolean {
    return this.ranges.size === 0;
  }

  overlaps(offset: number, end: number): boolean {
    for (const range of this.ranges) if (range.offset < end && offset < range.end) return true;
    return false;
  }

  /**
   * Runs `work` once everything pending that overlaps has ended. A change holds its range until its work ends; a read only waits.
   * @param work ends by resolving; its own failures are its own to handle, it must not reject
   */
  run(offset: number, end: number, isChange: boolean, work: () => Promise<void>): void {
    const range: PendingRange = { offset, end, blockers: 0, dependents: [], work };
    for (const earlier of this.ranges) {
      if (earlier.offset < end && offset < earlier.end) {
        earlier.dependents.push(range);
        range.blockers++;
      }
    }
    if (isChange) this.ranges.add(range);
    if (range.blockers === 0) this.start(range);
  }

  /** Resolves when everything pending now has ended. */
  drain(): Promise<void> {
    if (this.isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.run(0, Number.MAX_SAFE_INTEGER, false, async () => resolve()));
  }

  private start(range: PendingRange): void {
    void range.work().then(() => {
      this.ranges.delete(range);
      for (const dependent of range.dependents) if (--dependent.blockers === 0) this.start(dependent);
    });
  }
}

interface PendingRange {
  readonly offset: number;
  readonly end: number;
  readonly work: () => Promise<void>;
  readonly dependents: PendingRange[];
  /** Earlier ranges that it still waits for. */
  blockers: number;
}
