import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CopySlot, CopySlots } from './copy-slots.js';

function held(slots: readonly CopySlot[]): boolean[] {
  return slots.map(({ isHeld }) => isHeld);
}

describe('slots for copies', () => {
  it('C58: let as many copy as the limit says, and the others in the order in which they asked', () => {
    const slots = new CopySlots(2);
    const taken = [slots.take(1), slots.take(1), slots.take(1), slots.take(1)];
    expect(held(taken)).toEqual([true, true, false, false]);
    taken[1]!.release();
    expect(held(taken)).toEqual([true, false, true, false]);
    taken[0]!.release();
    expect(held(taken)).toEqual([false, false, true, true]);
  });

  it('C58: let a copy of more volumes than the limit run, alone', () => {
    const slots = new CopySlots(2);
    const taken = [slots.take(1), slots.take(5), slots.take(1)];
    expect(held(taken)).toEqual([true, false, false]);
    taken[0]!.release();
    expect(held(taken)).toEqual([false, true, false]);
    taken[1]!.release();
    expect(held(taken)).toEqual([false, false, true]);
  });

  it('C58: let nobody overtake a copy of many volumes', () => {
    const slots = new CopySlots(3);
    const taken = [slots.take(2), slots.take(2), slots.take(1)];
    expect(held(taken)).toEqual([true, false, false]);
    taken[0]!.release();
    expect(held(taken)).toEqual([false, true, true]);
  });

  it('forget whoever leaves the queue, and tell it', async () => {
    const slots = new CopySlots(1);
    const taken = [slots.take(1), slots.take(1), slots.take(1)];
    taken[1]!.release();
    await taken[1]!.settled;
    taken[0]!.release();
    taken[0]!.release();
    expect([held(taken), slots.volumesHeld]).toEqual([[false, false, true], 1]);
  });

  it('take a new limit at once: those under way go on', () => {
    const slots = new CopySlots(1);
    const taken = [slots.take(1), slots.take(1), slots.take(1)];
    slots.limit = 3;
    expect(held(taken)).toEqual([true, true, true]);
    slots.limit = 1;
    const late = slots.take(1);
    taken[0]!.release();
    taken[1]!.release();
    expect([held(taken), late.isHeld]).toEqual([[false, false, true], false]);
    taken[2]!.release();
    expect(late.isHeld).toBe(true);
  });

  it('C58: never hold more than the limit, but for one alone, and in the end serve everybody', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), volumes: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('release' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('limit' as const), to: fc.integer({ min: 1, max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const slots = new CopySlots(3);
        let limitMax = 3;
        let live: { slot: CopySlot; volumes: number }[] = [];
        for (const each of steps) {
          if (each.kind === 'take') live.push({ slot: slots.take(each.volumes), volumes: each.volumes });
          else if (each.kind === 'limit') slots.limit = each.to;
          else if (live.length > 0) live.splice(each.at % live.length, 1)[0]!.slot.release();
          if (each.kind === 'limit') limitMax = Math.max(limitMax, each.to);
          const copying = live.filter(({ slot }) => slot.isHeld);
          const volumes = copying.reduce((sum, copy) => sum + copy.volumes, 0);
          expect(slots.volumesHeld).toBe(volumes);
          expect(copying.length <= 1 || volumes <= limitMax).toBe(true);
          expect(live.length === 0 || copying.length > 0).toBe(true);
        }
        while (live.length > 0) {
          const copying = live.filter(({ slot }) => slot.isHeld);
          expect(copying.length).toBeGreaterThan(0);
          for (const { slot } of copying) slot.release();
          live = live.filter((each) => !copying.includes(each));
        }
        expect(slots.volumesHeld).toBe(0);
      }),
    );
  });
});
