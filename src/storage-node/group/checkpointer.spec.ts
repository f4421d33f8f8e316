import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, receivedWrites } from '../../../test/support/group-on-disk.js';
import { MIB } from '../../model/sizes.js';
import { RecordType } from '../../format/srl/record.js';

const DATA = Buffer.alloc(4096, 7);
const NEWER = Buffer.alloc(4096, 8);

describe('a checkpoint of a group', () => {
  let node: GroupOnDisk;

  beforeEach(async () => {
    node = await GroupOnDisk.make('destination');
  });

  function logAndApply(writes: readonly { offset: number; data: Buffer }[]): void {
    const { log } = node.group;
    const head = { lsn: log.headLsn, crc: log.headCrc, runningBytes: log.headRunningBytes };
    const entries = receivedWrites(head, writes);
    log.appendReceived(entries);
    node.group.apply(entries);
  }

  it('C60: leaves a power loss nothing to take from below the floor', async () => {
    logAndApply([{ offset: 0, data: DATA }]);
    await node.group.checkpointer.run();
    expect(node.group.record.floorLsn).toBe(1);
    await node.restart('power lost');
    expect(node.group.record.floorLsn).toBe(1);
    expect(node.volumeBytes(0, 4096).equals(DATA)).toBe(true);
  });

  it('replays above the floor what a power loss took from the volume', async () => {
    logAndApply([{ offset: 0, data: DATA }]);
    await node.group.syncLog();
    await node.restart('power lost');
    expect(node.group.record.floorLsn).toBe(0);
    expect(node.volumeBytes(0, 4096).equals(DATA)).toBe(true);
  });

  it('never replays what is below a raised floor over a change that was not logged', async () => {
    logAndApply([{ offset: 0, data: DATA }]);
    await node.group.raiseFloor();
    const change = { type: RecordType.Write, offset: 0, length: 4096, payload: [NEWER] };
    node.member.volume.apply(change, { changed: () => undefined }, null);
    await node.restart('killed');
    expect(node.volumeBytes(0, 4096).equals(NEWER)).toBe(true);
  });

  it('raises no floor, and says so, when a volume cannot be synced; never tries that sync again', async () => {
    logAndApply([{ offset: 0, data: DATA }]);
    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1 });
    await expect(node.group.checkpointer.run()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    expect(node.group.record.floorLsn).toBe(0);
    expect(node.group.failure).toBe('DEVICE_FAILED');
    await expect(node.member.volume.sync()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
  });

  it('C04: keeps the log for a member that does not have it durable, and frees it for one that has', async () => {
    let durableThere = 0;
    node.group.keepAfterLsn = () => durableThere;
    for (let n = 0; n < 20; n++) logAndApply([{ offset: 0, data: Buffer.alloc(MIB, n) }]);
    await node.group.checkpointer.run();
    expect(node.group.record.floorLsn).toBe(20);
    expect(node.group.log.oldestLsn).toBe(1);
    durableThere = 20;
    node.group.freeLog();
    expect(node.group.log.oldestLsn).toBeGreaterThan(1);
  });

  it('lets no extent retire from the activity log before log, volume and map are synced', async () => {
    const { activity } = node.member.tracker;
    await activity.admit(0, 4096);
    logAndApply([{ offset: 0, data: DATA }]);
    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1 });
    await expect(node.group.checkpointer.run()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    await activity.retireSynced();
    expect(activity.liveCount).toBe(1);
  });
});
