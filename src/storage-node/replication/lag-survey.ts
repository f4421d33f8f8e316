import { isRefusal } from '../../errors/refusal.js';
import type { Srl } from '../srl/srl.js';
import { Lag } from './lag.js';

/**
 * Looks up in the log itself what a lag lost sight of: how old the oldest write is that the destination lacks, and where in the log it
 * stands. One header or two at a time, and only while the destination is far behind, or was when the node started.
 */
export class LagSurvey {
  private isLooking = false;
  private knownLsn = 0;

  constructor(
    private readonly log: Pick<Srl, 'positionOf' | 'timeOf' | 'failedBy'>,
    private readonly lag: Lag,
  ) {}

  /** To be called every 100 ms or so. Resolves when what it found is known to the lag. */
  async look(): Promise<void> {
    const lsn = this.lag.vagueLsn;
    if (lsn === null || lsn === this.knownLsn || this.isLooking || this.log.failedBy !== null) return;
    this.isLooking = true;
    try {
      const [before, timeMs] = await Promise.all([this.log.positionOf(lsn - 1), this.log.timeOf(lsn)]);
      this.knownLsn = lsn;
      if (before !== null && timeMs !== null) this.lag.learn(lsn, timeMs, before.runningBytes);
    } catch (error) {
      // Of a damaged log the age stays vague; whoever sends from it notices.
      if (!isRefusal(error)) throw error;
    } finally {
      this.isLooking = false;
    }
  }
}

/** The lag of a destination that has everything up to `from`, as the log tells it. Should headers be damaged, bytes and time are vague for a while. */
export async function lagFrom(
  log: Pick<Srl, 'positionOf' | 'timeOf' | 'headLsn' | 'headRunningBytes'>,
  from: number,
): Promise<Lag> {
  const position = await log.positionOf(from).catch(nullIfDamaged);
  const timeMs = await log.timeOf(from + 1).catch(nullIfDamaged);
  const { headLsn: lastLsn, headRunningBytes } = log;
  const backlog = timeMs === null ? null : { lastLsn, runningBytes: headRunningBytes, timeMs, lastTimeMs: Infinity };
  return new Lag(from, position?.runningBytes ?? log.headRunningBytes, backlog);
}

function nullIfDamaged(error: unknown): null {
  if (isRefusal(error, 'SRL_CORRUPT')) return null;
  throw error;
}
