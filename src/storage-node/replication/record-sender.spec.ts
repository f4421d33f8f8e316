import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupOnDisk, receivedWrites } from '../../../test/support/group-on-disk.js';
import { MIB } from '../../model/sizes.js';
import { STREAM_FRAME_BYTES } from '../config/limits.js';
import { MemoryPool } from '../config/memory-pool.js';
import { LinkStatistics } from './link-statistics.js';
import type { PeerConnection } from './peer-connection.js';
import { Progress } from './progress.js';
import { RecordSender } from './record-sender.js';
import { SendRoom } from './send-room.js';

const RECORDS = 12;
const WINDOW_BYTES = 3 * MIB;

describe('the sender of records', () => {
  let sentBytes: number;
  let progress: Progress;
  let sender: RecordSender;
  let connection: { isWritable: boolean };

  beforeEach(async () => {
    sentBytes = 0;
    const { log } = (await GroupOnDisk.make('source')).group;
    const writes = Array.from({ length: RECORDS }, () => ({ offset: 0, data: Buffer.alloc(MIB, 5) }));
    log.appendReceived(receivedWrites({ lsn: 0, crc: 0, runningBytes: 0 }, writes));
    progress = new Progress();
    progress.beginConnection(WINDOW_BYTES);
    const sendRecords = (_: readonly Buffer[], bytes: number) => (sentBytes += bytes);
    const fake = {
      isWritable: true,
      mayBeginData: () => fake.isWritable,
      frameBytesMax: MIB,
      statistics: new LinkStatistics(),
      unsentBytes: 0,
      sendRecords,
    };
    connection = fake;
    const fail = (error: unknown) => {
      throw error;
    };
    const peer = fake as unknown as PeerConnection;
    const room = new SendRoom(new MemoryPool(64 * MIB, 0, setImmediate), peer, () => undefined);
    sender = new RecordSender(log, peer, progress, room, fail);
  });

  it('sends no more than the window lets it, but for the rest of a frame', () => {
    sender.pump();
    expect(sentBytes).toBeGreaterThanOrEqual(WINDOW_BYTES);
    expect(sentBytes).toBeLessThan(WINDOW_BYTES + STREAM_FRAME_BYTES + MIB);
    expect(sender.isCaughtUp).toBe(false);
  });

  it('goes on as far as the destination has consumed', () => {
    for (let n = 0; n < RECORDS; n++) {
      sender.pump();
      progress.consumedBytes = sentBytes;
    }
    expect(sender.isCaughtUp).toBe(true);
    expect(progress.sentLsn).toBe(RECORDS);
  });

  it('sends nothing while the socket takes nothing', () => {
    connection.isWritable = false;
    sender.pump();
    expect(sentBytes).toBe(0);
  });
});
