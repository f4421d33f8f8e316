import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeRun, knownAs, RUN_IDS_MAX, type NodeRun } from './run.js';

let ids = 0;

/** What a start of the node makes of the run before. */
function startAfter(run: NodeRun | null): NodeRun {
  const id = (++ids).toString(16).padStart(16, '0');
  return { counter: (run?.counter ?? 0) + 1, ids: [id, ...(run?.ids ?? [])].slice(0, RUN_IDS_MAX) };
}

function startsAfter(run: NodeRun | null, count: number): NodeRun {
  let last = startAfter(run);
  for (let done = 1; done < count; done++) last = startAfter(last);
  return last;
}

describe('C76: runs of a node', () => {
  it('follow each other, however many were not met', () => {
    const first = startAfter(null);
    expect(judgeRun(null, first)).toBe('newer');
    expect(judgeRun(knownAs(first), first)).toBe('same');
    for (const count of [1, 2, RUN_IDS_MAX, 5 * RUN_IDS_MAX]) {
      expect(judgeRun(knownAs(first), startsAfter(first, count))).toBe('newer');
    }
  });

  it('a lower one is of a directory that went back in time', () => {
    const saved = startsAfter(null, 3);
    const met = startsAfter(saved, 2);
    expect(judgeRun(knownAs(met), startAfter(saved))).toBe('NODE_ROLLED_BACK');
  });

  it('one with the same number and another id is of a copy', () => {
    const saved = startsAfter(null, 3);
    expect(judgeRun(knownAs(startAfter(saved)), startAfter(saved))).toBe('NODE_CLONED');
  });

  it('of two copies of one directory only the one that was met is known, however often both start', () => {
    const starts = fc.integer({ min: 1, max: 2 * RUN_IDS_MAX });
    const laterStarts = fc.integer({ min: 1, max: RUN_IDS_MAX - 1 });
    fc.assert(
      fc.property(starts, starts, laterStarts, laterStarts, (before, met, ownAfter, copied) => {
        const saved = startsAfter(null, before);
        const known = startsAfter(saved, Math.min(met, RUN_IDS_MAX - 1));
        expect(judgeRun(knownAs(known), startsAfter(known, ownAfter))).toBe('newer');
        expect(['NODE_ROLLED_BACK', 'NODE_CLONED']).toContain(judgeRun(knownAs(known), startsAfter(saved, copied)));
      }),
    );
  });
});
