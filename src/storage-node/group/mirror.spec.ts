import { lsn } from '../../model/position.js';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, receivedWrites, settle } from '../../../test/support/group-on-disk.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import { Mirror } from './mirror.js';

const START = { lsn: 0, crc: 0, runningBytes: 0 };
const [ONE, TWO, THREE] = [Buffer.alloc(4096, 1), Buffer.alloc(4096, 2), Buffer.alloc(4096, 3)];
const LINEAGE = [{ number: 1, id: '1'.repeat(16), startLsn: 0 }] as never;

const MEMBERS = [{ slot: 0, addedLsn: lsn(0), joinedLsn: lsn(0) }];

describe('what a destination does with what it receives', () => {
  let node: GroupOnDisk;
  let mirror: Mirror;
  let records: [LogEntry, LogEntry, LogEntry];

  beforeEach(async () => {
    node = await GroupOnDisk.make('destination');
    mirror = new Mirror(node.group);
    records = receivedWrites(START, [
      { offset: 0, data: ONE },
      { offset: 0, data: TWO },
      { offset: 4096, data: THREE },
    ]) as [LogEntry, LogEntry, LogEntry];
  });

  function image(): string {
    return [0, 4096].map((offset) => node.volumeBytes(offset, 1)[0]).join(' ');
  }

  it('C02: acknowledges records that survive a kill from then on', async () => {
    expect(mirror.receive(records)).toBe('taken');
    expect(mirror.receivedLsn).toBe(3);
    await node.restart('killed');
    expect(node.group.log.headLsn).toBe(3);
  });

  it('C01: applies records once they are durable, and not before', async () => {
    node.hold();
    mirror.receive(records);
    mirror.syncSoon();
    await settle();
    expect(mirror.durableLsn).toBe(0);
    expect(image()).toBe('0 0');
    node.letGo();
    await mirror.settle();
    expect(mirror.durableLsn).toBe(3);
    expect(image()).toBe('2 3');
  });

  it('C05: leaves everything as it was for a record that comes too early', async () => {
    expect(mirror.receive([records[0]])).toBe('taken');
    expect(mirror.receive([records[2]])).toBe('gap');
    expect(mirror.receivedLsn).toBe(1);
    expect(mirror.receive([records[1], records[2]])).toBe('taken');
    await mirror.settle();
    expect(image()).toBe('2 3');
  });

  it('C05: applies records once, however often they come', async () => {
    mirror.receive([records[0], records[1]]);
    await mirror.settle();
    expect(mirror.receive([records[0]])).toBe('taken');
    expect(mirror.receive([records[1], records[2]])).toBe('taken');
    await mirror.settle();
    expect(mirror.receivedLsn).toBe(3);
    expect(image()).toBe('2 3');
  });

  it('C05: skips nothing and repeats nothing during a resync either', async () => {
    await mirror.startResync(LINEAGE, 0, MEMBERS);
    expect(mirror.receive([records[0], records[1]])).toBe('taken');
    expect(mirror.receive([records[0]])).toBe('taken');
    expect(image()).toBe('2 0');
    const [, , , far] = receivedWrites(
      START,
      Array.from({ length: 4 }, () => ({ offset: 4096, data: THREE })),
    );
    expect(mirror.receive([far!])).toBe('gap');
    expect(image()).toBe('2 0');
    expect(mirror.receivedLsn).toBe(2);
  });

  it('C60: ends a resync no sooner than its regions are durable', async () => {
    await mirror.startResync(LINEAGE, 0, MEMBERS);
    mirror.copyRegion(1, 0, { type: RecordType.Write, offset: 0, length: 4096, payload: [ONE] });
    await mirror.resetLog(7, 0, 0, 7, LINEAGE, MEMBERS);
    expect(mirror.dataState).toBe('Consistent');
    await node.restart('power lost');
    expect(node.group.record.mirror.dataState).toBe('Consistent');
    expect(image()).toBe('1 0');
  });

  it('tells a region synced only once it is', async () => {
    await mirror.startResync(LINEAGE, 0, MEMBERS);
    node.hold();
    mirror.copyRegion(1, 0, { type: RecordType.Write, offset: 0, length: 4096, payload: [ONE] });
    mirror.syncSoon();
    await settle();
    expect(mirror.unlogged.syncedRegionSequence).toBe(0);
    node.letGo();
    await settle();
    expect(mirror.unlogged.syncedRegionSequence).toBe(1);
  });

  it('C01: replays nothing from before on top of a region that came beside the log', async () => {
    mirror.receive(records);
    await mirror.settle();
    node.member.record.joinedLsn = null;
    await mirror.unlogged.prepareForRegion();
    mirror.copyRegion(1, 0, { type: RecordType.Write, offset: 0, length: 4096, payload: [ONE] });
    await node.restart('killed');
    expect(image()).toBe('1 3');
  });

  it('takes regions beside the log of a volume that joins alone, and of no other', () => {
    const copy = (slot: number) => (): void =>
      mirror.copyRegion(1, slot, { type: RecordType.Write, offset: 0, length: 4096, payload: [ONE] });
    expect(copy(0)).toThrow('a region outside of a copy');
    expect(copy(1)).toThrow('does not fit the group');
    expect(image()).toBe('0 0');
    // One that has left meanwhile is of no more interest.
    mirror.unlogged.noteDeparted(1, true);
    expect(copy(1)).not.toThrow();
  });

  it('C60: makes safe what its log holds before a resync lets it count for nothing', async () => {
    mirror.receive(records);
    await mirror.settle();
    await mirror.startResync(LINEAGE, 3, MEMBERS);
    await node.restart('power lost');
    expect(image()).toBe('2 3');
  });

  it('C18: holds what it had acknowledged after its log failed, and goes on in a new one', async () => {
    node.disk.fail({ operation: 'datasync', path: /\.segment$/, code: 'EIO' });
    mirror.receive([records[0], records[1]]);
    await expect(mirror.settle()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    expect(image()).toBe('0 0');
    node.disk.repair();
    await mirror.recover();
    expect(image()).toBe('2 0');
    expect(mirror.receive([records[2]])).toBe('taken');
    await mirror.settle();
    await node.restart('power lost');
    expect([node.group.log.headLsn, image()]).toEqual([3, '2 3']);
    expect(node.group.record.mirror).toMatchObject({ dataState: 'Consistent', lostThroughLsn: 2 });
  });

  it('C04: is identical after a replay when it is killed between its two acknowledgements', async () => {
    mirror.receive([records[0]]);
    await mirror.settle();
    node.hold();
    mirror.receive([records[1], records[2]]);
    mirror.syncSoon();
    await settle();
    // The network ack is given, the data ack is not, and nothing of it is in the volume.
    expect([mirror.receivedLsn, mirror.durableLsn, image()]).toEqual([3, 1, '1 0']);
    await node.restart('killed');
    expect([node.group.log.headLsn, image()]).toEqual([3, '2 3']);
  });
});
