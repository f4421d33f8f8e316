import { Refusal } from '../../errors/refusal.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { REGION_BYTES } from '../../model/sizes.js';
import { STREAM_FRAME_BYTES } from '../config/limits.js';
import { markLogged } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import type { PeerConnection } from './peer-connection.js';

/** Bits of a change map that go into one message. */
const MAP_BITS_BYTES = 512 * 1024;

/** What a destination has and its source may lack, told over one connection: its own changes, and records that the source lost. */
export class OwnChanges {
  private whenEnded: () => void = () => {};

  constructor(
    private readonly group: Group,
    private readonly connection: PeerConnection,
  ) {}

  /** Tells every region that hosts changed here, and those of records that the source does not have. */
  async tellChanges(aboveLsn: number): Promise<void> {
    const { group, connection } = this;
    if (!group.record.mirror.isLogVoid) await markLogged(group, group.feed, aboveLsn);
    for (const [slot, { map }] of group.feed.maps) {
      const bits = map.exportBits();
      for (let at = 0; at < bits.length; at += MAP_BITS_BYTES) {
        const piece = bits.subarray(at, at + MAP_BITS_BYTES);
        connection.send({
          type: Type.MapBits,
          slot,
          firstRegion: at * 8,
          regionBytes: REGION_BYTES,
          bits: piece,
        });
      }
    }
    connection.send({ type: Type.MapEnd });
  }

  async sendTail(fromLsn: number): Promise<void> {
    const { lostThroughLsn } = this.group.record.mirror;
    if (fromLsn < lostThroughLsn) throw new Refusal('LOG_FAILED', `records up to ${lostThroughLsn} are in no log`);
    await this.group.syncLog();
    // Only what the source has called durable is ever freed here: in the same epoch it cannot be without it.
    const { oldestLsn } = this.group.log;
    if (fromLsn + 1 < oldestLsn) {
      const isLostHere = this.group.log.isShortened || this.group.record.mirror.lostThroughLsn >= oldestLsn - 1;
      if (isLostHere) throw new Refusal('SRL_CORRUPT', `records up to ${oldestLsn - 1} were lost to damage`);
      throw new Refusal('NODE_ROLLED_BACK', `its log ends at ${fromLsn}, and was durable up to ${oldestLsn - 1}`);
    }
    let position = fromLsn;
    while (this.connection.closeReason === null && position < this.group.log.headLsn) {
      const entries = await this.group.log.readFrom(position + 1, STREAM_FRAME_BYTES);
      if (entries === null || entries.length === 0) break;
      const buffers = entries.flatMap((entry) => [entry.header, ...entry.payload]);
      const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      this.connection.sendRecords(buffers, bytes, entries.length);
      position = entries.at(-1)!.lsn;
      await this.drained();
    }
    this.connection.send({ type: Type.TailEnd, lastLsn: lsn(position) });
  }

  /** Resolves when the connection takes more, or has ended. */
  private drained(): Promise<void> {
    const { connection } = this;
    if (connection.isWritable || connection.closeReason !== null) return Promise.resolve();
    return new Promise((resolve) => {
      connection.onDrain = resolve;
      this.whenEnded = resolve;
    });
  }

  /** The connection has ended. */
  ended(): void {
    this.whenEnded();
  }
}
