import { Refusal } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import type { MemberPosition } from '../../format/peer/messages.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { lsn } from '../../model/position.js';
import type { NodeUid } from '../../model/ids.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import { fallToMap, markLogged } from '../group/fall-to-map.js';
import type { Follower } from '../group/follower.js';
import type { Group } from '../group/group.js';
import type { GroupRecord, StreamError } from '../group/group-record.js';
import { errorNow } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import { closedPath } from '../group/host-path.js';
import type { Member } from '../group/member.js';
import { HostWriter } from '../group/host-writer.js';
import { SourceMembers } from './source-members.js';
import { SourceOutage } from './source-outage.js';
import { SourceStart } from './source-start.js';
import { SourceStream } from './source-stream.js';
import type { SourceSurroundings } from './source-surroundings.js';

/**
 * A group at its source: its hosts, the path of their writes, its reigns, and one stream for each destination. What a write waits for
 * is what all streams say together.
 */
export class SourceGroup implements Follower {
  readonly writer: HostWriter;
  readonly streams: SourceStream[] = [];
  readonly start: SourceStart;
  readonly members: SourceMembers;
  private outage!: SourceOutage;
  private hostsOpen = false;
  private isStopped = false;

  static async open(group: Group, around: SourceSurroundings): Promise<SourceGroup> {
    const source = new SourceGroup(group, around);
    for (const stream of group.streams) source.streams.push(await SourceStream.open(source, stream));
    source.outage = source.makeOutage();
    return source;
  }

  private constructor(
    readonly group: Group,
    readonly around: SourceSurroundings,
  ) {
    this.writer = new HostWriter(group, this);
    group.keepAfterLsn = () => this.reliesFromLsn;
    // Destinations keep their logs until ours is durable: they learn of that at once, or a fast source would fill them.
    group.checkpointer.onCheckpoint(() => {
      for (const stream of this.streams) stream.beat();
    });
    this.start = this.makeStart();
    this.members = new SourceMembers(group, {
      areHostsOpen: () => this.hostsOpen,
      openByLog: (member) => member.open(this.writer.pathOf(member)),
      offer: (entries) => this.offer(entries),
      log: (fields, message) => this.log(fields, message),
    });
  }

  private makeStart(): SourceStart {
    return new SourceStart(this.group, {
      streams: this.streams,
      openEpoch: () => this.openEpoch(0),
      openHosts: () => this.openHosts(),
      closeHosts: (reason) => this.closeHosts(reason),
      opened: () => {
        for (const stream of this.streams) stream.proceedAfterStart();
      },
      log: (fields, message) => this.log(fields, message),
    });
  }

  private makeOutage(): SourceOutage {
    return new SourceOutage(this.group, this.writer, this.streams, {
      areHostsOpen: () => this.areHostsOpen,
      pauseHosts: () => this.pauseHosts(),
      randomId: () => this.around.randomId(),
      log: (fields, message) => this.log(fields, message),
    });
  }

  log(fields: object, message: string): void {
    this.around.log({ group: this.group.uid, ...fields }, message);
  }

  private get record(): GroupRecord {
    return this.group.record;
  }

  get areHostsOpen(): boolean {
    return this.hostsOpen;
  }

  // --- Follower: what the group asks on the write path ---

  get receivedLsn(): number {
    let through = Infinity;
    for (let i = 0; i < this.streams.length; i++) through = Math.min(through, this.streams[i]!.receivedLsn);
    return through;
  }

  get durableLsn(): number {
    let through = Infinity;
    for (let i = 0; i < this.streams.length; i++) through = Math.min(through, this.streams[i]!.durableLsn);
    return through;
  }

  get writeRefusal(): ErrorName | null {
    for (let i = 0; i < this.streams.length; i++) {
      const refusal = this.streams[i]!.writeRefusal;
      if (refusal !== null) return refusal;
    }
    return null;
  }

  ceilingLsn = Infinity;

  admits(lastLsn: number, recordCount: number): boolean {
    for (let i = 0; i < this.streams.length; i++) {
      if (this.streams[i]!.admits(lastLsn, recordCount)) continue;
      this.settleCeiling();
      return false;
    }
    return true;
  }

  /** What the streams ask of hosts may have changed. */
  pressureChanged(): void {
    this.settleCeiling();
    this.writer.retryThrottled();
  }

  private settleCeiling(): void {
    let ceiling = Infinity;
    for (let i = 0; i < this.streams.length; i++) ceiling = Math.min(ceiling, this.streams[i]!.ceilingLsn);
    this.ceilingLsn = ceiling;
  }

  get reliesFromLsn(): number {
    let from = Infinity;
    for (let i = 0; i < this.streams.length; i++) from = Math.min(from, this.streams[i]!.reliesFromLsn);
    return from;
  }

  offer(entries: readonly LogEntry[]): void {
    for (let i = 0; i < this.streams.length; i++) this.streams[i]!.offer(entries);
  }

  wantDurable(): void {
    for (let i = 0; i < this.streams.length; i++) this.streams[i]!.wantDurable();
  }

  // --- life ---

  /** Begins to serve hosts at once: the group was just made, or its roles just changed. */
  async begin(): Promise<void> {
    for (const stream of this.group.streams) stream.setMarking(stream.record.reliesFromLsn === null);
    await this.openEpoch(0);
    this.openHosts();
    for (const stream of this.streams) stream.startDialing();
  }

  /** Goes on as before: an operation that had stopped it failed. */
  goOn(): void {
    for (const member of this.group.members.values()) if (member.record.addedLsn === null) member.openDirect();
    this.openHosts();
    if (this.record.rejection !== null) return;
    for (const stream of this.streams) stream.startDialing();
  }

  /** Begins after a start of the node: the destinations are asked before hosts are served. */
  async beginAfterStart(): Promise<void> {
    const { rejection } = this.record;
    if (rejection !== null) return this.closeHosts(rejection.code);
    await this.start.begin();
    for (const stream of this.streams) stream.startDialing();
  }

  async stop(): Promise<void> {
    for (const stream of this.streams) stream.endLink();
    await this.outage.stop();
    await this.members.settled();
    for (const stream of this.streams) await stream.settled();
    // Its files may be about to go.
    this.isStopped = true;
  }

  /** Serves nobody any more, and waits for nobody: what waits for a destination is acknowledged without it. */
  async dissolve(): Promise<void> {
    await this.stop();
    for (const stream of this.streams) stream.stopWaiting();
    this.writer.release();
    this.pressureChanged();
    // Writes may be waiting for room that the log kept for destinations; the maps remember in case a later step fails.
    for (const stream of this.group.streams) await fallToMap(this.group, stream);
    this.writer.retryStalled();
  }

  /** To be called every 100 ms or so. */
  tick(): void {
    const { group } = this;
    this.writer.retryStalled();
    if (this.isStopped) return;
    group.freeLog();
    this.outage.tick();
    group.retryHealing();
    group.renewTrackers();
    if (this.start.isUnderWay && this.record.rejection === null) this.start.tick();
    for (const stream of this.streams) stream.tick();
    this.members.tick();
  }

  // --- streams ---

  streamTo(node: NodeUid): SourceStream | undefined {
    return this.streams.find(({ stream }) => stream.otherNode === node);
  }

  /** How far the other destinations are that go by the log. */
  positionsBeside(stream: SourceStream): MemberPosition[] {
    const others = this.streams.filter((each) => each !== stream && each.reliesFromLsn < Infinity);
    return others.map((each) => ({ nodeUid: each.stream.otherNode, durableLsn: lsn(each.reliesFromLsn) }));
  }

  /** Begins a stream whose maps name everything, or with `initial_copy` Skip what is not acknowledged yet; hosts go on meanwhile. */
  async add(stream: GroupStream): Promise<void> {
    stream.setMarking(true);
    if (stream.record.isCopySkipped !== true) stream.markAll();
    else await markLogged(this.group, stream, Math.min(this.group.log.durableLsn, this.receivedLsn, this.durableLsn));
    await this.takeUp(stream);
  }

  /** Goes on with a stream, with what its record and maps say. */
  async takeUp(stream: GroupStream): Promise<void> {
    const added = await SourceStream.open(this, stream);
    this.streams.push(added);
    added.startDialing();
  }

  /** Ends a stream: what waits for its destination is acknowledged without it. */
  async remove(stream: SourceStream): Promise<void> {
    stream.endLink();
    await stream.settled();
    this.streams.splice(this.streams.indexOf(stream), 1);
    this.writer.release();
    this.pressureChanged();
    this.writer.retryStalled();
    await this.start.goOn();
  }

  // --- hosts ---

  openHosts(): void {
    const { isFenced, rejection } = this.record;
    const refusal = rejection?.code ?? (isFenced ? 'ACCESS_FENCED' : null);
    this.hostsOpen = refusal === null;
    for (const stream of this.streams) stream.judge();
    this.writer.close(refusal);
    for (const member of this.loggedMembers) {
      member.open(refusal === null ? this.writer.pathOf(member) : closedPath(refusal));
    }
  }

  /** Those whose writes are logged: one that is to join is none of the group's yet. */
  private get loggedMembers(): Member[] {
    return [...this.group.members.values()].filter(({ record }) => record.addedLsn !== null);
  }

  closeHosts(reason: ErrorName): void {
    this.hostsOpen = false;
    for (const member of this.loggedMembers) member.open(closedPath(reason));
    this.writer.close(reason);
  }

  private async pauseHosts(): Promise<() => void> {
    const wereOpen = this.hostsOpen;
    await this.members.settled();
    for (const member of this.loggedMembers) {
      if (wereOpen) member.pause();
      await member.left();
    }
    return () => {
      if (wereOpen) this.openHosts();
    };
  }

  /** A new reign of this source: number above every epoch that is known. */
  async openEpoch(aboveNumber: number): Promise<void> {
    const number = Math.max(aboveNumber, this.record.lineage.at(-1)?.number ?? 0) + 1;
    const entry = this.group.openEpoch({
      number,
      id: this.around.randomId(),
      startLsn: lsn(this.group.log.headLsn),
    });
    if (entry !== null) this.offer([entry]);
    await this.group.file.save();
  }

  /** Another member has seen a newer reign. */
  fence(): void {
    this.start.end();
    this.record.isFenced = true;
    this.closeHosts('ACCESS_FENCED');
  }

  /** The roles are settled again with one destination: it is the source, unless another one was written apart from it. */
  unfence(settled: SourceStream): void {
    if (!this.record.isFenced || this.streams.some((stream) => stream !== settled && stream.isApart)) return;
    this.record.isFenced = false;
    this.openHosts();
  }

  /**
   * A destination knows a later or another run of this node: what lies here is a past state, or belongs to a copy. What hosts see
   * ends in this very turn.
   */
  async reject(code: ErrorName): Promise<void> {
    const { record } = this;
    if (record.rejection !== null) return;
    record.rejection = this.errorOf(code);
    this.log({ code }, 'a destination knows another run of this node: closed to hosts');
    this.closeHosts(code);
    for (const stream of this.streams) stream.endLink();
    await this.group.file.save();
  }

  errorOf(code: ErrorName): StreamError {
    return errorNow(code, this.group.clock);
  }

  /** Resolves when no step of an outage of the log is under way. */
  async outageSettled(): Promise<void> {
    await this.outage.settled();
  }

  // --- volumes that leave ---

  get departing(): Member[] {
    return this.members.departing;
  }

  /** @throws Refusal: it is tried again */
  part(member: Member, isReplaced: boolean): Promise<void> {
    return this.members.part(member, isReplaced);
  }

  // --- operations ---

  /** @throws Refusal SESSION_NOT_EQUIVALENT: see SourceStream */
  expectSuspendable([spec]: readonly SessionSpec[]): void {
    this.streamTo(spec!.destination.nodeUid)?.expectSuspendable(spec!);
  }

  /**
   * Takes up a later generation of a stream. Everything up to the first wait happens in the caller's turn, so that several streams can
   * be suspended at one point in time.
   * @throws Refusal SESSION_NOT_FOUND
   */
  apply(sessions: readonly SessionSpec[]): Promise<void> {
    const stream = this.streamTo(sessions[0]!.destination.nodeUid);
    if (stream === undefined) throw new Refusal('SESSION_NOT_FOUND', sessions[0]!.uid);
    return stream.apply(sessions);
  }

  states(): SessionState[] {
    return this.streams.flatMap((stream) => stream.states());
  }
}
