/** Time of a simulation: events in a queue, which pass in the order of their time, and of their making when that is the same. */
import type { Clock, Timer } from '../../src/storage-node/config/clock.js';

interface Event {
  readonly atMs: number;
  readonly sequence: number;
  /** Null once cancelled. */
  run: (() => void) | null;
}

/** Events at one moment; more is a loop. */
const EVENTS_MAX = 20_000;

export class VirtualClock {
  nowMs = 0;
  /** Events that have passed. */
  passed = 0;
  private sinceMoved = 0;
  /** A heap: the earliest first. */
  private readonly events: Event[] = [];
  private sequence = 0;

  /** Runs in a turn of its own. */
  after(delayMs: number, run: () => void): Timer {
    const event: Event = { atMs: this.momentAfter(delayMs), sequence: this.sequence++, run };
    this.push(event);
    return { cancel: () => (event.run = null) };
  }

  /** In whole microseconds, and never so little that time stands still. */
  private momentAfter(delayMs: number): number {
    const nowUs = Math.round(this.nowMs * 1000);
    return (nowUs + (delayMs > 0 ? Math.max(1, Math.round(delayMs * 1000)) : 0)) / 1000;
  }

  /** For those that run inside of the simulation. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /**
   * Lets events pass until `isDone`, or until that much time went by. Each has a turn of the system's for itself: everything that it
   * set going, next ticks and promises, comes to rest before the next one.
   * @returns whether it was done in time
   */
  pass(ms: number, isDone: () => boolean = () => false): Promise<boolean> {
    const untilMs = this.nowMs + ms;
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        try {
          if (isDone()) resolve(true);
          else if (this.passNext(untilMs)) setImmediate(turn);
          else resolve(false);
        } catch (error) {
          reject(error as Error);
        }
      };
      setImmediate(turn);
    });
  }

  /** False when there is nothing more to pass. */
  private passNext(untilMs: number): boolean {
    let event = this.events[0];
    while (event !== undefined && event.run === null) {
      this.pop();
      event = this.events[0];
    }
    if (event === undefined || event.atMs > untilMs) {
      this.nowMs = untilMs;
      return false;
    }
    this.pop();
    this.passed++;
    this.sinceMoved = event.atMs > this.nowMs ? 0 : this.sinceMoved + 1;
    if (this.sinceMoved > EVENTS_MAX) throw new Error('time stands still: an event makes the next without end');
    this.nowMs = event.atMs;
    event.run!();
    return true;
  }

  private push(event: Event): void {
    const { events } = this;
    let at = events.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(events[parent]!, event)) break;
      events[at] = events[parent]!;
      at = parent;
    }
    events[at] = event;
  }

  private pop(): void {
    const { events } = this;
    const last = events.pop()!;
    if (events.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= events.length) break;
      if (child + 1 < events.length && isBefore(events[child + 1]!, events[child]!)) child++;
      if (isBefore(last, events[child]!)) break;
      events[at] = events[child]!;
      at = child;
    }
    events[at] = last;
  }
}

/** The clock of one run of a node: dead with it, and off the true time as machines are. */
export class NodeClock implements Clock {
  constructor(
    private readonly time: VirtualClock,
    private readonly life: { readonly isOver: boolean },
    /** Of the monotonic clock, which begins anew with the machine. */
    private readonly bootedAtMs: number,
    private readonly wall: { readonly offsetMs: number },
  ) {}

  monotonicMs(): number {
    return this.time.nowMs - this.bootedAtMs;
  }

  wallMs(): number {
    return Math.floor(this.time.nowMs + this.wall.offsetMs);
  }

  after(delayMs: number, run: () => void): Timer {
    return this.time.after(delayMs, () => {
      if (!this.life.isOver) run();
    });
  }

  every(periodMs: number, run: () => void): Timer {
    let timer: Timer = { cancel: () => undefined };
    let isCancelled = false;
    const again = (): void => {
      timer = this.after(periodMs, () => {
        again();
        run();
      });
      if (isCancelled) timer.cancel();
    };
    again();
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
