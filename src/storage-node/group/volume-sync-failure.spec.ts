import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GroupOnDisk, receivedWrites } from '../../../test/support/group-on-disk.js';
import { HostOperation, HostRequest } from '../volume/host-request.js';
import { DirectPath } from './direct-path.js';

/** More of them in search of a fault. */
const RUNS = Number(process.env['EVENKEEL_RUNS'] ?? 30);
const SECTOR = 512;
const SECTORS = 32;

const command = fc.record({
  do: fc.oneof(
    { weight: 4, arbitrary: fc.constant('write') },
    { weight: 6, arbitrary: fc.constant('checkpoint') },
    { weight: 3, arbitrary: fc.constantFrom('fail', 'heal') },
    { weight: 1, arbitrary: fc.constantFrom('kill', 'lose power') },
  ),
  sector: fc.nat(SECTORS - 1),
  count: fc.integer({ min: 1, max: 4 }),
});
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

class Run {
  private fill = 0;
  /** What the volume holds once everything logged is applied. */
  private readonly expected = Buffer.alloc(SECTORS * SECTOR);

  constructor(private readonly node: GroupOnDisk) {}

  async step({ do: what, sector, count }: Command): Promise<void> {
    const { node } = this;
    if (what === 'write') await this.write(sector, Math.min(count, SECTORS - sector));
    else if (what === 'checkpoint') await node.group.checkpointer.run().catch(() => undefined);
    else if (what === 'fail')
      node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1, skip: count >> 2 });
    else if (what === 'heal') await node.group.heal();
    else await this.restart(what === 'kill' ? 'killed' : 'power lost');
  }

  /** As a destination does: what is durable in the log goes to the volume, unless that has failed. */
  private async write(sector: number, count: number): Promise<void> {
    const { log } = this.node.group;
    const data = Buffer.alloc(count * SECTOR, ++this.fill % 256);
    const head = { lsn: log.headLsn, crc: log.headCrc, runningBytes: log.headRunningBytes };
    const entries = receivedWrites(head, [{ offset: sector * SECTOR, data }]);
    log.appendReceived(entries);
    await this.node.group.syncLog();
    this.node.group.apply(entries);
    data.copy(this.expected, sector * SECTOR);
  }

  async restart(how: 'killed' | 'power lost'): Promise<void> {
    this.node.disk.repair();
    await this.node.restart(how);
    const found = this.node.volumeBytes(0, this.expected.length);
    const differing: number[] = [];
    for (let at = 0; at < found.length; at += SECTOR) {
      if (!found.subarray(at, at + SECTOR).equals(this.expected.subarray(at, at + SECTOR))) differing.push(at / SECTOR);
    }
    expect(differing).toEqual([]);
  }
}

describe('a volume whose sync failed', () => {
  it(
    'C60 C61: holds all that its log held, after whatever syncs failed, were healed, and lost their power (fast-check prints its seed)',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
          const run = new Run(await GroupOnDisk.make('destination'));
          for (const each of commands) await run.step(each);
          await run.restart('power lost');
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 1000,
  );

  it('is written again from the log, and synced, when it is healed', async () => {
    const node = await GroupOnDisk.make('destination');
    const run = new Run(node);
    await run.step({ do: 'write', sector: 3, count: 2 });
    await run.step({ do: 'fail', sector: 0, count: 1 });
    await expect(node.group.checkpointer.run()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await node.group.heal();
    expect(node.group.failure).toBeNull();
    await node.group.checkpointer.run();
    expect(node.group.record.floorLsn).toBe(node.group.log.headLsn);
    await run.restart('power lost');
  });

  it('stays failed when it was changed besides its log, since nobody can write that again', async () => {
    const node = await GroupOnDisk.make('destination');
    const path = new DirectPath(node.member.volume, null, () => false);
    const answers: (string | null)[] = [];
    const sink = {
      complete: (_: HostRequest, error: string | null) => void answers.push(error),
      completeRead: () => undefined,
    };
    const data = [Buffer.alloc(SECTOR, 9)];
    path.submit([new HostRequest(sink, 0, 0, HostOperation.Write, 0, SECTOR, data, false, false, false, false)]);
    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1 });
    await expect(node.group.raiseFloor()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await node.group.heal();
    expect([answers, node.group.failure]).toEqual([[null], 'DEVICE_FAILED']);
  });
});
