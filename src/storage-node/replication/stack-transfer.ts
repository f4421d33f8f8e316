import { isDeepStrictEqual } from 'node:util';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Ack, SlotMembership, Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import type { Budget } from '../config/budget.js';
import { STACK_CYCLE_MS, STACK_REST_MS_MAX, STACK_REST_PER_WRITE_US } from '../config/limits.js';
import type { Group } from '../group/group.js';
import type { GroupStream } from '../group/group-stream.js';
import { membershipsOf } from '../group/membership.js';
import type { Lag } from './lag.js';
import type { MapLag } from './map-lag.js';
import { ConnectionTransfer, type ConnectionOwner } from './connection-transfer.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';
import { ResyncPass, type RecordsBeside } from './resync-pass.js';
import { SendRoom } from './send-room.js';
import type { Transfer } from './transfer.js';

/**
 * - `Asking`: the destination's own changes are being fetched.
 * - `Reserved`: the first pass waits for a slot.
 * - `Copying`: a pass over the regions that were marked when it began; what is marked meanwhile is for the next.
 * - `Resting`: between two passes, the destination being in the midst of them.
 * - `Starting`: nothing is marked, and the destination was told that it is the source's image of the turn in which that was so.
 * - `Equivalent`: it is durably that image, and stays so until the next pass.
 */
type Stage = 'Asking' | 'Reserved' | 'Copying' | 'Resting' | 'Starting' | 'Equivalent';

/** A thin link needs longer for one run of regions than it may be silent. */
const RUNS_PER_SILENCE = 4;

/** No record goes along with the regions. */
const NO_RECORDS: RecordsBeside = { isPaused: false, pump: () => undefined };

/**
 * Moves a Stack stream's data over one connection: pass after pass over the maps, at its own pace, and never by the log. The stream's
 * maps take marks all the while, so that what changes during a pass is the next one's; when a pass ends and nothing is marked, what the
 * destination holds is what the source holds in that turn.
 */
export class StackTransfer extends ConnectionTransfer implements Transfer {
  readonly isPinning = false;
  readonly isByLog = false;
  readonly isJoiningReserved = false;
  private stage: Stage = 'Asking';
  private pass: ResyncPass | null = null;
  private readonly room: SendRoom;
  /** The destination was told on this connection that it is no point in time. */
  private isResyncing = false;
  private isBlankThere = false;
  private isSyncingLog = false;
  private passBeganMs = -Infinity;
  private marksSeen = 0;
  /** Position of the turn in which nothing was marked. */
  private startedAtLsn = 0;
  /** What the destination was last told of the volumes of the group: no record tells it. */
  private toldMembers: readonly SlotMembership[] = [];

  constructor(
    group: Group,
    stream: GroupStream,
    connection: PeerConnection,
    progress: Progress,
    private readonly lag: Lag,
    private readonly mapLag: MapLag,
    private readonly owner: ConnectionOwner,
    private readonly budget: Budget,
  ) {
    super(group, stream, connection, progress, owner);
    this.room = new SendRoom(budget.pool('sender_buffers'), connection, () => this.pump());
  }

  protected get isAsking(): boolean {
    return this.stage === 'Asking';
  }

  get isDone(): boolean {
    return this.stage === 'Equivalent';
  }

  get isInTouch(): boolean {
    return this.stage === 'Equivalent';
  }

  get isBehind(): boolean {
    return this.stage !== 'Equivalent' || this.stream.hasMarks;
  }

  stopHere(): number | null {
    if (this.isBehind) return null;
    this.isStopped = true;
    return this.startedAtLsn;
  }

  stop(): void {
    this.isStopped = true;
    this.pass?.stop();
    this.room.leave();
    this.giveSlot();
    this.countTransferred();
  }

  // --- of the log, nothing ---

  stopRecords(): void {}
  offer(_entries: readonly LogEntry[]): void {}
  wantDurable(): void {}
  changeMode(): void {}
  protected resend(): void {}

  // --- what the stream hands on ---

  pump(): void {
    if (!this.isStopped) {
      this.room.refresh();
      this.pass?.pump();
    }
    this.owner.moved();
  }

  tick(): void {
    this.look();
  }

  protected acknowledged({ consumedBytes, syncedRegionSequence }: Ack): void {
    const { progress } = this;
    if (consumedBytes > progress.consumedBytes) this.noteProgress();
    progress.consumedBytes = consumedBytes;
    if (syncedRegionSequence > this.syncedRegionSequence) {
      this.syncedRegionSequence = syncedRegionSequence;
      progress.steps++;
      this.noteProgress();
    }
    this.pass?.acknowledged(syncedRegionSequence);
    this.pump();
  }

  repeatWhatIsLost(timeoutMs: number): void {
    const isOutstanding = this.stage === 'Starting' || this.progress.sentBytes > this.progress.consumedBytes;
    const silentMs = this.group.clock.monotonicMs() - this.progressedAtMs;
    if (!isOutstanding || silentMs < RUNS_PER_SILENCE * timeoutMs) return;
    this.connection.destroy('regions are not acknowledged');
  }

  countTransferred(): void {
    const { record } = this.stream;
    const copied = this.pass?.takeCopiedBytes() ?? 0;
    record.resyncBytes += copied;
    record.transferredBytes += copied;
  }

  // --- passes ---

  /**
   * The maps name all that the destination may lack. One that is no point in time is not left so, whether anything is marked or not.
   */
  async begin({ dataState, isBlank }: Pick<Welcome, 'dataState' | 'isBlank'>): Promise<void> {
    if (this.isStopped) return;
    this.isBlankThere = isBlank;
    if (dataState === 'Inconsistent' || this.stream.hasMarks) {
      this.stage = 'Reserved';
      if (this.isCopyDue) await this.takeSlot();
      if (!this.isStopped) await this.beginPass();
      return;
    }
    this.stage = 'Resting';
    this.look();
  }

  /** Whatever is due: the next pass, or to tell the destination that it has all. */
  private look(): void {
    if (this.isStopped || (this.stage !== 'Resting' && this.stage !== 'Equivalent')) return;
    if (this.stream.hasMarks || (this.stage === 'Equivalent' && this.isMemberNews)) {
      const isDue = this.group.clock.monotonicMs() - this.passBeganMs >= STACK_CYCLE_MS;
      if (isDue) this.guard(this.beginPass());
    } else if (this.stage === 'Resting') this.startLog();
  }

  private get isMemberNews(): boolean {
    return !isDeepStrictEqual(this.toldMembers, membershipsOf(this.group));
  }

  private async beginPass(): Promise<void> {
    const { stream, group, progress, mapLag } = this;
    this.stage = 'Copying';
    this.passBeganMs = group.clock.monotonicMs();
    // Under writes that never cease, nothing else would tell the destination.
    if (!this.isResyncing || this.isMemberNews) await this.startResync();
    if (this.isStopped) return;
    mapLag.passBegins(group.clock.wallMs());
    for (const { map } of stream.maps.values()) await map.beginPass();
    if (this.isStopped) return;
    const on = {
      finished: () => this.endPass(),
      failed: () => this.owner.unreadable(),
      restMs: () => this.restMs(),
    };
    const pool = this.budget.pool('resync');
    const { connection, room, isBlankThere } = this;
    this.pass = new ResyncPass(group, stream, connection, progress, NO_RECORDS, room, pool, isBlankThere, on);
    // From the second pass on it has what the first brought.
    this.isBlankThere = false;
    this.pump();
  }

  /** How long hosts come first now: for each write that came since the last run of regions, a moment. */
  private restMs(): number {
    const { markCount } = this.stream;
    const writes = Math.max(0, markCount - this.marksSeen);
    this.marksSeen = markCount;
    return Math.min(STACK_REST_MS_MAX, Math.floor((writes * STACK_REST_PER_WRITE_US) / 1000));
  }

  /** From here on the destination holds no point in time, durably before it takes a region. */
  private async startResync(): Promise<void> {
    const { record } = this.stream;
    record.phase = 'Copying';
    record.dataState = 'Inconsistent';
    await this.group.file.save();
    if (this.isStopped) return;
    this.isResyncing = true;
    this.noteProgress();
    const fromLsn = lsn(record.mapsFromLsn!);
    const { lineage } = this.group.record;
    this.connection.send({ type: Type.StartResync, lineage, fromLsn, members: this.tellMembers() });
  }

  private tellMembers(): readonly SlotMembership[] {
    return (this.toldMembers = membershipsOf(this.group));
  }

  private endPass(): void {
    this.countTransferred();
    // The passes that follow are how it always works.
    this.giveSlot();
    this.pass = null;
    this.stage = 'Resting';
    this.look();
  }

  /**
   * Nothing is marked in this turn: the destination's image is the source's. Its log begins anew at our head, which must be durable here,
   * or after a loss of power it would seem to hold records that we lack.
   */
  private startLog(): void {
    const { group } = this;
    const { log } = group;
    if (!group.isWhole) return this.owner.unreadable();
    if (log.durableLsn < log.headLsn) return this.syncLog();
    const { lsn: head, crc, runningBytes } = log.end;
    this.startedAtLsn = head;
    this.stage = 'Starting';
    this.isResyncing = false;
    this.noteProgress();
    this.connection.send({
      type: Type.StartLog,
      fromLsn: lsn(head),
      predecessorCrc: crc,
      runningBytes,
      isReset: true,
      consistentAtLsn: lsn(head),
      lineage: group.record.lineage,
      members: this.tellMembers(),
    });
  }

  private syncLog(): void {
    if (this.isSyncingLog) return;
    this.isSyncingLog = true;
    const synced = this.group.syncLog().finally(() => (this.isSyncingLog = false));
    this.guard(synced.then(() => this.look()));
  }

  /** The destination is durably a point in time. What was marked since is the next pass's. */
  protected async logStarted(): Promise<void> {
    if (this.stage !== 'Starting') return;
    const { stream, progress, startedAtLsn } = this;
    // Cleared regions reach the file lazily; left there, they would be copied once more after a crash.
    await stream.syncMaps();
    if (this.isStopped) return;
    Object.assign(stream.record, {
      mapsFromLsn: startedAtLsn,
      mustAskForChanges: false,
      isCopySkipped: false,
      phase: 'Equivalent',
      dataState: 'Consistent',
      proof: null,
    });
    await this.group.file.save();
    if (this.isStopped) return;
    this.stage = 'Equivalent';
    progress.restartFrom(startedAtLsn);
    progress.durableLsn = startedAtLsn;
    progress.steps++;
    this.lag.durable(startedAtLsn);
    this.owner.moved();
    this.look();
  }
}
