import { Refusal, isRefusal } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { MapRequest, PeerMessage, Region, StartLog, Suspend, Welcome } from '../../format/peer/messages.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import { RecordType } from '../../format/srl/record.js';
import type { NodeUid } from '../../model/ids.js';
import { lsn, type Lsn } from '../../model/position.js';
import type { NodeRun } from '../../model/run.js';
import { isAsynchronous, type SessionPhase, type SessionStatus } from '../../model/session.js';
import { REGION_BYTES } from '../../model/sizes.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import {
  RECOVERY_RETRY_MS,
  STREAM_FRAME_BYTES,
  STREAM_WINDOW_BYTES,
  STREAM_WINDOW_SLACK_BYTES,
} from '../config/limits.js';
import type { MemoryPool } from '../config/memory-pool.js';
import { DirectPath } from '../group/direct-path.js';
import { markLogged } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import { isNamed, type GroupRecord, type StreamError, type StreamRecord } from '../group/group-record.js';
import { closedPath } from '../group/host-path.js';
import { isJoining, type Member } from '../group/member.js';
import { Mirror, type MirrorObserver } from '../group/mirror.js';
import { LogOrderError } from '../srl/srl.js';
import type { CloseReason } from './close-reason.js';
import { LinkStatistics } from './link-statistics.js';
import { epochOf, statisticsOf } from './session-figures.js';
import type { PeerConnection } from './peer-connection.js';
import { ReceiveRoom } from './receive-room.js';
import type { Greeting } from './peer-listener.js';
import { Retention } from './retention.js';
import { isOfRun } from './peer-runs.js';

export interface DestinationSurroundings {
  readonly nodeUid: NodeUid;
  readonly run: NodeRun;
  /** See Welcome. */
  readonly continuityId: string;
  /** Checks what a peer says a session is. Throws a Refusal. */
  parseSessions(sessions: readonly object[]): SessionSpec[];
  randomId(): string;
  log(fields: object, message: string): void;
  /** Memory for what comes and is not applied yet. */
  readonly windows: MemoryPool;
}

/** What the session of a volume that joins shows of itself alone. */
const JOINING = { isJoining: true, phase: 'Copying', dataState: 'Inconsistent' } as const;

/** Bits of a change map that go into one message. */
const MAP_BITS_BYTES = 512 * 1024;

/**
 * A destination's side of the replication of one group: takes what its source sends, in order, one message after another, and
 * answers with its positions. While suspended it is a volume like any other that remembers what its hosts change.
 */
export class DestinationStream implements MirrorObserver {
  readonly mirror: Mirror;
  readonly statistics = new LinkStatistics();
  private readonly room: ReceiveRoom;
  private readonly retention: Retention;
  private connection: PeerConnection | null = null;
  private parser = new RecordParser('peer');
  /** Messages that wait for a step that takes time; the source's window bounds them. */
  private inbox: PeerMessage[] = [];
  private isBusy = false;
  /** Asked to send again from here: what comes meanwhile is passed over in silence. */
  private resendFromLsn = -1;
  private lastHeardMs: number;
  private lastHeardWallMs: number | null = null;
  /** Until then, by our clock, the source is known to have heard us. */
  private confirmedMs = 0;
  /** What the source last said on this connection: that its acknowledgements wait for this end. */
  private isWaitedFor = false;
  /** Bytes of records and regions that came on this connection. */
  private receivedBytes = 0;
  private failure: ErrorName | null = null;
  private nextRecoveryAtMs = 0;
  /** The last source that said Hello was not in its right run. */
  private sourceFault: StreamError | null = null;

  constructor(
    readonly group: Group,
    private readonly around: DestinationSurroundings,
  ) {
    this.mirror = new Mirror(group);
    this.room = new ReceiveRoom(around.windows);
    this.mirror.observer = this;
    this.lastHeardMs = group.clock.monotonicMs();
    this.retention = new Retention(group.log, this.spec.srlSizeBytes);
    group.keepAfterLsn = () => this.retention.keepAfterLsn;
    this.settleHosts();
  }

  private get record(): GroupRecord {
    return this.group.record;
  }

  private get stream(): StreamRecord {
    return this.group.feed.record;
  }

  get spec(): SessionSpec {
    return this.group.feed.spec;
  }

  /** Opens or closes the volumes to hosts, by what the session is just now. */
  private settleHosts(): void {
    const { isFenced, mirror, rejection } = this.record;
    // A volume that joins is no part of the point in time that the others are.
    const isSuspended = this.spec.run === 'Suspend';
    const isUsable = isSuspended && !isFenced && mirror.dataState !== 'Inconsistent' && rejection === null;
    if (isUsable) this.group.feed.setMarking(true);
    for (const member of this.group.members.values()) {
      if (isUsable && !isJoining(member)) {
        member.open(new DirectPath(member.volume, member.tracker, () => member.isWritethrough()));
      } else {
        member.open(closedPath(this.refusal(isSuspended)));
        if (!isSuspended) this.disownWrites(member);
      }
    }
  }

  /** What hosts once wrote here is the source's business now, so that nothing of it is held back. */
  private disownWrites(member: Member): void {
    // The mark of a use may be seen again at the next start, and taken away then.
    member.release().catch((error: unknown) => this.around.log({ error: String(error) }, 'a step failed'));
  }

  private refusal(isSuspended: boolean): ErrorName {
    if (this.record.rejection !== null) return this.record.rejection.code;
    if (!isSuspended) return 'ACCESS_DESTINATION';
    return this.record.isFenced ? 'ACCESS_FENCED' : 'SESSION_DESTINATION_INCONSISTENT';
  }

  // --- connection ---

  /** A source said Hello for this group; its sessions are already settled with ours. */
  async greet(greeting: Greeting): Promise<void> {
    this.sourceFault = null;
    this.connection?.destroy('the source connected again');
    await this.idle();
    if (this.needsRecovery) await this.recover();
    await this.mirror.beginConnection();
    this.notWaitedFor();
    this.parser = new RecordParser('peer');
    this.inbox = [];
    this.receivedBytes = 0;
    this.resendFromLsn = -1;
    const { connection } = greeting;
    if (connection.closeReason !== null) return;
    this.connection = connection;
    this.room.guard(connection);
    connection.countInto(this.statistics);
    connection.onMessage = (message) => this.take(message);
    connection.onClose = (reason) => this.closed(connection, reason);
    connection.heartbeatLsn = () => this.group.log.durableLsn as Lsn;
    this.hear();
    greeting.welcome(this.makeWelcome(), this.spec.settings.heartbeatTimeoutSeconds * 1000);
  }

  private get needsRecovery(): boolean {
    return this.failure !== null || this.mirror.needsRecovery;
  }

  private async recover(): Promise<void> {
    await this.mirror.recover();
    if (this.failure !== null) this.around.log({ group: this.group.uid }, 'the destination takes records again');
    this.failure = null;
  }

  /** Whether a source comes or not: the volumes must be fit to be opened without one. */
  private retryRecovery(): void {
    const { clock, file } = this.group;
    const now = clock.monotonicMs();
    if (now < this.nextRecoveryAtMs || !(file.isStale || this.needsRecovery) || this.isBusy) return;
    this.nextRecoveryAtMs = now + RECOVERY_RETRY_MS;
    if (file.isStale) file.save().catch(() => {});
    if (this.needsRecovery) this.recover().catch(() => {});
  }

  /** A source that said Hello was refused, since its data directory went back in time or is in use twice. */
  sourceRefused(code: ErrorName): void {
    // The right source may be connected all the while.
    if (this.connection === null) this.sourceFault = this.errorOf(code);
  }

  /** The source knows a later or another run of this node: what lies here is a past state, or belongs to a copy. */
  private async reject(code: ErrorName): Promise<void> {
    if (this.record.rejection !== null) return;
    this.record.rejection = this.errorOf(code);
    this.around.log({ group: this.group.uid, code }, 'the source knows another run of this node');
    this.settleHosts();
    await this.group.file.save();
  }

  private makeWelcome(): Omit<Welcome, 'type' | 'version' | 'compressions'> {
    const { mirror, group, record } = this;
    const members = [...group.members.values()];
    return {
      nodeUid: this.around.nodeUid,
      runCounter: this.around.run.counter,
      runIds: this.around.run.ids,
      continuityId: this.around.continuityId,
      sessions: this.stream.sessions,
      lineage: record.lineage,
      // In a resync the log says nothing of the volumes.
      receivedLsn: lsn(record.mirror.isLogVoid ? record.mirror.resyncFromLsn : group.log.headLsn),
      durableLsn: lsn(record.mirror.isLogVoid ? record.mirror.resyncFromLsn : group.log.durableLsn),
      dataState: mirror.dataState,
      hasChanges: group.feed.hasMarks,
      isBlank: members.every(({ volume }) => volume.device.isThin && volume.device.usedBytesNow() === 0),
      windowBytes: STREAM_WINDOW_BYTES,
    };
  }

  private closed(connection: PeerConnection, reason: CloseReason): void {
    if (this.connection === connection) this.connection = null;
    this.room.leave(connection);
    this.holdRoom();
    this.whenClosed();
    if (reason.kind !== 'refused' || !isOfRun(reason.code)) return;
    // Not durable now: found out again by the next Hello.
    this.reject(reason.code).catch((error: unknown) => this.around.log({ error: String(error) }, 'a step failed'));
  }

  private hear(): void {
    this.lastHeardMs = this.group.clock.monotonicMs();
    this.lastHeardWallMs = this.group.clock.wallMs();
  }

  /** To be called every 100 ms or so. */
  tick(): void {
    this.group.freeLog();
    this.group.renewTrackers();
    this.mirror.logHeld();
    this.retryRecovery();
    // What the source proved to have heard counts, not what we heard: it lets go by what reaches it.
    this.confirmedMs = Math.max(this.confirmedMs, this.connection?.confirmedMs ?? 0);
    this.judgeLease();
  }

  /** The source said that it waits for this end, and cannot have let it go since: it hears us. */
  private judgeLease(): void {
    const silence = this.group.clock.monotonicMs() - this.confirmedMs;
    const isHeard = silence <= this.spec.settings.heartbeatTimeoutSeconds * 1000;
    this.mirror.setUpToDate(this.isWaitedFor && isHeard);
  }

  private notWaitedFor(): void {
    this.isWaitedFor = false;
    this.mirror.setUpToDate(false);
  }

  async stop(): Promise<void> {
    this.connection?.bye('the node stops');
    this.connection = null;
    await this.idle();
    this.mirror.stop();
  }

  // --- messages, one after another ---

  private take(message: PeerMessage): void {
    this.hear();
    if (message.type === Type.Records) this.receivedBytes += message.body.length;
    else if (message.type === Type.Region) this.receivedBytes += message.payload.length;
    this.room.arrived();
    this.holdRoom();
    if (this.receivedBytes - this.consumedBytes > STREAM_WINDOW_BYTES + STREAM_WINDOW_SLACK_BYTES) {
      this.connection?.destroy('the source sends more than the window allows');
    } else if (this.isBusy) this.inbox.push(message);
    else this.handle(message);
  }

  /** On this connection. What an earlier one brought may still have to be applied. */
  private get consumedBytes(): number {
    return Math.max(0, this.mirror.consumedBytes);
  }

  private holdRoom(): void {
    const isOpen = this.connection !== null;
    this.room.hold(isOpen ? this.receivedBytes - this.mirror.consumedBytes : this.mirror.pendingBytes);
  }

  private handle(message: PeerMessage): void {
    try {
      const step = this.carryOut(message);
      if (step !== undefined) this.waitFor(step);
    } catch (error) {
      this.trouble(error);
    }
  }

  private waitFor(step: Promise<void>): void {
    this.isBusy = true;
    step
      .catch((error: unknown) => this.trouble(error))
      .finally(() => {
        this.isBusy = false;
        while (this.inbox.length > 0 && !this.isBusy) this.handle(this.inbox.shift()!);
        if (!this.isBusy) this.idleWaiters.splice(0).forEach((resolve) => resolve());
      });
  }

  private readonly idleWaiters: (() => void)[] = [];

  private idle(): Promise<void> {
    this.inbox = [];
    return this.isBusy ? new Promise((resolve) => this.idleWaiters.push(resolve)) : Promise.resolve();
  }

  private trouble(error: unknown): void {
    this.inbox = [];
    if (isRefusal(error) && error.code !== 'FORMAT_CORRUPT') this.connection?.refuse(error.code, error.message);
    else this.connection?.destroy(String(error));
  }

  private carryOut(message: PeerMessage): Promise<void> | undefined {
    switch (message.type) {
      case Type.Records:
        if (this.mirror.lacksLog) return this.mirror.takeUpLog().then(() => this.carryOut(message));
        this.takeRecords(message.body);
        return this.mirror.catchUp();
      case Type.Region:
        return this.takeRegionWhenReady(message);
      case Type.Heartbeat:
        this.retention.heard(message.lsn, message.members);
        return undefined;
      case Type.SyncRequest:
        // Asked again: the answer got lost.
        if (this.mirror.durableLsn >= message.lsn) this.progressed();
        else this.mirror.syncSoon();
        return undefined;
      case Type.StreamState:
        this.isWaitedFor = message.isEquivalent;
        this.judgeLease();
        return undefined;
      case Type.StartLog:
        return this.startLog(message);
      case Type.StartResync:
        this.expectActive();
        return this.mirror
          .startResync(message.lineage, message.fromLsn, message.members)
          .then(() => this.settleHosts());
      case Type.MapRequest:
        this.expectActive();
        return this.tellChanges(message);
      case Type.Suspend:
        return this.suspend(message);
      case Type.TailRequest:
        return this.sendTail(message.fromLsn);
      default:
        return undefined;
    }
  }

  private expectActive(): void {
    if (this.spec.run !== 'Active') throw new Refusal('SESSION_NOT_ESTABLISHED', 'the session is suspended here');
  }

  private takeRecords(body: Buffer): void {
    this.expectActive();
    if (this.failure !== null) return;
    let receipt: string;
    try {
      receipt = this.mirror.receive(this.parser.push(body));
    } catch (error) {
      if (error instanceof LogOrderError) throw new Refusal('FORMAT_CORRUPT', error.message);
      // A damaged record: the connection is used no further, and the records are sent again on the next.
      if (isRefusal(error, 'FORMAT_CORRUPT') && this.connection !== null) this.connection.statistics.checksumErrors++;
      throw error;
    }
    if (receipt === 'gap') this.askAgain();
    else this.resendFromLsn = -1;
    this.progressed();
  }

  private askAgain(): void {
    const from = this.mirror.receivedLsn;
    if (this.resendFromLsn === from || this.connection === null) return;
    this.resendFromLsn = from;
    this.connection.statistics.gaps++;
    this.connection.send({ type: Type.Resend, fromLsn: lsn(from) });
  }

  private takeRegionWhenReady(region: Region): Promise<void> | undefined {
    const take = (): Promise<void> | undefined => {
      this.takeRegion(region);
      return this.mirror.catchUp();
    };
    const ready = this.mirror.unlogged.prepareForRegion();
    return ready === undefined ? take() : ready.then(take);
  }

  private takeRegion({ sequence, slot, offset, lengthBytes, isZero, payload }: Region): void {
    this.expectActive();
    if (this.failure !== null) return;
    this.mirror.copyRegion(sequence, slot, {
      type: isZero ? RecordType.Trim : RecordType.Write,
      offset,
      length: lengthBytes,
      payload: isZero ? [] : [payload],
    });
  }

  private async startLog(message: StartLog): Promise<void> {
    this.expectActive();
    const { fromLsn, predecessorCrc, runningBytes, isReset, consistentAtLsn, lineage, members } = message;
    const { isLogVoid, resyncFromLsn } = this.record.mirror;
    // A log that was lost begins anew where the volumes are known to stand.
    if (isReset || (isLogVoid && fromLsn === resyncFromLsn)) {
      await this.mirror.resetLog(fromLsn, predecessorCrc, runningBytes, consistentAtLsn, lineage, members);
      if (!isReset) {
        // Nobody made sure that the source has what came before durably.
        this.record.mirror.lostThroughLsn = fromLsn;
        await this.group.file.save();
      }
      this.connection?.send({ type: Type.LogStarted });
    } else if (isLogVoid || fromLsn > this.mirror.receivedLsn) {
      throw new Refusal('FORMAT_CORRUPT', `the log begins at ${fromLsn}, beyond ${this.mirror.receivedLsn}`);
    }
    this.progressed();
  }

  /** Tells every region that hosts changed here, and those of records that the source does not have. */
  private async tellChanges({ aboveLsn }: MapRequest): Promise<void> {
    if (!this.record.mirror.isLogVoid) await markLogged(this.group, this.group.feed, aboveLsn);
    for (const [slot, { map }] of this.group.feed.maps) {
      const bits = map.exportBits();
      for (let at = 0; at < bits.length; at += MAP_BITS_BYTES) {
        const piece = bits.subarray(at, at + MAP_BITS_BYTES);
        this.connection?.send({
          type: Type.MapBits,
          slot,
          firstRegion: at * 8,
          regionBytes: REGION_BYTES,
          bits: piece,
        });
      }
    }
    this.connection?.send({ type: Type.MapEnd });
  }

  private async sendTail(fromLsn: number): Promise<void> {
    const { lostThroughLsn } = this.record.mirror;
    if (fromLsn < lostThroughLsn) throw new Refusal('LOG_FAILED', `records up to ${lostThroughLsn} are in no log`);
    await this.group.syncLog();
    // Only what the source has called durable is ever freed here: in the same epoch it cannot be without it.
    const { oldestLsn } = this.group.log;
    if (fromLsn + 1 < oldestLsn) {
      const isLostHere = this.group.log.isShortened || this.record.mirror.lostThroughLsn >= oldestLsn - 1;
      if (isLostHere) throw new Refusal('SRL_CORRUPT', `records up to ${oldestLsn - 1} were lost to damage`);
      throw new Refusal('NODE_ROLLED_BACK', `its log ends at ${fromLsn}, and was durable up to ${oldestLsn - 1}`);
    }
    let position = fromLsn;
    while (this.connection !== null && position < this.group.log.headLsn) {
      const entries = await this.group.log.readFrom(position + 1, STREAM_FRAME_BYTES);
      if (entries === null || entries.length === 0) break;
      const buffers = entries.flatMap((entry) => [entry.header, ...entry.payload]);
      const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      this.connection.sendRecords(buffers, bytes, entries.length);
      position = entries.at(-1)!.lsn;
      await this.drained();
    }
    this.connection?.send({ type: Type.TailEnd, lastLsn: lsn(position) });
  }

  /** Resolves when the connection takes more, or has ended. */
  private drained(): Promise<void> {
    const { connection } = this;
    if (connection === null || connection.isWritable || connection.closeReason !== null) return Promise.resolve();
    return new Promise((resolve) => {
      connection.onDrain = resolve;
      this.whenClosed = resolve;
    });
  }

  private whenClosed: () => void = () => {};

  // --- what the mirror tells ---

  progressed(): void {
    const { mirror } = this;
    this.holdRoom();
    this.connection?.send({
      type: Type.Ack,
      receivedLsn: lsn(mirror.receivedLsn),
      durableLsn: lsn(mirror.durableLsn),
      appliedLsn: lsn(mirror.appliedLsn),
      syncedRegionSequence: mirror.unlogged.syncedRegionSequence,
      consumedBytes: this.consumedBytes,
    });
  }

  /** Nothing more can be taken: the source is told why, and puts the session into Error. */
  failed(error: ErrorName): void {
    if (this.failure !== null) return;
    this.failure = error;
    this.nextRecoveryAtMs = this.group.clock.monotonicMs() + RECOVERY_RETRY_MS;
    this.mirror.setUpToDate(false);
    const cause = this.group.log.failedBy?.message;
    this.around.log({ group: this.group.uid, error, cause }, 'the destination cannot take what it receives');
    this.connection?.refuse(error, ERRORS[error].text);
  }

  // --- operations ---

  private async suspend({ sessions }: Suspend): Promise<void> {
    const theirs = this.around.parseSessions(sessions);
    const [spec] = theirs;
    if (spec === undefined || spec.generation < this.spec.generation) {
      // The source learns of the later generation from our next Welcome.
      this.connection?.destroy('a suspend of an older generation');
      return;
    }
    await this.leave(theirs);
    this.connection?.send({ type: Type.Suspended, generation: spec.generation });
  }

  /** Holds what it has, durably and applied, and becomes a volume of its own. */
  private async leave(sessions: readonly SessionSpec[], leftAtLsn?: number): Promise<void> {
    this.mirror.dropHeld();
    await this.mirror.settle();
    this.record.mirror.leftAtLsn = leftAtLsn ?? this.group.log.headLsn;
    this.notWaitedFor();
    // The floor rule: from here on the volumes change without the log.
    if (!this.record.mirror.isLogVoid) await this.group.raiseFloor();
    this.takeUp(sessions);
    await this.group.file.save();
    this.settleHosts();
  }

  /** Takes up a later generation with the same ends, from the control plane or from the source. */
  async apply(sessions: readonly SessionSpec[]): Promise<void> {
    const before = this.spec;
    const spec = sessions[0]!;
    // Also of one that an order to suspend by force had reached, and not the one to resume.
    const isNewlyAlone = spec.isAlone && !before.isAlone;
    if (isNewlyAlone && this.mirror.dataState === 'Inconsistent') throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
    if (before.run === 'Active' && spec.run === 'Suspend') {
      if (spec.isAlone) await this.becomeAlone(sessions);
      else if (this.connection === null) {
        await this.idle();
        if (spec.generation > this.spec.generation) await this.leave(sessions);
      }
      // Connected, the source tells where to stop, and the new generation comes with that.
      return;
    }
    const { sessions: known, appliedGeneration } = this.stream;
    this.takeUp(sessions);
    this.connection?.changeHeartbeatTimeout(spec.settings.heartbeatTimeoutSeconds * 1000);
    try {
      if (before.run === 'Suspend' && spec.run === 'Active') await this.rejoin();
      await this.group.file.save();
    } catch (error) {
      // Not done: the same order may come again.
      Object.assign(this.stream, { sessions: known, appliedGeneration });
      this.settleHosts();
      throw error;
    }
  }

  private takeUp(sessions: readonly SessionSpec[]): void {
    this.stream.sessions = [...sessions];
    this.noteApplied();
  }

  /** A generation is complete once the volumes that it does not name have left. */
  private noteApplied(): void {
    const isComplete = this.record.members.every(({ slot }) => isNamed(this.record, slot));
    if (isComplete) this.stream.appliedGeneration = this.spec.generation;
  }

  // --- volumes that join and leave ---

  /** Volumes are to join: they belong to the source. */
  joined(slots: readonly number[]): void {
    for (const slot of slots) this.mirror.unlogged.noteDeparted(slot, false);
    this.settleHosts();
  }

  /**
   * Volumes that are to leave now. One that is no longer wanted stays until the log says that it leaves, so that it holds all that was
   * written while it belonged to the group, unless that cannot be known.
   */
  get departing(): Member[] {
    const { members } = this.group;
    const isToldNothing = this.connection === null || this.record.mirror.isLogVoid || this.spec.run === 'Suspend';
    return [...members.values()].filter((member) => {
      return member.hasLeft || (!isNamed(this.record, member.slot) && (isToldNothing || isJoining(member)));
    });
  }

  /** What they hold is durable when it resolves, and they change no more. */
  async part(member: Member): Promise<void> {
    // From here on records and regions of it are passed over.
    member.record.addedLsn = null;
    member.record.joinedLsn = null;
    this.mirror.unlogged.noteDeparted(member.slot, true);
    await member.volume.sync();
  }

  async departed(): Promise<void> {
    this.noteApplied();
    await this.group.file.save();
  }

  /** The source cannot be reached: opens what it holds, in an epoch that fences the source off. */
  private async becomeAlone(sessions: readonly SessionSpec[]): Promise<void> {
    this.connection?.bye('the destination was opened without its source');
    this.connection = null;
    await this.idle();
    this.mirror.dropHeld();
    await this.mirror.settle();
    const { group } = this;
    this.notWaitedFor();
    const leftAtLsn = group.log.headLsn;
    group.openEpoch({
      number: group.epoch.number + 1,
      id: this.around.randomId(),
      startLsn: lsn(group.log.headLsn),
    });
    await this.leave(sessions, leftAtLsn);
    this.around.log({ group: group.uid, epoch: group.epoch.number }, 'the destination was opened without its source');
  }

  /** Hosts are shut out; what they changed stays marked until the source has asked for it. */
  private async rejoin(): Promise<void> {
    this.settleHosts();
    for (const member of this.group.members.values()) {
      await member.left();
      // What cannot be synced is overwritten: the map names it.
      await member.volume.sync().catch(() => {});
    }
    await this.group.feed.syncMaps();
    this.record.isFenced = false;
  }

  // --- what others see ---

  private get isSilent(): boolean {
    const silence = this.group.clock.monotonicMs() - this.lastHeardMs;
    return this.connection === null && silence > this.spec.settings.heartbeatTimeoutSeconds * 1000;
  }

  private get status(): SessionStatus {
    if (this.record.rejection !== null) return 'Error';
    if (this.spec.run === 'Suspend') return 'Suspend';
    if (this.error !== null) return 'Error';
    return this.isSilent ? 'Halt' : 'Active';
  }

  private get error(): StreamError | null {
    if (this.record.rejection !== null) return this.record.rejection;
    return this.failure === null ? this.sourceFault : this.errorOf(this.failure);
  }

  private errorOf(code: ErrorName): StreamError {
    return { code, message: ERRORS[code].text, time: new Date(this.group.clock.wallMs()).toISOString() };
  }

  private get phase(): SessionPhase {
    const { dataState } = this.mirror;
    if (dataState === 'Inconsistent') return 'Copying';
    const isInTouch = dataState === 'Up_To_Date' || isAsynchronous(this.spec.settings);
    return isInTouch || this.status !== 'Active' ? 'Equivalent' : 'Copying';
  }

  states(): SessionState[] {
    const { group, spec } = this;
    const ofStream = this.stateOfStream();
    return this.stream.sessions.map((session) => {
      const member = group.members.get(session.slot);
      return {
        ...ofStream,
        ...(member !== undefined && isJoining(member) && JOINING),
        spec: session,
        totalBytes: member?.volume.sizeBytes ?? 0,
        uncopiedBytes: spec.run === 'Suspend' ? (group.feed.maps.get(session.slot)?.markedBytes ?? 0) : 0,
      };
    });
  }

  private stateOfStream(): Omit<SessionState, 'spec' | 'totalBytes' | 'uncopiedBytes'> {
    const { group, stream, spec, mirror } = this;
    const behind = mirror.receivedLsn - mirror.durableLsn;
    return {
      role: 'destination',
      appliedGeneration: stream.appliedGeneration,
      status: this.status,
      phase: this.phase,
      dataState: mirror.dataState,
      effectiveMode: spec.settings.transferMode,
      loggingTo: spec.run === 'Suspend' ? 'Dcm' : 'Srl',
      error: this.error,
      isJoining: false,
      throttle: 'None',
      isRpoBreached: false,
      isLinkUp: this.connection !== null,
      paths: [],
      lastHeardTime: this.lastHeardWallMs === null ? null : new Date(this.lastHeardWallMs).toISOString(),
      epoch: epochOf(group),
      headLsn: String(mirror.receivedLsn),
      durableLsn: String(mirror.durableLsn),
      transferredBytes: 0,
      resyncBytes: 0,
      lag: { writes: Math.max(0, behind), bytes: 0, seconds: 0 },
      statistics: statisticsOf(this.statistics),
    };
  }
}
