/** Time as an argument, so that tests can own it. Timeouts and leases use the monotonic clock, records and lag the wall clock. */
export interface Clock {
  monotonicMs(): number;
  wallMs(): number;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};
