import type { LogEntry } from '../../format/srl/log-entry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Ack, Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { isAsynchronous, type DataState } from '../../model/session.js';
import type { Budget } from '../config/budget.js';
import { RECORDS_GATHER_MS, RESYNC_PACE_MS } from '../config/limits.js';
import type { Timer } from '../config/clock.js';
import type { Group } from '../group/group.js';
import type { StreamRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { Member } from '../group/member.js';
import { membershipsOf } from '../group/membership.js';
import { JoiningCopy } from './joining-copy.js';
import type { Lag } from './lag.js';
import type { MapLag } from './map-lag.js';
import { ConnectionTransfer, type ConnectionOwner } from './connection-transfer.js';
import type { PeerConnection } from './peer-connection.js';
import type { Progress } from './progress.js';
import { RecordSender } from './record-sender.js';
import { ResyncPass } from './resync-pass.js';
import type { ReturnToLog } from './return-to-log.js';
import { SendRoom } from './send-room.js';
import type { SourceGate } from './source-gate.js';
import type { Transfer } from './transfer.js';

/**
 * - `Asking`: the destination's own changes are being fetched.
 * - `Reserved`: the copy waits for a slot.
 * - `Resync`: regions are copied; records go along unlogged there.
 * - `Log`: records go to the destination's log, from wherever it is up to the head.
 */
type Stage = 'Asking' | 'Reserved' | 'Resync' | 'Log';

export interface TransferOwner extends ConnectionOwner {
  /** What is recorded with a destination that becomes Equivalent. */
  readonly proof: NonNullable<StreamRecord['proof']>;
  /** When the stream may go by the log again. */
  readonly returnToLog: ReturnToLog;
  /** Most bytes of the log that may be kept for the destination. */
  shareBytes(): number;
  /** Resolves when no fall of the stream to its maps is under way. */
  fallen(): Promise<void>;
}

/**
 * Moves one group's data to its destination over one connection, by the log, or by regions and then by the log. A new connection is
 * a new transfer; a stopped one does nothing more, whatever it still waited for.
 */
export class SourceTransfer extends ConnectionTransfer implements Transfer {
  /** What is logged can be sent before it is left. */
  readonly isBehind = false;
  private stage: Stage = 'Asking';
  private sender: RecordSender | null = null;
  private room: SendRoom | null = null;
  private pass: ResyncPass | null = null;
  /** Of volumes that join, while the others go by the log. */
  private readonly joining: JoiningCopy;
  /** Of the present pass: when it began, what it copies, and where the log stood. */
  private passBegan = { atMs: -Infinity, markedBytes: 0, runningBytes: -1 };
  private pacing: Timer | null = null;
  private gathering: Timer | null = null;
  /** Between the pinning of the log and the end of marking: the stream must not fall to its maps now. */
  private isPinningNow = false;
  /** The destination is a point in time once it has this durable. */
  private consistentAtLsn = 0;
  /** Whether the destination's log stands where its records begin; false while a reset is under way. */
  private isLogStarted = false;
  /** Whether the destination was told that it is Equivalent. */
  private isAnnounced = false;
  private wantedLsn = 0;
  /** As the destination told on this connection. */
  private appliedLsn = 0;

  constructor(
    group: Group,
    stream: GroupStream,
    connection: PeerConnection,
    progress: Progress,
    private readonly gate: SourceGate,
    private readonly lag: Lag,
    private readonly mapLag: MapLag,
    private readonly owner: TransferOwner,
    private readonly budget: Budget,
  ) {
    super(group, stream, connection, progress, owner);
    this.joining = new JoiningCopy(group, stream, {
      slots: owner.slots,
      makePass: (members, finished) => this.makePass(false, finished, members),
      failed: (error) => owner.failed(connection, error),
    });
  }

  get isPinning(): boolean {
    return this.isPinningNow;
  }

  protected get isAsking(): boolean {
    return this.stage === 'Asking';
  }

  /** Whether the destination is Equivalent and has all that was logged. */
  get isDone(): boolean {
    const isEach = this.isAnnounced && !this.joining.isUnderWay;
    return isEach && this.progress.receivedLsn >= this.group.log.headLsn;
  }

  get isJoiningReserved(): boolean {
    return this.joining.isReserved;
  }

  get isByLog(): boolean {
    return this.stage === 'Log';
  }

  get isInTouch(): boolean {
    return this.isByLog && (this.gate.isWaiting || !this.isSynchronous);
  }

  stopHere(): number | null {
    if (!this.isInTouch || this.stream.record.phase !== 'Equivalent' || this.sender === null) return null;
    this.sender.limitLsn = this.group.log.headLsn;
    return this.sender.limitLsn;
  }

  stop(): void {
    this.isStopped = true;
    this.sender?.stop();
    this.pass?.stop();
    this.joining.stop();
    this.pacing?.cancel();
    this.gathering?.cancel();
    this.giveSlot();
    this.countTransferred();
  }

  /** Records are sent no more: the log will not be kept for them. Regions go on. */
  stopRecords(): void {
    this.sender?.stop();
  }

  // --- what the stream hands on ---

  offer(entries: readonly LogEntry[]): void {
    if (this.isByLog && !this.isSynchronous)
      this.gathering ??= this.group.clock.after(RECORDS_GATHER_MS, this.sendGathered);
    else this.sender?.offer(entries);
  }

  /** Made once: no host waits for these records, and those of a moment leave together, which costs both ends less. */
  private readonly sendGathered = (): void => {
    this.gathering = null;
    this.sender?.pump();
  };

  pump(): void {
    if (this.isStopped) return;
    this.room?.refresh();
    this.sender?.pump();
    this.pass?.pump();
    if (this.stage === 'Log') this.checkCaughtUp();
    if (this.stage === 'Log' && this.isLogStarted && this.isReignApplied) this.joining.pump();
    this.owner.moved();
  }

  /**
   * Whether the volumes there hold all from before this reign: ours may be ahead of a log that lost its end, and older records on top of
   * a copied region would undo what no record tells.
   */
  private get isReignApplied(): boolean {
    return this.appliedLsn >= this.group.epoch.startLsn;
  }

  /** A host waits for durability: the destination is to sync soon. */
  wantDurable(): void {
    const { headLsn } = this.group.log;
    if (this.wantedLsn >= headLsn) return;
    this.wantedLsn = headLsn;
    this.askForSync();
  }

  private askForSync(): void {
    this.connection.send({ type: Type.SyncRequest, lsn: lsn(this.wantedLsn) });
  }

  tick(): void {}

  protected acknowledged(ack: Ack): void {
    const { progress } = this;
    if (ack.consumedBytes > progress.consumedBytes || ack.receivedLsn > progress.receivedLsn) this.noteProgress();
    progress.consumedBytes = ack.consumedBytes;
    this.appliedLsn = ack.appliedLsn;
    if (this.stage === 'Asking' || this.stage === 'Reserved') return;
    if (ack.receivedLsn > progress.receivedLsn) progress.receivedLsn = ack.receivedLsn;
    if (ack.durableLsn > progress.durableLsn && ack.durableLsn <= this.group.log.headLsn) this.durable(ack.durableLsn);
    if (ack.syncedRegionSequence > this.syncedRegionSequence) {
      this.syncedRegionSequence = ack.syncedRegionSequence;
      progress.steps++;
    }
    this.pass?.acknowledged(ack.syncedRegionSequence);
    this.joining.acknowledged(ack.syncedRegionSequence);
    this.pump();
  }

  private durable(position: number): void {
    if (position > this.progress.durableLsn) this.progress.steps++;
    this.progress.durableLsn = position;
    this.lag.durable(position);
    const { record } = this.stream;
    if (record.reliesFromLsn !== null && !record.isFalling) {
      record.reliesFromLsn = Math.max(record.reliesFromLsn, position);
    }
  }

  /** Something was sent and nothing of it acknowledged for as long as a link may be silent: it got lost on the way. */
  repeatWhatIsLost(timeoutMs: number): void {
    const { progress } = this;
    // The bandwidth limit holds it back here.
    if (this.connection.isPaced) this.noteProgress();
    // Of records their positions tell: bytes that came twice make up for bytes that never came.
    const areRecordsMissing = this.stage === 'Log' && progress.receivedLsn < progress.sentLsn;
    const isSyncMissing = this.stage === 'Log' && progress.durableLsn < this.wantedLsn;
    const isOutstanding = areRecordsMissing || isSyncMissing || progress.sentBytes > progress.consumedBytes;
    if (!isOutstanding || this.group.clock.monotonicMs() - this.progressedAtMs < timeoutMs) return;
    this.noteProgress();
    if (this.stage === 'Resync') this.connection.destroy('regions are not acknowledged');
    else if (areRecordsMissing) this.resend(progress.receivedLsn);
    else if (this.joining.isUnderWay) this.connection.destroy('regions are not acknowledged');
    else if (isSyncMissing) this.askForSync();
  }

  protected resend(fromLsn: number): void {
    if (this.sender === null || fromLsn > this.progress.sentLsn) return;
    this.progress.sentLsn = fromLsn;
    this.sender.pump();
  }

  /** Moves the counts of sender and pass into the record, which the next save takes along. */
  countTransferred(): void {
    const { record } = this.stream;
    const copied = (this.pass?.takeCopiedBytes() ?? 0) + this.joining.takeCopiedBytes();
    record.resyncBytes += copied;
    record.transferredBytes += copied + (this.sender?.takePayloadBytes() ?? 0);
  }

  // --- by log ---

  /** @param dataState what the destination says of itself */
  async streamLog(fromLsn: number, dataState: DataState): Promise<void> {
    await this.sendStartLog(fromLsn, false, dataState !== 'Inconsistent');
    if (this.isStopped) return;
    this.isLogStarted = true;
    this.progress.restartFrom(fromLsn);
    this.sender = this.makeSender();
    this.stage = 'Log';
    this.pump();
  }

  private makeSender(): RecordSender {
    const { group, connection, progress } = this;
    // The sender of an earlier pass of this connection gives its room back.
    this.room?.leave();
    this.room = new SendRoom(this.budget.pool('sender_buffers'), connection, () => this.pump());
    return new RecordSender(group.log, connection, progress, this.room, (error) =>
      this.owner.failed(connection, error),
    );
  }

  private async sendStartLog(fromLsn: number, isReset: boolean, isPointInTime: boolean): Promise<void> {
    const position = await this.group.log.positionOf(fromLsn);
    if (position === null) throw new Error(`the log does not reach back to ${fromLsn}`);
    if (this.isStopped) return;
    // No region was read at a later one, on this connection or before; and what is told of the members holds there.
    if (!isPointInTime) this.consistentAtLsn = this.group.log.headLsn;
    this.connection.send({
      type: Type.StartLog,
      fromLsn: lsn(fromLsn),
      predecessorCrc: position.crc,
      runningBytes: position.runningBytes,
      isReset,
      consistentAtLsn: lsn(this.consistentAtLsn),
      lineage: this.group.record.lineage,
      members: membershipsOf(this.group),
    });
  }

  private get isSynchronous(): boolean {
    return !isAsynchronous(this.stream.spec.settings);
  }

  private checkCaughtUp(): void {
    const { isFalling } = this.stream.record;
    if (this.isSynchronous && !this.gate.isWaiting && this.sender?.isCaughtUp === true && !isFalling) {
      this.gate.begin(this.progress.receivedLsn);
    }
    // Equivalent means that the destination alone could go on: its data must be a point in time, and durably known as one there.
    if (this.isAnnounced || !this.isLogStarted || (this.isSynchronous && !this.gate.isWaiting)) return;
    if (this.progress.durableLsn < this.consistentAtLsn) this.wantDurable();
    else if (!this.isSynchronous || this.gate.isInTouch) this.becomeEquivalent();
  }

  private becomeEquivalent(): void {
    const { record } = this.stream;
    this.isAnnounced = true;
    record.phase = 'Equivalent';
    record.dataState = this.isSynchronous ? 'Up_To_Date' : 'Consistent';
    record.proof = this.isSynchronous ? this.owner.proof : null;
    this.announce(this.isSynchronous);
    // Until it is saved, a restart trusts the destination less than it could; a save that fails is tried again.
    this.group.file.save().catch(() => {});
  }

  /** Tells the destination whether acknowledgements wait for it. */
  private announce(isWaitedFor: boolean): void {
    this.connection.send({ type: Type.StreamState, isEquivalent: isWaitedFor, atLsn: lsn(this.progress.receivedLsn) });
  }

  /** The transfer mode changed: acknowledgements wait from the turn on in which the destination is in touch, or wait no more. */
  changeMode(): void {
    this.isAnnounced = false;
    if (!this.isSynchronous) this.announce(false);
    this.pump();
  }

  // --- by regions ---

  begin({ isBlank }: Pick<Welcome, 'isBlank'>): Promise<void> {
    return this.resync(isBlank);
  }

  /**
   * Begins a copy of what the maps name, in as many passes as it takes.
   * @param isBlankThere the destination's volumes were never written: zeros need not be sent
   */
  private async resync(isBlankThere: boolean): Promise<void> {
    this.owner.returnToLog.begin();
    await this.nextPass(isBlankThere);
  }

  private async nextPass(isBlankThere: boolean): Promise<void> {
    this.stage = 'Reserved';
    if (this.isCopyDue) await this.takeSlot();
    await this.owner.fallen();
    if (this.isStopped) return;
    const { markedBytes } = this.stream;
    const { log, clock } = this.group;
    const isResting = log.headRunningBytes === this.passBegan.runningBytes;
    const pins = this.owner.returnToLog.isDue(markedBytes, this.owner.shareBytes(), isResting);
    this.passBegan = { atMs: clock.monotonicMs(), markedBytes, runningBytes: log.headRunningBytes };
    this.isPinningNow = pins;
    try {
      await this.beginPass(pins);
    } finally {
      this.isPinningNow = false;
    }
    if (!this.isStopped) this.startPass(isBlankThere);
  }

  /** Sends the present content of what the replay maps name; and while the log is kept, the records besides. */
  private startPass(isBlankThere: boolean): void {
    const { record } = this.group;
    const { reliesFromLsn } = this.stream.record;
    const from = reliesFromLsn ?? this.group.log.headLsn;
    this.progress.restartFrom(from);
    this.durable(from);
    this.consistentAtLsn = 0;
    const members = membershipsOf(this.group);
    this.connection.send({ type: Type.StartResync, lineage: record.lineage, fromLsn: lsn(from), members });
    this.sender = this.makeSender();
    if (reliesFromLsn === null) this.sender.stop();
    this.pass = this.makePass(isBlankThere, () => this.guard(this.endPass()));
    this.stage = 'Resync';
    this.pump();
  }

  private makePass(isBlankThere: boolean, finished: () => void, members?: readonly Member[]): ResyncPass {
    return new ResyncPass(
      this.group,
      this.stream,
      this.connection,
      this.progress,
      this.sender!,
      this.room!,
      this.budget.pool('resync'),
      isBlankThere,
      { finished, failed: () => this.owner.unreadable() },
      members,
    );
  }

  /**
   * What was marked until now is to be replayed. In a pass that pins the log, that is durable before marking ends, so that a write is in the
   * map, or in the kept log, or in both; in any other one, what is written meanwhile is marked for the next.
   */
  private async beginPass(pins: boolean): Promise<void> {
    const { record, maps } = this.stream;
    record.phase = 'Copying';
    record.dataState = 'Inconsistent';
    if (pins) record.reliesFromLsn ??= this.group.log.headLsn;
    // Marks before the record that counts on them.
    await this.stream.syncMaps();
    await this.group.file.save();
    if (this.isStopped) return;
    if (pins) this.stream.setMarking(false);
    this.mapLag.passBegins(this.group.clock.wallMs());
    for (const { map } of maps.values()) await map.beginPass();
  }

  private async endPass(): Promise<void> {
    const { pass, sender } = this;
    this.countTransferred();
    await this.owner.fallen();
    if (this.isStopped || pass === null || sender === null) return;
    if (this.stream.record.reliesFromLsn === null) {
      // The log was not kept, or outgrew its share meanwhile: what came since is marked, and is the next pass.
      sender.stop();
      this.giveSlot();
      await this.pace();
      return this.nextPass(false);
    }
    this.isPinningNow = true;
    try {
      await this.endByLog(sender);
    } finally {
      this.isPinningNow = false;
    }
    this.pump();
  }

  private async pace(): Promise<void> {
    const { log, clock } = this.group;
    const { atMs, markedBytes, runningBytes } = this.passBegan;
    const { returnToLog } = this.owner;
    returnToLog.passed(markedBytes, log.headRunningBytes - runningBytes);
    const leftMs = atMs + RESYNC_PACE_MS - clock.monotonicMs();
    if (leftMs > 0 && (this.stream.hasMarks || returnToLog.isHeld)) {
      await new Promise<void>((resolve) => (this.pacing = clock.after(leftMs, resolve)));
    }
  }

  /** From the last region on, records go to the destination's log. */
  private async endByLog(sender: RecordSender): Promise<void> {
    sender.isPaused = true;
    this.isLogStarted = false;
    // The destination's log begins anew there: ours must reach as far after any loss of power.
    await this.group.syncLog();
    await this.sendStartLog(this.progress.sentLsn, true, false);
    if (this.isStopped) return;
    sender.isPaused = false;
    this.pass = null;
    this.stage = 'Log';
  }

  /** The destination's log stands where the resync ended: from now on the log alone tells what it lacks. */
  protected async logStarted(): Promise<void> {
    if (this.stage !== 'Log' || this.isLogStarted) return;
    const { record } = this.stream;
    // Cleared regions reach the file lazily; left there, they would be copied once more after a crash.
    await this.stream.syncMaps();
    if (this.isStopped) return;
    if (!record.isFalling) record.mapsFromLsn = null;
    record.mustAskForChanges = false;
    record.isCopySkipped = false;
    await this.group.file.save();
    if (this.isStopped) return;
    this.isLogStarted = true;
    this.giveSlot();
    this.progress.steps++;
    this.pump();
  }
}
