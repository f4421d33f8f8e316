import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { SlotMembership } from '../../format/peer/messages.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { decodeMembership } from '../../format/srl/membership.js';
import { RecordType } from '../../format/srl/record.js';
import type { Lineage } from '../../model/position.js';
import { isLogged, type DataState } from '../../model/session.js';
import {
  LOG_RENEW_SEGMENTS,
  LOG_STUCK_MS,
  MIRROR_SYNC_BYTES,
  MIRROR_SYNC_MS,
  SRL_RESERVE_BYTES,
} from '../config/limits.js';
import type { Change } from '../volume/volume.js';
import type { LogPoint } from '../srl/recovery.js';
import type { Group } from './group.js';
import { unusedLog } from './group-record.js';
import type { Member } from './member.js';
import { hasJoining, isTold, takeMemberships } from './membership.js';
import { PacedSync } from './paced-sync.js';
import { bytesOf, checkFit, UnloggedChanges } from './unlogged-changes.js';

/** What came of records that were received. */
export type Receipt = 'taken' | 'gap';

export interface MirrorObserver {
  /** One of the positions moved. */
  progressed(): void;
  /** A volume or the log cannot take what was received; nothing more is applied until it is healed. */
  failed(error: ErrorName): void;
}

/**
 * A destination's half of a group: what it receives goes to its log, becomes durable there, and only then reaches the volumes, so
 * that they hold a prefix of the source's writes at any instant. During a resync it holds no point in time: regions and records go
 * straight to the volumes.
 */
export class Mirror {
  observer: MirrorObserver | null = null;
  /** Bytes of records and regions taken off the connection's window since `beginConnection`; below zero while earlier ones are left. */
  consumedBytes = 0;
  readonly unlogged: UnloggedChanges;

  /** Logged but not yet applied, in order. */
  private unapplied: LogEntry[] = [];
  /** Received but not yet logged, because the log is full. */
  private held: LogEntry[] = [];
  private heldSinceMs = 0;
  private recovering: Promise<void> | null = null;
  private isUpToDate = false;
  /** The last Joining record of a volume that is not here. */
  private strangeLsn = -1;
  private readonly logSync: PacedSync;
  private settling: { lsn: number; resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(readonly group: Group) {
    const { clock } = group;
    this.logSync = new PacedSync(clock, MIRROR_SYNC_BYTES, MIRROR_SYNC_MS, () => group.log.requestSync());
    this.unlogged = new UnloggedChanges(group, group.record.mirror.isLogVoid, {
      progressed: () => this.observer?.progressed(),
      failed: (error) => this.observer?.failed(error),
    });
    // A kill may have come between the position and the record that tells of it.
    this.becomeConsistentAt(group.log.durableLsn);
    group.log.onDurable(() => this.applyDurable());
    group.log.onFailure(() => {
      this.observer?.failed('LOG_FAILED');
      this.settleIfDone();
    });
    group.checkpointer.onCheckpoint(() => this.logHeld());
  }

  get receivedLsn(): number {
    return this.isResyncing ? this.unlogged.receivedLsn : this.group.log.headLsn;
  }

  get durableLsn(): number {
    return this.isResyncing ? this.unlogged.durableLsn : this.group.log.durableLsn;
  }

  get appliedLsn(): number {
    return this.isResyncing ? this.unlogged.receivedLsn : this.group.appliedLsn;
  }

  private get isResyncing(): boolean {
    return this.unlogged.isResync;
  }

  get dataState(): DataState {
    const { dataState } = this.group.record.mirror;
    return dataState === 'Consistent' && this.isUpToDate ? 'Up_To_Date' : dataState;
  }

  /** Counts anew: a connection numbers its regions from 1. What the last one brought is durable when it resolves. */
  async beginConnection(): Promise<void> {
    await this.unlogged.beginConnection();
    this.held = [];
    // What is still to be applied was not sent on the new connection.
    this.consumedBytes = -this.pendingBytes;
  }

  /** Bytes of records that were received and not applied yet. */
  get pendingBytes(): number {
    return bytesOf(this.unapplied) + bytesOf(this.held);
  }

  /** Whether the source waits for this destination with every acknowledgement. */
  setUpToDate(isUpToDate: boolean): void {
    this.isUpToDate = isUpToDate;
  }

  /**
   * Takes records in order. Those already here are passed over; a gap leaves everything as it was.
   * @throws Refusal FORMAT_CORRUPT for a record that does not fit the group or does not follow its predecessor
   */
  receive(entries: readonly LogEntry[]): Receipt {
    const last = this.held.at(-1)?.lsn ?? this.receivedLsn;
    const fresh = entries.length > 0 && entries[0]!.lsn <= last ? entries.filter((entry) => entry.lsn > last) : entries;
    this.consumedBytes += bytesOf(entries) - bytesOf(fresh);
    if (fresh.length === 0) return 'taken';
    if (fresh[0]!.lsn !== last + 1) {
      this.consumedBytes += bytesOf(fresh);
      return 'gap';
    }
    for (const entry of fresh) this.check(entry);
    if (this.isResyncing) {
      this.unlogged.apply(fresh);
      this.consumedBytes += bytesOf(fresh);
    } else if (this.held.length > 0 || !this.hasRoomFor(fresh)) this.hold(fresh);
    else this.log(fresh);
    return 'taken';
  }

  private hasRoomFor(entries: readonly LogEntry[]): boolean {
    return this.group.log.roomBytes >= bytesOf(entries) + SRL_RESERVE_BYTES;
  }

  private hold(entries: readonly LogEntry[]): void {
    if (this.held.length === 0) this.heldSinceMs = this.group.clock.monotonicMs();
    this.held.push(...entries);
    this.group.checkpointer.run().catch(() => {});
  }

  /** To be called when the log may have room again. */
  logHeld(): void {
    const held = this.held;
    if (held.length === 0) return;
    const { log, clock } = this.group;
    if (this.hasRoomFor(held)) {
      this.held = [];
      try {
        this.log(held);
      } catch (error) {
        this.observer?.failed(error instanceof Refusal ? error.code : 'DEVICE_FAILED');
      }
      this.observer?.progressed();
    } else if (log.isCramped && clock.monotonicMs() - this.heldSinceMs >= LOG_STUCK_MS) {
      log.declareFailed(new Refusal('DEVICE_FULL', log.folder));
    }
  }

  /** What came but is not logged yet is forgotten: the source has no acknowledgement of it. */
  dropHeld(): void {
    this.held = [];
  }

  private log(entries: readonly LogEntry[]): void {
    const { log } = this.group;
    try {
      log.appendReceived(entries);
    } catch (error) {
      // The disk has no room for a larger log: these wait for what can be freed of it.
      if (log.failedBy === null && isRefusal(error, 'DEVICE_FULL')) return this.hold(entries);
      throw error;
    }
    this.group.adoptEpochs(entries);
    for (const entry of entries) this.unapplied.push(entry);
    this.logSync.note(bytesOf(entries));
  }

  /** The source waits for durability: sync without waiting for more. */
  syncSoon(): void {
    if (this.isResyncing) this.unlogged.syncNow();
    else this.logSync.now();
  }

  /** The log's durable position moved: what is durable may reach the volumes. */
  private applyDurable(): void {
    if (this.isResyncing) return;
    const durable = this.group.log.durableLsn;
    const behind = this.unapplied.length > 0 ? this.group.behind : undefined;
    void behind?.catchUp().then(() => this.applyDurable());
    const count = behind === undefined ? countThrough(this.unapplied, durable) : 0;
    if (count > 0 && !this.group.isHealing && this.group.failure === null) {
      const entries = this.unapplied.splice(0, count);
      this.group.apply(entries);
      const bytes = bytesOf(entries);
      this.consumedBytes += bytes;
      this.group.checkpointer.noteWritten(bytes);
    }
    if (this.group.failure !== null) this.observer?.failed(this.group.failure);
    this.becomeConsistentAt(durable);
    this.observer?.progressed();
    this.settleIfDone();
  }

  private becomeConsistentAt(durableLsn: number): void {
    const { mirror } = this.group.record;
    if (mirror.dataState !== 'Inconsistent' || this.isResyncing || durableLsn < mirror.consistentAtLsn) return;
    mirror.dataState = 'Consistent';
    // Found out again from the log at the next start, should this not reach the disk.
    this.group.file.save().catch(() => {});
  }

  // --- resync: no log, no order, no point in time ---

  /** From here on this member is Inconsistent; resolves when that is durable. */
  async startResync(lineage: Lineage, fromLsn: number, members: readonly SlotMembership[]): Promise<void> {
    const { record } = this.group;
    for (const { volume } of this.group.members.values()) {
      // What its own hosts changed is named by its maps, and about to be overwritten.
      if (volume.hasUnlogged && !record.mirror.isLogVoid) volume.forgetSyncFailure();
    }
    await this.settle();
    // The floor rule: from here on the volumes change without the log, and what it holds is not replayed.
    if (!record.mirror.isLogVoid) await this.group.raiseFloor();
    record.mirror = {
      dataState: 'Inconsistent',
      consistentAtLsn: 0,
      leftAtLsn: 0,
      resyncFromLsn: fromLsn,
      lostThroughLsn: 0,
      isLogVoid: true,
    };
    record.lineage = [...lineage];
    takeMemberships(this.group, members);
    this.isUpToDate = false;
    await this.group.file.save();
    this.unlogged.beginResync(fromLsn);
  }

  /**
   * The present content of a part of a volume, in a resync or while that volume joins.
   * @throws Refusal FORMAT_CORRUPT see UnloggedChanges
   */
  copyRegion(sequence: number, slot: number, change: Change): void {
    this.consumedBytes += change.payload.reduce((sum, buffer) => sum + buffer.length, 0);
    this.unlogged.copyRegion(sequence, slot, change);
  }

  /** While regions come, what comes goes to the volumes at once: resolves when they can take more, or undefined when they can now. */
  catchUp(): Promise<void> | undefined {
    return this.isResyncing || hasJoining(this.group) ? this.group.behind?.catchUp() : undefined;
  }

  /**
   * Ends a resync: the log begins again after `fromLsn`, and the data is a point in time once the durable position reaches
   * `consistentAtLsn`.
   */
  async resetLog(
    fromLsn: number,
    predecessorCrc: number,
    runningBytes: number,
    consistentAtLsn: number,
    lineage: Lineage,
    members: readonly SlotMembership[],
  ): Promise<void> {
    // What was logged before and is not applied yet is part of what it is to hold.
    if (!this.isResyncing) await this.settle();
    await this.unlogged.sync();
    const { group } = this;
    takeMemberships(group, members);
    await this.beginLogAt({ lsn: fromLsn, crc: predecessorCrc, runningBytes });
    group.appliedLsn = fromLsn;
    this.unapplied = [];
    this.held = [];
    for (const member of group.members.values()) {
      member.failure = null;
      member.show(null);
    }
    group.feed.clearAll();
    Object.assign(group.record, {
      floorLsn: fromLsn,
      durableLsn: fromLsn,
      lineage: [...lineage],
      mirror: {
        dataState: consistentAtLsn <= fromLsn ? 'Consistent' : 'Inconsistent',
        consistentAtLsn,
        leftAtLsn: 0,
        resyncFromLsn: 0,
        lostThroughLsn: 0,
        isLogVoid: false,
      },
    });
    await group.file.save();
    this.unlogged.endResync();
  }

  /**
   * The log is empty and goes on there. One that no record will come to, since the stream is sent regions alone, is a position in the
   * group's record and no more. The caller saves that record.
   */
  private async beginLogAt(end: LogPoint): Promise<void> {
    const { log, record, feed, clock } = this.group;
    if (isLogged(feed.spec.settings)) {
      if (record.lostLog === null) return log.reset(end.lsn, end.crc, end.runningBytes);
      log.moveEnd(end);
      await log.renew(LOG_RENEW_SEGMENTS);
      record.lostLog = null;
    } else {
      if (record.lostLog === null) await log.giveUp(end);
      else log.moveEnd(end);
      record.lostLog = unusedLog(end, clock);
    }
  }

  /** Whether records cannot be received before `takeUpLog`: none were expected. */
  get lacksLog(): boolean {
    return this.group.isLogUnused && !this.isResyncing;
  }

  async takeUpLog(): Promise<void> {
    await this.group.renewLog();
    await this.group.trustLog();
  }

  // --- leaving the stream ---

  /** Resolves when everything received so far is durable and applied. Rejects with the failure of a volume. */
  async settle(): Promise<void> {
    if (this.isResyncing) return this.unlogged.sync();
    if (this.needsRecovery) {
      await this.recover().catch((error: unknown) => {
        // What a log that is given up held is in the volumes, whether there is a new one or not.
        if (this.group.record.lostLog === null || this.group.failure !== null) throw error;
      });
    }
    const { log } = this.group;
    if (this.unapplied.length === 0 && log.durableLsn >= log.headLsn) return;
    await new Promise<void>((resolve, reject) => {
      this.settling.push({ lsn: log.headLsn, resolve, reject });
      log.requestSync();
      this.settleIfDone();
    });
  }

  private settleIfDone(): void {
    if (this.settling.length === 0) return;
    const { log, failure } = this.group;
    const refusal = log.failedBy ?? (failure === null ? null : new Refusal(failure));
    const isDone = (lsn: number): boolean => this.unapplied.length === 0 && log.durableLsn >= lsn;
    const waiting = this.settling;
    this.settling = waiting.filter(({ lsn }) => refusal === null && !isDone(lsn));
    for (const { lsn, resolve, reject } of waiting) {
      if (refusal !== null) reject(refusal);
      else if (isDone(lsn)) resolve();
    }
  }

  // --- after failures of log or volumes ---

  get needsRecovery(): boolean {
    return this.hasLostLog || this.group.failure !== null;
  }

  private get hasLostLog(): boolean {
    return this.group.isWithoutLog && !this.group.isLogUnused;
  }

  /**
   * Makes a failed log anew, and brings failed volumes up to it.
   * @throws Refusal while what failed still fails
   */
  recover(): Promise<void> {
    this.recovering ??= this.recoverAll().finally(() => (this.recovering = null));
    return this.recovering;
  }

  private async recoverAll(): Promise<void> {
    await this.unlogged.forgetUnsynced();
    if (this.hasLostLog) await this.renewLog();
    if (this.group.failure !== null) await this.heal();
  }

  private async renewLog(): Promise<void> {
    const { group } = this;
    if (group.record.lostLog === null) {
      if (!this.isResyncing) await this.keepWhatWasLogged();
      await group.giveUpLog(null);
    }
    await group.renewLog();
    await group.trustLog();
  }

  /** What the failed log holds, and the source has an acknowledgement of, goes to the volumes before it is given up. */
  private async keepWhatWasLogged(): Promise<void> {
    const { group } = this;
    const { mirror } = group.record;
    const { headLsn } = group.log;
    const { unapplied } = this;
    if (unapplied.length > 0 && mirror.dataState === 'Consistent') {
      // A loss of power could now leave some of it in the volumes, in any order.
      Object.assign(mirror, { dataState: 'Inconsistent', consistentAtLsn: headLsn });
      await group.file.save();
    }
    this.unapplied = [];
    group.apply(unapplied);
    if (!group.isWhole) await group.heal();
    await group.syncVolumes();
    if (group.failure !== null) throw new Refusal(group.failure);
    // Saved together with the giving up.
    mirror.lostThroughLsn = headLsn;
    if (mirror.consistentAtLsn <= headLsn) mirror.dataState = 'Consistent';
  }

  /** Brings failed volumes up to the log again; what was logged but not applied is part of that. */
  private async heal(): Promise<void> {
    await this.group.syncLog();
    this.unapplied = [];
    await this.group.heal();
    if (this.group.failure !== null) throw new Refusal(this.group.failure);
  }

  stop(): void {
    this.logSync.stop();
    this.unlogged.stop();
    this.observer = null;
  }

  /** Before it is logged: what cannot be applied must not be. Records of volumes that have left still come, and are passed over. */
  private check(entry: LogEntry): void {
    const member = this.group.members.get(entry.slot);
    if (entry.type <= RecordType.Trim && member !== undefined && isTold(member, entry.lsn)) checkFit(member, entry);
    if (entry.type === RecordType.Membership) this.checkMembership(entry, member);
  }

  private checkMembership(entry: LogEntry, member: Member | undefined): void {
    const { change } = decodeMembership(entry);
    if (change !== 'Joining' || member !== undefined || this.strangeLsn === entry.lsn) return;
    // It has left since, or this node was not told of it yet: on the next connection the source tells again.
    this.strangeLsn = entry.lsn;
    throw new Refusal('FORMAT_CORRUPT', `the volume of slot ${entry.slot} is not known here`);
  }
}

function countThrough(entries: readonly LogEntry[], throughLsn: number): number {
  let count = 0;
  while (count < entries.length && entries[count]!.lsn <= throughLsn) count++;
  return count;
}
