const FAILURES_MAX = 10;
const WINDOW_MS = 60_000;
/** Names and addresses remembered; the oldest make room. */
const REMEMBERED_MAX = 10_000;

/** Counts failed logins by address and name: guessing is slow, logging in often is not punished. */
export class LoginLimit {
  private readonly failures = new Map<string, { count: number; until: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Seconds to wait, 0 when a try is allowed. */
  waitSeconds(key: string): number {
    const found = this.failures.get(key);
    if (!found || found.count < FAILURES_MAX) return 0;
    return Math.max(0, Math.ceil((found.until - this.now()) / 1000));
  }

  countFailure(key: string): void {
    const found = this.failures.get(key);
    const isFresh = found !== undefined && found.until > this.now();
    this.failures.delete(key);
    this.failures.set(
      key,
      isFresh ? { ...found, count: found.count + 1 } : { count: 1, until: this.now() + WINDOW_MS },
    );
    if (this.failures.size > REMEMBERED_MAX) this.failures.delete(this.failures.keys().next().value!);
  }
}
