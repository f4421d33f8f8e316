import { Refusal } from '../../errors/refusal.js';
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import { DESTINATIONS_MAX, isLogged } from '../../model/session.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { Timer } from '../config/clock.js';
import { STREAM_TICK_MS } from '../config/limits.js';
import type { Group } from '../group/group.js';
import type { FoundGroup } from '../group/group-folder.js';
import { sessionsOf, unusedLog, type GroupRecord } from '../group/group-record.js';
import type { GroupStream } from '../group/group-stream.js';
import type { HostedVolume } from '../group/hosted-volume.js';
import { firstStream, newRecord } from '../group/new-record.js';
import { Turns } from '../volume/turns.js';
import type { Greeting } from './peer-listener.js';
import type { GroupFigures } from '../metrics/node-figures.js';
import { AsideGroups, type AsideSurroundings } from './aside-groups.js';
import { isReasonToSetAside } from './set-aside.js';
import { SourceGroup } from './source-group.js';
import { exchangeEnds } from './role-change.js';
import { PeerGreetings } from './peer-greetings.js';
import { ReplicaMembers } from './replica-members.js';
import type { ReplicaSurroundings } from './replica-surroundings.js';
import { Sides } from './sides.js';
import {
  byStream,
  inTurn,
  isDue,
  isSame,
  makeReplica,
  ofStream,
  refuseIfRejected,
  refuseOtherMembers,
  roleOf,
  streamIn,
  together,
  type Replica,
} from './replica.js';

/**
 * Every replicated group of this node, as source or destination: makes them, finds them again at start, carries out what the control
 * plane asks, and hands peers to the group they ask for.
 */
export class Replicas {
  private readonly replicas = new Map<GroupUid, Replica>();
  private readonly aside: AsideGroups;
  private readonly sides: Sides;
  private readonly members: ReplicaMembers;
  private readonly greetings: PeerGreetings;
  private readonly creations = new Turns<GroupUid>();
  private ticker: Timer | null = null;

  constructor(private readonly around: ReplicaSurroundings) {
    this.sides = new Sides(around, (sessions) => this.put(sessions));
    this.aside = new AsideGroups(this.asideSurroundings());
    this.members = new ReplicaMembers(around, {
      freeVolume: (uid) => this.freeVolume(uid),
      roleIn: (spec) => this.roleIn(spec),
      isHere: (replica) => this.replicas.get(replica.group.uid) === replica,
    });
    this.greetings = new PeerGreetings(around, this.aside, {
      find: (uid) => this.replicas.get(uid),
      roleIn: (spec) => this.roleIn(spec),
      change: (replica, sessions) => this.change(replica, sessions),
    });
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
      this.replicas.set(group.uid, makeReplica(group));
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
      mendingSurroundings: () => this.sides.sourceSurroundings(),
      replay: (group) => this.replayGroup(group),
      takeUp: async (group) => {
        const side = await this.sides.make(group);
        this.replicas.set(group.uid, makeReplica(group, side));
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
    for (const replica of this.replicas.values()) replica.side = await this.sides.make(replica.group);
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
      this.members.partSoon(replica);
    }
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

  /** Of each group that is open. */
  figures(): GroupFigures[] {
    return [...this.replicas.values()].map(({ group }) => ({
      groupUid: group.uid,
      srlUsedBytes: group.log.usedBytes,
      srlSizeBytes: group.log.sizeBytes,
      isLogLost: group.isWithoutLog && !group.isLogUnused,
      activityExtents: group.activityExtents,
    }));
  }

  /** Groups that could not be opened. */
  get asideCount(): number {
    return this.aside.count;
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
      const stream = streamIn(replica.group, spec);
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
      if (replica === undefined || streamIn(replica.group, spec!) === undefined) {
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
        const known = streamIn(group, sessions[0]!)?.spec.generation ?? 0;
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
    await this.sides.dissolve(replica);
    replica.isClosing = true;
    await group.close();
    await group.file.retire();
    await this.around.folder.remove(group.uid);
    this.replicas.delete(group.uid);
    for (const volume of volumes.values()) volume.openDirect();
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
      const replica = makeReplica(group);
      this.replicas.set(spec.groupUid, replica);
      if (role === 'source' && record.streams[0]!.isCopySkipped !== true) group.streams[0]!.markAll();
      replica.side = await this.sides.make(group);
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
    const joining = await this.members.add(replica, sessions);
    try {
      await replica.side!.apply(sessions);
    } catch (error) {
      await this.members.takeBack(replica, joining);
      throw error;
    }
    await this.members.part(replica);
  }

  private async reverse(replica: Replica, sessions: readonly SessionSpec[]): Promise<void> {
    await this.members.part(replica);
    await exchangeEnds(replica, sessions, this.sides);
    const { file, record } = replica.group;
    replica.isClosing = true;
    await replica.group.close();
    // Opened anew, since a role is wired through the log and the volumes.
    replica.group = await this.around.folder.open(file, this.volumesOf(record), false);
    replica.group.appliedLsn = replica.group.log.headLsn;
    replica.side = await this.sides.make(replica.group);
    replica.isClosing = false;
    if (replica.side instanceof SourceGroup) await replica.side.begin();
  }

  private roleIn(spec: SessionSpec): 'source' | 'destination' {
    return roleOf(this.around.nodeUid, spec);
  }

  /** A source said Hello. */
  greet(greeting: Greeting): Promise<void> {
    return this.greetings.greet(greeting);
  }
}
