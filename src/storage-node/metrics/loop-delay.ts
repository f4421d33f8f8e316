import { monitorEventLoopDelay, performance as loop } from 'node:perf_hooks';

const EVERY_MS = 100;

/** How long the event loop keeps others waiting: a timer now and then is all that it costs. */
export class LoopDelay {
  private readonly histogram = monitorEventLoopDelay({ resolution: EVERY_MS });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** The longest delay since the last call, seconds. */
  takeLongest(): number {
    // The pause of the timer itself is part of what it measures.
    const longest = this.histogram.max / 1e9 - EVERY_MS / 1e3;
    this.histogram.reset();
    return Math.max(0, longest);
  }

  /** Time that the loop did not wait since the process started, seconds. */
  get busySeconds(): number {
    return loop.eventLoopUtilization().active / 1000;
  }
}
