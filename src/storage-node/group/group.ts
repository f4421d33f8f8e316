import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { RecordType } from '../../format/srl/record.js';
import type { GroupUid } from '../../model/ids.js';
import type { Epoch } from '../../model/position.js';
import { lsn } from '../../model/position.js';
import type { Clock } from '../config/clock.js';
import { LOG_RENEW_SEGMENTS, RECOVERY_RETRY_MS } from '../config/limits.js';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import type { LogPoint } from '../srl/recovery.js';
import type { Srl } from '../srl/srl.js';
import type { ChangeObserver, Volume } from '../volume/volume.js';
import { Checkpointer } from './checkpointer.js';
import type { GroupRecord, GroupRecordFile, LostLog } from './group-record.js';
import type { GroupStream } from './group-stream.js';
import type { Member } from './member.js';
import { isTold, noteMembership } from './membership.js';

/**
 * One consistency group at one member: its log, its volumes and what is durably known of it. Source or destination, the rules here
 * are the same: what is in the log above the floor is applied, what is below the floor is synced.
 */
export class Group implements ChangeObserver<LogEntry> {
  readonly checkpointer: Checkpointer;
  /** Position up to which every record was handed to its volume. */
  appliedLsn: number;
  /** The log is kept after this for other members; Infinity when it need not be. Set by whoever speaks with them. */
  keepAfterLsn: () => number = () => 0;
  /** Rises with every failure of a volume and every attempt to heal one: what spans a rise cannot be trusted. */
  disturbances = 0;
  private healing: Promise<void> | null = null;
  /** The floor in the record is not durable yet. */
  private isFloorUnsafe = false;
  private nextHealMs = 0;
  private renewing: Promise<void> | null = null;
  private nextRenewalMs = 0;
  private logWaiters: { lsn: number; resolve: () => void; reject: (failure: Refusal) => void }[] = [];

  constructor(
    readonly log: Srl,
    readonly file: GroupRecordFile,
    /** By slot; the group's folder adds and removes them. */
    readonly members: Map<number, Member>,
    /** In the order of the record's. */
    readonly streams: GroupStream[],
    readonly clock: Clock,
  ) {
    this.appliedLsn = file.record.floorLsn;
    this.checkpointer = new Checkpointer(this);
    log.onDurable((durableLsn) => this.serveLogWaiters(durableLsn));
    log.onFailure((failure) => this.logWaiters.splice(0).forEach((waiter) => waiter.reject(failure)));
  }

  get uid(): GroupUid {
    return this.record.groupUid;
  }

  get record(): GroupRecord {
    return this.file.record;
  }

  get epoch(): Epoch {
    return this.record.lineage.at(-1)!;
  }

  /** At a destination: the stream that feeds it. */
  get feed(): GroupStream {
    return this.streams[0]!;
  }

  /** The first volume that could not take what the log holds, or null. */
  get failure(): ErrorName | null {
    for (const member of this.members.values()) if (member.failure !== null) return member.failure;
    return null;
  }

  /**
   * Applies logged entries to the volumes, in order. A failing volume is remembered; the log still holds what it lacks. The others of a
   * source go on.
   */
  apply(entries: readonly LogEntry[]): void {
    const isMirror = this.record.role === 'destination';
    for (const entry of entries) {
      if (entry.type <= RecordType.Trim) this.applyOne(entry);
      else if (entry.type === RecordType.Membership) noteMembership(this, entry);
      // None of a destination's volumes moves ahead of the one that failed: together they are a point in time.
      if (isMirror && this.failure !== null) break;
    }
    const last = entries.at(-1);
    // What a failed volume lacks stays above: it is replayed when the volume heals.
    if (last !== undefined && this.failure === null) this.appliedLsn = last.lsn;
  }

  private applyOne(entry: LogEntry): void {
    const member = this.members.get(entry.slot);
    // Of a volume that has left, or that had this slot before.
    if (member === undefined || !isTold(member, entry.lsn) || member.failure !== null) return;
    try {
      if (entry.offset + entry.length > member.volume.sizeBytes)
        throw new Refusal('FORMAT_CORRUPT', `LSN ${entry.lsn}`);
      member.volume.apply(entry, this, entry);
    } catch (error) {
      this.changed(entry, isRefusal(error) ? error.code : 'DEVICE_FAILED');
    }
  }

  /** A change that went on in the background has ended. */
  changed(entry: LogEntry, error: ErrorName | null): void {
    if (error !== null) this.failed(this.members.get(entry.slot)!, error);
  }

  failed(member: Member, error: ErrorName): void {
    member.failure ??= error;
    member.show(member.failure);
    this.disturbances++;
  }

  /** Whether the volumes hold what the log says, so that they may be read. */
  get isWhole(): boolean {
    return this.failure === null && this.healing === null;
  }

  /** A volume that is to catch up before more is applied, or undefined. */
  get behind(): Volume | undefined {
    for (const { volume } of this.members.values()) if (volume.isBehind) return volume;
    return undefined;
  }

  /** Extents of all members that the activity logs name. */
  get activityExtents(): number {
    let count = 0;
    for (const { tracker } of this.members.values()) count += tracker.activity.liveCount;
    return count;
  }

  /** Whether it goes without a log since no stream needs one. */
  get isLogUnused(): boolean {
    return this.record.lostLog?.kind === 'Unused';
  }

  /** Whether the log takes no records just now. */
  get isWithoutLog(): boolean {
    return this.record.lostLog !== null || this.log.failedBy !== null;
  }

  /**
   * Puts a record of a new epoch at the end of the log; the caller saves the group's record. Without a log the epoch takes a position
   * all the same, so that what is written in it counts as written after everything before.
   */
  openEpoch(epoch: Epoch): LogEntry | null {
    const { record } = this;
    if (record.lostLog !== null) {
      this.moveLostLog({ ...record.lostLog, lsn: record.lostLog.lsn + 1 });
      this.enter(epoch);
      return null;
    }
    const payload = Buffer.from(JSON.stringify({ number: epoch.number, id: epoch.id }));
    const now = this.clock.wallMs();
    const entry = makeLogEntry(RecordType.Role, 0, 0, 0, [payload], payload.length, now, epoch.number);
    this.log.append([entry]);
    this.enter(epoch);
    this.appliedLsn = entry.lsn;
    return entry;
  }

  private moveLostLog(lost: LostLog): void {
    this.log.moveEnd(lost);
    this.appliedLsn = lost.lsn;
    Object.assign(this.record, { lostLog: lost, floorLsn: lost.lsn, durableLsn: lost.lsn });
  }

  /**
   * What a log that failed, or is not needed, held is made safe in the volumes, and from then on, durably, nobody replays or trusts it.
   * @param epochId of a new epoch of this member, for what it writes without the log; null when it writes nothing of its own
   * @throws Refusal of a volume, a map or the record: nothing is given up then, and it may be tried again
   */
  async giveUpLog(epochId: string | null, kind: LostLog['kind'] = 'Failed'): Promise<void> {
    const { log, record } = this;
    if (!this.isWhole) await this.heal();
    await this.syncVolumes();
    if (!this.isWhole) throw new Refusal(this.failure ?? 'DEVICE_FAILED');
    const { floorLsn, durableLsn, lostLog } = record;
    const lineage = [...record.lineage];
    const { end } = log;
    const leftAtLsn = end.lsn;
    if (epochId !== null) {
      // It takes a position, though no record is there: see openEpoch.
      this.enter({ number: this.epoch.number + 1, id: epochId, startLsn: lsn(end.lsn) });
      end.lsn++;
    }
    const time = new Date(this.clock.wallMs()).toISOString();
    record.lostLog = { ...end, kind, leftAtLsn, cause: log.failedBy?.message ?? '', time };
    record.floorLsn = record.durableLsn = end.lsn;
    try {
      await this.file.save();
    } catch (error) {
      Object.assign(record, { floorLsn, durableLsn, lostLog, lineage });
      throw error;
    }
    await log.giveUp(end);
    this.appliedLsn = end.lsn;
  }

  /**
   * The volumes hold everything up to `end`, and the destination too: the log, of which nothing is needed any more, begins anew there.
   * @throws Refusal of a volume, a map, the record or the log: the group's record tells what is to be done again
   */
  async replaceLog(end: LogPoint): Promise<void> {
    for (const member of this.members.values()) await member.volume.drain();
    this.log.moveEnd(end);
    for (const { record } of this.streams) if (record.reliesFromLsn !== null) record.reliesFromLsn = end.lsn;
    await this.giveUpLog(null);
    await this.renewLog();
    await this.trustLog();
  }

  /**
   * The log cannot be read, and the volumes hold all that was in it: it begins anew behind `lastLsn`. Where its last record is not known,
   * no other log can be continued by it: the destination's begins anew, too, at the end of a copy of what the maps tell.
   * @throws Refusal as replaceLog
   */
  async loseLog(lastLsn: number): Promise<void> {
    for (const stream of this.streams) {
      const { record } = stream;
      const from = record.reliesFromLsn;
      if (from !== null && from < lastLsn) stream.markAll();
      record.mapsFromLsn ??= from ?? lastLsn;
      if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
      Object.assign(record, { reliesFromLsn: null, isFalling: false });
    }
    await this.replaceLog({ lsn: lastLsn, crc: 0, runningBytes: 0 });
  }

  /** Makes a log that was given up anew. Until `trustLog` it is not used. @throws Refusal when its disk still fails */
  async renewLog(): Promise<void> {
    // Without its record saying so, the old log's files must not go.
    if (this.file.isStale) await this.file.save();
    await this.log.renew(LOG_RENEW_SEGMENTS);
  }

  /**
   * From now on changes go to the new log again. None may be under way.
   * @throws Refusal: the log is given up again
   */
  async trustLog(): Promise<void> {
    const { record } = this;
    const lost = record.lostLog!;
    try {
      await this.syncVolumes();
      if (this.failure !== null) throw new Refusal(this.failure);
      record.lostLog = null;
      await this.file.save();
    } catch (error) {
      record.lostLog = lost;
      await this.log.giveUp(lost);
      throw error;
    }
  }

  /** Makes volumes and maps durable. @throws Refusal */
  async syncVolumes(): Promise<void> {
    for (const member of this.members.values()) {
      try {
        await member.volume.sync();
      } catch (error) {
        this.failed(member, isRefusal(error) ? error.code : 'DEVICE_FAILED');
        throw error;
      }
      await member.tracker.syncMaps();
    }
  }

  /** An epoch that began above the end of the log was lost with that end: no record of it is here, and none can come any more. */
  private enter(epoch: Epoch): void {
    const { record } = this;
    const startLsn = (before: Epoch): Epoch['startLsn'] => lsn(Math.min(before.startLsn, epoch.startLsn));
    record.lineage = [...record.lineage.map((before) => ({ ...before, startLsn: startLsn(before) })), epoch];
  }

  /** Takes up the epochs that these records open, as soon as they are in the log: the lineage must tell where the log ends. */
  adoptEpochs(entries: readonly LogEntry[]): void {
    for (const entry of entries) if (entry.type === RecordType.Role) this.adoptEpoch(entry);
  }

  private adoptEpoch(entry: LogEntry): void {
    const { number, id } = JSON.parse(Buffer.concat(entry.payload).toString()) as { number: number; id: string };
    const { lineage } = this.record;
    if (lineage.some((epoch) => epoch.number >= number)) return;
    lineage.push({ number, id, startLsn: lsn(entry.lsn - 1) });
    // Replay finds the epoch in the log again, should this not reach the disk.
    this.file.save().catch(() => {});
  }

  /**
   * Applies everything in the log above the floor; used at start and to heal a volume that failed. Nothing during a resync, when the
   * log says nothing of the volumes.
   */
  async replay(): Promise<number> {
    if (this.record.mirror.isLogVoid) return 0;
    const from = this.record.floorLsn;
    let position = from;
    while (position < this.log.headLsn) {
      const entries = await this.log.readFrom(position + 1);
      if (entries === null || entries.length === 0) throw new Error(`log of group ${this.uid} ends before its head`);
      this.adoptEpochs(entries);
      this.apply(entries);
      await this.behind?.catchUp();
      position = entries.at(-1)!.lsn;
    }
    await this.drain();
    return position - from;
  }

  /**
   * Tries again to bring a failed volume up to the log, once the cause (a full disk, say) may be gone; what a failed sync may have
   * lost is written again with it.
   */
  heal(): Promise<void> {
    this.healing ??= this.replayAgain().finally(() => (this.healing = null));
    return this.healing;
  }

  /** To be called every 100 ms or so: what failed may have come right by itself. */
  retryHealing(): void {
    const now = this.clock.monotonicMs();
    if (this.failure === null || this.isHealing || now < this.nextHealMs) return;
    this.nextHealMs = now + RECOVERY_RETRY_MS;
    void this.heal();
  }

  /** The same for maps and activity logs whose files failed: they are made anew, of what memory knows. */
  renewTrackers(): void {
    const now = this.clock.monotonicMs();
    if (this.renewing !== null || now < this.nextRenewalMs) return;
    const failed = [...this.members.values()].filter(({ tracker }) => tracker.hasFailed);
    if (failed.length === 0) return;
    this.nextRenewalMs = now + RECOVERY_RETRY_MS;
    this.renewing = Promise.allSettled(failed.map(({ tracker }) => tracker.renew())).then(() => {
      this.renewing = null;
    });
  }

  /** Whether a failed volume is being brought up to the log just now: changes must wait, or older records would overtake them. */
  get isHealing(): boolean {
    return this.healing !== null;
  }

  private async replayAgain(): Promise<void> {
    this.disturbances++;
    for (const member of this.members.values()) member.failure = null;
    try {
      await this.replay();
    } catch (error) {
      for (const member of this.members.values()) this.failed(member, isRefusal(error) ? error.code : 'DEVICE_FAILED');
    }
    for (const member of this.members.values()) if (member.failure === null) await this.syncRewritten(member);
    for (const member of this.members.values()) member.show(member.failure);
    this.disturbances++;
  }

  private async syncRewritten(member: Member): Promise<void> {
    try {
      await member.volume.syncRewritten();
    } catch (error) {
      this.failed(member, isRefusal(error) ? error.code : 'DEVICE_FAILED');
    }
  }

  private async drain(): Promise<void> {
    for (const member of this.members.values()) await member.volume.drain();
  }

  /** Resolves when everything in the log now is durable; rejects with the log's Refusal. */
  syncLog(): Promise<void> {
    const { log } = this;
    if (log.failedBy !== null) return Promise.reject(log.failedBy);
    if (log.durableLsn >= log.headLsn) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.logWaiters.push({ lsn: log.headLsn, resolve, reject });
      log.requestSync();
    });
  }

  private serveLogWaiters(durableLsn: number): void {
    if (this.logWaiters.length === 0) return;
    const served = this.logWaiters.filter((waiter) => waiter.lsn <= durableLsn);
    this.logWaiters = this.logWaiters.filter((waiter) => waiter.lsn > durableLsn);
    for (const waiter of served) waiter.resolve();
  }

  /**
   * The volumes are synced through this position. Nothing is freed by it before that is durable, or replay would miss it.
   * @throws Refusal DEVICE_FULL, DEVICE_FAILED: the floor is as before
   */
  async saveFloor(throughLsn: number): Promise<void> {
    const { record } = this;
    const { floorLsn, durableLsn } = record;
    this.isFloorUnsafe = true;
    Object.assign(record, { floorLsn: throughLsn, durableLsn: this.log.durableLsn });
    try {
      await this.file.save();
    } catch (error) {
      Object.assign(record, { floorLsn, durableLsn });
      throw error;
    } finally {
      this.isFloorUnsafe = false;
    }
  }

  /** Gives back the log that neither the volumes here nor other members need. */
  freeLog(): void {
    if (this.isFloorUnsafe) return;
    this.log.freeThrough(Math.min(this.record.floorLsn, this.keepAfterLsn()));
  }

  /**
   * The floor rule: before a volume changes otherwise than by its log, everything logged is synced and never replayed again.
   * @throws Refusal of a volume that lacks what the log holds and could not be healed
   */
  async raiseFloor(): Promise<void> {
    if (!this.isWhole) await this.heal();
    await this.drain();
    await this.checkpointer.run();
  }

  async close(): Promise<void> {
    this.checkpointer.stop();
    await this.renewing;
    await this.file.save();
    await this.log.close();
    for (const member of this.members.values()) await member.tracker.close();
  }
}
