import { describe, expect, it } from '@jest/globals';
import { inTurn } from './password-turns.js';

describe('digests of passwords', () => {
  it('are computed two at once, fifty wait in their order, and the next is told to come back', async () => {
    const running: number[] = [];
    const release: (() => void)[] = [];
    const done: number[] = [];
    const start = (id: number): Promise<void> =>
      inTurn(async () => {
        running.push(id);
        await new Promise<void>((resolve) => release.push(resolve));
      }).then(() => void done.push(id));
    const all = Array.from({ length: 52 }, (_, id) => start(id));
    await expect(start(52)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    await new Promise(setImmediate);
    expect(running).toEqual([0, 1]);
    for (let ended = 1; ended <= 52; ended++) {
      release[ended - 1]!();
      await all[ended - 1];
      await new Promise(setImmediate);
      expect(running).toHaveLength(Math.min(52, ended + 2));
    }
    expect(done).toEqual(Array.from({ length: 52 }, (_, id) => id));
    await inTurn(() => Promise.resolve());
  });

  it('leave their turn to the next when they fail', async () => {
    for (let i = 0; i < 5; i++) await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(inTurn(() => Promise.resolve('still'))).resolves.toBe('still');
  });
});
