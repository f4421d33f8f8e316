import { describe, expect, it } from '@jest/globals';
import { NodeClock, VirtualClock } from './virtual-clock.js';

describe('virtual time', () => {
  it('lets events pass in the order of their time, then of their making, and jumps over what is between', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(2_000_000, () => seen.push(`late at ${clock.nowMs}`));
    clock.after(5, () => seen.push('a'));
    clock.after(5, () => seen.push('b'));
    clock.after(1, () => clock.after(4, () => seen.push('c')));
    clock.after(3, () => seen.push('cancelled')).cancel();
    await clock.pass(1_000);
    expect(seen).toEqual(['a', 'b', 'c']);
    await clock.pass(2_000_000);
    expect(seen.at(-1)).toBe('late at 2000000');
  });

  it('brings everything that an event set going to rest before the next one', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(1, () => {
      process.nextTick(() => seen.push('tick'));
      void (async () => {
        for (let i = 0; i < 100; i++) await Promise.resolve();
        seen.push('promises');
      })();
    });
    clock.after(1, () => seen.push('next'));
    await clock.pass(2);
    expect(seen).toEqual(['tick', 'promises', 'next']);
  });

  it('finds events that follow each other without an end and without time', async () => {
    const clock = new VirtualClock();
    const again = (): void => void clock.after(0, again);
    again();
    await expect(clock.pass(1)).rejects.toThrow('time stands still');
  });

  it('ends the timers of a node with it', async () => {
    const clock = new VirtualClock();
    const life = { isOver: false };
    const node = new NodeClock(clock, life, -100, { offsetMs: 1e12 });
    let ticks = 0;
    node.every(10, () => ticks++);
    const other = node.every(10, () => ticks++);
    await clock.pass(35);
    expect([ticks, node.monotonicMs(), node.wallMs()]).toEqual([6, 135, 1e12 + 35]);
    other.cancel();
    await clock.pass(10);
    life.isOver = true;
    await clock.pass(100);
    expect(ticks).toBe(7);
  });
});
