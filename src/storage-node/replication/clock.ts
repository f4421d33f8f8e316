/** Time as the network code sees it; tests hand in a clock of their own. */
export interface Clock {
  /** Never steps: for timeouts, leases and round trips. Milliseconds since some start. */
  monotonicMs(): number;
  after(delayMs: number, run: () => void): Timer;
}

export interface Timer {
  /** Safe at any time, also after it ran. */
  cancel(): void;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
