import { describe, expect, it } from '@jest/globals';
import { GroupOnDisk, receivedWrites, settle } from '../../../test/support/group-on-disk.js';
import { RecordType } from '../../format/srl/record.js';
import { lsn } from '../../model/position.js';
import { KIB } from '../../model/sizes.js';
import { Mirror } from './mirror.js';

const OLD = Buffer.alloc(4 * KIB, 7);
const NEW = Buffer.alloc(4 * KIB, 8);

const MEMBERS = [{ slot: 0, addedLsn: lsn(0), joinedLsn: lsn(0) }];

describe('a destination whose volume fails during a resync', () => {
  /** Has OLD in its log and volume at 0, then NEW at 0 by a region copy that is durable. */
  async function resyncing(): Promise<{ node: GroupOnDisk; mirror: Mirror; failures: string[] }> {
    const node = await GroupOnDisk.make('destination');
    const mirror = new Mirror(node.group);
    const failures: string[] = [];
    mirror.observer = { progressed: () => undefined, failed: (error) => failures.push(error) };
    mirror.receive(receivedWrites({ lsn: 0, crc: 0, runningBytes: 0 }, [{ offset: 0, data: OLD }]));
    await mirror.settle();
    await mirror.startResync(node.group.record.lineage, 1, MEMBERS);
    copy(mirror, 1, 0);
    mirror.syncSoon();
    await settle();
    expect(mirror.unlogged.syncedRegionSequence).toBe(1);
    return { node, mirror, failures };
  }

  function copy(mirror: Mirror, sequence: number, offset: number): void {
    mirror.copyRegion(sequence, 0, { type: RecordType.Write, offset, length: NEW.length, payload: [NEW] });
  }

  it('keeps the regions that it has, and puts nothing of its void log over them, when it goes on', async () => {
    const { node, mirror, failures } = await resyncing();
    node.disk.fail({ operation: 'write', path: /volume$/, code: 'ENOSPC' });
    copy(mirror, 2, 64 * KIB);
    await settle();
    expect(failures).toEqual(['DEVICE_FULL']);
    node.disk.repair();
    await mirror.recover();
    expect(node.volumeBytes(0, NEW.length).equals(NEW)).toBe(true);
  });

  it('C60: tells nothing as durable that a failed sync may have lost, and takes it again from the next connection', async () => {
    const { node, mirror, failures } = await resyncing();
    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1 });
    copy(mirror, 2, 64 * KIB);
    mirror.syncSoon();
    await settle();
    expect([failures, mirror.unlogged.syncedRegionSequence]).toEqual([['DEVICE_FAILED'], 1]);
    await mirror.recover();
    await mirror.beginConnection();
    expect(mirror.durableLsn).toBe(1);
    copy(mirror, 1, 64 * KIB);
    mirror.syncSoon();
    await settle();
    expect(mirror.unlogged.syncedRegionSequence).toBe(1);
    await node.restart('power lost');
    for (const offset of [0, 64 * KIB]) expect(node.volumeBytes(offset, NEW.length).equals(NEW)).toBe(true);
  });
});
