import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { NodeRun } from '../../model/run.js';
import { DESTINATIONS_MAX, isLogged } from '../../model/session.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { Clock, Timer } from '../config/clock.js';
import type { Budget } from '../config/budget.js';
import type { Random } from '../config/random.js';
import { RECOVERY_RETRY_MS, STREAM_TICK_MS } from '../config/limits.js';
import type { Group } from '../group/group.js';
import type { FoundGroup, GroupFolder } from '../group/group-folder.js';
import { isNamed, sessionsOf, unusedLog, type GroupRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { HostedVolume } from '../group/hosted-volume.js';
import { isJoining, type Member } from '../group/member.js';
import { firstStream, newRecord, newStream } from '../group/new-record.js';
import { Turns } from '../volume/turns.js';
import { DestinationStream } from './destination-stream.js';
import type { DestinationSurroundings } from './destination-surroundings.js';
import type { Greeting } from './peer-listener.js';
import { isOfRun, type PeerRuns } from './peer-runs.js';
import { AsideGroups, type AsideSurroundings } from './aside-groups.js';
import { isReasonToSetAside } from './set-aside.js';
import { SourceGroup } from './source-group.js';
import type { SourceSurroundings } from './source-surroundings.js';

export interface ReplicaSurroundings {
  readonly nodeUid: NodeUid;
  readonly run: NodeRun;
  /** See Welcome. */
  readonly continuityId: string;
  /** The present boot of the machine. */
  readonly bootId: string;
  readonly peerRuns: PeerRuns;
  readonly folder: GroupFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly budget: Budget;
  findVolume(uid: VolumeUid): HostedVolume | undefined;
  makeDialer: SourceSurroundings['makeDialer'];
  parseSessions(sessions: readonly object[]): SessionSpec[];
  log(fields: object, message: string): void;
}

type Side = SourceGroup | DestinationStream;

/** One group here: opened, and once the node is up also streaming. */
interface Replica {
  group: Group;
  side: Side | null;
  /** Operations on a group happen one after another. */
  queue: Promise<unknown>;
  /** No volume is asked to leave before, monotonic milliseconds: an attempt is under way, or failed. */
  nextPartingMs: number;
  /** Its files are being closed, for good or to be opened in another role. */
  isClosing?: boolean;
}

/**
 * Every replicated group of this node, as source or destination: makes them, finds them again at start, carries out what the control
 * plane asks, and hands peers to the group they ask for.
 */
export class Replicas {
  private readonly replicas = new Map<GroupUid, Replica>();
  private readonly aside: AsideGroups;
  private readonly creations = new Turns<GroupUid>();
  private ticker: Timer | null = null;

  constructor(private readonly around: ReplicaSurroundings) {
    this.aside = new AsideGroups(this.asideSurroundings());
  }

  // --- start and stop ---

  /**
   * @param wasPowerLost the machine went down while volumes may have been written
   * @throws Refusal FORMAT_CORRUPT when of a group not even the volumes can be told; FORMAT_UNSUPPORTED
   */
  async open(wasPowerLost: boolean): Promise<void> {
    this.aside.wasPowerLost = wasPowerLost;
    await this.around.peerRuns.load();
    for (const groupUid of await this.around.folder.list()) {
      const found = await this.around.folder.read(groupUid);
      if (found !== null) await this.openFound(found, wasPowerLost);
    }
  }

  private async openFound(found: FoundGroup, wasPowerLost: boolean): Promise<void> {
    const { file, members } = found;
    if (file === null) return this.aside.put(members, null, found.damage);
    try {
      const group = await this.around.folder.open(file, this.volumesOf(file.record), wasPowerLost);
      this.replicas.set(group.uid, { group, side: null, queue: Promise.resolve(), nextPartingMs: 0 });
    } catch (error) {
      if (!isReasonToSetAside(error)) throw error;
      this.aside.put(members, file, error);
    }
  }

  private asideSurroundings(): AsideSurroundings {
    const { nodeUid, folder, clock, findVolume, log } = this.around;
    return {
      nodeUid,
      folder,
      now: () => new Date(clock.wallMs()),
      findVolume,
      volumesOf: (record) => this.volumesOf(record),
      mendingSurroundings: () => this.sourceSurroundings(),
      replay: (group) => this.replayGroup(group),
      takeUp: async (group) => {
        const side = await this.makeSide(group);
        this.replicas.set(group.uid, { group, side, queue: Promise.resolve(), nextPartingMs: 0 });
        if (side instanceof SourceGroup) await side.beginAfterStart();
      },
      log,
    };
  }

  /** False when a group was set aside: what a power loss may have cost it is not marked yet. */
  get isComplete(): boolean {
    return this.aside.isEmpty;
  }

  /** Applies to the volumes what their logs hold above the floors. */
  async replay(): Promise<void> {
    for (const { group } of this.replicas.values()) await this.replayGroup(group);
  }

  private async replayGroup(group: Group): Promise<void> {
    if (group.record.mirror.isLogVoid) return;
    const count = await group.replay();
    if (count > 0) this.around.log({ group: group.uid, records: count }, 'replayed');
    // A volume that cannot take its log shows that in its state; the rest of the node starts.
    await group.raiseFloor().catch((error: unknown) => {
      this.around.log({ group: group.uid, error: String(error) }, 'a volume lacks what its log holds');
    });
  }

  async takeUpRoles(): Promise<void> {
    for (const replica of this.replicas.values()) replica.side = await this.makeSide(replica.group);
  }

  /** Sources begin to look for their destinations; hosts of their volumes wait until those have answered. */
  async begin(): Promise<void> {
    for (const { side } of this.replicas.values()) {
      if (side instanceof SourceGroup) await side.beginAfterStart();
    }
    await this.aside.begin();
    this.ticker = this.around.clock.every(STREAM_TICK_MS, () => this.tick());
  }

  async stop(): Promise<void> {
    this.ticker?.cancel();
    await Promise.all([...this.replicas.values()].map(({ side }) => side?.stop()));
    await this.aside.stop();
  }

  /** @throws what kept the first group from being synced; all are closed in any case */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const { group } of this.replicas.values()) {
      await group.raiseFloor().catch((error: unknown) => {
        this.around.log({ group: group.uid, error: String(error) }, 'no last checkpoint');
        failures.push(error);
      });
      await group.close();
    }
    if (failures.length > 0) throw failures[0];
  }

  private tick(): void {
    for (const replica of this.replicas.values()) {
      // Of files that are being closed, none may be made anew.
      if (replica.isClosing) continue;
      replica.side?.tick();
      this.partSoon(replica);
    }
  }

  private makeSide(group: Group): Promise<Side> {
    if (group.record.role === 'source') return SourceGroup.open(group, this.sourceSurroundings());
    return Promise.resolve(new DestinationStream(group, this.destinationSurroundings()));
  }

  private sourceSurroundings(): SourceSurroundings {
    const { nodeUid, run, bootId, log, makeDialer, parseSessions, peerRuns, budget } = this.around;
    return {
      nodeUid,
      run,
      bootId,
      log,
      budget,
      meet: (node, theirs) => peerRuns.meet(node, theirs),
      randomId: () => this.randomId(),
      parseSessions: (sessions) => parseSessions(sessions),
      makeDialer: (owner, spec, statistics) => makeDialer(owner, spec, statistics),
      adopt: async (sessions) => {
        await this.put(sessions);
      },
    };
  }

  private destinationSurroundings(): DestinationSurroundings {
    const { nodeUid, run, continuityId, log, parseSessions, budget } = this.around;
    return {
      nodeUid,
      run,
      continuityId,
      log,
      windows: budget.pool('stream_windows'),
      randomId: () => this.randomId(),
      parseSessions: (sessions) => parseSessions(sessions),
    };
  }

  private randomId(): string {
    return this.around.random.hex(8);
  }

  private volumesOf(record: GroupRecord): Map<number, HostedVolume> {
    const volumes = new Map<number, HostedVolume>();
    for (const { slot, volumeUid } of record.members) {
      const volume = this.around.findVolume(volumeUid);
      if (volume === undefined) throw new Refusal('VOLUME_NOT_FOUND', volumeUid);
      volumes.set(slot, volume);
    }
    return volumes;
  }

  // --- looking up ---

  states(): SessionState[] {
    const states = [...this.replicas.values()].flatMap(({ side }) => side?.states() ?? []);
    return states.concat(this.aside.states());
  }

  get logUsedBytes(): number {
    let bytes = 0;
    for (const { group } of this.replicas.values()) bytes += group.log.usedBytes;
    return bytes;
  }

  isReplicated(volume: VolumeUid): boolean {
    return this.ofVolume(volume) !== undefined || this.isAside(volume);
  }

  /** Whether the volume's group was set aside: what its log holds is not in the volume. */
  isAside(volume: VolumeUid): boolean {
    return this.aside.ofVolume(volume) !== undefined;
  }

  /** Certificate that a peer must show, or null for a node that shares no session with this one. */
  fingerprintOf(node: NodeUid): string | null {
    for (const { source, destination } of this.sessions()) {
      if (source.nodeUid === node) return source.fingerprint;
      if (destination.nodeUid === node) return destination.fingerprint;
    }
    return null;
  }

  private sessions(): SessionSpec[] {
    const opened = [...this.replicas.values()].flatMap(({ group }) => sessionsOf(group.record));
    return opened.concat(this.aside.sessions());
  }

  private ofVolume(uid: VolumeUid): Replica | undefined {
    return [...this.replicas.values()].find(({ group }) =>
      [...group.members.values()].some((member) => member.uid === uid),
    );
  }

  private ofSession(uid: SessionUid): Replica | undefined {
    return [...this.replicas.values()].find(({ group }) => sessionsOf(group.record).some((spec) => spec.uid === uid));
  }

  // --- what the control plane asks ---

  /**
   * Makes a stream, or takes up a later generation of one: all its sessions. Earlier generations change nothing.
   * @throws Refusal
   */
  async put(sessions: readonly SessionSpec[]): Promise<SessionState[]> {
    const [spec] = sessions as readonly [SessionSpec];
    const aside = this.aside.ofGroup(spec.groupUid);
    if (aside !== undefined) {
      aside.tell(sessions);
      return ofStream(aside.states(), spec);
    }
    // A second call for a group that is being made waits, and then finds it.
    if (!this.replicas.has(spec.groupUid)) {
      return this.creations.take(spec.groupUid, () =>
        this.replicas.has(spec.groupUid) ? this.put(sessions) : this.create(sessions),
      );
    }
    const replica = this.replicas.get(spec.groupUid)!;
    return inTurn(replica, async () => {
      // Its last session was deleted meanwhile.
      if (this.replicas.get(spec.groupUid) !== replica) return this.put(sessions);
      const stream = this.streamIn(replica.group, spec);
      if (stream === undefined) await this.addStream(replica, sessions);
      else if (!isSame(stream, sessions)) throw new Refusal('VOLUME_SECOND_DESTINATION', spec.uid);
      else if (isDue(stream, replica.group, sessions)) await this.change(replica, sessions);
      return ofStream(replica.side!.states(), spec);
    });
  }

  /** Suspends several streams at one point in time: all of them stop in one turn of the event loop. */
  async suspend(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    const streams = byStream(specs);
    const replicas = streams.map((sessions) => {
      const [spec] = sessions;
      const replica = this.replicas.get(spec!.groupUid);
      if (replica === undefined || this.streamIn(replica.group, spec!) === undefined) {
        throw this.aside.ofGroup(spec!.groupUid)?.refusal ?? new Refusal('SESSION_NOT_FOUND', spec!.uid);
      }
      if (this.roleIn(spec!) !== replica.group.record.role) throw new Refusal('SESSION_SOURCES_DIFFER', spec!.uid);
      refuseIfRejected(replica.group.record);
      refuseOtherMembers(replica.group, sessions);
      return replica;
    });
    return together(replicas, async () => {
      // All of them or none.
      streams.forEach((sessions, index) => {
        const { side } = replicas[index]!;
        if (side instanceof SourceGroup) side.expectSuspendable(sessions);
      });
      const changes = streams.map((sessions, index) => {
        const { group, side } = replicas[index]!;
        const known = this.streamIn(group, sessions[0]!)?.spec.generation ?? 0;
        return sessions[0]!.generation > known ? side!.apply(sessions) : Promise.resolve();
      });
      await Promise.all(changes);
      return streams.flatMap((sessions, index) => ofStream(replicas[index]!.side!.states(), sessions[0]!));
    });
  }

  /** Ends a session's stream here; its volumes keep their data, and those in no other are open to hosts. Gone already is success. */
  async delete(uid: SessionUid): Promise<void> {
    const replica = this.ofSession(uid);
    if (replica === undefined) return this.giveUp(uid);
    await inTurn(replica, async () => {
      const { group, side } = replica;
      if (this.replicas.get(group.uid) !== replica) return;
      const stream = group.streams.find(({ record }) => record.sessions.some((spec) => spec.uid === uid));
      if (stream === undefined) return;
      if (side instanceof SourceGroup && group.streams.length > 1) {
        await this.endStream(side, stream);
      } else await this.end(replica);
      await this.forgetStrangers();
    });
  }

  /** Ends one stream of several; if that fails, it goes on as it was. */
  private async endStream(side: SourceGroup, stream: GroupStream): Promise<void> {
    await side.remove(side.streamTo(stream.otherNode)!);
    try {
      await this.around.folder.removeStream(side.group, stream);
    } catch (error) {
      await side.takeUp(stream);
      throw error;
    }
  }

  private async end(replica: Replica): Promise<void> {
    const { group } = replica;
    const volumes = this.volumesOf(group.record);
    await this.orGoOn(replica, () => this.dissolve(replica));
    replica.isClosing = true;
    await group.close();
    await group.file.retire();
    await this.around.folder.remove(group.uid);
    this.replicas.delete(group.uid);
    for (const volume of volumes.values()) volume.openDirect();
  }

  /** Brings a group to rest: nothing moves, hosts wait, and its volumes hold all that its log does. */
  private async dissolve({ group, side }: Replica): Promise<void> {
    if (side instanceof SourceGroup) await side.dissolve();
    await pauseHosts(group);
    if (side instanceof DestinationStream) {
      await side.stop();
      await side.mirror.settle();
    }
    await group.raiseFloor();
  }

  /** Does what stops a group; if that fails, it goes on as it was. */
  private async orGoOn(replica: Replica, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      replica.side = await this.makeSide(replica.group);
      if (replica.side instanceof SourceGroup) replica.side.goOn();
      throw error;
    }
  }

  private async giveUp(uid: SessionUid): Promise<void> {
    const aside = this.aside.ofSession(uid);
    if (aside === undefined) return;
    await this.aside.giveUp(aside);
    await this.forgetStrangers();
  }

  /** A volume that could not be opened is there again. */
  returned(uid: VolumeUid): Promise<void> {
    return this.aside.returned(uid);
  }

  /** What runs other nodes had matters only while a session is shared with them: that is how an operator takes a node back. */
  private async forgetStrangers(): Promise<void> {
    const ends = this.sessions().flatMap(({ source, destination }) => [source, destination]);
    await this.around.peerRuns
      .keepOnly(new Set(ends.map(({ nodeUid }) => nodeUid)))
      .catch((error: unknown) => this.around.log({ error: String(error) }, 'a peer could not be forgotten'));
  }

  private async create(sessions: readonly SessionSpec[]): Promise<SessionState[]> {
    const [spec] = sessions as readonly [SessionSpec];
    const role = this.roleIn(spec);
    const volumes = new Map(sessions.map((session) => [session.slot, this.freeVolume(session[role].volumeUid)]));
    // Hosts must not write between the making of the group and the opening of its path; the making of a log takes its time.
    for (const volume of volumes.values()) volume.pause();
    let group: Group | null = null;
    try {
      for (const volume of volumes.values()) {
        await volume.left();
        await volume.volume.sync();
      }
      const record = newRecord(sessions, role);
      if (!isLogged(spec.settings)) record.lostLog = unusedLog({ lsn: 0, crc: 0, runningBytes: 0 }, this.around.clock);
      group = await this.around.folder.create(record, volumes);
      const replica: Replica = { group, side: null, queue: Promise.resolve(), nextPartingMs: 0 };
      this.replicas.set(spec.groupUid, replica);
      if (role === 'source') group.streams[0]!.markAll();
      replica.side = await this.makeSide(group);
      if (replica.side instanceof SourceGroup) await replica.side.begin();
      return replica.side.states();
    } catch (error) {
      this.replicas.delete(spec.groupUid);
      await group?.close().catch(() => {});
      if (group !== null) await this.around.folder.remove(spec.groupUid);
      for (const volume of volumes.values()) volume.openDirect();
      throw error;
    }
  }

  /** A volume that is in no group. @throws Refusal */
  private freeVolume(uid: VolumeUid): HostedVolume {
    const aside = this.aside.ofVolume(uid);
    if (aside !== undefined) throw aside.refusal;
    const volume = this.around.findVolume(uid);
    if (volume === undefined) throw new Refusal('VOLUME_NOT_FOUND', uid);
    const other = this.ofVolume(uid);
    if (other === undefined) return volume;
    const isSource = other.group.record.role === 'source';
    throw new Refusal(isSource ? 'VOLUME_SECOND_DESTINATION' : 'VOLUME_ALREADY_DESTINATION', volume.name);
  }

  /** One more destination of a group whose source this node is. */
  private async addStream({ group, side }: Replica, sessions: readonly SessionSpec[]): Promise<void> {
    const [spec] = sessions as readonly [SessionSpec];
    refuseIfRejected(group.record);
    if (!(side instanceof SourceGroup) || this.roleIn(spec) !== 'source') {
      const volume = this.around.findVolume(spec[this.roleIn(spec)].volumeUid);
      throw new Refusal('VOLUME_ALREADY_DESTINATION', volume?.name ?? spec.uid);
    }
    if (group.streams.length >= DESTINATIONS_MAX) throw new Refusal('VOLUME_DESTINATIONS_MAX', spec.uid);
    refuseOtherMembers(group, sessions);
    const stream = await this.around.folder.addStream(group, firstStream(sessions));
    try {
      await side.add(stream);
    } catch (error) {
      await this.around.folder.takeBackStream(group, stream);
      throw error;
    }
  }

  private async change(replica: Replica, sessions: readonly SessionSpec[]): Promise<void> {
    refuseIfRejected(replica.group.record);
    if (this.roleIn(sessions[0]!) !== replica.group.record.role) return this.reverse(replica, sessions);
    const joining = await this.addMembers(replica, sessions);
    try {
      await replica.side!.apply(sessions);
    } catch (error) {
      await this.takeBack(replica, joining);
      throw error;
    }
    await this.part(replica);
  }

  // --- volumes that join and leave ---

  /**
   * Takes up the volumes that these sessions name and the group does not have, all or none.
   * @returns their slots
   * @throws Refusal
   */
  private async addMembers(replica: Replica, sessions: readonly SessionSpec[]): Promise<number[]> {
    const { group, side } = replica;
    const role = this.roleIn(sessions[0]!);
    const isNamedAnew = ({ slot }: SessionSpec): boolean => group.members.has(slot) && !isNamed(group.record, slot);
    // One that is still leaving gives its slot back before another one, or the same again, takes it.
    for (const { slot } of sessions.filter(isNamedAnew)) await this.dropMember(replica, group.members.get(slot)!, true);
    const isOther = ({ slot, [role]: end }: SessionSpec): boolean => {
      const member = group.members.get(slot);
      return member !== undefined && member.uid !== end.volumeUid;
    };
    if (sessions.some(isOther)) throw new Refusal('PARAMETER_INVALID', 'a slot is of another volume');
    const joining = sessions.filter(({ slot }) => !group.members.has(slot));
    if (joining.length === 0) return [];
    const volumes = new Map(joining.map((spec) => [spec.slot, this.freeVolume(spec[role].volumeUid)]));
    const isMirror = side instanceof DestinationStream;
    try {
      // From here on what its hosts wrote is to be overwritten.
      for (const volume of isMirror ? volumes.values() : []) volume.pause();
      for (const volume of isMirror ? volumes.values() : []) await volume.left();
      await this.around.folder.addMembers(group, joining, volumes);
    } catch (error) {
      for (const volume of isMirror ? volumes.values() : []) volume.openDirect();
      throw error;
    }
    const slots = [...volumes.keys()];
    if (isMirror) side.joined(slots);
    return slots;
  }

  /** Undoes `addMembers`. */
  private async takeBack({ group }: Replica, slots: readonly number[]): Promise<void> {
    if (slots.length === 0) return;
    const members = slots.map((slot) => group.members.get(slot)!);
    await this.around.folder.takeBackMembers(group, slots);
    for (const member of members) member.openDirect();
  }

  /** Lets those volumes go that are to leave now. What fails is tried again. */
  private partSoon(replica: Replica): void {
    const now = this.around.clock.monotonicMs();
    if (replica.side === null || replica.side.departing.length === 0 || now < replica.nextPartingMs) return;
    replica.nextPartingMs = Infinity;
    inTurn(replica, () => this.part(replica))
      .catch((error: unknown) => {
        this.around.log({ group: replica.group.uid, error: String(error) }, 'leaving the group: trying again');
      })
      .finally(() => (replica.nextPartingMs = this.around.clock.monotonicMs() + RECOVERY_RETRY_MS));
  }

  private async part(replica: Replica): Promise<void> {
    const { group, side } = replica;
    if (this.replicas.get(group.uid) !== replica || side === null) return;
    for (const member of side.departing) await this.dropMember(replica, member, false);
    if (side instanceof DestinationStream) await side.departed();
  }

  private async dropMember({ group, side }: Replica, member: Member, isReplaced: boolean): Promise<void> {
    await side!.part(member, isReplaced);
    await this.around.folder.dropMembers(group, [member.slot]);
    member.openDirect();
    this.around.log({ group: group.uid, volume: member.uid }, 'a volume has left the group');
  }

  /** The ends are exchanged: a suspended source becomes a destination, or a suspended destination the source. */
  private async reverse(replica: Replica, sessions: readonly SessionSpec[]): Promise<void> {
    const { group, side } = replica;
    const { record } = group;
    const [stream] = group.streams as [GroupStream];
    await this.part(replica);
    refuseOtherMembers(group, sessions);
    if (side instanceof DestinationStream) {
      if ([...group.members.values()].some(isJoining)) throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
      if (side.spec.run !== 'Suspend') throw new Refusal('SESSION_NOT_SUSPENDED');
      if (record.mirror.dataState === 'Inconsistent') throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
      await this.orGoOn(replica, () => this.dissolve(replica));
      const streams = [newStream(sessions, record.mirror.leftAtLsn)];
      Object.assign(record, { role: 'source', isFenced: false, streams });
    } else {
      if (group.streams.length > 1) throw new Refusal('SESSION_SOURCE_HAS_OTHERS', sessions[0]!.uid);
      const source = (side as SourceGroup).streams[0]!;
      if (source.spec.run === 'Active') await source.yieldTo();
      await this.orGoOn(replica, () => this.dissolve(replica));
      const leftAtLsn = stream.record.mapsFromLsn ?? group.log.headLsn;
      const mirror = {
        dataState: 'Consistent',
        consistentAtLsn: 0,
        leftAtLsn,
        resyncFromLsn: 0,
        lostThroughLsn: 0,
        isLogVoid: false,
      };
      const { generation } = sessions[0]!;
      const streams = [{ ...stream.record, sessions: [...sessions], appliedGeneration: generation }];
      Object.assign(record, { role: 'destination', mirror, streams });
    }
    replica.isClosing = true;
    await group.close();
    // Opened anew, since a role is wired through the log and the volumes.
    replica.group = await this.around.folder.open(group.file, this.volumesOf(record), false);
    replica.group.appliedLsn = replica.group.log.headLsn;
    replica.side = await this.makeSide(replica.group);
    replica.isClosing = false;
    if (replica.side instanceof SourceGroup) await replica.side.begin();
  }

  /** The stream of a group between the two nodes of a session, whichever of them is its source. */
  private streamIn(group: Group, { source, destination }: SessionSpec): GroupStream | undefined {
    const other = source.nodeUid === this.around.nodeUid ? destination.nodeUid : source.nodeUid;
    return group.streams.find(({ otherNode }) => otherNode === other);
  }

  private roleIn(spec: SessionSpec): 'source' | 'destination' {
    if (spec.source.nodeUid === this.around.nodeUid) return 'source';
    if (spec.destination.nodeUid === this.around.nodeUid) return 'destination';
    throw new Refusal('PARAMETER_INVALID', 'neither end is this node');
  }

  // --- peers ---

  /** A source said Hello. Its knowledge of the session and ours are brought together first. */
  async greet(greeting: Greeting): Promise<void> {
    const { hello } = greeting;
    try {
      const theirs = this.around.parseSessions(hello.sessions);
      const [spec] = theirs;
      if (spec === undefined || spec.groupUid !== hello.groupUid)
        throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      await this.aside.greet(hello.groupUid, hello.nodeUid, theirs, () => this.meet(greeting, hello.groupUid, null));
      const replica = this.replicas.get(hello.groupUid);
      if (replica?.side == null) throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      const known = this.streamIn(replica.group, spec);
      if (known === undefined || !isSame(known, theirs) || spec.source.nodeUid !== hello.nodeUid) {
        throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      }
      await this.meet(greeting, replica.group.uid, replica.side);
      refuseIfRejected(replica.group.record);
      await inTurn(replica, async () => {
        // A suspend is told apart, with the position to stop at.
        const stream = this.streamIn(replica.group, spec);
        const isNews = stream !== undefined && isDue(stream, replica.group, theirs);
        const isReversed = this.roleIn(spec) !== replica.group.record.role;
        if (isNews && (spec.run === 'Active' || isReversed)) await this.change(replica, theirs);
        const { side } = replica;
        if (!(side instanceof DestinationStream)) throw new Refusal('SESSION_SPLIT_BRAIN', hello.groupUid);
        await side.greet(greeting);
      });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL', String(error));
      greeting.refuse(refusal.code, refusal.message);
    }
  }

  private async meet({ hello }: Greeting, group: GroupUid, side: Side | null): Promise<void> {
    try {
      await this.around.peerRuns.meet(hello.nodeUid, { counter: hello.runCounter, ids: hello.runIds });
    } catch (error) {
      if (isRefusal(error) && isOfRun(error.code)) {
        this.around.log({ group, code: error.code, reason: error.message }, 'the source is refused');
        if (side instanceof DestinationStream) side.sourceRefused(error.code);
      }
      throw error;
    }
  }
}

function inTurn<T>(replica: Replica, work: () => Promise<T>): Promise<T> {
  return together([replica], work);
}

/** Runs once nothing else runs on any of these groups; whatever comes later waits for it. */
function together<T>(replicas: readonly Replica[], work: () => Promise<T>): Promise<T> {
  const result = Promise.all(replicas.map(({ queue }) => queue)).then(work);
  const settled = result.catch(() => undefined);
  for (const replica of replicas) replica.queue = settled;
  return result;
}

/** Requests wait, and none that was let in earlier may still change a volume. */
async function pauseHosts(group: Group): Promise<void> {
  for (const member of group.members.values()) {
    member.pause();
    await member.left();
  }
}

/** A generation changes something if it is later than what is known, or names a volume that could not be taken up with it. */
function isDue({ spec }: GroupStream, { members }: Group, sessions: readonly SessionSpec[]): boolean {
  const { generation } = sessions[0]!;
  const isIncomplete = generation === spec.generation && sessions.some(({ slot }) => !members.has(slot));
  return generation > spec.generation || isIncomplete;
}

/** What is done to a stream as a whole does not change which volumes are in the group. */
function refuseOtherMembers({ members }: Group, sessions: readonly SessionSpec[]): void {
  const isWhole = sessions.length === members.size && sessions.every(({ slot }) => members.has(slot));
  if (!isWhole) throw new Refusal('PARAMETER_INVALID', 'the sessions are not of the volumes of the group');
}

/** Nothing is done with a group whose past state this is; its session can only be deleted. */
function refuseIfRejected({ rejection }: GroupRecord): void {
  if (rejection !== null) throw new Refusal('SESSION_IN_ERROR', rejection.message);
}

/** The states of the sessions that share their ends with this one. */
function ofStream(states: readonly SessionState[], { source, destination }: SessionSpec): SessionState[] {
  const ends = [source.nodeUid, destination.nodeUid];
  return states.filter(({ spec }) => ends.includes(spec.source.nodeUid) && ends.includes(spec.destination.nodeUid));
}

/** Not one that was deleted and made anew: membership may change, but not all at once. */
function isSame({ record }: GroupStream, sessions: readonly SessionSpec[]): boolean {
  return record.sessions.some(({ uid }) => sessions.some((each) => each.uid === uid));
}

/** Sessions that belong together. */
function byStream(specs: readonly SessionSpec[]): SessionSpec[][] {
  const streams = new Map<string, SessionSpec[]>();
  for (const spec of specs) {
    const key = `${spec.groupUid} ${spec.destination.nodeUid}`;
    streams.set(key, [...(streams.get(key) ?? []), spec]);
  }
  return [...streams.values()];
}
