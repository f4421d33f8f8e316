import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, settle, WatchedRequest } from '../../../test/support/group-on-disk.js';
import { REGION_BYTES } from '../../model/sizes.js';
import type { Follower } from './follower.js';
import { HostWriter } from './host-writer.js';

/** Nobody waits for a destination. */
const follower: Follower = {
  ceilingLsn: Infinity,
  receivedLsn: Infinity,
  durableLsn: Infinity,
  reliesFromLsn: Infinity,
  writeRefusal: null,
  admits: () => true,
  offer: () => undefined,
  wantDurable: () => undefined,
};

describe('a group that needs no log', () => {
  let node: GroupOnDisk;
  let writer: HostWriter;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
    writer = new HostWriter(node.group, follower);
    node.stream.setMarking(true);
    await write(0, 1);
  });

  const submit = (each: WatchedRequest): Promise<string | null> => {
    writer.pathOf(node.member).submit([each.request]);
    return each.answered();
  };
  async function write(offset: number, value: number, isFua = false): Promise<void> {
    expect(await submit(WatchedRequest.write(offset, Buffer.alloc(4096, value), { isFua }))).toBeNull();
  }
  const leaveLog = async (): Promise<void> => {
    writer.leaveLog();
    await node.group.giveUpLog('2'.repeat(16), 'Unused');
    writer.passThrough();
    await node.group.log.removeFiles();
  };
  const restart = async (how: 'killed' | 'power lost'): Promise<void> => {
    await node.restart(how);
    writer = new HostWriter(node.group, follower);
    if (node.group.isWithoutLog) writer.passThrough();
  };
  const at = (offset: number): number => node.volumeBytes(offset, 1)[0]!;

  it('C61: makes FLUSH and FUA durable in volume and map, and a loss of power takes none of it', async () => {
    await leaveLog();
    await write(REGION_BYTES, 2, true);
    await write(2 * REGION_BYTES, 3);
    expect(await submit(WatchedRequest.flush())).toBeNull();
    await restart('power lost');
    expect([at(0), at(REGION_BYTES), at(2 * REGION_BYTES)]).toEqual([1, 2, 3]);
    expect([0, 1, 2].map((region) => node.map.isMarked(region))).toEqual([true, true, true]);
    expect(node.group.isLogUnused).toBe(true);
  });

  it('C61: a log is left only when its writes are durable in the volumes', async () => {
    await write(4096, 6, true);
    await leaveLog();
    await restart('power lost');
    expect([at(0), at(4096)]).toEqual([1, 6]);
  });

  it('C60: after a loss of power what may have been lost is marked, though no map was synced', async () => {
    await leaveLog();
    // Nothing but the activity log tells of it.
    node.stream.setMarking(false);
    await write(5 * REGION_BYTES, 4);
    await restart('power lost');
    expect(node.map.isMarked(5)).toBe(true);
  });

  it('C04: replays nothing of the log that it left on top of what was written since', async () => {
    await leaveLog();
    await write(0, 9, true);
    for (const how of ['killed', 'power lost'] as const) {
      await restart(how);
      expect(at(0)).toBe(9);
    }
  });

  it('C65: goes on by a new log behind the positions of the old one, and what it brought is replayed', async () => {
    await leaveLog();
    await write(0, 5);
    const { lsn } = node.group.log.end;
    await node.group.renewLog();
    await node.group.trustLog();
    writer.returnToLog();
    await write(0, 6, true);
    expect(node.group.log.headLsn).toBe(lsn + 1);
    await restart('power lost');
    expect([at(0), node.group.isWithoutLog]).toEqual([6, false]);
  });

  it('C65: answers what came while the log was about to be left, whether it is left or not', async () => {
    writer.leaveLog();
    const held = WatchedRequest.write(4096, Buffer.alloc(4096, 7));
    const answer = submit(held);
    await settle();
    expect(held.answer).toBeUndefined();
    const before = node.group.log.headLsn;
    writer.returnToLog();
    expect(await answer).toBeNull();
    expect(node.group.log.headLsn).toBe(before + 1);
  });

  it('C65: leaves nothing while that cannot be made durable', async () => {
    node.disk.fail({ operation: 'write', path: /group\.json/, code: 'ENOSPC' });
    writer.leaveLog();
    await expect(node.group.giveUpLog('2'.repeat(16), 'Unused')).rejects.toMatchObject({ code: 'DEVICE_FULL' });
    node.disk.repair();
    writer.returnToLog();
    await write(8192, 8, true);
    await restart('power lost');
    expect([at(8192), node.group.isWithoutLog]).toEqual([8, false]);
  });
});
