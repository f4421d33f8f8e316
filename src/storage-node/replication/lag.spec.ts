import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import { Lag } from './lag.js';

const RECORD = 100;
/** Found in the log after a restart. */
const BACKLOG = { lastLsn: 8, runningBytes: 8 * RECORD, timeMs: 1000, lastTimeMs: Infinity };

/** Records as the log numbers them, one after the other. */
function appended(lag: Lag, from: number, timesMs: readonly number[]): LogEntry[] {
  const entries = timesMs.map((timeMs, index) => {
    const entry = makeLogEntry(RecordType.Write, 0, 0, 0, [], 0, timeMs, 1);
    entry.lsn = from + index + 1;
    entry.runningBytes = entry.lsn * RECORD;
    return entry;
  });
  if (entries.length > 0) lag.appended(entries);
  return entries;
}

describe('lag', () => {
  it('C32: is 0 while nothing is outstanding, however long ago the last write was', () => {
    const lag = new Lag(0, 0);
    expect([lag.writes(0), lag.bytes(0), lag.seconds(0, 50_000)]).toEqual([0, 0, 0]);
    appended(lag, 0, [1000]);
    lag.durable(1);
    expect([lag.writes(1), lag.bytes(RECORD), lag.seconds(1, 50_000)]).toEqual([0, 0, 0]);
  });

  it('C32: knows how old what it finds in the log after a restart is', () => {
    const lag = new Lag(3, 3 * RECORD, BACKLOG);
    expect([lag.writes(8), lag.bytes(8 * RECORD), lag.seconds(8, 61_000)]).toEqual([5, 5 * RECORD, 60]);
    appended(lag, 8, [50_000]);
    lag.durable(6);
    expect([lag.writes(9), lag.seconds(9, 61_000)]).toEqual([3, 60]);
    lag.durable(8);
    expect([lag.writes(9), lag.bytes(9 * RECORD), lag.seconds(9, 61_000)]).toEqual([1, RECORD, 11]);
    lag.durable(9);
    expect(lag.seconds(9, 61_000)).toBe(0);
  });

  it('C32: learns from the log how old the rest of it is', () => {
    const lag = new Lag(3, 3 * RECORD, BACKLOG);
    expect(lag.vagueLsn).toBe(4);
    lag.durable(5);
    lag.learn(5, 20_000, 4 * RECORD);
    expect([lag.vagueLsn, lag.seconds(8, 61_000), lag.bytes(8 * RECORD)]).toEqual([6, 41, 4 * RECORD]);
    lag.learn(6, 31_000, 5 * RECORD);
    // Of a write that came to be durable, or is not the oldest yet, nothing is learned.
    for (const late of [4, 7]) lag.learn(late, late === 4 ? 1000 : 60_000, 0);
    expect([lag.seconds(8, 61_000), lag.bytes(8 * RECORD), lag.writes(8)]).toEqual([30, 3 * RECORD, 3]);
    appended(lag, 8, [50_000]);
    lag.durable(8);
    expect(lag.vagueLsn).toBeNull();
  });

  it('C32: is never below zero when the wall clock is set back', () => {
    const lag = new Lag(0, 0);
    appended(lag, 0, [1000]);
    expect(lag.seconds(1, 500)).toBe(0);
  });

  it('C32: is that of the oldest write that is not durable, in writes, bytes and seconds', () => {
    const steps = fc.array(
      fc.record({
        writes: fc.integer({ min: 0, max: 5 }),
        passMs: fc.nat(3000),
        ack: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const lag = new Lag(0, 0);
        const timeOf: number[] = [];
        let [head, durable, nowMs] = [0, 0, 0];
        for (const { writes, passMs, ack } of all) {
          nowMs += passMs;
          // Written in one batch, and acknowledged as such: a batch is as old as its first write.
          const times = Array.from({ length: writes }, () => nowMs);
          appended(lag, head, times);
          head += writes;
          timeOf.push(...times);
          durable += Math.floor(ack * (head - durable));
          lag.durable(durable);
          expect(lag.writes(head)).toBe(head - durable);
          expect(lag.seconds(head, nowMs)).toBe(durable === head ? 0 : (nowMs - timeOf[durable]!) / 1000);
          // Within a batch that is durable in part, the bytes are those of all of it.
          expect(lag.bytes(head * RECORD)).toBeGreaterThanOrEqual((head - durable) * RECORD);
          if (durable === head) expect(lag.bytes(head * RECORD)).toBe(0);
        }
      }),
    );
  });

  it('C32: far behind, it merges writes, and the age is never too small', () => {
    const lag = new Lag(0, 0);
    const count = 50_000;
    for (let lsn = 0; lsn < count; lsn++) appended(lag, lsn, [lsn]);
    for (const durable of [1, 17, 4096, 30_000, count - 1]) {
      lag.durable(durable);
      const behindMs = lag.seconds(count, count) * 1000;
      expect(behindMs).toBeGreaterThanOrEqual(count - durable);
      expect(behindMs).toBeLessThanOrEqual(count - durable + 32);
    }
  });
});
