import { describe, expect, it } from '@jest/globals';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { NO_LSN } from '../../model/position.js';
import type { Clock, Timer } from '../config/clock.js';
import { Heartbeats } from './heartbeats.js';

/** Time that passes only when told to. */
class ManualClock implements Clock {
  nowMs = 1000;
  private readonly timers = new Set<{ atMs: number; run: () => void }>();

  monotonicMs(): number {
    return this.nowMs;
  }

  wallMs(): number {
    return this.nowMs;
  }

  every(): Timer {
    throw new Error('heartbeats set single timers only');
  }

  after(delayMs: number, run: () => void): Timer {
    const timer = { atMs: this.nowMs + delayMs, run };
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  /** Runs what is due on the way, in order of time. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const due = [...this.timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.timers.delete(due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.run();
    }
    this.nowMs = untilMs;
  }

  /** This process was held up: time went by and everything is due at once. */
  jump(ms: number): void {
    this.nowMs += ms;
  }
}

/** Two ends and a link that can be cut without either noticing. As TCP does, it delivers what was held back once it is up again. */
function pair(timeoutMs: number, delayMs = 0) {
  const clock = new ManualClock();
  const link = {
    isUp: true,
    held: [] as (() => void)[],
    silentAtMs: [] as number[],
    beats: 0,
    roundTripMs: null as number | null,
    resume() {
      this.isUp = true;
      for (const deliver of this.held.splice(0)) deliver();
    },
  };
  const ends: Heartbeats[] = [];
  const make = (other: 0 | 1) =>
    new Heartbeats(
      clock,
      timeoutMs,
      () => {
        link.beats++;
        const times = ends[1 - other]!.times();
        const deliver = () => {
          ends[other]!.heard();
          link.roundTripMs =
            ends[other]!.take({ type: Type.Heartbeat, ...times, lsn: NO_LSN, members: [] }) ?? link.roundTripMs;
        };
        clock.after(delayMs, () => (link.isUp ? deliver() : link.held.push(deliver)));
      },
      () => link.silentAtMs.push(clock.nowMs),
    );
  ends.push(make(1), make(0));
  for (const end of ends) end.start();
  return { clock, link, ends };
}

describe('heartbeats', () => {
  it.each([1000, 10_000, 60_000])(
    'C21: calls a silent drop within the timeout of %d ms and one second, at both ends',
    (timeoutMs) => {
      for (const cutAfterMs of [5000, 5001, 5249, 5400, 5749]) {
        const { clock, link } = pair(timeoutMs);
        clock.pass(cutAfterMs);
        link.isUp = false;
        const cutMs = clock.nowMs;
        clock.pass(timeoutMs + 5000);
        expect(link.silentAtMs.length).toBe(2);
        for (const atMs of link.silentAtMs) {
          expect(atMs - cutMs).toBeGreaterThan(timeoutMs);
          expect(atMs - cutMs).toBeLessThanOrEqual(timeoutMs + 1000);
        }
      }
    },
  );

  it.each([1000, 10_000, 60_000])(
    'C21: a pause below the timeout of %d ms does nothing, whenever it begins',
    (timeoutMs) => {
      for (const cutAfterMs of [5000, 5001, 5249, 5400, 5749]) {
        const { clock, link } = pair(timeoutMs);
        clock.pass(cutAfterMs);
        link.isUp = false;
        clock.pass(timeoutMs - 1);
        link.resume();
        clock.pass(timeoutMs * 3);
        expect(link.silentAtMs).toEqual([]);
      }
    },
  );

  it.each([1000, 4000, 60_000])('beats at least four times in each timeout of %d ms', (timeoutMs) => {
    const { clock, link } = pair(timeoutMs);
    clock.pass(timeoutMs * 10);
    expect(link.beats).toBeGreaterThanOrEqual(2 * 4 * 10);
  });

  it('a destination stops calling itself up to date before its source lets it go, wherever the link fails', () => {
    const timeoutMs = 10_000;
    for (const delayMs of [0, 40, 400]) {
      const { clock, ends } = pair(timeoutMs, delayMs);
      clock.pass(7321);
      const [source, destination] = ends;
      // From here on the source hears nothing; the destination may still hear the source.
      const sourceHeardMs = clock.nowMs;
      const leaseEndsMs = destination!.confirmedMs + timeoutMs;
      expect(leaseEndsMs).toBeLessThanOrEqual(sourceHeardMs + timeoutMs);
      expect(leaseEndsMs).toBeGreaterThan(clock.nowMs + timeoutMs - 3 * 750 - 2 * delayMs);
      expect(source!.confirmedMs).toBeLessThanOrEqual(clock.nowMs);
    }
  });

  it('measures the round trip without the time that the peer held the heartbeat', () => {
    const { clock, link } = pair(10_000, 40);
    clock.pass(5000);
    expect(link.roundTripMs).toBeGreaterThanOrEqual(80);
    expect(link.roundTripMs).toBeLessThan(83);
  });

  it('does not blame the peer when this process was held up and its bytes are waiting', () => {
    const { clock, link, ends } = pair(10_000);
    clock.pass(5000);
    link.isUp = false;
    clock.jump(60_000);
    // All timers are overdue and run first; the poll that follows reads what has come for one of the ends.
    clock.pass(0);
    expect(link.silentAtMs).toEqual([]);
    ends[0]!.heard();
    clock.pass(2);
    expect(link.silentAtMs.length).toBe(1);
  });

  it('takes no proof from an echo of the future', () => {
    const { clock, ends } = pair(10_000);
    const before = ends[0]!.confirmedMs;
    const heartbeat = {
      type: Type.Heartbeat,
      sentUs: 1,
      echoUs: (clock.nowMs + 5000) * 1000,
      heldUs: 0,
      lsn: NO_LSN,
      members: [],
    } as const;
    expect(ends[0]!.take(heartbeat)).toBeNull();
    expect(ends[0]!.confirmedMs).toBe(before);
  });

  it('follows a change of the timeout, and ends with stop', () => {
    const { clock, link, ends } = pair(60_000);
    clock.pass(5000);
    link.isUp = false;
    for (const end of ends) end.changeTimeout(1000);
    clock.pass(2000);
    expect(link.silentAtMs.length).toBe(2);
    for (const end of ends) end.stop();
    const { beats } = link;
    clock.pass(10_000);
    expect(link.beats).toBe(beats);
  });
});
