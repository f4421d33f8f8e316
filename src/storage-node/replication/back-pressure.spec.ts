import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_SESSION_SETTINGS, LATENCY_POLICIES, SRL_PROTECTIONS } from '../../model/session.js';
import type { LatencyPolicy, SrlProtection } from '../../model/session.js';
import { KIB, MIB } from '../../model/sizes.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import { BackPressure } from './back-pressure.js';
import type { Lag } from './lag.js';
import { LinkStatistics } from './link-statistics.js';
import { shareBytesOf } from './log-share.js';
import { Progress } from './progress.js';

/** Promise C10, word for word: protection, then while connected, then while not. */
const TABLE: Readonly<Record<SrlProtection, readonly [string, string]>> = {
  Autodcm: ['Map', 'Map'],
  Dcm: ['Stall', 'Map'],
  Override: ['Stall', 'Overflow'],
  Fail: ['Stall', 'Refuse'],
  Off: ['Overflow', 'Overflow'],
};
const HIGH = 8;
const LOW = 5;
const SHARE_MB = 2;
const RECORD = 64 * KIB;

/** A stream that is told everything by the test: every record takes RECORD bytes of the log. */
class ToldStream {
  readonly log = { headLsn: 0, headRunningBytes: 0 };
  readonly record = { reliesFromLsn: 0 as number | null, mapsFromLsn: null as number | null };
  readonly spec = {
    settings: {
      ...DEFAULT_SESSION_SETTINGS,
      srlShareMb: SHARE_MB,
      srlProtection: 'Autodcm' as SrlProtection,
      latencyProtection: { policy: 'Off' as LatencyPolicy, highMark: HIGH, lowMark: LOW },
    },
    srlSizeBytes: 128 * MIB,
  };
  readonly progress = new Progress();
  readonly statistics = new LinkStatistics();
  isConnected = true;
  nowMs = 0;
  readonly pressure = new BackPressure(
    { log: this.log, clock: { monotonicMs: () => this.nowMs } } as unknown as Group,
    this as unknown as GroupStream,
    this.progress,
    { bytes: () => this.lacking * RECORD } as unknown as Lag,
    this.statistics,
    { isConnected: () => this.isConnected, isInTheWay: () => false },
  );

  get lacking(): number {
    return this.log.headLsn - this.progress.durableLsn;
  }

  /** As the host's writer does. */
  write(recordCount: number): boolean {
    if (this.pressure.refusal !== null) return false;
    const lastLsn = this.log.headLsn + recordCount;
    if (lastLsn > this.pressure.ceilingLsn && !this.pressure.admits(lastLsn, recordCount)) return false;
    this.log.headLsn = lastLsn;
    this.log.headRunningBytes += recordCount * RECORD;
    return true;
  }
}

/** What hosts should feel, from what happened alone. */
class Model {
  private isFull = false;
  private isLate = false;
  /** Records of a write that was kept waiting before the high mark was reached. */
  private awaited = 0;

  /** A host tried to write, and could not. */
  refused(told: ToldStream, recordCount: number): void {
    if (this.isLate || this.isFull) return;
    expect(told.lacking).toBeGreaterThan(0);
    expect(told.lacking + recordCount).toBeGreaterThan(HIGH);
    this.isLate = true;
    this.awaited = recordCount;
  }

  look(told: ToldStream): { feels: string; becomes: string | null } {
    const { srlProtection, latencyProtection } = told.spec.settings;
    const [used, share] = [told.lacking * RECORD, SHARE_MB * MIB];
    if (used > share) this.isFull = true;
    if (share - used >= Math.min(share * 0.05, 20 * MIB)) this.isFull = false;
    const isLogged = told.record.reliesFromLsn !== null;
    if (!isLogged) this.isFull = this.isLate = false;
    const atShare = this.isFull ? TABLE[srlProtection][told.isConnected ? 0 : 1]! : null;
    const isLimited = isLogged && latencyProtection.policy !== 'Off';
    const isCounting = isLimited && (told.isConnected || latencyProtection.policy === 'Fail');
    if (!isCounting) this.isLate = false;
    else if (told.lacking >= HIGH) this.isLate = true;
    else if (told.lacking < LOW && (told.lacking === 0 || told.lacking + this.awaited <= HIGH)) this.isLate = false;
    if (!this.isLate) this.awaited = 0;
    const becomes = atShare === 'Map' || atShare === 'Overflow' ? atShare : null;
    if (atShare === 'Refuse') return { feels: 'ACCESS_LOG_SHARE', becomes };
    if (atShare === 'Stall')
      return { feels: this.isLate && !told.isConnected ? 'ACCESS_LATENCY' : 'Log_Share', becomes };
    return { feels: this.isLate ? (told.isConnected ? 'Latency' : 'ACCESS_LATENCY') : 'None', becomes };
  }
}

type Step =
  | { readonly do: 'write' | 'ack'; readonly count: number }
  | { readonly do: 'connection' }
  | { readonly do: 'return' }
  | { readonly do: 'protect'; readonly protection: SrlProtection }
  | { readonly do: 'policy'; readonly policy: LatencyPolicy };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('ack' as const), count: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('connection' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('return' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('protect' as const), protection: fc.constantFrom(...SRL_PROTECTIONS) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('policy' as const), policy: fc.constantFrom(...LATENCY_POLICIES) }),
    },
  ),
  { maxLength: 120 },
);

describe('what a stream asks of hosts', () => {
  it('C10: C15: is what its settings say, whatever is written, acknowledged, lost and set in whatever order', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const told = new ToldStream();
        const model = new Model();
        for (const step of sequence) {
          const { lacking } = told;
          const isLimited = told.pressure.ceilingLsn < Infinity;
          const isWritten = step.do === 'write' && told.write(step.count);
          if (step.do === 'write' && !isWritten) model.refused(told, step.count);
          carryOut(told, step);
          expectModel(told, model);
          if (isWritten && isLimited && lacking > 0) expect(lacking + step.count).toBeLessThanOrEqual(HIGH);
        }
        // Whatever it was, it ends when the destination is back and has everything.
        told.isConnected = true;
        told.progress.durableLsn = told.log.headLsn;
        told.pressure.look(false);
        expect([told.pressure.throttle, told.pressure.refusal, told.write(12)]).toEqual(['None', null, true]);
      }),
      { numRuns: 400 },
    );
  });

  it('C10: stalls from beyond the share until a twentieth of it is free', () => {
    const told = new ToldStream();
    told.spec.settings.srlProtection = 'Dcm';
    const most = (SHARE_MB * MIB) / RECORD;
    const freed = Math.ceil(most * 0.05);
    told.write(most + 1);
    told.pressure.look(false);
    expect([told.pressure.throttle, told.write(1)]).toEqual(['Log_Share', false]);
    told.progress.durableLsn = freed;
    told.nowMs = 70;
    told.pressure.look(false);
    expect(told.pressure.throttle).toBe('Log_Share');
    told.progress.durableLsn = freed + 1;
    told.pressure.look(false);
    expect([told.pressure.throttle, told.write(1)]).toEqual(['None', true]);
    expect(told.statistics).toMatchObject({ throttles: 1, throttledMs: 70 });
  });

  it('C10: asks nothing while every acknowledgement waits for the destination, nor of a copy that takes one more pass', () => {
    const told = new ToldStream();
    told.spec.settings.srlProtection = 'Fail';
    told.write(100);
    expect([told.pressure.look(true), told.pressure.throttle]).toEqual([null, 'None']);
    told.record.mapsFromLsn = 0;
    expect([told.pressure.look(false), told.pressure.throttle, told.pressure.refusal]).toEqual(['Map', 'None', null]);
  });
});

describe('the share of the log', () => {
  it.each([
    // Setting, size of the log, share: all in MiB.
    [512, 128, 64],
    [16, 128, 16],
    [512, 256, 128],
    [512, 512, 384],
    [512, 1024, 512],
    [4096, 4096, 3968],
  ])('a setting of %d MiB of a log of %d MiB is %d MiB', (srlShareMb, sizeMib, shareMib) => {
    const settings = { ...DEFAULT_SESSION_SETTINGS, srlShareMb };
    expect(shareBytesOf({ settings, srlSizeBytes: sizeMib * MIB })).toBe(shareMib * MIB);
  });
});

function carryOut(told: ToldStream, step: Step): void {
  const { settings } = told.spec;
  if (step.do === 'ack') {
    const { progress, log } = told;
    if (told.isConnected) progress.durableLsn = Math.min(log.headLsn, progress.durableLsn + step.count);
  } else if (step.do === 'connection') told.isConnected = !told.isConnected;
  else if (step.do === 'protect') settings.srlProtection = step.protection;
  else if (step.do === 'policy') settings.latencyProtection.policy = step.policy;
  else if (step.do === 'return' && told.record.reliesFromLsn === null) {
    // Regions made it equal, and from here on it goes by the log.
    told.record.reliesFromLsn = told.progress.durableLsn = told.log.headLsn;
  }
}

function expectModel(told: ToldStream, model: Model): void {
  const { pressure, record } = told;
  const becomes = pressure.look(false);
  const expected = model.look(told);
  expect(becomes).toBe(expected.becomes);
  if (becomes === null) {
    expect(pressure.refusal ?? pressure.throttle).toBe(expected.feels);
    return;
  }
  record.reliesFromLsn = null;
  expect([pressure.look(false), model.look(told).feels]).toEqual([null, 'None']);
  expect([pressure.throttle, pressure.refusal, pressure.ceilingLsn]).toEqual(['None', null, Infinity]);
}
