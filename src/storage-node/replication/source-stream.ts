import { isRefusal, Refusal } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Hello, PeerMessage, Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { isAsynchronous, isLogged, type SessionStatus } from '../../model/session.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { formatHostPort, type HostPort } from '../config/host-port.js';
import { fallToMap } from '../group/fall-to-map.js';
import type { Group } from '../group/group.js';
import type { StreamError, StreamRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { HostWriter } from '../group/host-writer.js';
import type { CatchUp } from './choose-catch-up.js';
import { chooseFor, pinLog } from './source-standing.js';
import type { CloseReason } from './close-reason.js';
import { DiskTroubleRetry, isDiskTrouble } from './disk-trouble.js';
import { Lag } from './lag.js';
import { LagSurvey } from './lag-survey.js';
import { linkSettingsOf } from './link-settings.js';
import { BackPressure } from './back-pressure.js';
import { shareBytesOf } from './log-share.js';
import { MapLag } from './map-lag.js';
import type { PeerConnection } from './peer-connection.js';
import type { DialerOwner, PeerDialer } from './peer-dialer.js';
import { isOfRun } from './peer-runs.js';
import { Progress } from './progress.js';
import { ReturnToLog } from './return-to-log.js';
import { SourceGate } from './source-gate.js';
import type { SourceGroup } from './source-group.js';
import type { StreamWithoutLog } from './source-outage.js';
import type { SourceStart, StartingStream } from './source-start.js';
import type { SourceSurroundings } from './source-surroundings.js';
import { SourceTransfer, type TransferOwner } from './source-transfer.js';
import { sourceStates } from './source-state.js';
import { StackTransfer } from './stack-transfer.js';
import { StallWatch } from './stall-watch.js';
import type { Transfer } from './transfer.js';
import { LinkStatistics } from './link-statistics.js';

/** What stays so until somebody corrects an address, a version or a session: the session names it. */
const WRONG_PEER = new Set<ErrorName>(['NODE_IDENTITY_CHANGED', 'NODE_VERSION_UNSUPPORTED', 'NODE_NOT_FOUND']);

/** Silence beyond the heartbeat timeout after which the source lets go: by then the destination knows that it is out of date. */
const LET_GO_GRACE_MS = 1000;

/**
 * A source's side of the replication of one group to one destination. It decides what the destination is sent and whether host
 * writes wait for it; the positions are the destination's own words.
 */
export class SourceStream implements DialerOwner, StartingStream, StreamWithoutLog {
  readonly progress = new Progress();
  readonly statistics = new LinkStatistics();
  private readonly group: Group;
  private readonly around: SourceSurroundings;
  private readonly gate: SourceGate;
  private readonly dialer: PeerDialer;
  private connection: PeerConnection | null = null;
  /** The connection was ended from here, and the next is expected at once. */
  private isTurning = false;
  /** What moves data over the connection; null while nothing may move. */
  private transfer: Transfer | null = null;
  private readonly mapLag: MapLag;
  private readonly lagSurvey: LagSurvey;
  private readonly retry: DiskTroubleRetry;
  private readonly returnToLog: ReturnToLog;
  private readonly pressure: BackPressure;
  private readonly stallWatch: StallWatch;
  private lastHeardMs: number;
  private lastHeardWallMs: number | null = null;
  private falling: Promise<void> | null = null;
  /** Records of a tail are taken in their order, one message after another. */
  private tail: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** Why the last attempt found somebody else than the destination, or one that does not fit. */
  private peerFault: StreamError | null = null;
  private suspending: { readonly lsn: number; isSent: boolean; done: () => void } | null = null;
  /** What the destination answered on the present connection, while the source starts. */
  private answer: { readonly welcome: Welcome; readonly choice: CatchUp } | null = null;

  static async open(source: SourceGroup, stream: GroupStream): Promise<SourceStream> {
    const { log } = source.group;
    const { record } = stream;
    // What was freed had been acknowledged as durable, though the record may be older than that.
    if (record.reliesFromLsn !== null) record.reliesFromLsn = Math.max(record.reliesFromLsn, log.oldestLsn - 1);
    const from = record.reliesFromLsn ?? log.headLsn;
    // Should headers be damaged, the lag in bytes and in time is not known for a while.
    const position = await log.positionOf(from).catch(nullIfDamaged);
    const timeMs = await log.timeOf(from + 1).catch(nullIfDamaged);
    const { headLsn: lastLsn, headRunningBytes } = log;
    const backlog = timeMs === null ? null : { lastLsn, runningBytes: headRunningBytes, timeMs, lastTimeMs: Infinity };
    const lag = new Lag(from, position?.runningBytes ?? log.headRunningBytes, backlog);
    return new SourceStream(source, stream, lag, from);
  }

  private constructor(
    private readonly source: SourceGroup,
    readonly stream: GroupStream,
    private readonly lag: Lag,
    durableLsn: number,
  ) {
    this.group = source.group;
    this.around = source.around;
    this.lastHeardMs = this.group.clock.monotonicMs();
    this.progress.durableLsn = durableLsn;
    this.lagSurvey = new LagSurvey(this.group.log, lag);
    this.mapLag = new MapLag(stream, this.group.clock.wallMs());
    this.gate = new SourceGate(this.group, stream, this.progress, () => source.writer);
    this.dialer = this.around.makeDialer(this, this.spec, this.statistics);
    this.retry = new DiskTroubleRetry(this.group, stream);
    this.returnToLog = new ReturnToLog(this.group.clock);
    this.pressure = new BackPressure(this.group, stream, this.progress, lag, this.statistics, {
      isConnected: () => this.isMovable,
      isInTheWay: () => this.isInTheWay,
    });
    this.stallWatch = new StallWatch(this.group.clock);
  }

  private get writer(): HostWriter {
    return this.source.writer;
  }

  private get start(): SourceStart {
    return this.source.start;
  }

  // --- what the group asks on the write path ---

  get receivedLsn(): number {
    return this.gate.receivedLsn;
  }

  get durableLsn(): number {
    return this.gate.durableLsn;
  }

  get writeRefusal(): ErrorName | null {
    return this.gate.writeRefusal ?? this.pressure.refusal;
  }

  get reliesFromLsn(): number {
    return this.record.reliesFromLsn ?? Infinity;
  }

  offer(entries: readonly LogEntry[]): void {
    this.lag.appended(entries);
    this.transfer?.offer(entries);
    this.judge();
  }

  wantDurable(): void {
    if (this.gate.isWaiting) this.transfer?.wantDurable();
  }

  get ceilingLsn(): number {
    return this.pressure.ceilingLsn;
  }

  admits(lastLsn: number, recordCount: number): boolean {
    if (this.pressure.admits(lastLsn, recordCount)) return true;
    this.pressure.look(this.gate.isWaiting);
    return false;
  }

  /** Looks at what the log holds for the stream: hosts may have to wait, or need not any more, or the stream goes by its maps. */
  judge(): void {
    const { pressure } = this;
    const { ceilingLsn, refusal } = pressure;
    const becomes = pressure.look(this.gate.isWaiting);
    // A stream that is being suspended goes to its maps in a moment.
    const mayFall = this.falling === null && this.suspending === null && this.transfer?.isPinning !== true;
    if (becomes !== null && mayFall) {
      this.inBackground(becomes === 'Map' ? this.overflow() : this.overflowForGood());
    }
    if (pressure.ceilingLsn !== ceilingLsn || pressure.refusal !== refusal) this.source.pressureChanged();
  }

  /** Whether data can move, but for what will pass by itself. */
  private get isMovable(): boolean {
    const { error, isWaitingForResume } = this.record;
    return (this.connection !== null || this.isTurning) && error === null && !isWaitingForResume;
  }

  /** Whether what is kept for the destination takes the room that host writes wait for: the disk may have none for a larger log. */
  private get isInTheWay(): boolean {
    const isLast = this.record.reliesFromLsn !== null && this.reliesFromLsn <= this.source.reliesFromLsn;
    return isLast && this.writer.stuckMs > 0;
  }

  private get record(): StreamRecord {
    return this.stream.record;
  }

  get spec(): SessionSpec {
    return this.stream.spec;
  }

  // --- life ---

  /** Looks for the destination. */
  startDialing(): void {
    this.dialer.start();
  }

  /** Leaves the destination; what waits for it goes on waiting. */
  endLink(): void {
    this.isStopped = true;
    this.dialer.stop();
    this.disconnect('the node stops');
  }

  /** Resolves when nothing of it is under way. */
  async settled(): Promise<void> {
    await this.gate.settled();
    await this.falling?.catch(() => {});
  }

  /** What waits for the destination is acknowledged by the next release. */
  stopWaiting(): void {
    this.gate.open();
    this.pressure.isOff = true;
    this.judge();
  }

  /** The destination learns at once what is durable here. */
  beat(): void {
    this.connection?.beat();
  }

  /** To be called every 100 ms or so. */
  tick(): void {
    // Its group may be about to go, and its files with it.
    if (this.isStopped) return;
    const now = this.group.clock.monotonicMs();
    this.gate.retryEnd();
    this.retry.tick();
    this.lookAtLag();
    if (this.source.group.record.rejection !== null) return;
    this.watchForStalls();
    // Looked at here too: writes that wait for room in the log come past `offer` no more.
    this.judge();
    if (this.start.isUnderWay || this.spec.run !== 'Active') return;
    if (this.record.error !== null) {
      if (this.retry.isSessionDue && this.connection !== null) this.reconnect('trying again what failed');
      return;
    }
    const timeoutMs = this.spec.settings.heartbeatTimeoutSeconds * 1000;
    this.transfer?.tick();
    this.transfer?.repeatWhatIsLost(timeoutMs);
    const silenceMs = now - Math.max(this.lastHeardMs, this.connection?.heardMs ?? 0);
    if (silenceMs > timeoutMs + LET_GO_GRACE_MS) this.letGo();
    if (this.isTooSlow(now)) this.inBackground(this.fail('SESSION_WRITE_DELAYED', 'destination'));
  }

  /** Since when a destination that gets nothing lacks something is durable, so that a restart does not forget it. */
  private lookAtLag(): void {
    this.inBackground(this.lagSurvey.look());
    this.mapLag.look(this.group.clock.wallMs());
    if (!this.mapLag.isNews || this.transfer !== null) return;
    this.mapLag.isNews = false;
    this.inBackground(this.group.file.save());
  }

  /** A write waits for this destination, which is connected, for longer than is allowed. */
  private isTooSlow(now: number): boolean {
    const { maxWriteDelayMs } = this.spec.settings;
    const waitingSince = this.writer.oldestWaitingSinceMs;
    if (!this.gate.isWaiting || this.connection === null || waitingSince === undefined || maxWriteDelayMs === 0)
      return false;
    const { source } = this;
    const isSlowest = this.receivedLsn <= source.receivedLsn || this.durableLsn <= source.durableLsn;
    return isSlowest && now - waitingSince > maxWriteDelayMs;
  }

  private watchForStalls(): void {
    const { error, isWaitingForResume } = this.record;
    const isResting = error !== null || isWaitingForResume || !this.canMove;
    const isDue = this.spec.run === 'Active' && !isResting && this.transfer?.isDone !== true;
    if (!this.stallWatch.look(isDue, this.connection !== null, this.progress.steps)) return;
    this.statistics.stalls++;
    const { code } = ERRORS.SESSION_STALLED;
    this.log({ code: 'SESSION_STALLED', number: code }, 'the copy gets nowhere');
    this.reconnect('the copy gets nowhere');
  }

  private letGo(): void {
    if (this.record.isHalted) return;
    this.log({}, 'the destination is lost');
    this.gate.letGo();
    this.inBackground(this.gate.settled());
  }

  private log(fields: object, message: string): void {
    this.source.log({ node: this.stream.otherNode, ...fields }, message);
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
      lineage: this.group.record.lineage,
      headLsn: lsn(log.headLsn),
      oldestLsn: lsn(log.oldestLsn),
    };
  }

  attemptFailed(address: HostPort, reason: CloseReason): void {
    this.isTurning = false;
    if (reason.kind === 'refused' && isOfRun(reason.code)) return this.inBackground(this.source.reject(reason.code));
    if (isDiskTrouble(reason.code)) return this.inBackground(this.fail(reason.code, 'destination'));
    if (reason.code === undefined || !WRONG_PEER.has(reason.code)) return;
    const message = `${ERRORS[reason.code].text} (${formatHostPort(address)}: ${reason.text})`;
    if (message !== this.peerFault?.message) this.peerFault = { ...this.gate.errorOf(reason.code), message };
  }

  connected(connection: PeerConnection, welcome: Welcome): void {
    this.connection = connection;
    this.isTurning = false;
    this.peerFault = null;
    this.hear();
    connection.heartbeatLsn = () => lsn(this.group.log.durableLsn);
    connection.heartbeatMembers = () => this.source.positionsBeside(this);
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
    this.log({ error: error.message }, 'the log is damaged: going on by regions');
    this.inBackground(this.fall().finally(() => connection.destroy(String(error))));
  }

  private closed(connection: PeerConnection, reason: CloseReason): void {
    if (this.connection !== connection) return;
    this.connection = null;
    this.answer = null;
    this.stopTransfer();
    this.suspending?.done();
    this.judge();
    if (reason.kind === 'refused' && isDiskTrouble(reason.code))
      this.inBackground(this.fail(reason.code, 'destination'));
    if (reason.kind === 'refused' && isOfRun(reason.code)) this.inBackground(this.source.reject(reason.code));
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
    this.answer = null;
    this.stopTransfer();
    this.suspending?.done();
  }

  /** Work that nobody waits for. What it could not make durable stays as it was, and is tried again with the next change. */
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.log({ error: String(error) }, 'a step failed'));
  }

  /** Ends the connection, so that a new Hello and Welcome settle what comes next. */
  private reconnect(why: string): void {
    const wasConnected = this.connection !== null;
    this.isTurning = wasConnected && !this.isStopped;
    this.disconnect(why);
    if (this.isTurning) this.dialer.start();
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
    await this.source.outageSettled();
    if (!(await this.isRightRun(connection, welcome))) return;
    const sessions = this.around.parseSessions(welcome.sessions);
    const [theirs] = sessions;
    if (theirs !== undefined && theirs.generation > this.spec.generation) {
      await this.noteDivergence(welcome);
      await this.around.adopt(sessions);
      // What it did not begin anew by itself goes on with it from another Hello.
      if (this.connection === connection) this.reconnect('a later generation was taken up');
      return;
    }
    if (this.spec.run === 'Suspend') {
      if (theirs === undefined || theirs.generation < this.spec.generation) this.tellSuspended(connection);
      return;
    }
    // The winner of an operator's choice reigns above whatever the destination did apart from it.
    const theirEpoch = welcome.lineage.at(-1)?.number ?? 0;
    const isElected = this.record.mustAskForChanges;
    if (isElected && theirEpoch >= this.group.epoch.number) await this.source.openEpoch(theirEpoch);
    const choice = chooseFor(this.group, this.stream, welcome);
    if (!this.start.isUnderWay || choice.kind === 'fenced' || choice.kind === 'split-brain') {
      return this.proceed(connection, welcome, choice);
    }
    if (choice.kind === 'tail') {
      // Without a log there is nowhere to put it: asked again once there is one.
      if (!this.group.isWithoutLog) connection.send({ type: Type.TailRequest, fromLsn: choice.fromLsn });
      return;
    }
    await this.start.endHold(this.stream, choice, welcome);
    if (this.connection !== connection) return;
    this.answer = { welcome, choice };
    await this.start.goOn();
  }

  /** The destination was opened by itself, or written apart, and that is not settled. */
  get isApart(): boolean {
    const { run, isAlone } = this.spec;
    return (run === 'Suspend' && isAlone) || this.record.error?.code === 'SESSION_SPLIT_BRAIN';
  }

  // --- the start of the source ---

  get isConnected(): boolean {
    return this.connection !== null;
  }

  get hasAnswered(): boolean {
    return this.answer !== null;
  }

  keepWaiting(): void {
    const { choice } = this.answer!;
    const isWaitedFor = this.record.dataState === 'Up_To_Date' && !isAsynchronous(this.spec.settings);
    // A destination that was never written off is waited for from the first write on.
    if (isWaitedFor && choice.kind === 'log') this.gate.begin(choice.fromLsn);
  }

  leaveBehind(): void {
    const { record } = this;
    record.isHalted = true;
    record.isWaitingForResume = this.spec.settings.recoveryMode === 'Manual';
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    this.gate.refresh();
  }

  proceedAfterStart(): void {
    const { answer, connection } = this;
    if (answer === null || connection === null) return;
    this.answer = null;
    // Others may have given records since that this one lacks.
    const choice = chooseFor(this.group, this.stream, answer.welcome);
    this.proceed(connection, answer.welcome, choice).catch((error: unknown) => this.stepFailed(connection, error));
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
    const { record } = this;
    if (record.isWaitingForResume || (record.error !== null && !this.retry.isSessionDue)) return;
    record.error = null;
    if (choice.kind === 'tail' || choice.kind === 'fenced' || choice.kind === 'split-brain') {
      return this.conflict(choice.kind === 'fenced');
    }
    record.isHalted = false;
    if (choice.kind !== 'log' && this.gate.isWaiting) await this.gate.end();
    this.gate.refresh();
    if (!this.gate.isWaiting) record.phase = 'Copying';
    // A copy could not end by the log: the destination keeps its point in time meanwhile.
    if (!this.canMove) return;
    // The connection may have ended meanwhile, or the session been suspended.
    if (this.connection !== connection || this.spec.run !== 'Active') return;
    this.source.unfence(this);
    const transfer = this.makeTransfer(connection, welcome.continuityId);
    this.transfer = transfer;
    if (choice.kind === 'log' && transfer instanceof SourceTransfer) {
      return transfer.streamLog(choice.fromLsn, welcome.dataState);
    }
    if (choice.kind === 'full') {
      record.mapsFromLsn = 0;
      this.stream.markAll();
    } else pinLog(this.stream, choice.kind === 'log' ? choice.fromLsn : choice.commonLsn);
    // A volume that was written besides its log, or lost the end of it, is ahead of it: on top of regions copied from there, records from
    // before would undo what they lack.
    await this.fallWhole();
    if (this.transfer !== transfer) return;
    if (choice.kind === 'regions' && choice.needsDestinationMap) transfer.ask(choice.commonLsn);
    else await transfer.begin(welcome);
  }

  /** A destination that goes by regions alone needs the log only where it has not been settled yet what becomes of it. */
  private get canMove(): boolean {
    const { log, record, isWithoutLog } = this.group;
    return isLogged(this.spec.settings) ? !isWithoutLog : log.failedBy === null || record.lostLog !== null;
  }

  private makeTransfer(connection: PeerConnection, continuityId: string): Transfer {
    const owner: TransferOwner = {
      returnToLog: this.returnToLog,
      shareBytes: () => shareBytesOf(this.spec),
      proof: { bootId: this.around.bootId, continuityId },
      fallen: async () => {
        await this.falling;
      },
      unreadable: () => this.inBackground(this.fail('DEVICE_FAILED', 'source')),
      failed: (of, error) => this.stepFailed(of, error),
      moved: () => {
        this.sendSuspend();
        this.writer.release();
        this.judge();
      },
    };
    const { group, stream, progress, gate, lag, mapLag } = this;
    const { budget } = this.around;
    return isLogged(this.spec.settings)
      ? new SourceTransfer(group, stream, connection, progress, gate, lag, mapLag, owner, budget)
      : new StackTransfer(group, stream, connection, progress, lag, mapLag, owner, budget);
  }

  /** Two sides that were written apart: nothing moves until an operator names the winner. */
  private async conflict(isFenced: boolean): Promise<void> {
    if (isFenced) this.source.fence();
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

  /** The stream outgrew its share of the log, or what there is of the log. */
  private overflow(): Promise<void> {
    if (!this.record.isFalling) this.statistics.overflows++;
    return this.fall();
  }

  /** The same, and it is left alone until it is resumed. */
  private async overflowForGood(): Promise<void> {
    const failed = this.fail('SRL_OVERFLOW', 'source');
    await Promise.all([failed, this.overflow()]);
  }

  /** From now on the map remembers what the destination lacks. */
  private async fall(): Promise<void> {
    if (this.falling !== null) return this.falling;
    const wasByLog = this.transfer?.isByLog === true;
    this.returnToLog.overflowed();
    this.transfer?.stopRecords();
    this.falling = this.fallToMap();
    try {
      await this.falling;
    } finally {
      if (wasByLog) this.reconnect('the log share is used up: going on by regions');
    }
  }

  /** The session goes to Error: nothing moves until it is resumed, or until what failed has healed. */
  private async fail(code: ErrorName, where: 'source' | 'destination'): Promise<void> {
    this.retry.failed();
    if (this.record.error !== null) return;
    this.log({ code, where }, 'the copy session is in Error');
    this.stopTransfer();
    this.connection?.send({ type: Type.StreamState, isEquivalent: false, atLsn: lsn(this.progress.receivedLsn) });
    await this.gate.fail(code, where);
  }

  // --- operations ---

  /**
   * Takes up a later generation with the same ends. Everything up to the first wait happens in the caller's turn, so that several
   * streams can be suspended at one point in time.
   */
  async apply(sessions: readonly SessionSpec[]): Promise<void> {
    this.expectSuspendable(sessions[0]!);
    const before = this.record.sessions;
    this.record.sessions = [...sessions];
    this.takeSettings(before[0]!);
    try {
      await this.carryOut(before[0]!, this.spec);
    } catch (error) {
      // Not done: the same order may come again.
      this.record.sessions = before;
      throw error;
    }
    this.record.appliedGeneration = this.spec.generation;
    await this.group.file.save();
  }

  /**
   * To be asked before a suspend, in the same turn.
   * @throws Refusal SESSION_NOT_EQUIVALENT: whatever the operator saw, the destination lacks something now, and force was not asked for
   */
  expectSuspendable({ uid, run, isForced, isAlone }: SessionSpec): void {
    const isSuspend = this.spec.run === 'Active' && run === 'Suspend' && !isForced && !isAlone;
    if (isSuspend && this.transfer?.isBehind === true) throw new Refusal('SESSION_NOT_EQUIVALENT', uid);
  }

  private async carryOut(before: SessionSpec, spec: SessionSpec): Promise<void> {
    if (before.run === 'Active' && spec.run === 'Suspend') {
      await (spec.isAlone ? this.yieldTo() : this.suspend());
    } else if (
      spec.run === 'Active' &&
      (before.run === 'Suspend' || spec.resumedGeneration > before.resumedGeneration)
    ) {
      this.resume();
    } else if (before.settings.transferMode !== spec.settings.transferMode) await this.changeMode(before);
  }

  private async changeMode({ settings: before }: SessionSpec): Promise<void> {
    const { settings } = this.spec;
    if (isAsynchronous(settings) && this.gate.isWaiting) await this.gate.end();
    if (isLogged(before) === isLogged(settings)) return this.transfer?.changeMode();
    this.stopTransfer();
    try {
      if (!isLogged(settings)) await this.fallWhole();
    } finally {
      // From there the other way of transfer goes on.
      this.reconnect('the transfer mode is changed');
    }
  }

  private takeSettings(before: SessionSpec): void {
    const { settings } = this.spec;
    this.dialer.change(linkSettingsOf(this.spec));
    // Set to Manual while halted, it waits; set back to Automatic, it goes on waiting for a resume (C12).
    const isManualNow = settings.recoveryMode === 'Manual' && before.settings.recoveryMode !== 'Manual';
    if (isManualNow && this.record.isHalted) this.record.isWaitingForResume = true;
    this.gate.refresh();
    this.judge();
  }

  private async suspend(): Promise<void> {
    const { record, stream } = this;
    record.mustAskForChanges = true;
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    let isConfirmed = false;
    const lastLsn = this.transfer?.stopHere() ?? null;
    if (lastLsn !== null) {
      stream.setMarking(true);
      isConfirmed = await this.confirmSuspend(lastLsn);
    }
    this.stopTransfer();
    if (isConfirmed) {
      record.reliesFromLsn = null;
      record.mapsFromLsn = this.progress.sentLsn;
    } else await this.fallWhole();
    // Nothing is acknowledged without the destination before it is durable that the map remembers what it lacks.
    await this.group.file.save();
    this.gate.open();
    this.writer.release();
    if (lastLsn === null && this.connection !== null) this.tellSuspended(this.connection);
    // A suspended source waits for nobody.
    await this.start.goOn();
  }

  private fallToMap(): Promise<void> {
    const { group, lag } = this;
    const now = group.clock.wallMs();
    if (this.record.reliesFromLsn !== null) this.mapLag.tookOver(now - lag.seconds(group.log.headLsn, now) * 1000);
    return fallToMap(group, this.stream).finally(() => (this.falling = null));
  }

  private async fallWhole(): Promise<void> {
    await this.falling;
    await (this.falling = this.fallToMap());
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
    record.mustAskForChanges = true;
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    this.gate.open();
    this.source.fence();
    this.stopTransfer();
    await this.group.file.save();
    await this.fallWhole();
  }

  /** Notes a split brain when both sides were written since they parted. */
  private async noteDivergence(welcome: Welcome): Promise<void> {
    const choice = chooseFor(this.group, this.stream, welcome);
    const divergence = choice.kind === 'fenced' ? choice.divergence : choice.kind === 'split-brain' ? choice : null;
    if (divergence === null) return;
    this.record.error = this.gate.errorOf('SESSION_SPLIT_BRAIN');
    this.log({ ...divergence }, 'source and destination were written apart');
    await this.group.file.save();
  }

  private resume(): void {
    const { record } = this;
    // After a split brain the resume names this side the winner.
    if (record.error?.code === 'SESSION_SPLIT_BRAIN') record.mustAskForChanges = true;
    record.error = null;
    record.isWaitingForResume = false;
    record.isHalted = false;
    record.phase = 'Copying';
    this.gate.refresh();
    this.lastHeardMs = this.group.clock.monotonicMs();
    if (this.connection !== null) this.reconnect('the session is resumed');
  }

  // --- an outage of the log ---

  /** Nothing more is sent over the present connection. Resolves when no step of that is under way. */
  async stopMoving(): Promise<void> {
    this.reconnect('the log of the source failed');
    await this.settled();
  }

  /** The log takes records again: the destination is sent what it lacks. */
  goOnByLog(): void {
    if (isLogged(this.spec.settings)) this.reconnect('the log of the source was made anew');
  }

  /** Acknowledgements do not wait for a destination that gets nothing. */
  waitNoMore(): void {
    this.gate.open();
    this.refreshGate();
  }

  refreshGate(): void {
    this.gate.refresh();
    this.judge();
  }

  // --- what others see ---

  private get status(): SessionStatus {
    const { record } = this;
    if (this.group.record.rejection !== null) return 'Error';
    if (this.spec.run === 'Suspend') return 'Suspend';
    if (record.error !== null) return 'Error';
    const isHalted =
      record.isHalted || record.isWaitingForResume || (this.start.isUnderWay && this.connection === null);
    return isHalted ? 'Halt' : 'Active';
  }

  states(): SessionState[] {
    this.transfer?.countTransferred();
    this.pressure.countThrottled();
    return sourceStates(this.group, this.stream, {
      status: this.status,
      isWaitedFor: this.gate.isWaiting && !this.group.isWithoutLog,
      isInTouch: this.transfer?.isInTouch === true && this.falling === null,
      isLinkUp: this.connection !== null,
      paths: this.dialer.pathStates(),
      lastHeardWallMs: this.lastHeardWallMs,
      durableLsn: this.progress.durableLsn,
      lag: this.lag,
      mapLag: this.mapLag,
      throttle: this.pressure.throttle,
      statistics: this.statistics,
      peerFault: this.peerFault,
    });
  }
}

function nullIfDamaged(error: unknown): null {
  if (isRefusal(error, 'SRL_CORRUPT')) return null;
  throw error;
}
