import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaPair } from '../support/replica-pair.js';

const DAY_MS = 24 * 3600 * 1000;

let pair: ReplicaPair;
beforeEach(async () => {
  pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
});
afterEach(() => pair.stop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a system clock that goes back by a day', () => {
  for (const end of ['source', 'destination'] as const) {
    it(`ends no lease and no connection at the ${end}, and no write waits for it`, async () => {
      const { a, b } = pair;
      await pair.create();
      await pair.untilEquivalent();
      const { statistics } = a.replicas.states()[0]!;
      pair[end].wallShiftMs = -DAY_MS;
      // Longer than the heartbeat timeout and the grace after it.
      for (const until = Date.now() + 2500; Date.now() < until; await pause(50)) {
        expect(await a.write(0, randomBytes(4 * KIB), { isFua: true })).toBeNull();
        for (const [state] of [a.replicas.states(), b.replicas.states()]) {
          expect(state).toMatchObject({ status: 'Active', isLinkUp: true, error: null });
          expect(state!.lag.seconds).toBeGreaterThanOrEqual(0);
        }
      }
      const after = a.replicas.states()[0]!;
      expect(after).toMatchObject({ phase: 'Equivalent', dataState: 'Up_To_Date' });
      expect([after.statistics.timeouts, after.statistics.reconnects]).toEqual([
        statistics.timeouts,
        statistics.reconnects,
      ]);
      await pair.expectEqual();
    });
  }

  it('leaves the lag of writes from before and after it at no less than nothing, and catches up', async () => {
    const { a, linkToB } = pair;
    await pair.create();
    await pair.untilEquivalent();
    linkToB.refuse();
    linkToB.cut();
    expect(await a.write(0, randomBytes(4 * KIB))).toBeNull();
    a.wallShiftMs = -DAY_MS;
    expect(await a.write(MIB, randomBytes(4 * KIB))).toBeNull();
    const { lag } = await pair.until('Halt', ({ status }) => status === 'Halt');
    expect(lag).toMatchObject({ seconds: 0, bytes: expect.any(Number) });
    expect(lag.writes).toBeGreaterThanOrEqual(2);
    // The records keep the times that they were written with: the log is none the worse for it.
    await a.stop();
    await a.start();
    linkToB.accept();
    await pair.untilEquivalent();
    await pair.expectEqual();
    expect((await pair.until('no lag', (state) => state.lag.writes === 0)).lag.seconds).toBe(0);
  });

  it('does not keep a checkpoint from freeing the log', async () => {
    const { a, b } = pair;
    await pair.create();
    await pair.untilEquivalent();
    a.wallShiftMs = b.wallShiftMs = -DAY_MS;
    for (let n = 0; n < 80; n++) expect(await a.write(0, randomBytes(MIB))).toBeNull();
    expect(await a.flush()).toBeNull();
    for (const deadline = Date.now() + 20_000; a.replicas.logUsedBytes > 40 * MIB; await pause(20)) {
      expect(Date.now()).toBeLessThan(deadline);
    }
    await pair.expectEqual();
  });
});

describe('a peer that speaks another version', () => {
  it('is named by the session, which goes on without it, and is met when it speaks ours', async () => {
    const { a, b } = pair;
    a.helloVersions = { versionMin: 2, versionMax: 3 };
    await pair.create();
    const named = await pair.until('refused', ({ error }) => error?.code === 'NODE_VERSION_UNSUPPORTED');
    expect(named.isLinkUp).toBe(false);
    expect(await a.write(0, randomBytes(4 * KIB))).toBeNull();
    expect((await b.image()).equals(Buffer.alloc(4 * MIB))).toBe(true);
    a.helloVersions = {};
    expect(await pair.untilEquivalent()).toMatchObject({ error: null });
    await pair.expectEqual();
  });
});

describe('a destination volume of another size, whatever the control plane believed', () => {
  const start = async (sizeBytesOfB: number): Promise<void> => {
    await pair.stop();
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB, sizeBytesOfB });
    expect(await pair.a.write(0, randomBytes(MIB))).toBeNull();
    await pair.create();
  };

  it('C48: gets nothing when it is smaller: the session says so, and hosts go on', async () => {
    await start(3 * MIB);
    const state = await pair.until('Error', ({ status }) => status === 'Error');
    expect(state).toMatchObject({ error: { code: 'VOLUME_SIZE_DIFFERS' }, statistics: { blocksSent: 0 } });
    expect(await pair.a.write(0, randomBytes(4 * KIB))).toBeNull();
    expect((await pair.b.image()).every((byte) => byte === 0)).toBe(true);
  });

  it('C48: gets everything when it is larger, as while both are being grown', async () => {
    await start(5 * MIB);
    await pair.untilEquivalent();
    expect((await pair.b.image()).subarray(0, 4 * MIB).equals(await pair.a.image())).toBe(true);
  });
});
