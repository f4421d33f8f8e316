import { Refusal, isRefusal } from '../../errors/refusal.js';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { PeerMessage, Suspend, Welcome } from '../../format/peer/messages.js';
import { lsn, type Lsn } from '../../model/position.js';
import type { SessionStatus } from '../../model/session.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { RECOVERY_RETRY_MS, STREAM_WINDOW_BYTES, STREAM_WINDOW_SLACK_BYTES } from '../config/limits.js';
import type { Group } from '../group/group.js';
import type { GroupRecord, StreamError, StreamRecord } from '../group/group-record.js';
import type { Member } from '../group/member.js';
import { Mirror, type MirrorObserver } from '../group/mirror.js';
import type { CloseReason } from './close-reason.js';
import { LinkStatistics } from './link-statistics.js';
import type { PeerConnection } from './peer-connection.js';
import { ReceiveRoom } from './receive-room.js';
import type { Greeting } from './peer-listener.js';
import { Retention } from './retention.js';
import { isOfRun } from './peer-runs.js';
import { DestinationHosts } from './destination-hosts.js';
import { destinationStates } from './destination-state.js';
import { Inbox } from './inbox.js';
import { OwnChanges } from './own-changes.js';
import { DestinationOperations } from './destination-operations.js';
import type { DestinationSurroundings } from './destination-surroundings.js';
import { Intake } from './intake.js';

/**
 * A destination's side of the replication of one group: takes what its source sends, in order, one message after another, and
 * answers with its positions. While suspended it is a volume like any other that remembers what its hosts change.
 */
export class DestinationStream implements MirrorObserver {
  readonly mirror: Mirror;
  readonly statistics = new LinkStatistics();
  private readonly room: ReceiveRoom;
  private readonly retention: Retention;
  private readonly hosts: DestinationHosts;
  private readonly operations: DestinationOperations;
  private connection: PeerConnection | null = null;
  private own: OwnChanges | null = null;
  private intake: Intake | null = null;
  private readonly inbox = new Inbox(
    (message) => this.carryOut(message),
    (error) => this.trouble(error),
  );
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
    this.hosts = new DestinationHosts(group, around.log);
    this.operations = new DestinationOperations(group, this.mirror, this.hosts, around, {
      isUp: () => this.connection !== null,
      idle: () => this.inbox.idle(),
      hangUp: (why) => this.hangUp(why),
      notWaitedFor: () => this.notWaitedFor(),
      changeHeartbeatTimeout: (timeoutMs) => this.connection?.changeHeartbeatTimeout(timeoutMs),
    });
    this.hosts.settle();
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

  // --- connection ---

  /** A source said Hello for this group; its sessions are already settled with ours. */
  async greet(greeting: Greeting): Promise<void> {
    this.sourceFault = null;
    this.connection?.destroy('the source connected again');
    await this.inbox.idle();
    if (this.needsRecovery) await this.recover();
    await this.mirror.beginConnection();
    this.notWaitedFor();
    this.inbox.clear();
    this.receivedBytes = 0;
    const { connection } = greeting;
    if (connection.closeReason !== null) return;
    this.connection = connection;
    this.intake = new Intake(this.group, this.mirror, connection, {
      mayTake: () => {
        this.expectActive();
        return this.failure === null;
      },
      progressed: () => this.progressed(),
    });
    this.room.guard(connection);
    connection.countInto(this.statistics);
    connection.onMessage = (message) => this.take(message);
    const own = (this.own = new OwnChanges(this.group, connection));
    connection.onClose = (reason) => {
      this.closed(connection, reason);
      own.ended();
    };
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
    if (now < this.nextRecoveryAtMs || !(file.isStale || this.needsRecovery) || this.inbox.isBusy) return;
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
    this.hosts.settle();
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
      sizes: members.map(({ slot, volume }) => ({ slot, sizeBytes: volume.sizeBytes })),
    };
  }

  private closed(connection: PeerConnection, reason: CloseReason): void {
    if (this.connection === connection) this.connection = null;
    this.room.leave(connection);
    this.holdRoom();
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
    await this.hangUp('the node stops');
    this.mirror.stop();
  }

  private hangUp(why: string): Promise<void> {
    this.connection?.bye(why);
    this.connection = null;
    return this.inbox.idle();
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
    } else this.inbox.take(message);
  }

  /** On this connection. What an earlier one brought may still have to be applied. */
  private get consumedBytes(): number {
    return Math.max(0, this.mirror.consumedBytes);
  }

  private holdRoom(): void {
    const isOpen = this.connection !== null;
    this.room.hold(isOpen ? this.receivedBytes - this.mirror.consumedBytes : this.mirror.pendingBytes);
  }

  private trouble(error: unknown): void {
    if (isRefusal(error) && error.code !== 'FORMAT_CORRUPT') this.connection?.refuse(error.code, error.message);
    else this.connection?.destroy(String(error));
  }

  private carryOut(message: PeerMessage): Promise<void> | undefined {
    switch (message.type) {
      case Type.Records:
        if (this.mirror.lacksLog) return this.mirror.takeUpLog().then(() => this.carryOut(message));
        this.intake?.takeRecords(message.body);
        return this.mirror.catchUp();
      case Type.Region:
        return this.intake?.takeRegionWhenReady(message);
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
        this.expectActive();
        return this.intake?.startLog(message);
      case Type.StartResync:
        this.expectActive();
        return this.mirror
          .startResync(message.lineage, message.fromLsn, message.members)
          .then(() => this.hosts.settle());
      case Type.MapRequest:
        this.expectActive();
        return this.own?.tellChanges(message.aboveLsn);
      case Type.Suspend:
        return this.suspend(message);
      case Type.TailRequest:
        return this.own?.sendTail(message.fromLsn);
      default:
        return undefined;
    }
  }

  private expectActive(): void {
    if (this.spec.run !== 'Active') throw new Refusal('SESSION_NOT_ESTABLISHED', 'the session is suspended here');
  }

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
    await this.operations.leave(theirs);
    this.connection?.send({ type: Type.Suspended, generation: spec.generation });
  }

  /** Takes up a later generation with the same ends, from the control plane or from the source. */
  apply(sessions: readonly SessionSpec[]): Promise<void> {
    return this.operations.apply(sessions);
  }

  /** Volumes are to join: they belong to the source. */
  joined(slots: readonly number[]): void {
    for (const slot of slots) this.mirror.unlogged.noteDeparted(slot, false);
    this.hosts.settle();
  }

  get departing(): Member[] {
    return this.operations.departing;
  }

  /** What they hold is durable when it resolves, and they change no more. */
  part(member: Member): Promise<void> {
    return this.operations.part(member);
  }

  departed(): Promise<void> {
    return this.operations.departed();
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

  states(): SessionState[] {
    return destinationStates(this.group, this.mirror, {
      status: this.status,
      error: this.error,
      isLinkUp: this.connection !== null,
      lastHeardWallMs: this.lastHeardWallMs,
      statistics: this.statistics,
    });
  }
}
