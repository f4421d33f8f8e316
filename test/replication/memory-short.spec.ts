import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIB } from '../../src/model/sizes.js';
import { BUDGET_PARTS, type BudgetPart } from '../../src/storage-node/config/budget.js';
import { PoolShare } from '../../src/storage-node/config/memory-pool.js';
import type { ReplicaNode } from '../support/replica-node.js';
import { ReplicaPair } from '../support/replica-pair.js';

/** Holds all that a part shares, as streams would that give nothing back; with `hasLane` the lane too. */
function occupy(node: ReplicaNode, part: BudgetPart, hasLane: boolean): () => void {
  const pool = node.budget.pool(part);
  const laneBytes = pool.bytesMax - pool.freeBytes;
  const shares = [new PoolShare(pool, 0), new PoolShare(pool, 0)] as const;
  shares[0].hold(pool.freeBytes);
  if (hasLane && shares[1].mayAdd(laneBytes)) shares[1].hold(laneBytes);
  return () => shares.forEach((share) => share.hold(0));
}

describe('replication while the node is short of memory', () => {
  let pair: ReplicaPair;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 16 * MIB });
  });

  afterEach(() => pair.stop());

  function expectAllGivenBack(): void {
    for (const { budget } of [pair.a, pair.b]) {
      for (const part of BUDGET_PARTS.filter((name) => name !== 'log_tails')) {
        const { usedBytes, waitingCount } = budget.pool(part);
        expect({ part, usedBytes, waitingCount }).toEqual({ part, usedBytes: 0, waitingCount: 0 });
      }
    }
  }

  it('C71: copies and writes by what is kept for one at a time, while other streams hold all of the windows', async () => {
    const giveBack = occupy(pair.b, 'stream_windows', false);
    await pair.a.write(0, randomBytes(8 * MIB));
    await pair.create();
    await pair.untilEquivalent();
    for (let i = 0; i < 20; i++) expect(await pair.a.write(i * 700_000, randomBytes(600_000))).toBeNull();
    giveBack();
    await pair.expectEqual();
    expectAllGivenBack();
  });

  it('C71: waits while nothing at all can be received, does not take that for silence, and goes on', async () => {
    const giveBack = occupy(pair.b, 'stream_windows', true);
    await pair.a.write(0, randomBytes(8 * MIB));
    await pair.create();
    await pair.until('connected', (state) => state.isLinkUp);
    // Longer than heartbeat timeout and grace together: the silence is our own.
    await sleep(2500);
    expect(pair.a.replicas.states()[0]).toMatchObject({ status: 'Active', phase: 'Copying' });
    expect(pair.b.replicas.states()[0]!.statistics.timeouts).toBe(0);
    giveBack();
    await pair.untilEquivalent();
    await pair.expectEqual();
    expectAllGivenBack();
  });

  it.each(['sender_buffers', 'resync'] as const)('C71: a source waits for its %s, and goes on', async (part) => {
    const giveBack = occupy(pair.a, part, false);
    await pair.a.write(0, randomBytes(8 * MIB));
    await pair.create();
    await pair.until('waiting', () => pair.a.budget.pool(part).waitingCount > 0, pair.a);
    expect(pair.a.replicas.states()[0]!.phase).toBe('Copying');
    giveBack();
    await pair.untilEquivalent();
    await pair.expectEqual();
    expectAllGivenBack();
  });

  it.each(['source', 'destination'] as const)(
    "C71: writes wait when the %s's volume takes nothing, instead of piling up in memory",
    async (slow) => {
      await pair.create();
      await pair.untilEquivalent();
      const node = slow === 'source' ? pair.a : pair.b;
      node.device.isCold = true;
      const release = node.device.hold('write');
      const pool = node.budget.pool('volume_changes');
      let answered = 0;
      const writes = Array.from({ length: 40 }, async (_, i) => {
        expect(await pair.a.write((i % 15) * MIB + 7, randomBytes(MIB - 10))).toBeNull();
        answered++;
      });
      await pair.until('behind', () => pool.usedBytes > pool.bytesMax / 3, node);
      await sleep(300);
      expect(pool.usedBytes).toBeLessThanOrEqual(pool.bytesMax);
      if (slow === 'source') expect(answered).toBeLessThan(40);
      else expect(node.budget.pool('stream_windows').usedBytes).toBeGreaterThan(0);
      release();
      await Promise.all(writes);
      await pair.expectEqual();
      expectAllGivenBack();
    },
  );
});
