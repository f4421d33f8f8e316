import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GroupOnDisk, WatchedRequest } from '../../../test/support/group-on-disk.js';
import { MIB } from '../../model/sizes.js';
import { SEGMENT_BYTES } from '../config/limits.js';
import type { Follower } from './follower.js';
import { HostWriter } from './host-writer.js';

const RUNS = Number(process.env.EVENKEEL_RUNS ?? 2);
const SEGMENT_WRITES = SEGMENT_BYTES / MIB;

/** A destination that lags: how far it has everything durable, the run says. */
class LaggingFollower implements Follower {
  ceilingLsn = Infinity;
  receivedLsn = Infinity;
  durableLsn = Infinity;
  reliesFromLsn = 0;
  readonly writeRefusal = null;
  admits(): boolean {
    return false;
  }

  offer(): void {}
  wantDurable(): void {}
}

const command = fc.oneof(
  fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: SEGMENT_WRITES }) }),
  fc.record({ do: fc.constant('checkpoint' as const), isFailing: fc.boolean() }),
  fc.record({ do: fc.constant('acknowledge' as const), part: fc.integer({ min: 0, max: 100 }) }),
  fc.record({ do: fc.constant('restart' as const), how: fc.constantFrom('killed' as const, 'power lost' as const) }),
);

describe('the freeing of a log', () => {
  it(
    'C04: keeps every entry until a checkpoint here and the data ack of the destination are past it (fast-check prints its seed)',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 8, maxLength: 16 }), async (commands) => {
          const node = await GroupOnDisk.make('source');
          const follower = new LaggingFollower();
          let writer = new HostWriter(node.group, follower);
          node.group.keepAfterLsn = () => follower.reliesFromLsn;
          for (const each of commands) {
            const { group } = node;
            if (each.do === 'write') {
              for (let i = 0; i < each.count; i++) {
                const write = WatchedRequest.write((i % 8) * MIB, Buffer.alloc(MIB, i), { isFua: i === 0 });
                writer.pathOf(node.member).submit([write.request]);
                expect(await write.answered()).toBeNull();
              }
            } else if (each.do === 'checkpoint') {
              if (each.isFailing) node.disk.fail({ operation: 'write', path: /group\.json/, code: 'EIO', times: 1 });
              await group.checkpointer.run().catch(() => undefined);
              node.disk.repair();
            } else if (each.do === 'acknowledge') {
              const behind = group.log.durableLsn - follower.reliesFromLsn;
              follower.reliesFromLsn += Math.floor((Math.max(0, behind) * each.part) / 100);
            } else {
              await node.restart(each.how);
              writer = new HostWriter(node.group, follower);
              node.group.keepAfterLsn = () => follower.reliesFromLsn;
            }
            node.group.freeLog();
            await node.group.log.settle();
            await expectKept(node, Math.min(node.group.record.floorLsn, follower.reliesFromLsn));
          }
          // What was kept is enough: the destination's part of it, and what replay needs.
          const { floorLsn } = node.group.record;
          await node.restart('killed');
          await expectKept(node, Math.min(floorLsn, follower.reliesFromLsn));
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    60_000 + RUNS * 5_000,
  );
});

async function expectKept({ group }: GroupOnDisk, throughLsn: number): Promise<void> {
  const { log } = group;
  expect(log.oldestLsn).toBeLessThanOrEqual(throughLsn + 1);
  for (let lsn = throughLsn + 1; lsn <= log.headLsn;) {
    const entries = await log.readFrom(lsn);
    expect(entries?.[0]?.lsn).toBe(lsn);
    lsn = entries!.at(-1)!.lsn + 1;
  }
}
