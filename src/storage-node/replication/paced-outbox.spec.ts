import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KIB, MIB } from '../../model/sizes.js';
import type { Clock } from '../config/clock.js';
import { PacedOutbox } from './paced-outbox.js';
import { TokenBucket } from './token-bucket.js';

const WINDOW_MS = 5000;
const BYTES_PER_MEGABIT = 125_000;
const ZEROS = Buffer.alloc(MIB);

/** A clock that a test moves, whose timers come late. */
class SlowClock implements Clock {
  nowMs = 1000;
  timersSet = 0;
  lateMs = 0;
  private timers: { atMs: number; run: () => void }[] = [];
  monotonicMs = () => this.nowMs;
  wallMs = () => this.nowMs;
  every = () => {
    throw new Error('no timer for each period is needed');
  };

  after(delayMs: number, run: () => void) {
    this.timersSet++;
    const timer = { atMs: this.nowMs + delayMs + this.lateMs, run };
    this.timers.push(timer);
    return { cancel: () => void (this.timers = this.timers.filter((other) => other !== timer)) };
  }

  get isIdle(): boolean {
    return this.timers.length === 0;
  }

  passTo(ms: number): void {
    for (;;) {
      const next = this.timers.reduce<(typeof this.timers)[0] | null>(
        (first, timer) => (first === null || timer.atMs < first.atMs ? timer : first),
        null,
      );
      if (next === null || next.atMs > ms) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    this.nowMs = ms;
  }
}

describe('the outbox of a limited connection', () => {
  let clock: SlowClock;
  let bucket: TokenBucket;
  let outbox: PacedOutbox;
  let written: { atMs: number; bytes: Buffer }[];
  let whenRoom: () => void;

  beforeEach(() => {
    clock = new SlowClock();
    bucket = new TokenBucket(clock.monotonicMs);
    written = [];
    whenRoom = () => {};
    outbox = new PacedOutbox(
      bucket,
      clock,
      (bytes) => written.push({ atMs: clock.nowMs, bytes }),
      () => whenRoom(),
    );
  });

  function bytesBetween(fromMs: number, toMs: number): number {
    return written.reduce((sum, { atMs, bytes }) => sum + (atMs >= fromMs && atMs < toMs ? bytes.length : 0), 0);
  }

  /** Sends frames as long as that is allowed, again and again. */
  function sendBacklog(frameBytes: readonly number[]): void {
    let next = 0;
    whenRoom = () => {
      while (outbox.mayBegin()) outbox.send([ZEROS.subarray(0, frameBytes[next++ % frameBytes.length])], true);
    };
    whenRoom();
  }

  const frames = fc.array(fc.integer({ min: 4 * KIB, max: 1 * MIB }), { minLength: 1, maxLength: 20 });
  const rate = fc.integer({ min: 1, max: 100 });

  it('C19: lets go between 90 and 110 % of the limit in any 5 s of a backlog, however long the frames and late the timers', () => {
    fc.assert(
      fc.property(frames, rate, fc.nat(40), fc.nat(20_000), (frameBytes, megabits, lateMs, restMs) => {
        written.length = 0;
        clock.lateMs = lateMs;
        bucket.change(megabits);
        clock.passTo(clock.nowMs + restMs);
        const startMs = clock.nowMs;
        sendBacklog(frameBytes);
        clock.passTo(startMs + 4 * WINDOW_MS);
        const limit = (megabits * BYTES_PER_MEGABIT * WINDOW_MS) / 1000;
        for (let from = startMs; from <= startMs + 3 * WINDOW_MS; from += 500) {
          const bytes = bytesBetween(from, from + WINDOW_MS);
          expect(bytes).toBeLessThanOrEqual(1.1 * limit);
          expect(bytes).toBeGreaterThanOrEqual(0.9 * limit);
        }
        outbox.flush();
        outbox = new PacedOutbox(
          bucket,
          clock,
          (bytes) => written.push({ atMs: clock.nowMs, bytes }),
          () => whenRoom(),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('C19: obeys another limit from the moment it changes, and none once it is taken away', () => {
    bucket.change(80);
    sendBacklog([64 * KIB]);
    clock.passTo(clock.nowMs + 2000);
    const loweredMs = clock.nowMs;
    bucket.change(8);
    outbox.changed();
    clock.passTo(loweredMs + WINDOW_MS);
    const lowered = bytesBetween(loweredMs, clock.nowMs);
    expect(lowered).toBeLessThanOrEqual(1.1 * 5 * BYTES_PER_MEGABIT * 8);
    expect(lowered).toBeGreaterThanOrEqual(0.9 * 5 * BYTES_PER_MEGABIT * 8);
    const raisedMs = clock.nowMs;
    bucket.change(80);
    outbox.changed();
    clock.passTo(raisedMs + WINDOW_MS);
    expect(bytesBetween(raisedMs, clock.nowMs)).toBeGreaterThanOrEqual(0.9 * 5 * BYTES_PER_MEGABIT * 80);
    whenRoom = () => {};
    outbox.send([Buffer.alloc(MIB)], true);
    bucket.change(0);
    outbox.changed();
    outbox.send([Buffer.alloc(100 * MIB)], true);
    expect([outbox.bytes, outbox.mayBegin(), clock.isIdle]).toEqual([0, true, true]);
  });

  it('C19: does not hold back what is no data, but keeps it behind data that was sent before', () => {
    bucket.change(1);
    const heartbeat = Buffer.from('heartbeat');
    outbox.send([heartbeat], false);
    expect(written.map(({ bytes }) => bytes)).toEqual([heartbeat]);
    const data = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index & 0xff));
    outbox.send([data.subarray(0, 20), data.subarray(20)], true);
    outbox.send([heartbeat], false);
    clock.passTo(clock.nowMs + 1000);
    expect(Buffer.concat(written.map(({ bytes }) => bytes)).equals(Buffer.concat([heartbeat, data, heartbeat]))).toBe(
      true,
    );
    expect(written.at(-1)!.bytes).toEqual(heartbeat);
  });

  it('has no timer while nobody wants to send, and one while many ask', () => {
    bucket.change(1);
    clock.passTo(clock.nowMs + 60_000);
    expect(clock.timersSet).toBe(0);
    outbox.send([Buffer.alloc(100_000)], true);
    for (let ask = 0; ask < 100; ask++) expect(outbox.mayBegin()).toBe(false);
    expect(clock.timersSet).toBe(1);
    clock.passTo(clock.nowMs + 60_000);
    expect(clock.isIdle).toBe(true);
    expect(clock.timersSet).toBeLessThan(30);
  });

  it('lets the rest of a frame go at once when the connection ends, and nothing more', () => {
    bucket.change(1);
    outbox.send([Buffer.alloc(100_000)], true);
    outbox.send([Buffer.from('bye')], false);
    outbox.flush();
    expect(written.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(100_003);
    expect([outbox.bytes, clock.isIdle]).toEqual([0, true]);
  });
});
