import { isRefusal, Refusal } from '../../errors/refusal.js';
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import type { NodeRun } from '../../model/run.js';
import type { SessionSpec, SessionState } from '../../node-api/contract.js';
import type { Clock, Timer } from '../config/clock.js';
import type { Budget } from '../config/budget.js';
import type { Random } from '../config/random.js';
import { STREAM_TICK_MS } from '../config/limits.js';
import type { Group } from '../group/group.js';
import { fallToMap } from '../group/fall-to-map.js';
import type { FoundGroup, GroupFolder } from '../group/group-folder.js';
import type { GroupRecord } from '../group/group-record.js';
import type { HostedVolume } from '../group/hosted-volume.js';
import { newRecord, newStream } from '../group/new-record.js';
import { Turns } from '../volume/turns.js';
import { DestinationStream, type DestinationSurroundings } from './destination-stream.js';
import type { Greeting } from './peer-listener.js';
import { isOfRun, type PeerRuns } from './peer-runs.js';
import { AsideGroups, type AsideSurroundings } from './aside-groups.js';
import { isReasonToSetAside } from './set-aside.js';
import { SourceStream, type SourceSurroundings } from './source-stream.js';

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

type Stream = SourceStream | DestinationStream;

/** One group here: opened, and once the node is up also streaming. */
interface Replica {
  group: Group;
  stream: Stream | null;
  /** Operations on a group happen one after another. */
  queue: Promise<unknown>;
}

/**
 * Every replicated group of this node, as source or destination: makes them, finds them again at start, carries out what the control
 * plane asks, and hands peers to the group they ask for.
 */
export class Replicas {
  private readonly replicas = new Map<GroupUid, Replica>();
  private readonly aside: AsideGroups;
  private readonly creations = new Turns<SessionUid>();
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
      this.replicas.set(group.uid, { group, stream: null, queue: Promise.resolve() });
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
        const stream = await this.makeStream(group);
        this.replicas.set(group.uid, { group, stream, queue: Promise.resolve() });
        if (stream instanceof SourceStream) await stream.beginAfterStart();
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
    for (const replica of this.replicas.values()) replica.stream = await this.makeStream(replica.group);
  }

  /** Sources begin to look for their destinations; hosts of their volumes wait until those have answered. */
  async begin(): Promise<void> {
    for (const { stream } of this.replicas.values()) {
      if (stream instanceof SourceStream) await stream.beginAfterStart();
    }
    await this.aside.begin();
    this.ticker = this.around.clock.every(STREAM_TICK_MS, () => this.tick());
  }

  async stop(): Promise<void> {
    this.ticker?.cancel();
    await Promise.all([...this.replicas.values()].map(({ stream }) => stream?.stop()));
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
    for (const { stream } of this.replicas.values()) stream?.tick();
  }

  private makeStream(group: Group): Promise<Stream> {
    if (group.record.role === 'source') return SourceStream.open(group, this.sourceSurroundings());
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
      adopt: async (spec) => {
        await this.put([spec]);
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
    for (const spec of record.sessions) {
      const uid = record.role === 'source' ? spec.source.volumeUid : spec.destination.volumeUid;
      const volume = this.around.findVolume(uid);
      if (volume === undefined) throw new Refusal('VOLUME_NOT_FOUND', uid);
      volumes.set(spec.slot, volume);
    }
    return volumes;
  }

  // --- looking up ---

  states(): SessionState[] {
    const states = [...this.replicas.values()].flatMap(({ stream }) => (stream === null ? [] : [stream.state()]));
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
    const opened = [...this.replicas.values()].flatMap(({ group }) => group.record.sessions);
    return opened.concat(this.aside.sessions());
  }

  private ofVolume(uid: VolumeUid): Replica | undefined {
    return [...this.replicas.values()].find(({ group }) =>
      [...group.members.values()].some((member) => member.uid === uid),
    );
  }

  private ofSession(uid: SessionUid): Replica | undefined {
    return [...this.replicas.values()].find(({ group }) => group.record.sessions.some((spec) => spec.uid === uid));
  }

  // --- what the control plane asks ---

  /** Makes a session, or takes up a later generation of one. Earlier generations change nothing. */
  async put(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    const spec = specs[0]!;
    const aside = this.aside.ofSession(spec.uid);
    if (aside !== undefined) {
      aside.tell(spec);
      return [aside.state()];
    }
    const replica = this.ofSession(spec.uid);
    // A second call for a session that is being made waits, and then finds it.
    if (replica === undefined) {
      return this.creations.take(spec.uid, () => (this.ofSession(spec.uid) ? this.put(specs) : this.create(spec)));
    }
    return inTurn(replica, async () => {
      if (spec.generation > specOf(replica.group).generation) await this.change(replica, spec);
      return [replica.stream!.state()];
    });
  }

  /** Suspends several sessions at one point in time: all of them stop in one turn of the event loop. */
  async suspend(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    const replicas = specs.map((spec) => {
      const replica = this.ofSession(spec.uid);
      if (replica === undefined) {
        throw this.aside.ofSession(spec.uid)?.refusal ?? new Refusal('SESSION_NOT_FOUND', spec.uid);
      }
      if (this.roleIn(spec) !== replica.group.record.role) throw new Refusal('SESSION_SOURCES_DIFFER', spec.uid);
      refuseIfRejected(replica.group.record);
      return replica;
    });
    return together(replicas, async () => {
      const changes = specs.map((spec, index) => {
        const { group, stream } = replicas[index]!;
        return spec.generation > specOf(group).generation ? stream!.apply(spec) : Promise.resolve();
      });
      await Promise.all(changes);
      return replicas.map(({ stream }) => stream!.state());
    });
  }

  /** Ends a session here; the volume keeps its data and is open to hosts. Gone already is success. */
  async delete(uid: SessionUid): Promise<void> {
    const replica = this.ofSession(uid);
    if (replica === undefined) return this.giveUp(uid);
    await inTurn(replica, async () => {
      const { group } = replica;
      if (this.replicas.get(group.uid) !== replica) return;
      const volumes = this.volumesOf(group.record);
      await this.orGoOn(replica, () => this.dissolve(replica));
      await group.close();
      await this.around.folder.remove(group.uid);
      this.replicas.delete(group.uid);
      for (const volume of volumes.values()) volume.openDirect();
      await this.forgetStrangers();
    });
  }

  /** Brings a group to rest: nothing moves, hosts wait, and its volumes hold all that its log does. */
  private async dissolve({ group, stream }: Replica): Promise<void> {
    if (stream instanceof SourceStream) {
      await stream.detach();
      // Writes may be waiting for room that the log kept for the destination; its maps remember in case this step fails.
      await fallToMap(group);
      stream.writer.retryStalled();
    }
    await pauseHosts(group);
    if (stream instanceof DestinationStream) {
      await stream.stop();
      await stream.mirror.settle();
    }
    await group.raiseFloor();
  }

  /** Does what stops a group's stream; if that fails, the stream goes on as it was. */
  private async orGoOn(replica: Replica, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      replica.stream = await this.makeStream(replica.group);
      if (replica.stream instanceof SourceStream) replica.stream.goOn();
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

  private async create(spec: SessionSpec): Promise<SessionState[]> {
    const role = this.roleIn(spec);
    const volumeUid = role === 'source' ? spec.source.volumeUid : spec.destination.volumeUid;
    const aside = this.aside.ofVolume(volumeUid);
    if (aside !== undefined) throw aside.refusal;
    const volume = this.around.findVolume(volumeUid);
    if (volume === undefined) throw new Refusal('VOLUME_NOT_FOUND', volumeUid);
    if (this.replicas.has(spec.groupUid)) throw new Refusal('VOLUME_SECOND_DESTINATION', volume.name);
    const other = this.ofVolume(volumeUid);
    if (other !== undefined) {
      const isSource = other.group.record.role === 'source';
      throw new Refusal(isSource ? 'VOLUME_SECOND_DESTINATION' : 'VOLUME_ALREADY_DESTINATION', volume.name);
    }
    // Hosts must not write between the making of the group and the opening of its path; the making of a log takes its time.
    volume.pause();
    let group: Group | null = null;
    try {
      await volume.left();
      await volume.volume.sync();
      group = await this.around.folder.create(newRecord(spec, role), new Map([[spec.slot, volume]]));
      const replica: Replica = { group, stream: null, queue: Promise.resolve() };
      this.replicas.set(spec.groupUid, replica);
      if (role === 'source') for (const { tracker } of group.members.values()) tracker.map.markAll();
      replica.stream = await this.makeStream(group);
      if (replica.stream instanceof SourceStream) await replica.stream.begin();
      return [replica.stream.state()];
    } catch (error) {
      this.replicas.delete(spec.groupUid);
      await group?.close().catch(() => {});
      if (group !== null) await this.around.folder.remove(spec.groupUid);
      volume.openDirect();
      throw error;
    }
  }

  private async change(replica: Replica, spec: SessionSpec): Promise<void> {
    const { group } = replica;
    refuseIfRejected(group.record);
    if (spec.groupUid !== group.uid) throw new Refusal('PARAMETER_INVALID', 'groupUid');
    if (this.roleIn(spec) === group.record.role) await replica.stream!.apply(spec);
    else await this.reverse(replica, spec);
  }

  /** The ends are exchanged: a suspended source becomes a destination, or a suspended destination the source. */
  private async reverse(replica: Replica, spec: SessionSpec): Promise<void> {
    const { group, stream } = replica;
    const { record } = group;
    if (stream instanceof DestinationStream) {
      if (stream.spec.run !== 'Suspend') throw new Refusal('SESSION_NOT_SUSPENDED');
      if (record.mirror.dataState === 'Inconsistent') throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
      await this.orGoOn(replica, () => this.dissolve(replica));
      Object.assign(record, { role: 'source', isFenced: false, stream: newStream(record.mirror.leftAtLsn) });
    } else {
      const source = stream as SourceStream;
      if (source.spec.run === 'Active') await source.yieldTo();
      await this.orGoOn(replica, () => this.dissolve(replica));
      const leftAtLsn = record.stream.mapsFromLsn ?? group.log.headLsn;
      const mirror = {
        dataState: 'Consistent',
        consistentAtLsn: 0,
        leftAtLsn,
        resyncFromLsn: 0,
        lostThroughLsn: 0,
        isLogVoid: false,
      };
      Object.assign(record, { role: 'destination', mirror });
    }
    record.sessions = [spec];
    record.appliedGeneration = spec.generation;
    await group.close();
    // Opened anew, since a role is wired through the log and the volumes.
    replica.group = await this.around.folder.open(group.file, this.volumesOf(record), false);
    replica.group.appliedLsn = replica.group.log.headLsn;
    replica.stream = await this.makeStream(replica.group);
    if (replica.stream instanceof SourceStream) await replica.stream.begin();
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
      const [theirs] = this.around.parseSessions(hello.sessions);
      if (theirs === undefined) throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      await this.aside.greet(hello.groupUid, hello.nodeUid, theirs, () => this.meet(greeting, hello.groupUid, null));
      const replica = this.replicas.get(hello.groupUid);
      if (replica?.stream == null) throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      const isTheirs = theirs.source.nodeUid === hello.nodeUid && theirs.uid === specOf(replica.group).uid;
      if (!isTheirs) throw new Refusal('SESSION_NOT_FOUND', hello.groupUid);
      await this.meet(greeting, replica.group.uid, replica.stream);
      refuseIfRejected(replica.group.record);
      await inTurn(replica, async () => {
        // A suspend is told apart, with the position to stop at.
        const isNews = theirs.generation > specOf(replica.group).generation;
        const isReversed = this.roleIn(theirs) !== replica.group.record.role;
        if (isNews && (theirs.run === 'Active' || isReversed)) await this.change(replica, theirs);
        const { stream } = replica;
        if (!(stream instanceof DestinationStream)) throw new Refusal('SESSION_SPLIT_BRAIN', hello.groupUid);
        await stream.greet(greeting);
      });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL', String(error));
      greeting.refuse(refusal.code, refusal.message);
    }
  }

  private async meet({ hello }: Greeting, group: GroupUid, stream: Stream | null): Promise<void> {
    try {
      await this.around.peerRuns.meet(hello.nodeUid, { counter: hello.runCounter, ids: hello.runIds });
    } catch (error) {
      if (isRefusal(error) && isOfRun(error.code)) {
        this.around.log({ group, code: error.code, reason: error.message }, 'the source is refused');
        if (stream instanceof DestinationStream) stream.sourceRefused(error.code);
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

/** Nothing is done with a group whose past state this is; its session can only be deleted. */
function refuseIfRejected({ rejection }: GroupRecord): void {
  if (rejection !== null) throw new Refusal('SESSION_IN_ERROR', rejection.message);
}

function specOf(group: Group): SessionSpec {
  return group.record.sessions[0]!;
}
