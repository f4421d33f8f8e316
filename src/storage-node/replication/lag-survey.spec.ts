import { describe, expect, it } from '@jest/globals';
import { Refusal } from '../../errors/refusal.js';
import { Lag } from './lag.js';
import { LagSurvey } from './lag-survey.js';

const RECORD = 100;

/** A log of which every record is RECORD bytes, and a second younger than the one before. */
class ToldLog {
  failedBy: Refusal | null = null;
  reads = 0;
  isDamaged = false;

  async timeOf(lsn: number): Promise<number> {
    this.reads++;
    await Promise.resolve();
    if (this.isDamaged) throw new Refusal('SRL_CORRUPT');
    return lsn * 1000;
  }

  positionOf(lsn: number): Promise<{ crc: number; runningBytes: number }> {
    return Promise.resolve({ crc: 0, runningBytes: lsn * RECORD });
  }
}

describe('what the log tells of a lag', () => {
  const HEAD = 1000;
  const log = new ToldLog();
  const lag = new Lag(0, 0, { lastLsn: HEAD, runningBytes: HEAD * RECORD, timeMs: 1000, lastTimeMs: Infinity });
  const survey = new LagSurvey(log, lag);

  it('C32: after a restart, keeps the age of the oldest write exact while the destination catches up', async () => {
    for (const durable of [1, 2, 400, 998, 999]) {
      lag.durable(durable);
      await survey.look();
      expect(lag.seconds(HEAD, HEAD * 1000)).toBe(HEAD - durable - 1);
      expect(lag.bytes(HEAD * RECORD)).toBe((HEAD - durable) * RECORD);
    }
    const { reads } = log;
    await survey.look();
    lag.durable(HEAD);
    await survey.look();
    expect([log.reads, lag.seconds(HEAD, HEAD * 1000)]).toEqual([reads, 0]);
  });

  it('C32: lives with a log that cannot be read', async () => {
    const behind = new Lag(0, 0, { lastLsn: HEAD, runningBytes: 1, timeMs: 1000, lastTimeMs: Infinity });
    log.isDamaged = true;
    await new LagSurvey(log, behind).look();
    expect(behind.seconds(HEAD, 61_000)).toBe(60);
  });
});
