import type { Budget } from '../config/budget.js';
import { isRefusal } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Hello, PeerMessage, Welcome } from '../../format/peer/messages.js';
import type { NodeUid } from '../../model/ids.js';
import { lsn } from '../../model/position.js';
import type { NodeRun } from '../../model/run.js';
import type { SessionStatus } from '../../model/session.js';
import { MIB } from '../../model/sizes.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { formatHostPort, parseHostPort, type HostPort } from '../config/host-port.js';
import { fallToMap } from '../group/fall-to-map.js';
import type { Follower } from '../group/follower.js';
import type { Group } from '../group/group.js';
import type { GroupRecord, StreamError } from '../group/group-record.js';
import { closedPath } from '../group/host-path.js';
import { HostWriter } from '../group/host-writer.js';
import type { CatchUp } from './choose-catch-up.js';
import { chooseFor, pinLog } from './source-standing.js';
import type { CloseReason } from './close-reason.js';
import { DiskTroubleRetry, isDiskTrouble } from './disk-trouble.js';
import { Lag } from './lag.js';
import type { PeerConnection } from './peer-connection.js';
import type { DialerOwner, PeerDialer } from './peer-dialer.js';
import { isOfRun } from './peer-runs.js';
import { Progress } from './progress.js';
import { SourceGate } from './source-gate.js';
import { SourceOutage } from './source-outage.js';
import { SourceStart } from './source-start.js';
import { SourceTransfer, type TransferOwner } from './source-transfer.js';
import { sourceState } from './source-state.js';
import { StallWatch } from './stall-watch.js';
import { LinkStatistics } from './link-statistics.js';

/** What a stream needs from the node around it. */
export interface SourceSurroundings {
  readonly run: NodeRun;
  /** The present boot of the machine. */
  readonly bootId: string;
  readonly nodeUid: Hello['nodeUid'];
  /** Resolves when this run of another node is the highest that was met, durably. Refusal NODE_ROLLED_BACK, NODE_CLONED. */
  meet(node: NodeUid, run: NodeRun): Promise<void>;
  /** Makes the dialer that finds this stream's destination. */
  makeDialer(owner: DialerOwner, spec: SessionSpec, statistics: LinkStatistics): PeerDialer;
  /** The destination knows a later generation of the session: take it up as if the control plane had sent it. */
  adopt(spec: SessionSpec): Promise<void>;
  /** Checks what a peer says a session is. Throws a Refusal. */
  parseSessions(sessions: readonly object[]): SessionSpec[];
  /** 16 hex digits for a new epoch. */
  randomId(): string;
  log(fields: object, message: string): void;
  readonly budget: Budget;
}

/** What stays so until somebody corrects an address, a version or a session: the session names it. */
const WRONG_PEER = new Set<ErrorName>(['NODE_IDENTITY_CHANGED', 'NODE_VERSION_UNSUPPORTED', 'NODE_NOT_FOUND']);

/** Silence beyond the heartbeat timeout after which the source lets go: by then the destination knows that it is out of date. */
const LET_GO_GRACE_MS = 1000;

/**
 * A source's side of the replication of one group to one destination. It decides what the destination is sent and whether host
 * writes wait for it; the positions are the destination's own words.
 */
export class SourceStream implements Follower, DialerOwner {
  readonly writer: HostWriter;
  readonly progress = new Progress();
  readonly statistics = new LinkStatistics();
  private readonly gate: SourceGate;
  private readonly dialer: PeerDialer;
  private connection: PeerConnection | null = null;
  /** What moves data over the connection; null while nothing may move. */
  private transfer: SourceTransfer | null = null;
  private readonly start: SourceStart;
  private readonly outage: SourceOutage;
  private readonly retry: DiskTroubleRetry;
  private readonly stallWatch: StallWatch;
  private areHostsOpen = false;
  private lastHeardMs: number;
  private lastHeardWallMs: number | null = null;
  private falling: Promise<void> | null = null;
  /** Records of a tail are taken in their order, one message after another. */
  private tail: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** Why the last attempt found somebody else than the destination, or one that does not fit. */
  private peerFault: StreamError | null = null;
  private suspending: { readonly lsn: number; isSent: boolean; done: () => void } | null = null;

  static async open(group: Group, around: SourceSurroundings): Promise<SourceStream> {
    const { log, record } = group;
    const { stream } = record;
    // What was freed had been acknowledged as durable, though the record may be older than that.
    if (stream.reliesFromLsn !== null) stream.reliesFromLsn = Math.max(stream.reliesFromLsn, log.oldestLsn - 1);
    const from = stream.reliesFromLsn ?? log.headLsn;
    // Should its header be damaged, the lag in bytes is not known for a while.
    const position = await log.positionOf(from).catch(nullIfDamaged);
    return new SourceStream(group, around, new Lag(from, position?.runningBytes ?? log.headRunningBytes), from);
  }

  private constructor(
    readonly group: Group,
    private readonly around: SourceSurroundings,
    private readonly lag: Lag,
    durableLsn: number,
  ) {
    this.lastHeardMs = group.clock.monotonicMs();
    this.progress.durableLsn = durableLsn;
    this.gate = new SourceGate(group, this.progress, () => this.writer);
    this.writer = new HostWriter(group, this);
    // The destination keeps its log until ours is durable: it learns of that at once, or a fast source would fill it.
    group.checkpointer.onCheckpoint(() => this.connection?.beat());
    group.keepAfterLsn = () => this.reliesFromLsn;
    this.dialer = around.makeDialer(this, this.spec, this.statistics);
    this.start = this.makeStart();
    this.outage = this.makeOutage();
    this.retry = new DiskTroubleRetry(group);
    this.stallWatch = new StallWatch(group.clock);
  }

  private makeStart(): SourceStart {
    return new SourceStart(this.group, this.gate, {
      isConnected: () => this.connection !== null,
      openEpoch: () => this.openEpoch(0),
      openHosts: () => this.openHosts(),
      closeHosts: (reason) => this.closeHosts(reason),
      log: (fields, message) => this.around.log({ group: this.group.uid, ...fields }, message),
    });
  }

  private makeOutage(): SourceOutage {
    return new SourceOutage(this.group, this.writer, this.gate, {
      areHostsOpen: () => this.areHostsOpen,
      stopMoving: async () => {
        this.reconnect('the log of the source failed');
        await this.gate.settled();
        await this.falling?.catch(() => {});
      },
      goOn: () => this.reconnect('the log of the source was made anew'),
      pauseHosts: () => this.pauseHosts(),
      randomId: () => this.around.randomId(),
      log: (fields, message) => this.around.log({ group: this.group.uid, ...fields }, message),
    });
  }

  // --- Follower: what the group asks on the write path ---

  get receivedLsn(): number {
    return this.gate.receivedLsn;
  }

  get durableLsn(): number {
    return this.gate.durableLsn;
  }

  get writeRefusal(): ErrorName | null {
    return this.gate.writeRefusal;
  }

  get reliesFromLsn(): number {
    return this.record.stream.reliesFromLsn ?? Infinity;
  }

  offer(entries: readonly LogEntry[]): void {
    this.lag.appended(entries);
    this.transfer?.offer(entries);
    if (!this.gate.isWaiting && this.isOverShare) this.inBackground(this.fall());
  }

  wantDurable(): void {
    if (this.gate.isWaiting) this.transfer?.wantDurable();
  }

  private get isOverShare(): boolean {
    const { stream } = this.record;
    if (stream.reliesFromLsn === null || this.falling !== null || this.transfer?.isPinning === true) return false;
    const share = Math.min(this.spec.settings.srlShareMb * MIB, this.spec.srlSizeBytes / 2);
    return this.lag.bytes(this.group.log.headRunningBytes) > share;
  }

  /** Whether what is kept for the destination takes the room that host writes wait for: the disk may have none for a larger log. */
  private get isInTheWay(): boolean {
    const canFall = this.falling === null && this.transfer?.isPinning !== true;
    return canFall && this.record.stream.reliesFromLsn !== null && this.writer.stuckMs > 0;
  }

  private get record(): GroupRecord {
    return this.group.record;
  }

  get spec(): SessionSpec {
    return this.record.sessions[0]!;
  }

  // --- life ---

  /** Begins to serve hosts at once: the group was just made, or its roles just changed. */
  async begin(): Promise<void> {
    for (const { tracker } of this.group.members.values()) {
      tracker.isMarking = this.record.stream.reliesFromLsn === null;
    }
    await this.openEpoch(0);
    this.openHosts();
    this.dialer.start();
  }

  /** Goes on as before: an operation that had stopped this stream failed. */
  goOn(): void {
    this.openHosts();
    if (this.record.rejection !== null) return;
    this.dialer.start();
  }

  /** Begins after a start of the node: the destination is asked before hosts are served. */
  async beginAfterStart(): Promise<void> {
    const { rejection } = this.record;
    if (rejection !== null) return this.closeHosts(rejection.code);
    await this.start.begin();
    this.dialer.start();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.dialer.stop();
    this.disconnect('the node stops');
    await this.outage.stop();
    await this.gate.settled();
    await this.falling?.catch(() => {});
  }

  /** To be called every 100 ms or so. */
  tick(): void {
    const now = this.group.clock.monotonicMs();
    this.group.freeLog();
    this.writer.retryStalled();
    this.gate.retryEnd();
    this.outage.tick();
    this.group.retryHealing();
    this.group.renewTrackers();
    this.retry.tick();
    if (this.record.rejection !== null) return;
    this.watchForStalls();
    // Looked at here too: writes that wait for room in the log come past `offer` no more.
    if (!this.gate.isWaiting && (this.isOverShare || this.isInTheWay)) this.inBackground(this.fall());
    const { heartbeatTimeoutSeconds, maxWriteDelayMs } = this.spec.settings;
    if (this.start.isUnderWay) return this.start.tick();
    if (this.spec.run !== 'Active') return;
    if (this.record.stream.error !== null) {
      if (this.retry.isSessionDue && this.connection !== null) this.reconnect('trying again what failed');
      return;
    }
    const timeoutMs = heartbeatTimeoutSeconds * 1000;
    this.transfer?.repeatWhatIsLost(timeoutMs);
    const silenceMs = now - Math.max(this.lastHeardMs, this.connection?.heardMs ?? 0);
    if (silenceMs > timeoutMs + LET_GO_GRACE_MS) this.letGo();
    const waitingSince = this.writer.oldestWaitingSinceMs;
    const isSlow = waitingSince !== undefined && maxWriteDelayMs > 0 && now - waitingSince > maxWriteDelayMs;
    if (this.gate.isWaiting && this.connection !== null && isSlow)
      this.inBackground(this.fail('SESSION_WRITE_DELAYED', 'destination'));
  }

  private watchForStalls(): void {
    const { stream } = this.record;
    const isResting = stream.error !== null || stream.isWaitingForResume || this.group.isWithoutLog;
    const isDue = this.spec.run === 'Active' && !isResting && this.transfer?.isDone !== true;
    if (!this.stallWatch.look(isDue, this.connection !== null, this.progress.steps)) return;
    this.statistics.stalls++;
    const { code } = ERRORS.SESSION_STALLED;
    this.around.log({ group: this.group.uid, code: 'SESSION_STALLED', number: code }, 'the copy gets nowhere');
    this.reconnect('the copy gets nowhere');
  }

  private letGo(): void {
    if (this.record.stream.isHalted) return;
    this.around.log({ group: this.group.uid }, 'the destination is lost');
    this.gate.letGo();
    this.inBackground(this.gate.settled());
  }

  private openHosts(): void {
    const { isFenced, rejection } = this.record;
    const refusal = rejection?.code ?? (isFenced ? 'ACCESS_FENCED' : null);
    this.areHostsOpen = refusal === null;
    this.writer.close(refusal);
    for (const member of this.group.members.values()) {
      member.open(refusal === null ? this.writer.pathOf(member) : closedPath(refusal));
    }
  }

  private async pauseHosts(): Promise<() => void> {
    const wereOpen = this.areHostsOpen;
    for (const member of this.group.members.values()) {
      if (wereOpen) member.pause();
      await member.left();
    }
    return () => {
      if (wereOpen) this.openHosts();
    };
  }

  private closeHosts(reason: ErrorName): void {
    this.areHostsOpen = false;
    for (const member of this.group.members.values()) member.open(closedPath(reason));
    this.writer.close(reason);
  }

  /** A new reign of this source: number above every epoch that is known. */
  private async openEpoch(aboveNumber: number): Promise<void> {
    const number = Math.max(aboveNumber, this.record.lineage.at(-1)?.number ?? 0) + 1;
    const entry = this.group.openEpoch({
      number,
      id: this.around.randomId(),
      startLsn: lsn(this.group.log.headLsn),
    });
    if (entry !== null) this.offer([entry]);
    await this.group.file.save();
  }

  // --- connection ---

  makeHello(): Hello {
    const { log } = this.group;
    return {
      type: Type.Hello,
      versionMin: 1,
      versionMax: 1,
      nodeUid: this.around.nodeUid,
      runCounter: this.around.run.counter,
      runIds: this.around.run.ids,
      groupUid: this.group.uid,
      sessions: this.record.sessions,
      lineage: this.record.lineage,
      headLsn: lsn(log.headLsn),
      oldestLsn: lsn(log.oldestLsn),
    };
  }

  attemptFailed(address: HostPort, reason: CloseReason): void {
    if (reason.kind === 'refused' && isOfRun(reason.code)) return this.inBackground(this.reject(reason.code));
    if (isDiskTrouble(reason.code)) return this.inBackground(this.fail(reason.code, 'destination'));
    if (reason.code === undefined || !WRONG_PEER.has(reason.code)) return;
    const message = `${ERRORS[reason.code].text} (${formatHostPort(address)}: ${reason.text})`;
    if (message !== this.peerFault?.message) this.peerFault = { ...this.gate.errorOf(reason.code), message };
  }

  /**
   * The destination knows a later or another run of this node: what lies here is a past state, or belongs to a copy. What hosts see
   * ends in this very turn.
   */
  private async reject(code: ErrorName): Promise<void> {
    const { record } = this;
    if (record.rejection !== null) return;
    record.rejection = this.gate.errorOf(code);
    this.around.log({ group: this.group.uid, code }, 'the destination knows another run of this node: closed to hosts');
    this.closeHosts(code);
    this.dialer.stop();
    this.disconnect('this node was rejected');
    await this.group.file.save();
  }

  connected(connection: PeerConnection, welcome: Welcome): void {
    this.connection = connection;
    this.peerFault = null;
    this.hear();
    connection.heartbeatLsn = () => lsn(this.group.log.durableLsn);
    connection.onMessage = (message) => this.handle(message);
    connection.onDrain = () => this.transfer?.pump();
    connection.onClose = (reason) => this.closed(connection, reason);
    this.progress.beginConnection(welcome.windowBytes);
    this.greet(connection, welcome).catch((error: unknown) => this.stepFailed(connection, error));
  }

  /**
   * The next connection begins anew. What a damaged log can no longer tell the destination, its map does: the volumes hold it.
   */
  private stepFailed(connection: PeerConnection, error: unknown): void {
    if (!isRefusal(error, 'SRL_CORRUPT')) {
      connection.destroy(String(error));
      return;
    }
    this.statistics.checksumErrors++;
    this.around.log({ group: this.group.uid, error: error.message }, 'the log is damaged: going on by regions');
    this.inBackground(this.fall().finally(() => connection.destroy(String(error))));
  }

  private closed(connection: PeerConnection, reason: CloseReason): void {
    if (this.connection !== connection) return;
    this.connection = null;
    this.stopTransfer();
    this.suspending?.done();
    if (reason.kind === 'refused' && isDiskTrouble(reason.code))
      this.inBackground(this.fail(reason.code, 'destination'));
    if (reason.kind === 'refused' && isOfRun(reason.code)) this.inBackground(this.reject(reason.code));
    else if (!this.isStopped) this.dialer.start();
    // It holds acknowledged writes that are lost here, and cannot read them.
    if (reason.kind === 'refused' && reason.code === 'SRL_CORRUPT' && this.start.isUnderWay) {
      this.start.hold();
      this.inBackground(this.fail(reason.code, 'destination'));
    }
  }

  private disconnect(why: string): void {
    this.connection?.bye(why);
    this.connection = null;
    this.stopTransfer();
    this.suspending?.done();
  }

  /** Leaves the group: what waits for the destination is acknowledged without it. */
  async detach(): Promise<void> {
    await this.stop();
    this.gate.open();
    this.writer.release();
  }

  /** Work that nobody waits for. What it could not make durable stays as it was, and is tried again with the next change. */
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.around.log({ group: this.group.uid, error: String(error) }, 'a step failed'));
  }

  /** Ends the connection, so that a new Hello and Welcome settle what comes next. */
  private reconnect(why: string): void {
    const wasConnected = this.connection !== null;
    this.disconnect(why);
    if (wasConnected && !this.isStopped) this.dialer.start();
  }

  private stopTransfer(): void {
    this.transfer?.stop();
    this.transfer = null;
  }

  private hear(): void {
    this.lastHeardMs = this.group.clock.monotonicMs();
    this.lastHeardWallMs = this.group.clock.wallMs();
  }

  private async greet(connection: PeerConnection, welcome: Welcome): Promise<void> {
    await this.gate.settled();
    await this.outage.settled();
    if (!(await this.isRightRun(connection, welcome))) return;
    const [theirs] = this.around.parseSessions(welcome.sessions);
    if (theirs !== undefined && theirs.generation > this.spec.generation) {
      await this.noteDivergence(welcome);
      await this.around.adopt(theirs);
      return;
    }
    if (this.spec.run === 'Suspend') {
      if (theirs === undefined || theirs.generation < this.spec.generation) this.tellSuspended(connection);
      return;
    }
    // The winner of an operator's choice reigns above whatever the destination did apart from it.
    const theirEpoch = welcome.lineage.at(-1)?.number ?? 0;
    const isElected = this.record.stream.mustAskForChanges;
    if (isElected && theirEpoch >= this.group.epoch.number) await this.openEpoch(theirEpoch);
    const choice = chooseFor(this.group, welcome);
    if (choice.kind === 'tail' && this.start.isUnderWay) {
      // Without a log there is nowhere to put it: asked again once there is one.
      if (this.group.isWithoutLog) return;
      connection.send({ type: Type.TailRequest, fromLsn: choice.fromLsn });
      return;
    }
    if (this.start.isUnderWay) await this.start.finish(choice, welcome);
    await this.proceed(connection, welcome, choice);
  }

  /** Whether the destination did not go back in time and has no copy; if it did, it is told, and the session is in Error. */
  private async isRightRun(connection: PeerConnection, { nodeUid, runCounter, runIds }: Welcome): Promise<boolean> {
    try {
      await this.around.meet(nodeUid, { counter: runCounter, ids: runIds });
      return true;
    } catch (error) {
      if (!isRefusal(error) || !isOfRun(error.code)) throw error;
      connection.refuse(error.code, error.message);
      await this.fail(error.code, 'destination');
      return false;
    }
  }

  /** Moves data, if anything may move. */
  private async proceed(connection: PeerConnection, welcome: Welcome, choice: CatchUp): Promise<void> {
    const { stream } = this.record;
    if (stream.isWaitingForResume || (stream.error !== null && !this.retry.isSessionDue)) return;
    stream.error = null;
    if (choice.kind === 'tail' || choice.kind === 'fenced' || choice.kind === 'split-brain') {
      return this.conflict(choice.kind === 'fenced');
    }
    stream.isHalted = false;
    if (choice.kind !== 'log' && this.gate.isWaiting) await this.gate.end();
    this.gate.refresh();
    if (!this.gate.isWaiting) stream.phase = 'Copying';
    // A copy could not end by the log: the destination keeps its point in time meanwhile.
    if (this.group.isWithoutLog) return;
    // The connection may have ended meanwhile, or the session been suspended.
    if (this.connection !== connection || this.spec.run !== 'Active') return;
    if (this.record.isFenced) {
      this.record.isFenced = false;
      this.openHosts();
    }
    const transfer = this.makeTransfer(connection, welcome.continuityId);
    this.transfer = transfer;
    if (choice.kind === 'log') return transfer.streamLog(choice.fromLsn, welcome.dataState);
    if (choice.kind === 'full') {
      stream.mapsFromLsn = 0;
      for (const { tracker } of this.group.members.values()) tracker.map.markAll();
    } else pinLog(this.group, choice.commonLsn);
    // A volume that was written besides its log, or lost the end of it, is ahead of it: on top of regions copied from there, records from
    // before would undo what they lack.
    await this.fallWhole();
    if (this.transfer !== transfer) return;
    if (choice.kind === 'regions' && choice.needsDestinationMap) transfer.ask(choice.commonLsn);
    else await transfer.resync(welcome.isBlank);
  }

  private makeTransfer(connection: PeerConnection, continuityId: string): SourceTransfer {
    const owner: TransferOwner = {
      proof: { bootId: this.around.bootId, continuityId },
      fallen: async () => {
        await this.falling;
      },
      unreadable: () => this.inBackground(this.fail('DEVICE_FAILED', 'source')),
      failed: (of, error) => this.stepFailed(of, error),
      moved: () => {
        this.sendSuspend();
        this.writer.release();
      },
    };
    return new SourceTransfer(this.group, connection, this.progress, this.gate, this.lag, owner, this.around.budget);
  }

  /** Two sides that were written apart: nothing moves until an operator names the winner. */
  private async conflict(isFenced: boolean): Promise<void> {
    if (isFenced) {
      this.start.end();
      this.record.isFenced = true;
      this.closeHosts('ACCESS_FENCED');
    }
    await this.fail('SESSION_SPLIT_BRAIN', 'destination');
  }

  // --- messages ---

  private handle(message: PeerMessage): void {
    this.hear();
    switch (message.type) {
      case Type.Suspended:
        return this.suspending?.done();
      case Type.Records:
        return this.takeTail(message.body);
      case Type.TailEnd:
        return this.endTail();
      default:
        this.transfer?.handle(message);
    }
  }

  private takeTail(body: Buffer): void {
    const { connection } = this;
    this.tail = this.tail
      .then(() => (this.connection === connection ? this.start.takeTail(body) : undefined))
      .catch((error: unknown) => {
        if (isRefusal(error, 'FORMAT_CORRUPT')) this.statistics.checksumErrors++;
        connection?.destroy(String(error));
      });
  }

  private endTail(): void {
    const { connection } = this;
    this.inBackground(
      this.tail.then(() => {
        if (this.connection === connection) this.reconnect('the tail is recovered');
      }),
    );
  }

  /** The stream outgrew its share of the log: from now on the map remembers what the destination lacks. */
  private async fall(): Promise<void> {
    if (this.falling !== null) return this.falling;
    const wasByLog = this.transfer?.isByLog === true;
    this.transfer?.stopRecords();
    this.falling = fallToMap(this.group).finally(() => (this.falling = null));
    try {
      await this.falling;
    } finally {
      if (wasByLog) this.reconnect('the log share is used up: going on by regions');
    }
  }

  /** The session goes to Error: nothing moves until it is resumed, or until what failed has healed. */
  private async fail(code: ErrorName, where: 'source' | 'destination'): Promise<void> {
    this.retry.failed();
    if (this.record.stream.error !== null) return;
    this.around.log({ group: this.group.uid, code, where }, 'the copy session is in Error');
    this.stopTransfer();
    this.connection?.send({ type: Type.StreamState, isEquivalent: false, atLsn: lsn(this.progress.receivedLsn) });
    await this.gate.fail(code, where);
  }

  // --- operations ---

  /**
   * Takes up a later generation of the session with the same ends. Everything up to the first wait happens in the caller's turn, so
   * that several streams can be suspended at one point in time.
   */
  async apply(spec: SessionSpec): Promise<void> {
    const before = this.spec;
    this.record.sessions = [spec];
    this.takeSettings(before);
    try {
      await this.carryOut(before, spec);
    } catch (error) {
      // Not done: the same order may come again.
      this.record.sessions = [before];
      throw error;
    }
    this.record.appliedGeneration = spec.generation;
    await this.group.file.save();
  }

  private async carryOut(before: SessionSpec, spec: SessionSpec): Promise<void> {
    if (before.run === 'Active' && spec.run === 'Suspend') {
      await (spec.isAlone ? this.yieldTo() : this.suspend());
    } else if (
      spec.run === 'Active' &&
      (before.run === 'Suspend' || spec.resumedGeneration > before.resumedGeneration)
    ) {
      this.resume();
    }
  }

  private takeSettings(before: SessionSpec): void {
    const { settings, destination } = this.spec;
    const heartbeatTimeoutMs = settings.heartbeatTimeoutSeconds * 1000;
    const addresses = destination.peerAddresses.map((address) => parseHostPort(address)!);
    this.dialer.change({ addresses, isPeerPlain: destination.isPeerPlain, heartbeatTimeoutMs });
    this.connection?.changeHeartbeatTimeout(heartbeatTimeoutMs);
    // Set to Manual while halted, it waits; set back to Automatic, it goes on waiting for a resume (C12).
    const isManualNow = settings.recoveryMode === 'Manual' && before.settings.recoveryMode !== 'Manual';
    if (isManualNow && this.record.stream.isHalted) this.record.stream.isWaitingForResume = true;
    this.gate.refresh();
  }

  private async suspend(): Promise<void> {
    const { stream } = this.record;
    const isEquivalent = this.gate.isWaiting && this.transfer?.isByLog === true && stream.phase === 'Equivalent';
    stream.mustAskForChanges = true;
    if (stream.dataState === 'Up_To_Date') stream.dataState = 'Consistent';
    let isConfirmed = false;
    if (isEquivalent) {
      const lastLsn = this.group.log.headLsn;
      this.transfer!.limitTo(lastLsn);
      for (const { tracker } of this.group.members.values()) tracker.isMarking = true;
      isConfirmed = await this.confirmSuspend(lastLsn);
    }
    this.stopTransfer();
    if (isConfirmed) {
      stream.reliesFromLsn = null;
      stream.mapsFromLsn = this.progress.sentLsn;
    } else await this.fallWhole();
    // Nothing is acknowledged without the destination before it is durable that the map remembers what it lacks.
    await this.group.file.save();
    this.gate.open();
    this.writer.release();
    if (!isEquivalent && this.connection !== null) this.tellSuspended(this.connection);
    // A suspended source waits for nobody.
    if (this.start.isUnderWay) await this.start.openForHosts();
  }

  private async fallWhole(): Promise<void> {
    await this.falling;
    this.falling = fallToMap(this.group).finally(() => (this.falling = null));
    await this.falling;
  }

  /** Whether the destination confirmed that it holds everything up to `lastLsn` and stopped there. */
  private async confirmSuspend(lastLsn: number): Promise<boolean> {
    const { connection } = this;
    if (connection === null) return false;
    await new Promise<void>((resolve) => {
      this.suspending = { lsn: lastLsn, isSent: false, done: resolve };
      this.transfer?.pump();
    });
    this.suspending = null;
    return connection.closeReason === null && this.connection === connection;
  }

  private sendSuspend(): void {
    const { suspending, connection } = this;
    if (suspending === null || suspending.isSent || connection === null) return;
    if (this.progress.receivedLsn < suspending.lsn) return;
    suspending.isSent = true;
    connection.send({ type: Type.Suspend, atLsn: lsn(suspending.lsn), sessions: this.record.sessions });
  }

  private tellSuspended(connection: PeerConnection): void {
    connection.send({ type: Type.Suspend, atLsn: lsn(this.progress.sentLsn), sessions: this.record.sessions });
  }

  /** The destination was opened without us: its epoch is newer, and hosts here are refused until roles are settled. */
  async yieldTo(): Promise<void> {
    const { record } = this;
    record.isFenced = true;
    record.stream.mustAskForChanges = true;
    if (record.stream.dataState === 'Up_To_Date') record.stream.dataState = 'Consistent';
    this.start.end();
    this.gate.open();
    this.closeHosts('ACCESS_FENCED');
    this.stopTransfer();
    await this.group.file.save();
    await this.fallWhole();
  }

  /** Notes a split brain when both sides were written since they parted. */
  private async noteDivergence(welcome: Welcome): Promise<void> {
    const choice = chooseFor(this.group, welcome);
    const divergence = choice.kind === 'fenced' ? choice.divergence : choice.kind === 'split-brain' ? choice : null;
    if (divergence === null) return;
    this.record.stream.error = this.gate.errorOf('SESSION_SPLIT_BRAIN');
    this.around.log({ group: this.group.uid, ...divergence }, 'source and destination were written apart');
    await this.group.file.save();
  }

  private resume(): void {
    const { stream } = this.record;
    // After a split brain the resume names this side the winner.
    if (stream.error?.code === 'SESSION_SPLIT_BRAIN') stream.mustAskForChanges = true;
    stream.error = null;
    stream.isWaitingForResume = false;
    stream.isHalted = false;
    stream.phase = 'Copying';
    this.gate.refresh();
    this.lastHeardMs = this.group.clock.monotonicMs();
    if (this.connection !== null) this.reconnect('the session is resumed');
  }

  // --- what others see ---

  get status(): SessionStatus {
    const { stream, rejection } = this.record;
    if (rejection !== null) return 'Error';
    if (this.spec.run === 'Suspend') return 'Suspend';
    if (stream.error !== null) return 'Error';
    const isHalted =
      stream.isHalted || stream.isWaitingForResume || (this.start.isUnderWay && this.connection === null);
    return isHalted ? 'Halt' : 'Active';
  }

  state(): SessionState {
    this.transfer?.countTransferred();
    return sourceState(this.group, {
      status: this.status,
      isWaitedFor: this.gate.isWaiting && !this.group.isWithoutLog,
      isLinkUp: this.connection !== null,
      lastHeardWallMs: this.lastHeardWallMs,
      durableLsn: this.progress.durableLsn,
      lag: this.lag,
      statistics: this.statistics,
      peerFault: this.peerFault,
    });
  }
}

function nullIfDamaged(error: unknown): null {
  if (isRefusal(error, 'SRL_CORRUPT')) return null;
  throw error;
}
