import { beforeEach, describe, expect, it } from '@jest/globals';
import { makeLogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import { lsn } from '../../model/position.js';
import { MIB } from '../../model/sizes.js';
import { GroupOnDisk } from '../../../test/support/group-on-disk.js';

const EXTENT_REGIONS = 64;

describe('the files of a group', () => {
  let node: GroupOnDisk;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
  });

  it('are there after a power loss right after they were made', async () => {
    await node.restart('power lost');
    expect(node.group.record.role).toBe('source');
    expect(node.map.activeCount).toBe(0);
  });

  it('C60: tell after a power loss, and only then, which extents were being written', async () => {
    await node.member.tracker.admit(0, 1);
    await node.restart('killed');
    expect(node.map.activeCount).toBe(0);
    await node.restart('power lost');
    expect(node.map.activeCount).toBe(EXTENT_REGIONS);
  });

  it('C04: keep the log at a start until it is known what the other member needs of it', async () => {
    const payload = [Buffer.alloc(MIB)];
    // More than one segment: the newest is never let go of.
    for (let i = 0; i < 9; i++) {
      const entries = [makeLogEntry(RecordType.Write, 0, 0, MIB, payload, MIB, 0, 1)];
      node.group.log.append(entries);
      node.group.apply(entries);
    }
    node.group.keepAfterLsn = () => 0;
    await node.group.raiseFloor();
    await node.restart('killed');
    await node.group.raiseFloor();
    expect([node.group.record.floorLsn, node.group.log.oldestLsn]).toEqual([9, 1]);
    node.group.keepAfterLsn = () => Infinity;
    node.group.freeLog();
    expect(node.group.log.oldestLsn).toBeGreaterThan(1);
  });

  it('C60: tell of no epoch above the next one, also when the end of the log is lost', async () => {
    for (const number of [2, 3, 4]) {
      const startLsn = lsn(node.group.log.headLsn);
      node.group.openEpoch({ number, id: String(number).repeat(16), startLsn });
    }
    await node.group.file.save();
    await node.restart('power lost');
    expect(node.group.log.headLsn).toBe(0);
    node.group.openEpoch({ number: 5, id: '5'.repeat(16), startLsn: lsn(0) });
    expect(node.group.record.lineage.map(({ number, startLsn }) => [number, startLsn])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
    ]);
  });
});
