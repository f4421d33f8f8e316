import { describe, expect, it } from '@jest/globals';
import { MemoryPool, PoolShare } from './memory-pool.js';

/** A pool whose later turns are run by hand. */
function poolOf(bytesMax: number, laneBytes = 0) {
  const later: (() => void)[] = [];
  const pool = new MemoryPool(bytesMax, laneBytes, (run) => later.push(run));
  const serve = () => later.splice(0).forEach((run) => run());
  return { pool, serve };
}

function takeAll(share: PoolShare, step: number): number {
  while (share.mayAdd(step)) share.hold(share.heldBytes + step);
  return share.heldBytes;
}

describe('a memory pool', () => {
  it('lets one share hold as much as it leaves free', () => {
    const { pool } = poolOf(1000);
    expect(takeAll(new PoolShare(pool, 0), 10)).toBe(500);
    expect(pool.freeBytes).toBe(500);
  });

  it('always leaves room for newcomers, however many give nothing back', () => {
    const { pool } = poolOf(1000);
    const held = Array.from({ length: 9 }, () => takeAll(new PoolShare(pool, 0), 1));
    expect(held.every((bytes) => bytes > 0)).toBe(true);
    expect(pool.usedBytes).toBe(held.reduce((sum, bytes) => sum + bytes, 0));
    expect(pool.freeBytes).toBeGreaterThan(0);
  });

  it('does not count what a share may hold by itself', () => {
    const { pool } = poolOf(1000);
    const share = new PoolShare(pool, 64);
    share.hold(64);
    expect(pool.usedBytes).toBe(0);
    share.hold(100);
    expect(pool.usedBytes).toBe(36);
    share.hold(0);
    expect(pool.usedBytes).toBe(0);
  });

  it('admits a request larger than any share may be by the lane, one at a time', () => {
    const { pool, serve } = poolOf(1000, 600);
    const [first, second] = [new PoolShare(pool, 0), new PoolShare(pool, 0)];
    expect(first.mayAdd(600)).toBe(true);
    first.hold(600);
    expect(pool.usedBytes).toBe(600);
    expect(second.mayAdd(600)).toBe(false);
    let isServed = false;
    pool.wait({ roomFreed: () => (isServed = second.mayAdd(600)) });
    serve();
    expect(isServed).toBe(false);
    first.hold(0);
    serve();
    expect(isServed).toBe(true);
    expect(pool.waitingCount).toBe(0);
  });

  it('gives the lane to whoever waited longest, not to who comes when it is left', () => {
    const { pool, serve } = poolOf(1000, 600);
    const [first, second, late] = [new PoolShare(pool, 0), new PoolShare(pool, 0), new PoolShare(pool, 0)];
    expect(first.mayAdd(600)).toBe(true);
    first.hold(600);
    pool.wait({ roomFreed: () => second.mayAdd(600) });
    first.hold(0);
    expect(late.mayAdd(600)).toBe(false);
    serve();
    expect(pool.hasLane(second)).toBe(true);
  });

  it('asks those who wait again, in their order, when something is given back', () => {
    const { pool, serve } = poolOf(100);
    const holder = new PoolShare(pool, 0);
    takeAll(holder, 50);
    const asked: string[] = [];
    pool.wait({ roomFreed: () => asked.push('first') > 2 });
    pool.wait({ roomFreed: () => asked.push('second') > 2 });
    serve();
    expect(asked).toEqual([]);
    holder.hold(40);
    serve();
    expect(asked).toEqual(['first', 'second']);
    holder.hold(0);
    serve();
    expect(asked).toEqual(['first', 'second', 'first', 'second']);
    expect(pool.waitingCount).toBe(0);
  });

  it('does not ask one that left', () => {
    const { pool, serve } = poolOf(100);
    const waiter = { roomFreed: () => expect('asked').toBe('not asked') === undefined };
    pool.wait(waiter);
    pool.leave(waiter);
    serve();
    expect(pool.waitingCount).toBe(0);
  });
});
