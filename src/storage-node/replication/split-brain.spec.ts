import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Epoch, type Lsn, lsn } from '../../model/position.js';
import { type CatchUp, chooseCatchUp, type DestinationView, type SourceView } from './choose-catch-up.js';

/** One member of a group, as far as the choice knows it. */
interface Member {
  readonly lineage: readonly Epoch[];
  readonly head: number;
}

/** A reign: how far its number is above the last one, and how many records its hosts write. */
interface Reign {
  readonly step: number;
  readonly writes: number;
}

let lastId = 0;

/** What promotions, one after another, make of a member. Each opens its epoch by a record of its own, as Group.openEpoch does. */
function reigned({ lineage, head }: Member, reigns: readonly Reign[]): Member {
  const epochs = [...lineage];
  let end = head;
  for (const { step, writes } of reigns) {
    const number = (epochs.at(-1)?.number ?? 0) + step;
    epochs.push({ number, id: (++lastId).toString(16).padStart(16, '0'), startLsn: lsn(end) });
    end += 1 + writes;
  }
  return { lineage: epochs, head: end };
}

/** What reached a member of another's log when the link was cut. */
function upTo({ lineage }: Member, head: number): Member {
  return { lineage: lineage.filter(({ startLsn }) => startLsn < head), head };
}

// Numbers mostly rise by one, so that two sides give the same ones.
const reign = fc.record({ step: fc.constantFrom(1, 1, 1, 2, 3), writes: fc.nat(40) });
const reigns = fc.array(reign, { minLength: 1, maxLength: 4 });

interface Parted {
  readonly left: Member;
  readonly right: Member;
  readonly commonLsn: number;
}

/** Two members that had one history, one of them perhaps behind, and were then promoted apart, each at least once. */
const parted: fc.Arbitrary<Parted> = fc
  .record({ shared: reigns, lag: fc.nat(20), isLeftBehind: fc.boolean(), left: reigns, right: reigns })
  .map(({ shared, lag, isLeftBehind, left, right }) => {
    const whole = reigned({ lineage: [], head: 0 }, shared);
    const behind = upTo(whole, Math.max(1, whole.head - lag));
    return {
      left: reigned(isLeftBehind ? behind : whole, left),
      right: reigned(isLeftBehind ? whole : behind, right),
      commonLsn: behind.head,
    };
  });

/** All else that a source may know: none of it may decide. */
const knowledge = fc.record({
  oldest: fc.nat(200),
  mapsFrom: fc.option(fc.nat(200)),
  isOnMaps: fc.boolean(),
  hasMarks: fc.boolean(),
  hasChanges: fc.boolean(),
  dataState: fc.constantFrom('Consistent' as const, 'Up_To_Date' as const),
});
type Knowledge = typeof knowledge extends fc.Arbitrary<infer T> ? T : never;

function choose(source: Member, destination: Member, known: Knowledge, isElected: boolean): CatchUp {
  const ours: SourceView = {
    lineage: source.lineage,
    headLsn: lsn(source.head),
    oldestLsn: Math.min(known.oldest, source.head + 1) as Lsn,
    loggingTo: known.isOnMaps ? 'Dcm' : 'Srl',
    hasMarks: known.hasMarks,
    hasUnlogged: false,
    mapsFromLsn: known.mapsFrom === null ? null : lsn(known.mapsFrom),
    isElected,
  };
  const theirs: DestinationView = {
    lineage: destination.lineage,
    receivedLsn: lsn(destination.head),
    dataState: known.dataState,
    hasChanges: known.hasChanges,
  };
  return chooseCatchUp(ours, theirs);
}

describe('C76: two members that were promoted apart (fast-check prints its seed)', () => {
  const RUNS = { numRuns: 2000 };

  it('are a split brain, whoever asks, however often each was promoted, and whatever numbers that gave', () => {
    fc.assert(
      fc.property(parted, knowledge, ({ left, right }, known) => {
        for (const [source, destination] of [
          [left, right],
          [right, left],
        ] as const) {
          const choice = choose(source, destination, known, false);
          // A higher number fences the source off, but does not win: the divergence is recorded.
          const isSplit = choice.kind === 'split-brain' || (choice.kind === 'fenced' && choice.divergence !== null);
          expect([isSplit, choice]).toEqual([true, choice]);
        }
      }),
      RUNS,
    );
  });

  it('record where they parted, and how far each went', () => {
    fc.assert(
      fc.property(parted, knowledge, ({ left, right, commonLsn }, known) => {
        const choice = choose(left, right, known, false);
        const divergence = choice.kind === 'fenced' ? choice.divergence : choice;
        expect(divergence).toMatchObject({ commonLsn, sourceEnd: left.head, destinationEnd: right.head });
      }),
      RUNS,
    );
  });

  it('are settled only by an election that opened an epoch above all others, and then by what both changed', () => {
    fc.assert(
      fc.property(parted, knowledge, ({ left, right }, known) => {
        const highest = right.lineage.at(-1)!.number;
        const step = Math.max(1, highest + 1 - left.lineage.at(-1)!.number);
        const elected = reigned(left, [{ step, writes: 0 }]);
        const choice = choose(elected, right, known, true);
        const isByBoth = choice.kind === 'full' || (choice.kind === 'regions' && choice.needsDestinationMap);
        expect([isByBoth, choice]).toEqual([true, choice]);
        // An election alone, without that epoch, decides nothing.
        if (left.lineage.at(-1)!.number > highest) return;
        expect(['split-brain', 'fenced']).toContain(choose(left, right, known, true).kind);
      }),
      RUNS,
    );
  });
});
