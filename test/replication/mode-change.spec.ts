import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { TransferMode } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';

const SIZE_BYTES = 4 * MIB;
/** Every ordered pair of modes once. */
const ROUND: readonly TransferMode[] = ['Consistency', 'Stack', 'Synchronous', 'Stack', 'Consistency', 'Synchronous'];

/** And those between going by a log and going by a map. */
const TO_AND_FRO: readonly TransferMode[] = ['Stack', 'Consistency', 'Stack'];

/** A host that writes all the while to the same few places, and never sees an error. */
class BusyHost {
  private isOver = false;
  private readonly running: Promise<void>;
  writes = 0;

  constructor(private readonly group: ReplicaGroup) {
    this.running = this.run();
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const volume = this.group.source.volumes[this.writes % 2]!;
      const offset = (this.writes % 4) * 64 * KIB;
      expect(await volume.write(offset, randomBytes(4 * KIB), { isFua: this.writes % 16 === 0 })).toBeNull();
      this.writes++;
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }
}

describe('a change of the transfer mode', () => {
  let group: ReplicaGroup;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE_BYTES, volumeCount: 2, destinationCount: 1 });
    for (const volume of group.source.volumes) await volume.write(0, randomBytes(SIZE_BYTES));
    await group.create(0, { transferMode: 'Synchronous', splitMode: 'Manual' });
    await group.untilEquivalent(0);
  });

  afterEach(() => group.stop());

  const untilHolds = (mode: TransferMode): Promise<void> =>
    group.until(`in mode ${mode}`, () =>
      group.states(0).every(({ status, effectiveMode }) => status === 'Active' && effectiveMode === mode),
    );

  it('C65: goes from each mode to each other under host writes, without a full copy and without a failed write', async () => {
    const before = group.states(0)[0]!.resyncBytes;
    const host = new BusyHost(group);
    for (const mode of ROUND) {
      await group.changeSettings(0, { transferMode: mode });
      await untilHolds(mode);
      expect(group.states(0)[0]!.error).toBeNull();
    }
    await host.stop();
    await group.untilEquivalent(0);
    await group.expectEqual(0);
    expect(group.states(0)[0]!.resyncBytes - before).toBeLessThan(SIZE_BYTES);
  });

  it('C65: several changes in quick succession end in the last', async () => {
    const host = new BusyHost(group);
    for (const mode of [...ROUND, ...ROUND, 'Stack', 'Consistency'] as const) {
      await group.changeSettings(0, { transferMode: mode });
    }
    await untilHolds('Consistency');
    await host.stop();
    await group.untilEquivalent(0);
    await group.expectEqual(0);
  });

  for (const end of ['source', 'destination'] as const) {
    it(`C65: goes on when the ${end} is killed in the middle of it`, async () => {
      const node = end === 'source' ? group.source : group.destinations[0]!;
      const before = group.states(0)[0]!.resyncBytes;
      for (const mode of TO_AND_FRO) {
        for (let i = 0; i < 8; i++) await group.source.volumes[i % 2]!.write(i * 128 * KIB, randomBytes(4 * KIB));
        await group.changeSettings(0, { transferMode: mode });
        await node.kill();
        await node.start();
        await group.untilEquivalent(0);
        await untilHolds(mode);
        await group.expectEqual(0);
      }
      expect(group.states(0)[0]!.resyncBytes - before).toBeLessThan(SIZE_BYTES);
    });
  }

  it('C65: holds after the resume of a session that was suspended, and while that waits the new mode is kept', async () => {
    for (const mode of ['Stack', 'Synchronous'] as const) {
      await group.suspend(0);
      await group.changeSettings(0, { transferMode: mode });
      expect(group.states(0)[0]!.status).toBe('Suspend');
      for (let i = 0; i < 4; i++) await group.source.volumes[0]!.write(i * 64 * KIB, randomBytes(4 * KIB));
      await group.resume(0);
      await group.untilEquivalent(0);
      await untilHolds(mode);
      await group.expectEqual(0);
    }
  });

  it('C65: is taken up while the destination is lost, and holds when it is back', async () => {
    for (const mode of ['Stack', 'Consistency'] as const) {
      group.links[0]!.refuse();
      group.links[0]!.cut();
      group.next(0, { settings: { ...group.specs[0]![0]!.settings, transferMode: mode } });
      await group.source.replicas.put(group.specs[0]!);
      expect(await group.source.volumes[0]!.write(MIB, randomBytes(4 * KIB))).toBeNull();
      group.links[0]!.accept();
      await group.untilEquivalent(0);
      await untilHolds(mode);
      await group.expectEqual(0);
    }
  });

  it('C65: C18: tells that the log cannot be made that a mode needs, writes past it meanwhile, and goes on once it can', async () => {
    await group.changeSettings(0, { transferMode: 'Stack', splitMode: 'Automatic' });
    await untilHolds('Stack');
    await group.until('without a log', () => group.source.replicas.logUsedBytes === 0);
    group.source.disk.fail(['open', 'write', 'sync'], /\.segment$/, 'EIO');
    await group.changeSettings(0, { transferMode: 'Consistency' });
    await group.until('told', () => group.states(0)[0]!.error?.code === 'LOG_FAILED');
    expect(group.states(0)[0]!.effectiveMode).toBe('Through');
    expect(await group.source.volumes[0]!.write(MIB, randomBytes(4 * KIB), { isFua: true })).toBeNull();
    group.source.disk.repair();
    await untilHolds('Consistency');
    expect(group.states(0)[0]!.error).toBeNull();
    await group.expectEqual(0);
  });
});
