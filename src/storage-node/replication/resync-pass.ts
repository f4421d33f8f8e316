import { PeerMessageType } from '../../format/peer/messages.js';
import { REGION_BYTES } from '../../model/sizes.js';
import { RESYNC_INFLIGHT_BYTES, RESYNC_RUN_BYTES, RESYNC_UNSYNCED_BYTES_MAX } from '../config/limits.js';
import type { Timer } from '../config/clock.js';
import { type MemoryPool, PoolShare, type PoolWaiter } from '../config/memory-pool.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Member } from '../group/member.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';
import type { SendRoom } from './send-room.js';

const EMPTY = Buffer.alloc(0);
const ZEROS = Buffer.alloc(RESYNC_RUN_BYTES);
/** Longest range that one zero frame covers: whole regions, below the field's 32 bits. */
const ZERO_RUN_BYTES = 1024 * RESYNC_RUN_BYTES;

/** Records of the same stream, which wait while a region is being read. */
export interface RecordsBeside {
  isPaused: boolean;
  pump(): void;
}

/** Regions on their way: cleared in the map once the destination has synced the frame with this number. */
interface Outstanding {
  readonly sequence: number;
  readonly bytes: number;
  /** Of the connection, up to and with this frame. */
  readonly sentBytes: number;
  readonly member: Member;
  readonly firstRegion: number;
  readonly regionCount: number;
}

interface Run {
  readonly member: Member;
  readonly offset: number;
  readonly length: number;
  readonly isHole: boolean;
}

/**
 * One pass over the replay maps of a stream: reads each marked region and sends what is there now. Host writes go on meanwhile; their
 * records follow in the log, and those that overlap a region being read wait until its copy is queued.
 */
export class ResyncPass implements PoolWaiter {
  private copiedBytes = 0;
  private outstanding: Outstanding[] = [];
  private outstandingBytes = 0;
  /** How many of the outstanding ones the destination has taken, and the bytes of the others. */
  private takenCount = 0;
  private untakenBytes = 0;
  private readonly share: PoolShare;
  private memberIndex = 0;
  private cursor = 0;
  private isReading = false;
  private rest: Timer | null = null;
  private isStopped = false;

  constructor(
    private readonly group: Group,
    private readonly stream: GroupStream,
    private readonly connection: PeerConnection,
    private readonly progress: Progress,
    private readonly records: RecordsBeside,
    private readonly room: SendRoom,
    /** Memory for the regions that are being read. */
    private readonly pool: MemoryPool,
    /** Whether the destination's volumes were never written: zeros need not be sent at all. */
    private readonly isBlankThere: boolean,
    private readonly on: {
      finished(): void;
      failed(error: unknown): void;
      /** Asked after each run: how long the pass is to stand aside for hosts. */
      restMs?(): number;
    },
    /** The volumes that are copied. */
    private readonly members = copiedBy(stream, group),
  ) {
    this.share = new PoolShare(pool, 0);
  }

  stop(): void {
    this.isStopped = true;
    this.rest?.cancel();
    this.records.isPaused = false;
    this.connection.statistics.retries += this.outstanding.length;
    this.pool.leave(this);
  }

  roomFreed(): boolean {
    this.pool.leave(this);
    this.pump();
    return false;
  }

  /** Sends as much as window and socket take; ends by `finished` when nothing is marked or on its way. */
  pump(): void {
    while (!this.isStopped && !this.isReading && this.rest === null && this.canSend && this.hasRoom()) {
      const run = this.nextRun();
      if (run === null) {
        if (this.outstanding.length === 0) this.finish();
        return;
      }
      this.sendRun(run);
      this.standAside();
    }
  }

  private standAside(): void {
    const restMs = this.on.restMs?.() ?? 0;
    if (restMs === 0 || this.isStopped) return;
    this.rest = this.group.clock.after(restMs, () => {
      this.rest = null;
      this.pump();
    });
  }

  /** Payload bytes sent since the last call. */
  takeCopiedBytes(): number {
    const bytes = this.copiedBytes;
    this.copiedBytes = 0;
    return bytes;
  }

  private get canSend(): boolean {
    const isRoom = this.untakenBytes < RESYNC_INFLIGHT_BYTES && this.outstandingBytes < RESYNC_UNSYNCED_BYTES_MAX;
    return isRoom && this.progress.roomBytes > 0 && this.connection.mayBeginData();
  }

  private hasRoom(): boolean {
    if (!this.room.has(RESYNC_RUN_BYTES)) return false;
    if (this.share.mayAdd(RESYNC_RUN_BYTES)) return true;
    this.pool.wait(this);
    return false;
  }

  /** @param sequence of the last frame that the destination has synced */
  acknowledged(sequence: number): void {
    this.noteTaken();
    let count = 0;
    while (count < this.outstanding.length && this.outstanding[count]!.sequence <= sequence) {
      const { member, firstRegion, regionCount, bytes } = this.outstanding[count++]!;
      this.clear(member, firstRegion, regionCount);
      this.outstandingBytes -= bytes;
      // What came on an earlier connection is counted first: a frame can be synced before it counts as taken.
      if (this.takenCount > 0) this.takenCount--;
      else this.untakenBytes -= bytes;
    }
    this.outstanding.splice(0, count);
    this.pump();
  }

  private noteTaken(): void {
    const { outstanding, progress } = this;
    while (this.takenCount < outstanding.length && outstanding[this.takenCount]!.sentBytes <= progress.consumedBytes) {
      this.untakenBytes -= outstanding[this.takenCount++]!.bytes;
    }
  }

  /** The next marked regions that lie together, within one allocation status. */
  private nextRun(): Run | null {
    while (this.memberIndex < this.members.length) {
      const member = this.members[this.memberIndex]!;
      // A volume that has left has none any more.
      const first = this.stream.maps.get(member.slot)?.map.nextMarked(this.cursor) ?? -1;
      if (first >= 0) return this.runFrom(member, first);
      this.memberIndex++;
      this.cursor = 0;
    }
    return null;
  }

  private runFrom(member: Member, first: number): Run {
    const { sizeBytes, device } = member.volume;
    const offset = first * REGION_BYTES;
    const [extent] = device.extentsNow(offset, Math.min(ZERO_RUN_BYTES, sizeBytes - offset));
    // A hole counts only for the regions that lie in it whole; without one, whatever is there is read.
    const holeEnd = extent?.isHole ? offset + extent.lengthBytes : offset;
    const isHole = holeEnd === sizeBytes || holeEnd >= offset + REGION_BYTES;
    const limit = isHole ? holeEnd : offset + Math.min(RESYNC_RUN_BYTES, this.connection.frameBytesMax);
    const map = this.stream.mapOf(member.slot);
    let last = first;
    while ((last + 2) * REGION_BYTES <= limit && map.nextMarked(last + 1) === last + 1) last++;
    this.cursor = last + 1;
    return { member, offset, length: Math.min((last + 1) * REGION_BYTES, sizeBytes) - offset, isHole };
  }

  private sendRun(run: Run): void {
    // A volume that lacks what its log holds would be copied over what the destination already has.
    if (!this.group.isWhole) return this.on.failed(this.group.failure);
    if (run.isHole) {
      this.sendCopy(run, null);
      return;
    }
    const target = Buffer.allocUnsafe(run.length);
    if (run.member.volume.readForCopyNow(target, run.offset)) {
      this.sendCopy(run, target);
      return;
    }
    this.isReading = true;
    this.records.isPaused = true;
    this.share.hold(run.length);
    run.member.volume.readForCopy(target, run.offset).then(
      () => {
        this.share.hold(0);
        if (this.isStopped) return;
        if (!this.group.isWhole) return this.on.failed(this.group.failure);
        this.sendCopy(run, target);
        this.isReading = false;
        this.records.isPaused = false;
        this.records.pump();
        this.pump();
      },
      (error: unknown) => {
        this.share.hold(0);
        if (!this.isStopped) this.on.failed(error);
      },
    );
  }

  /** Queues the copy of a run. `data` null, or all zeros, goes as a range of zeros. */
  private sendCopy(run: Run, data: Buffer | null): void {
    const isZero = data === null || data.equals(ZEROS.subarray(0, data.length));
    const firstRegion = run.offset / REGION_BYTES;
    const regionCount = Math.ceil(run.length / REGION_BYTES);
    if (isZero && this.isBlankThere) {
      this.clear(run.member, firstRegion, regionCount);
      return;
    }
    const payload = isZero ? EMPTY : data;
    const { member, offset, length } = run;
    const sequence = ++this.progress.regionSequence;
    this.connection.sendRegion({
      type: PeerMessageType.Region,
      sequence,
      slot: member.slot,
      offset,
      lengthBytes: length,
      isZero,
      payload,
    });
    this.room.refresh();
    this.progress.sentBytes += payload.length;
    this.copiedBytes += payload.length;
    this.outstandingBytes += payload.length;
    this.untakenBytes += payload.length;
    const { sentBytes } = this.progress;
    this.outstanding.push({ sequence, bytes: payload.length, sentBytes, member, firstRegion, regionCount });
  }

  private clear({ slot }: Member, firstRegion: number, regionCount: number): void {
    const map = this.stream.maps.get(slot)?.map;
    for (let region = firstRegion; region < firstRegion + regionCount; region++) map?.clear(region);
  }

  private finish(): void {
    this.isStopped = true;
    this.on.finished();
  }
}

/** Those that the stream's sessions name, and the log tells of: one that is about to join is marked whole when it does. */
function copiedBy(stream: GroupStream, { members }: Group): readonly Member[] {
  return [...members.values()].filter(({ slot, record }) => record.addedLsn !== null && stream.names(slot));
}
