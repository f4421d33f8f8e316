import { isRefusal } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { Hello, PeerMessage, Welcome } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { isLogged, type SessionStatus } from '../../model/session.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { formatHostPort, type HostPort } from '../config/host-port.js';
import type { Group } from '../group/group.js';
import type { StreamError, StreamRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { HostWriter } from '../group/host-writer.js';
import type { CatchUp } from './choose-catch-up.js';
import { pinLog } from './source-standing.js';
import type { CloseReason } from './close-reason.js';
import { DiskTroubleRetry, isDiskTrouble } from './disk-trouble.js';
import { Lag } from './lag.js';
import { LagSurvey } from './lag-survey.js';
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
import { StreamFall } from './stream-fall.js';
import { Suspension } from './suspension.js';
import { SourceOperations } from './source-operations.js';
import { SourceMeeting } from './source-meeting.js';

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
  readonly gate: SourceGate;
  readonly dialer: PeerDialer;
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
  readonly falling: StreamFall;
  private isStopped = false;
  /** Why the last attempt found somebody else than the destination, or one that does not fit. */
  private peerFault: StreamError | null = null;
  readonly suspension: Suspension;
  private readonly operations: SourceOperations;
  private readonly meeting: SourceMeeting;
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
    this.falling = this.makeFall();
    this.suspension = new Suspension(stream, this.progress, {
      connection: () => this.connection,
      pump: () => this.transfer?.pump(),
    });
    this.operations = this.makeOperations();
    this.meeting = new SourceMeeting(source, stream, this.gate, {
      isCurrent: (connection) => this.connection === connection,
      reconnect: (why) => this.reconnect(why),
      fail: (code, where) => this.fail(code, where),
      tellSuspended: (connection) => this.suspension.tell(connection),
      proceed: (connection, welcome, choice) => this.proceed(connection, welcome, choice),
    });
  }

  private makeFall(): StreamFall {
    const { group, stream, lag, mapLag, returnToLog, statistics } = this;
    return new StreamFall(group, stream, lag, mapLag, returnToLog, statistics, {
      transfer: () => this.transfer,
      reconnect: (why) => this.reconnect(why),
    });
  }

  private makeOperations(): SourceOperations {
    return new SourceOperations(this.source, this.stream, this, {
      connection: () => this.connection,
      transfer: () => this.transfer,
      stopTransfer: () => this.stopTransfer(),
      reconnect: (why) => this.reconnect(why),
      judge: () => this.judge(),
      forgetSilence: () => (this.lastHeardMs = this.group.clock.monotonicMs()),
    });
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
    const mayFall = !this.falling.isUnderWay && !this.suspension.isUnderWay && this.transfer?.isPinning !== true;
    if (becomes !== null && mayFall) {
      this.inBackground(becomes === 'Map' ? this.falling.overflow() : this.overflowForGood());
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
    await this.falling.settled().catch(() => {});
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
    const isReserved = this.transfer?.isReserved === true || this.transfer?.isJoiningReserved === true;
    const isResting = error !== null || isWaitingForResume || !this.canMove || isReserved;
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
    return this.meeting.makeHello();
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
    this.meeting.greet(connection, welcome).catch((error: unknown) => this.stepFailed(connection, error));
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
    this.inBackground(this.falling.fall().finally(() => connection.destroy(String(error))));
  }

  private closed(connection: PeerConnection, reason: CloseReason): void {
    if (this.connection !== connection) return;
    this.connection = null;
    this.meeting.forget();
    this.stopTransfer();
    this.suspension.done();
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
    this.meeting.forget();
    this.stopTransfer();
    this.suspension.done();
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
    return this.meeting.hasAnswered;
  }

  keepWaiting(): void {
    this.meeting.keepWaiting();
  }

  leaveBehind(): void {
    const { record } = this;
    record.isHalted = true;
    record.isWaitingForResume = this.spec.settings.recoveryMode === 'Manual';
    if (record.dataState === 'Up_To_Date') record.dataState = 'Consistent';
    this.gate.refresh();
  }

  proceedAfterStart(): void {
    const { connection } = this;
    if (connection === null) return;
    this.meeting.proceedOn(connection).catch((error: unknown) => this.stepFailed(connection, error));
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
      // One that took up anything from us has our lineage; to one without, the word of the operator applies.
      const isTakenAsEqual = record.isCopySkipped === true && welcome.lineage.length === 0;
      if (!isTakenAsEqual) this.stream.markAll();
    } else pinLog(this.stream, choice.kind === 'log' ? choice.fromLsn : choice.commonLsn);
    // A volume that was written besides its log, or lost the end of it, is ahead of it: on top of regions copied from there, records from
    // before would undo what they lack.
    await this.falling.whole();
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
      slots: this.around.copySlots,
      returnToLog: this.returnToLog,
      shareBytes: () => shareBytesOf(this.spec),
      proof: { bootId: this.around.bootId, continuityId },
      fallen: () => this.falling.settled(),
      unreadable: () => this.inBackground(this.fail('DEVICE_FAILED', 'source')),
      failed: (of, error) => this.stepFailed(of, error),
      moved: () => {
        this.suspension.send();
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
        return this.suspension.done();
      case Type.Records:
        if (this.connection !== null) this.meeting.takeTail(this.connection, message.body);
        return;
      case Type.TailEnd:
        if (this.connection !== null) this.meeting.endTail(this.connection);
        return;
      default:
        this.transfer?.handle(message);
    }
  }

  /** The same, and it is left alone until it is resumed. */
  private async overflowForGood(): Promise<void> {
    const failed = this.fail('SRL_OVERFLOW', 'source');
    await Promise.all([failed, this.falling.overflow()]);
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

  apply(sessions: readonly SessionSpec[]): Promise<void> {
    return this.operations.apply(sessions);
  }

  expectSuspendable(spec: SessionSpec): void {
    this.operations.expectSuspendable(spec);
  }

  yieldTo(): Promise<void> {
    return this.operations.yieldTo();
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
    if (isHalted) return 'Halt';
    return this.transfer?.isReserved === true ? 'Reserved' : 'Active';
  }

  states(): SessionState[] {
    this.transfer?.countTransferred();
    this.pressure.countThrottled();
    return sourceStates(this.group, this.stream, {
      status: this.status,
      isWaitedFor: this.gate.isWaiting && !this.group.isWithoutLog,
      isJoiningReserved: this.transfer?.isJoiningReserved === true,
      isInTouch: this.transfer?.isInTouch === true && !this.falling.isUnderWay,
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
