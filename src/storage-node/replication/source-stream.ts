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
import type { CloseReason } from './close-reason.js';
import { DiskTroubleRetry, isDiskTrouble } from './disk-trouble.js';
import { Lag } from './lag.js';
import { lagFrom, LagSurvey } from './lag-survey.js';
import { BackPressure } from './back-pressure.js';
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
import { sourceStates } from './source-state.js';
import type { Transfer } from './transfer.js';
import { LinkStatistics } from './link-statistics.js';
import { StreamFall } from './stream-fall.js';
import { Suspension } from './suspension.js';
import { SourceOperations } from './source-operations.js';
import { SourceMeeting } from './source-meeting.js';
import { SourceMoving } from './source-moving.js';
import { SourceWatch } from './source-watch.js';

/** What stays so until somebody corrects an address, a version or a session: the session names it. */
const WRONG_PEER = new Set<ErrorName>(['NODE_IDENTITY_CHANGED', 'NODE_VERSION_UNSUPPORTED', 'NODE_NOT_FOUND']);

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
  private readonly moving: SourceMoving;
  readonly mapLag: MapLag;
  private readonly lagSurvey: LagSurvey;
  readonly retry: DiskTroubleRetry;
  readonly returnToLog: ReturnToLog;
  private readonly pressure: BackPressure;
  private readonly watch: SourceWatch;
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
    return new SourceStream(source, stream, await lagFrom(log, from), from);
  }

  private constructor(
    private readonly source: SourceGroup,
    readonly stream: GroupStream,
    readonly lag: Lag,
    durableLsn: number,
  ) {
    this.group = source.group;
    this.around = source.around;
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
    this.watch = new SourceWatch(source, stream, this.gate, this.progress);
    this.falling = this.makeFall();
    this.suspension = new Suspension(stream, this.progress, {
      connection: () => this.connection,
      pump: () => this.transfer?.pump(),
    });
    this.moving = this.makeMoving();
    this.operations = this.makeOperations();
    this.meeting = new SourceMeeting(source, stream, this.gate, {
      isCurrent: (connection) => this.connection === connection,
      reconnect: (why) => this.reconnect(why),
      fail: (code, where) => this.fail(code, where),
      tellSuspended: (connection) => this.suspension.tell(connection),
      proceed: (connection, welcome, choice) => this.moving.proceed(connection, welcome, choice),
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
      stopTransfer: () => this.moving.stop(),
      reconnect: (why) => this.reconnect(why),
      judge: () => this.judge(),
      forgetSilence: () => this.watch.forgetSilence(),
    });
  }

  private makeMoving(): SourceMoving {
    return new SourceMoving(this.source, this.stream, this, {
      isCurrent: (connection) => this.connection === connection,
      unfence: () => this.source.unfence(this),
      fail: (code, where) => this.fail(code, where),
      stepFailed: (connection, error) => this.stepFailed(connection, error),
      unreadable: () => this.inBackground(this.fail('DEVICE_FAILED', 'source')),
      moved: () => {
        this.suspension.send();
        this.writer.release();
        this.judge();
      },
    });
  }

  private get transfer(): Transfer | null {
    return this.moving.transfer;
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
    if (this.watch.isLost(this.connection?.heardMs ?? 0)) this.letGo();
    if (this.watch.isTooSlow(this.connection !== null))
      this.inBackground(this.fail('SESSION_WRITE_DELAYED', 'destination'));
  }

  /** Since when a destination that gets nothing lacks something is durable, so that a restart does not forget it. */
  private lookAtLag(): void {
    this.inBackground(this.lagSurvey.look());
    this.mapLag.look(this.group.clock.wallMs());
    if (!this.mapLag.isNews || this.transfer !== null) return;
    this.mapLag.isNews = false;
    this.inBackground(this.group.file.save());
  }

  private watchForStalls(): void {
    const { error, isWaitingForResume } = this.record;
    const isReserved = this.transfer?.isReserved === true || this.transfer?.isJoiningReserved === true;
    const isResting = error !== null || isWaitingForResume || !this.moving.canMove || isReserved;
    const isDue = this.spec.run === 'Active' && !isResting && this.transfer?.isDone !== true;
    if (!this.watch.isStuck(isDue, this.connection !== null)) return;
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
    this.watch.hear();
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
    this.moving.stop();
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
    this.moving.stop();
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

  // --- messages ---

  private handle(message: PeerMessage): void {
    this.watch.hear();
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
    this.moving.stop();
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
      lastHeardWallMs: this.watch.lastHeardWallMs,
      durableLsn: this.progress.durableLsn,
      lag: this.lag,
      mapLag: this.mapLag,
      throttle: this.pressure.throttle,
      statistics: this.statistics,
      peerFault: this.peerFault,
    });
  }
}
