import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GroupOnDisk, settle } from '../../../test/support/group-on-disk.js';
import type { Region } from '../../format/peer/messages.js';
import { RecordType } from '../../format/srl/record.js';
import { MIB, REGION_BYTES } from '../../model/sizes.js';
import { MemoryPool } from '../config/memory-pool.js';
import { LinkStatistics } from './link-statistics.js';
import type { PeerConnection } from './peer-connection.js';
import { Progress } from './progress.js';
import type { RecordSender } from './record-sender.js';
import { ResyncPass } from './resync-pass.js';
import { SendRoom } from './send-room.js';

describe('a pass over the marked regions', () => {
  let node: GroupOnDisk;
  let sent: Region[];
  let isFinished: boolean;
  let pass: ResyncPass;
  let progress: Progress;
  let restMs: number;

  beforeEach(async () => {
    node = await GroupOnDisk.make('source');
    sent = [];
    isFinished = false;
    restMs = 0;
    const { volume } = node.member;
    const payload = [Buffer.alloc(MIB, 9)];
    volume.apply({ type: RecordType.Write, offset: 0, length: MIB, payload }, { changed: () => undefined }, null);
    node.map.mark(0, 2 * REGION_BYTES);
    node.map.mark(4 * REGION_BYTES, 1);
    await node.map.beginPass();
    progress = new Progress();
    progress.beginConnection(MIB);
    pass = makePass();
  });

  function makePass(): ResyncPass {
    const connection = {
      mayBeginData: () => true,
      frameBytesMax: MIB,
      statistics: new LinkStatistics(),
      unsentBytes: 0,
      sendRegion: (region: Region) => sent.push(region),
    };
    const peer = connection as unknown as PeerConnection;
    const pool = new MemoryPool(64 * MIB, 0, setImmediate);
    const records = { isPaused: false, pump: () => undefined };
    return new ResyncPass(
      node.group,
      node.stream,
      peer,
      progress,
      records as unknown as RecordSender,
      new SendRoom(pool, peer, () => undefined),
      pool,
      false,
      { finished: () => (isFinished = true), failed: () => undefined, restMs: () => restMs },
    );
  }

  it('C11: sends what is marked, and nothing else', async () => {
    pass.pump();
    await settle();
    expect(sent.map(({ offset, lengthBytes }) => [offset, lengthBytes])).toEqual([
      [0, 2 * REGION_BYTES],
      [4 * REGION_BYTES, REGION_BYTES],
    ]);
  });

  it('keeps every mark until the destination has synced its region', async () => {
    const { map } = node;
    const marked = () => [0, 1, 4].filter((region) => map.isMarked(region));
    pass.pump();
    await settle();
    expect(marked()).toEqual([0, 1, 4]);
    pass.acknowledged(1);
    expect(marked()).toEqual([4]);
    expect(isFinished).toBe(false);
    pass.acknowledged(2);
    expect(marked()).toEqual([]);
    expect(isFinished).toBe(true);
  });

  it('C11: counts its regions on from those of an earlier pass over the same connection', async () => {
    const { map } = node;
    pass.pump();
    await settle();
    pass.acknowledged(2);
    map.mark(REGION_BYTES, 1);
    await map.beginPass();
    pass = makePass();
    pass.pump();
    await settle();
    expect(sent.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    pass.acknowledged(2);
    expect(map.isMarked(1)).toBe(true);
  });

  it('C74: stands aside after a run for as long as it is told, and goes on by itself', () => {
    let wake = (): void => undefined;
    const after = jest.spyOn(node.group.clock, 'after').mockImplementation((_, run) => {
      wake = run;
      return { cancel: () => undefined };
    });
    restMs = 5;
    pass.pump();
    pass.acknowledged(0);
    expect(sent).toHaveLength(1);
    expect(after).toHaveBeenCalledWith(5, expect.any(Function));
    restMs = 0;
    wake();
    expect(sent).toHaveLength(2);
    after.mockRestore();
  });
});
