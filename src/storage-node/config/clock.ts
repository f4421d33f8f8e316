/** Time as an argument, so that tests can own it. Timeouts and leases use the monotonic clock, records and lag the wall clock. */
export interface Clock {
  /** Never steps. Milliseconds since some start. */
  monotonicMs(): number;
  /** Milliseconds since 1970; may step. */
  wallMs(): number;
  /** Runs once, in a turn of its own. */
  after(delayMs: number, run: () => void): Timer;
  /** Runs again and again, for the first time after one period. */
  every(periodMs: number, run: () => void): Timer;
}

export interface Timer {
  /** Safe at any time, also after it ran. */
  cancel(): void;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return { cancel: () => clearInterval(timer) };
  },
};
