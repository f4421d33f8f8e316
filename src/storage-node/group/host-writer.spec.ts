import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, settle, WatchedRequest } from '../../../test/support/group-on-disk.js';
import { Refusal } from '../../errors/refusal.js';
import { REGION_BYTES } from '../../model/sizes.js';
import type { ErrorName } from '../../errors/registry.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import type { Follower } from './follower.js';
import { HostWriter } from './host-writer.js';

/** A destination by the word of the test. */
class SaidFollower implements Follower {
  ceilingLsn = Infinity;
  receivedLsn = Infinity;
  durableLsn = Infinity;
  readonly reliesFromLsn = 0;
  writeRefusal: ErrorName | null = null;
  readonly offered: LogEntry[] = [];
  wishes = 0;

  /** Writes that were asked for beyond the ceiling: where they would end, and of how many records they are. */
  readonly asked: (readonly [number, number])[] = [];
  doesAdmit = false;

  admits(lastLsn: number, recordCount: number): boolean {
    this.asked.push([lastLsn, recordCount]);
    return this.doesAdmit;
  }

  offer(entries: readonly LogEntry[]): void {
    this.offered.push(...entries);
  }

  wantDurable(): void {
    this.wishes++;
  }
}

const DATA = Buffer.alloc(4096, 7);

describe('the path of host writes at a source', () => {
  let node: GroupOnDisk;
  let follower: SaidFollower;
  let writer: HostWriter;

  beforeEach(() => start('Writeback'));

  async function start(writeCache: 'Writeback' | 'Writethrough'): Promise<void> {
    node = await GroupOnDisk.make('source', writeCache);
    follower = new SaidFollower();
    writer = new HostWriter(node.group, follower);
    // The extent of the activity log is live from here on.
    await submit(WatchedRequest.write(0, DATA)).answered();
  }

  function submit<T extends WatchedRequest>(...requests: [T, ...T[]]): T {
    writer.pathOf(node.member).submit(requests.map(({ request }) => request));
    return requests.at(-1)!;
  }

  it('acknowledges no write that could not be logged', async () => {
    node.disk.fail({ operation: 'write', path: /\.segment$/, code: 'EIO' });
    const write = submit(WatchedRequest.write(4096, DATA));
    await settle();
    expect(write.answer).toBeUndefined();
    expect(node.volumeBytes(4096, 4096).equals(DATA)).toBe(false);
    writer.refuse();
    expect(write.answer).toBe('LOG_FAILED');
  });

  it('C18: without a log, marks every change before it is acknowledged', async () => {
    node.disk.fail({ operation: 'write', path: /\.segment$/, code: 'EIO' });
    const first = submit(WatchedRequest.write(4096, DATA));
    node.stream.setMarking(true);
    writer.passThrough();
    const second = submit(WatchedRequest.write(REGION_BYTES, DATA));
    expect([await first.answered(), await second.answered()]).toEqual([null, null]);
    expect([0, 1, 2].map((region) => node.map.isMarked(region))).toEqual([true, true, false]);
    expect(node.volumeBytes(REGION_BYTES, 4096).equals(DATA)).toBe(true);
  });

  it('acknowledges a write that is in the log once the destination has received it', async () => {
    follower.receivedLsn = node.group.log.headLsn;
    const write = submit(WatchedRequest.write(4096, DATA));
    await settle();
    expect(write.answer).toBeUndefined();
    expect(follower.offered.at(-1)!.lsn).toBe(node.group.log.headLsn);
    follower.receivedLsn++;
    writer.release();
    expect(write.answer).toBeNull();
  });

  it('neither logs nor applies a write before the activity log names its extent durably', async () => {
    const before = node.group.log.headLsn;
    node.hold();
    const write = submit(WatchedRequest.write(4 * 1024 * 1024, DATA));
    await settle();
    expect(node.group.log.headLsn).toBe(before);
    expect(node.volumeBytes(4 * 1024 * 1024, 4096).equals(DATA)).toBe(false);
    node.letGo();
    expect(await write.answered()).toBeNull();
    expect(node.group.log.headLsn).toBe(before + 1);
  });

  it('C61: answers FUA and FLUSH once the log is durable, plain writes before', async () => {
    node.hold();
    const plain = submit(WatchedRequest.write(0, DATA));
    const fua = submit(WatchedRequest.write(4096, DATA, { isFua: true }));
    const flush = submit(WatchedRequest.flush());
    await settle();
    expect([plain.answer, fua.answer, flush.answer]).toEqual([null, undefined, undefined]);
    node.letGo();
    expect([await fua.answered(), await flush.answered()]).toEqual([null, null]);
  });

  it('C61: answers FUA and FLUSH no sooner than the destination has it durable', async () => {
    follower.durableLsn = node.group.log.headLsn;
    const fua = submit(WatchedRequest.write(0, DATA, { isFua: true }));
    const flush = submit(WatchedRequest.flush());
    await settle();
    expect([fua.answer, flush.answer]).toEqual([undefined, undefined]);
    expect(follower.wishes).toBeGreaterThan(0);
    follower.durableLsn++;
    writer.release();
    expect([fua.answer, flush.answer]).toEqual([null, null]);
  });

  describe('below a ceiling', () => {
    const MIB = 1024 * 1024;
    let head: number;

    beforeEach(() => {
      head = node.group.log.headLsn;
    });

    const writes = (count: number) => Array.from({ length: count }, (_, at) => WatchedRequest.write(at * 4096, DATA));
    const answersOf = (requests: readonly WatchedRequest[]) => requests.map(({ answer }) => answer);

    it('C15: logs exactly up to it, also within one batch; reads, and a FLUSH of what is logged, go on', async () => {
      follower.ceilingLsn = head + 3;
      const requests = writes(5);
      const flush = WatchedRequest.flush();
      submit(...(requests as [WatchedRequest]), flush);
      expect(await flush.answered()).toBeNull();
      expect(answersOf(requests)).toEqual([null, null, null, undefined, undefined]);
      expect([node.group.log.headLsn, follower.asked[0]]).toEqual([head + 3, [head + 4, 1]]);
      expect(node.volumeBytes(3 * 4096, 4096).equals(DATA)).toBe(false);

      follower.ceilingLsn = head + 4;
      writer.retryThrottled();
      expect(answersOf(requests)).toEqual([null, null, null, null, undefined]);
      follower.ceilingLsn = Infinity;
      writer.retryThrottled();
      expect([answersOf(requests), node.group.log.headLsn]).toEqual([Array(5).fill(null), head + 5]);
    });

    it('C15: counts a large write by its records, and asks whether it may go beyond', async () => {
      follower.ceilingLsn = head + 2;
      const large = submit(WatchedRequest.write(0, Buffer.alloc(3 * MIB - 1, 5)));
      expect([large.answer, follower.asked]).toEqual([undefined, [[head + 3, 3]]]);
      follower.doesAdmit = true;
      writer.retryThrottled();
      expect([await large.answered(), node.group.log.headLsn]).toEqual([null, head + 3]);
    });

    it('C10: fails what waits once writes are refused, and what comes', () => {
      follower.ceilingLsn = -1;
      const waiting = writes(2);
      submit(...(waiting as [WatchedRequest]));
      expect(answersOf(waiting)).toEqual([undefined, undefined]);
      follower.writeRefusal = 'ACCESS_LOG_SHARE';
      writer.retryThrottled();
      const late = submit(WatchedRequest.write(0, DATA));
      expect(answersOf([...waiting, late])).toEqual(Array(3).fill('ACCESS_LOG_SHARE'));
      expect(node.group.log.headLsn).toBe(head);
    });

    it('C10: lets what waits go by the maps when the log fails meanwhile, and ends it when hosts are shut out', async () => {
      follower.ceilingLsn = -1;
      const [first, second] = writes(2);
      submit(first!);
      node.group.log.declareFailed(new Refusal('DEVICE_FULL'));
      node.stream.setMarking(true);
      writer.passThrough();
      expect([await first!.answered(), node.map.isMarked(0)]).toEqual([null, true]);
      await start('Writeback');
      follower.ceilingLsn = -1;
      submit(second!);
      writer.close('ACCESS_FENCED');
      expect(second!.answer).toBe('ACCESS_FENCED');
    });
  });

  it('lets hosts wait while a volume whose sync failed is written again, and fails them when that fails', async () => {
    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO', times: 1 });
    await expect(node.group.checkpointer.run()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    node.group.retryHealing();
    const write = submit(WatchedRequest.write(4096, DATA));
    expect(write.answer).toBeUndefined();
    expect(await write.answered()).toBeNull();
    expect(node.volumeBytes(4096, 4096).equals(DATA)).toBe(true);

    node.disk.fail({ operation: 'datasync', path: /volume$/, code: 'EIO' });
    await expect(node.group.checkpointer.run()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    void node.group.heal();
    const late = [submit(WatchedRequest.write(0, DATA)), submit(WatchedRequest.flush())];
    expect(await Promise.all(late.map((each) => each.answered()))).toEqual(['DEVICE_FAILED', 'DEVICE_FAILED']);
  });

  it.each([
    ['an activity log', /activity/, 4 * 1024 * 1024],
    ['a change map', /\.map$/, 0],
  ])('goes on once %s that failed is made anew', async (_, file, offset) => {
    const { tracker } = node.member;
    node.stream.setMarking(true);
    node.disk.fail({ operation: 'datasync', path: file, code: 'EIO', times: 1 });
    await node.map.sync().catch(() => undefined);
    const refused = submit(WatchedRequest.write(offset, DATA));
    expect([await refused.answered(), tracker.hasFailed]).toEqual(['DEVICE_FAILED', true]);
    node.group.renewTrackers();
    await settle();
    expect([await submit(WatchedRequest.write(offset, DATA)).answered(), tracker.hasFailed]).toEqual([null, false]);
    await node.group.checkpointer.run();
    await node.restart('power lost');
    expect(node.map.isMarked(Math.floor(offset / REGION_BYTES))).toBe(true);
  });

  it('makes every write of a Writethrough volume durable before its answer', async () => {
    await start('Writethrough');
    node.hold();
    const write = submit(WatchedRequest.write(0, DATA));
    await settle();
    expect(write.answer).toBeUndefined();
    node.letGo();
    expect(await write.answered()).toBeNull();
  });

  it('C18: acknowledges what is past a log that failed once it is safe, and marks it before', async () => {
    const { map } = node;
    const before = submit(WatchedRequest.write(0, DATA, { isFua: true }));
    node.disk.fail({ operation: 'write', path: /\.segment$/, code: 'EIO' });
    const failed = submit(WatchedRequest.write(4096, DATA));
    await settle();
    expect([before.answer, failed.answer]).toEqual([undefined, undefined]);
    node.stream.setMarking(true);
    await node.group.giveUpLog('2'.repeat(16));
    writer.passThrough();
    await failed.answered();
    expect([before.answer, failed.answer]).toEqual([null, null]);
    expect(map.activeCount).toBe(1);
    await submit(WatchedRequest.write(8192, DATA, { isFua: true })).answered();

    await node.restart('power lost');
    expect(node.group.isWithoutLog).toBe(true);
    expect(node.volumeBytes(0, 3 * 4096).equals(Buffer.alloc(3 * 4096, 7))).toBe(true);
  });

  it('C18: gives up nothing while the record of it cannot be stored, and trusts the log again after none', async () => {
    node.disk.fail({ operation: 'write', path: /\.segment$/, code: 'EIO' });
    submit(WatchedRequest.write(4096, DATA));
    node.disk.fail({ operation: 'write', path: /group\.json/, code: 'ENOSPC' });
    const { headLsn } = node.group.log;
    await expect(node.group.giveUpLog('2'.repeat(16))).rejects.toMatchObject({ code: 'DEVICE_FULL' });
    expect([node.group.record.lostLog, node.group.log.headLsn]).toEqual([null, headLsn]);
    node.disk.repair();
    await node.restart('killed');
    expect([node.group.isWithoutLog, node.group.log.headLsn]).toEqual([false, headLsn]);
  });

  it('C18: continues the positions of a log that failed in the one that is made anew', async () => {
    node.disk.fail({ operation: 'write', path: /\.segment$/, code: 'EIO' });
    submit(WatchedRequest.write(4096, DATA));
    const { headLsn } = node.group.log;
    await node.group.giveUpLog('2'.repeat(16));
    writer.passThrough();
    await expect(node.group.renewLog()).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    node.disk.repair();
    await node.group.renewLog();
    await node.group.trustLog();
    writer.returnToLog();
    await submit(WatchedRequest.write(8192, DATA, { isFua: true })).answered();
    // One position stands for what was written without a log.
    expect(follower.offered.at(-1)!.lsn).toBe(headLsn + 2);
    await node.restart('power lost');
    expect([node.group.log.oldestLsn, node.group.log.headLsn]).toEqual([headLsn + 2, headLsn + 2]);
    expect(node.group.epoch.id).toBe('2'.repeat(16));
  });
});
