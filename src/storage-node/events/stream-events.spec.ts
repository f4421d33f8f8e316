import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventType } from '../../model/event.js';
import { LOGGING_TO, SESSION_PHASES, TRANSFER_MODES } from '../../model/session.js';
import { StreamEvents, type StreamPicture } from './stream-events.js';

const CALM: StreamPicture = {
  role: 'source',
  mode: 'Consistency',
  effectiveMode: 'Consistency',
  status: 'Active',
  phase: 'Equivalent',
  loggingTo: 'Srl',
  error: null,
  throttle: 'None',
  isRpoBreached: false,
  isLinkUp: true,
  paths: [],
  statistics: { stalls: 0, overflows: 0, throttles: 0 },
};

const counts = (statistics: Partial<StreamPicture['statistics']>) => ({
  statistics: { ...CALM.statistics, ...statistics },
});
const error = (code: NonNullable<StreamPicture['error']>['code']) => ({
  error: { code, message: `because of ${code}`, time: '2026-11-20T10:00:00.000Z' },
});

/** What is told when a stream goes from one state to the next, each of which differs from a calm one in what is named. */
function toldOf(...changes: Partial<StreamPicture>[]): EventType[] {
  const events = new StreamEvents({ ...CALM, ...changes[0] });
  return changes.flatMap((change) => events.look({ ...CALM, ...change }).map(({ type }) => type));
}

describe('events of a stream', () => {
  it('C54: tells nothing of what stays as it is', () => {
    expect(toldOf({}, {}, {})).toEqual([]);
    const busy = { throttle: 'Latency', isRpoBreached: true, ...counts({ throttles: 3 }) } as const;
    expect(toldOf({}, busy, busy, busy)).toEqual(['Throttle_On', 'Rpo_Breached']);
  });

  it('C54: tells of a link that was written off and is back; not of a short pause, nor of the first connection', () => {
    const halted = { status: 'Halt', isLinkUp: false } as const;
    expect(toldOf({ isLinkUp: false }, {}, { isLinkUp: false }, {})).toEqual([]);
    expect(toldOf({}, halted, halted, { isLinkUp: false }, {}, {})).toEqual(['Link_Lost', 'Link_Restored']);
    // Suspended meanwhile; and waiting for resume although the link is back.
    expect(toldOf({}, halted, { status: 'Suspend', isLinkUp: false }, {})).toEqual(['Link_Lost', 'Link_Restored']);
    expect(toldOf({}, halted, { status: 'Halt' }, {})).toEqual(['Link_Lost', 'Link_Restored']);
    expect(toldOf({}, { status: 'Suspend', isLinkUp: false }, {})).toEqual([]);
  });

  it('C22, C54: tells of one of several paths, as long as there is a connection', () => {
    const paths = (first: boolean, second: boolean) => ({
      paths: [
        { address: 'a:1', isUp: first, isInUse: first },
        { address: 'b:1', isUp: second, isInUse: !first },
      ],
    });
    const lost = { status: 'Halt', isLinkUp: false } as const;
    expect(toldOf(paths(true, false), paths(true, true))).toEqual([]);
    expect(toldOf(paths(true, true), paths(false, true), paths(false, true), paths(true, true))).toEqual([
      'Path_Lost',
      'Path_Restored',
    ]);
    const allLost = { ...lost, ...paths(false, false) };
    expect(toldOf(paths(true, true), allLost, paths(true, true))).toEqual(['Link_Lost', 'Link_Restored']);
    expect(toldOf(paths(true, true), allLost, paths(false, true))).toEqual(['Link_Lost', 'Link_Restored', 'Path_Lost']);
  });

  it('C54: tells when a resync starts, is interrupted, goes on and ends', () => {
    const copying = { phase: 'Copying', loggingTo: 'Dcm' } as const;
    const last = { phase: 'Copying', loggingTo: 'Srl' } as const;
    expect(toldOf(copying, copying, last, {}, {})).toEqual(['Resync_Started', 'Resync_Finished']);
    const halted = { ...copying, status: 'Halt', isLinkUp: false } as const;
    expect(toldOf({}, copying, halted, copying, {})).toEqual([
      'Resync_Started',
      'Link_Lost',
      'Resync_Paused',
      'Link_Restored',
      'Resync_Started',
      'Resync_Finished',
    ]);
    expect(toldOf(copying, { ...copying, status: 'Suspend' }, copying, {})).toEqual([
      'Resync_Started',
      'Resync_Paused',
      'Resync_Started',
      'Resync_Finished',
    ]);
    // Waiting for other copies, between two passes too, is neither the one nor the other.
    const reserved = { ...copying, status: 'Reserved' } as const;
    expect(toldOf(reserved, reserved, copying, reserved, copying, {})).toEqual(['Resync_Started', 'Resync_Finished']);
    // What the log alone makes good is no resync.
    expect(toldOf({}, last, {})).toEqual([]);
  });

  it('C54, C74: does not call the passes of a Stack session resyncs; what follows an interruption is one', () => {
    const idle = { mode: 'Stack', effectiveMode: 'Stack', loggingTo: 'Dcm' } as const;
    const pass = { ...idle, phase: 'Copying' } as const;
    expect(toldOf(pass, idle)).toEqual(['Resync_Started', 'Resync_Finished']);
    expect(toldOf(idle, pass, pass, idle, pass, idle)).toEqual([]);
    const halted = { ...pass, status: 'Halt', isLinkUp: false } as const;
    expect(toldOf(idle, pass, halted, pass, idle)).toEqual([
      'Link_Lost',
      'Link_Restored',
      'Resync_Started',
      'Resync_Finished',
    ]);
  });

  it('C54: tells of every overflow once, and of the return to the log', () => {
    const overflown = { phase: 'Copying', loggingTo: 'Dcm', ...counts({ overflows: 1 }) } as const;
    expect(toldOf({}, overflown, overflown, counts({ overflows: 1 }), counts({ overflows: 1 }))).toEqual([
      'Log_Overflow',
      'Resync_Started',
      'Log_Returned',
      'Resync_Finished',
    ]);
    // It came and went between two looks.
    expect(toldOf({}, counts({ overflows: 1 }))).toEqual(['Log_Overflow', 'Log_Returned']);
    // Neither a suspend nor a change to Stack is one.
    expect(toldOf({}, { status: 'Suspend', loggingTo: 'Dcm' })).toEqual([]);
    expect(toldOf({}, { mode: 'Stack', effectiveMode: 'Stack', loggingTo: 'Dcm' })).toEqual(['Mode_Changed']);
  });

  it('C54: tells of hosts that wait, also when they waited between two looks only', () => {
    const on = { throttle: 'Log_Share', ...counts({ throttles: 1 }) } as const;
    expect(toldOf({}, on, on, counts({ throttles: 1 }))).toEqual(['Throttle_On', 'Throttle_Off']);
    expect(toldOf({}, counts({ throttles: 4 }), counts({ throttles: 4 }))).toEqual(['Throttle_On', 'Throttle_Off']);
  });

  it('C54: tells of a mode once it holds', () => {
    const wanted = { mode: 'Stack', effectiveMode: 'Through' } as const;
    const held = { mode: 'Stack', effectiveMode: 'Stack' } as const;
    expect(toldOf({}, wanted, wanted, held, held)).toEqual(['Mode_Changed']);
    expect(toldOf({}, wanted, {})).toEqual([]);
    expect(toldOf({}, held, {}, held)).toEqual(['Mode_Changed', 'Mode_Changed', 'Mode_Changed']);
  });

  it('C54: tells of an error and its end, of a split brain by its name, of a failed log, of a copy that stalls', () => {
    const failed = { status: 'Error', ...error('SESSION_WRITE_DELAYED') } as const;
    expect(toldOf({}, failed, failed, {})).toEqual(['Session_Failed', 'Session_Recovered']);
    const split = { status: 'Error', ...error('SESSION_SPLIT_BRAIN') } as const;
    expect(toldOf({}, split, split, {})).toEqual(['Split_Brain', 'Session_Recovered']);
    expect(toldOf({}, error('LOG_FAILED'), error('LOG_FAILED'), {})).toEqual(['Log_Failed', 'Log_Repaired']);
    expect(toldOf({}, counts({ stalls: 1 }), counts({ stalls: 1 }), counts({ stalls: 2 }))).toEqual([
      'Copy_Stalled',
      'Copy_Stalled',
    ]);
  });

  it('C54: tells of a role at the new source alone; a destination tells nothing else either', () => {
    const destination = { role: 'destination' } as const;
    expect(toldOf(destination, {}, {})).toEqual(['Role_Changed']);
    expect(toldOf({}, destination, destination)).toEqual([]);
    expect(toldOf(destination, { ...destination, status: 'Error', isRpoBreached: true })).toEqual([]);
  });
});

const flag = fc.boolean();
const pictures = fc.record({
  mode: fc.constantFrom(...TRANSFER_MODES),
  isThrough: flag,
  status: fc.constantFrom('Reserved', 'Active', 'Suspend', 'Halt', 'Error'),
  phase: fc.constantFrom(...SESSION_PHASES),
  loggingTo: fc.constantFrom(...LOGGING_TO),
  throttle: fc.constantFrom('None', 'Log_Share', 'Latency'),
  code: fc.constantFrom(null, 'LOG_FAILED', 'SESSION_SPLIT_BRAIN', 'SRL_FULL'),
  isRpoBreached: flag,
  isLinkUp: flag,
  path: flag,
  more: fc.record({ stalls: fc.nat(1), overflows: fc.nat(1), throttles: fc.nat(1) }),
  repeat: fc.integer({ min: 1, max: 3 }),
});

/** What begins, and what ends it. */
const TURNS: [begins: EventType[], ends: EventType[]][] = [
  [['Link_Lost'], ['Link_Restored']],
  [['Path_Lost'], ['Path_Restored']],
  [['Log_Overflow'], ['Log_Returned']],
  [['Log_Failed'], ['Log_Repaired']],
  [['Throttle_On'], ['Throttle_Off']],
  [['Rpo_Breached'], ['Rpo_Met']],
  [['Resync_Started'], ['Resync_Paused', 'Resync_Finished']],
  [['Session_Failed', 'Split_Brain'], ['Session_Recovered']],
];

describe('events of any stream', () => {
  it('C54: take turns, are never told twice, and end with what is', () => {
    fc.assert(
      fc.property(fc.array(pictures, { minLength: 1, maxLength: 30 }), (steps) => {
        const statistics = { stalls: 0, overflows: 0, throttles: 0 };
        const events = new StreamEvents(steps[0]!);
        const told: EventType[] = [];
        for (const { isThrough, code, path, more, repeat, ...step } of steps) {
          for (const name of ['stalls', 'overflows', 'throttles'] as const) statistics[name] += more[name];
          const picture = {
            ...step,
            role: 'source',
            effectiveMode: isThrough ? 'Through' : step.mode,
            error: code === null ? null : error(code as 'LOG_FAILED').error,
            paths: [{ address: 'a:1', isUp: path, isInUse: path }],
            statistics: { ...statistics },
          } as StreamPicture;
          told.push(...events.look(picture).map(({ type }) => type));
          for (let again = 1; again < repeat; again++) expect(events.look({ ...picture })).toEqual([]);
          const isOn = (type: EventType, other: EventType) => told.lastIndexOf(type) > told.lastIndexOf(other);
          expect(isOn('Rpo_Breached', 'Rpo_Met')).toBe(picture.isRpoBreached);
          expect(isOn('Throttle_On', 'Throttle_Off')).toBe(picture.throttle !== 'None');
          expect(isOn('Log_Failed', 'Log_Repaired')).toBe(code === 'LOG_FAILED');
          if (picture.isLinkUp) expect(isOn('Link_Lost', 'Link_Restored')).toBe(false);
          else if (picture.status === 'Halt') expect(isOn('Link_Lost', 'Link_Restored')).toBe(true);
        }
        for (const [begins, ends] of TURNS) {
          const turns = told.filter((type) => begins.includes(type) || ends.includes(type));
          expect(turns.every((type, index) => (index % 2 === 0 ? begins : ends).includes(type))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
