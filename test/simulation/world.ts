/** Two machines, the network between them, a host, a control plane and an oracle: everything of one simulated run. */
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { SessionSpec, SessionState, VolumeSpec } from '../../src/node-api/contract.js';
import { HostOperation, HostRequest } from '../../src/storage-node/volume/host-request.js';
import { SeededRandom } from '../support/seeded-random.js';
import { CELL_BYTES, VolumeModel } from '../support/volume-model.js';
import { ControlDriver } from './control-driver.js';
import { expectNever, SimulationFailure } from './failure.js';
import { isWaitedFor, Oracle } from './oracle.js';
import { type Attachment, SimulatedHost } from './simulated-host.js';
import { SimulatedNetwork } from './simulated-network.js';
import { CAPACITY_BYTES, SimulatedNode } from './simulated-node.js';
import { Trace } from './trace.js';
import { VirtualClock } from './virtual-clock.js';

const WATCH_MS = 40;
/** For the sum of all recoveries; whoever takes longer hangs. */
const CONVERGE_MS = 180_000;
const READ_BYTES = MIB;

export class World {
  readonly clock = new VirtualClock();
  readonly trace = new Trace(this.clock);
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly a: SimulatedNode;
  readonly b: SimulatedNode;
  readonly driver: ControlDriver;
  readonly host: SimulatedHost;
  readonly oracle: Oracle;
  readonly sizeBytes: number;
  /** Memory for images, one at a time. */
  private readonly image: Buffer;
  /** Where the host is attached; null while it must not be anywhere. */
  primary: SimulatedNode | null;
  /** What a loop in the background ended with. */
  wrong: unknown = null;
  /** A session in Error is resumed by hand. */
  operatorActions = 0;
  /** Hosts wrote at the destination while it was suspended: until it is copied over it is no prefix of anything. */
  isDestinationOwn = false;
  private readonly downUntilMs = new Map<SimulatedNode, number>();
  private readonly lastSaid = new Map<SimulatedNode, SessionState | undefined>();
  /** Bytes that resyncs had copied when the pair was last at rest. */
  private copiedAtRest: {
    readonly source: SimulatedNode;
    readonly generation: number;
    readonly bytes: number;
  } | null = null;
  /** Faults since then: each may cost a resync of what it touched. */
  private losses = 0;
  private isOver = false;
  private isLooking = false;

  constructor(seed: number) {
    const { clock, trace } = this;
    const random = (this.random = new SeededRandom(seed));
    this.network = new SimulatedNetwork(clock, random, trace);
    const uid = this.uidMaker();
    const makeNode = (name: string): SimulatedNode =>
      new SimulatedNode(name, uid<NodeUid>(), uid<VolumeUid>(), clock, this.network, random, trace);
    this.a = makeNode('a');
    this.b = makeNode('b');
    this.primary = this.a;
    this.sizeBytes = 12 * MIB + (random.isOneIn(2) ? 0 : CELL_BYTES * random.below(1000));
    const span = CELL_BYTES * (512 + random.below(5000));
    this.oracle = new Oracle(new VolumeModel(span, seed));
    this.image = Buffer.alloc(span);
    this.driver = new ControlDriver([this.a, this.b], this.sessionSpec(uid), clock, trace);
    this.host = this.makeHost();
    for (const node of [this.a, this.b]) {
      node.onEnding = () => this.lastSaid.set(node, node.session);
      node.onEnd = (life) => this.host.lose(life);
    }
  }

  get nodes(): readonly [SimulatedNode, SimulatedNode] {
    return [this.a, this.b];
  }

  get source(): SimulatedNode {
    return this.driver.source;
  }

  get destination(): SimulatedNode {
    return this.driver.destination;
  }

  // --- life ---

  /** Both nodes up, a volume on each, and a session that is Equivalent. */
  async begin(): Promise<void> {
    for (const node of this.nodes) {
      await node.start();
      await node.dataPath!.operations.putVolume(this.volumeSpec(node));
    }
    this.driver.start();
    for (const loop of [...this.nodes.map((node) => this.supervise(node)), this.watch()]) {
      loop.catch((error: unknown) => (this.wrong ??= error));
    }
    await this.expectSoon('the first copy', () => this.isEquivalent);
    await this.compare();
  }

  end(): void {
    this.isOver = true;
    this.driver.stop();
    this.host.rest();
  }

  /** Whether it came true in time. */
  async within(ms: number, isSo: () => boolean): Promise<boolean> {
    const untilMs = this.clock.nowMs + ms;
    while (!isSo()) {
      if (this.clock.nowMs >= untilMs) return false;
      await this.clock.sleep(WATCH_MS);
    }
    return true;
  }

  async expectSoon(what: string, isSo: () => boolean): Promise<void> {
    if (await this.within(CONVERGE_MS, isSo)) return;
    const say = (node: SimulatedNode): string => `${node.name}: ${describeSession(node)}`;
    throw new SimulationFailure(`${what}: not within ${CONVERGE_MS / 1000} s\n${say(this.a)}\n${say(this.b)}`);
  }

  // --- what an operator does ---

  /** The source is lost, by the way given, and the destination is opened without it; the host moves there. */
  async takeOver(lose: (source: SimulatedNode) => void): Promise<void> {
    const { driver, source, destination, clock, random } = this;
    if (!this.isActive || this.isDestinationOwn || !destination.isUp) return;
    lose(source);
    await clock.sleep(random.below(6000));
    const state = destination.session;
    if (state === undefined || state.dataState === 'Inconsistent' || !this.isActive) return;
    this.host.leave();
    this.primary = null;
    driver.suspendAlone();
    await this.within(10_000, () => driver.isEstablished);
    const isRefused = (): boolean =>
      destination.session?.dataState === 'Inconsistent' &&
      (destination.session.spec.generation ?? 0) < driver.spec.generation;
    await this.expectSoon('takeover', () => driver.isEstablished || isRefused());
    if (driver.isEstablished) {
      this.oracle.takenOver(this.lastOfSource());
      this.primary = destination;
    } else {
      driver.resume();
      this.primary = source;
    }
  }

  /** After a takeover: the old source becomes the destination. */
  async failBack(): Promise<void> {
    const { driver } = this;
    if (this.primary !== this.destination || driver.spec.run !== 'Suspend') return;
    // The old source holds what it had, or kept of that through a loss of power, until it is copied over.
    this.isDestinationOwn = true;
    driver.reverse();
    await this.expectSoon('reversed', () => driver.isEstablished);
    driver.resume();
    await this.expectSoon('resumed after a reversal', () => driver.isEstablished);
  }

  /** Planned: both ends equal, no host at work. */
  async exchange(): Promise<void> {
    const { driver, host } = this;
    if (!this.isActive || !this.isEquivalent || this.oracle.mustLook) return;
    host.rest();
    await this.within(20_000, () => host.inFlight === 0 && this.isEquivalent);
    if (host.inFlight > 0 || !this.isEquivalent) return;
    driver.suspend();
    await this.expectSoon('suspended', () => driver.isEstablished);
    if (this.source.isUp && this.destination.isUp && this.areEqual()) {
      driver.reverse();
      host.leave();
      this.primary = this.source;
      await this.expectSoon('exchanged', () => driver.isEstablished);
    }
    driver.resume();
    await this.expectSoon('resumed after an exchange', () => driver.isEstablished);
  }

  /** Hosts change the destination while it is suspended, as in a test of a disaster plan. */
  scribble(): void {
    const attachment = this.destination.attachment();
    if (attachment === null || this.destination === this.primary) return;
    this.isDestinationOwn = true;
    const sink = { complete: () => undefined, completeRead: () => undefined };
    for (let count = 1 + this.random.below(4); count > 0; count--) {
      const data = Buffer.alloc(CELL_BYTES * (1 + this.random.below(40)), 0xee);
      const offset = CELL_BYTES * this.random.below((this.sizeBytes - data.length) / CELL_BYTES);
      const request = new HostRequest(
        sink,
        0,
        0,
        HostOperation.Write,
        offset,
        data.length,
        [data],
        false,
        false,
        false,
        false,
      );
      attachment.target.submit([request]);
    }
  }

  /** The session is as after its creation: the source serves, and nothing else was ordered. */
  get isActive(): boolean {
    const { driver } = this;
    return this.primary === this.source && driver.spec.run === 'Active' && driver.isEstablished;
  }

  // --- faults ---

  /** @param downMs until it is started again */
  kill(node: SimulatedNode, downMs: number): void {
    this.losses++;
    this.stayDown(node, downMs);
    node.kill();
    this.lost(node, 'kill');
  }

  /** Between two of the next system calls. */
  killSoon(node: SimulatedNode, calls: number, downMs: number): void {
    node.killSoon(calls, () => {
      this.losses++;
      this.stayDown(node, downMs);
      this.lost(node, 'kill');
    });
  }

  losePower(nodes: readonly SimulatedNode[], downMs: () => number): void {
    this.losses++;
    for (const node of nodes) {
      this.stayDown(node, downMs());
      node.losePower();
    }
    for (const node of nodes) this.lost(node, 'power');
  }

  private stayDown(node: SimulatedNode, downMs: number): void {
    this.downUntilMs.set(node, this.clock.nowMs + downMs);
  }

  private lost(node: SimulatedNode, kind: 'kill' | 'power'): void {
    if (node === this.primary) this.oracle.sourceLost(kind, this.lastSaid.get(node));
    else if (kind === 'power') this.oracle.destinationLostPower(this.primary?.session);
  }

  /** Until it is over, no new faults: everything works and stays up. */
  heal(): void {
    this.trace.note('world', 'heals');
    const { cable } = this.network;
    for (const plan of cable.plans.values()) plan.mend();
    cable.bytesPerMs = Infinity;
    cable.maxDelayMs = 0.4;
    this.network.resume();
    for (const node of this.nodes) {
      node.spare();
      node.disk.repair();
      node.disk.capacityBytes = CAPACITY_BYTES;
      this.stayDown(node, 0);
    }
  }

  // --- what is seen ---

  get isEquivalent(): boolean {
    const source = this.source.session;
    if (source === undefined || this.destination.session?.dataState !== 'Up_To_Date') return false;
    return isWaitedFor(source) && source.status === 'Active' && source.phase === 'Equivalent' && source.isLinkUp;
  }

  /** What the source last said of the session, also when it is down. */
  lastOfSource(): SessionState | undefined {
    return this.source.session ?? this.lastSaid.get(this.source);
  }

  /** The same, unless a fault comes in between. */
  async compareIfStill(): Promise<void> {
    if (this.oracle.mustLook || !(await this.within(5000, () => this.host.inFlight === 0))) return;
    await this.within(5000, () => !this.isEquivalent || this.areEqual());
    if (!this.isEquivalent || this.oracle.mustLook) return;
    const isBusy = this.source.isVolumeBusy || this.destination.isVolumeBusy;
    if (!isBusy && !this.areEqual()) throw new SimulationFailure('both ends say that they are equal, and are not');
    this.checkCopied();
  }

  /** No host writes, nothing is under way, both ends say that they are equal: then they are. */
  async compare(): Promise<void> {
    const { host } = this;
    host.rest();
    await this.expectSoon('requests of the host end', () => host.inFlight === 0);
    await this.expectSoon('Equivalent', () => this.isEquivalent);
    await this.expectSoon('equal at rest', () => !this.isEquivalent || this.areEqual());
    if (!this.isEquivalent) return this.compare();
    this.checkCopied();
    expectNever(this.oracle.model.check(this.imageOf(this.source)), 'the source at rest');
    this.isDestinationOwn = false;
  }

  /** C60: since the pair was last at rest, no single loss has cost a copy of everything. */
  private checkCopied(): void {
    const { spec, resyncBytes: bytes } = this.source.session!;
    const before = this.copiedAtRest;
    const isSameSource = before !== null && before.source === this.source && before.generation === spec.generation;
    if (isSameSource && this.losses <= 1 && bytes - before.bytes >= this.sizeBytes) {
      throw new SimulationFailure(
        `${bytes - before.bytes} bytes were copied after one loss, as much as the volume has`,
      );
    }
    this.copiedAtRest = { source: this.source, generation: spec.generation, bytes };
    this.losses = 0;
  }

  areEqual(): boolean {
    if (this.source.isVolumeBusy || this.destination.isVolumeBusy) return false;
    const [ours, theirs] = [this.source, this.destination].map((node) => node.disk.contentOf(node.dataFile));
    return ours!.subarray(0, this.sizeBytes).equals(theirs!.subarray(0, this.sizeBytes));
  }

  /** What the oracle knows of the volume, until the next image is taken. */
  private imageOf(node: SimulatedNode): Buffer {
    node.disk.peek(node.dataFile, this.image, this.host.load.spanOffset);
    return this.image;
  }

  /** C01, at any moment. */
  checkDestination(): void {
    const { destination, primary } = this;
    const state = destination.session;
    if (destination === primary || this.isDestinationOwn || this.oracle.mustLook) return;
    if (state === undefined || destination.isVolumeBusy || !destination.isVolumeWhole) return;
    if (state.role !== 'destination' || state.dataState === 'Inconsistent') return;
    const where = `the destination, ${state.dataState}, is no prefix`;
    expectNever(this.oracle.model.checkPrefix(this.imageOf(destination)), where);
  }

  // --- what goes on by itself ---

  /** An operator gives up what may be lost. */
  private async release(node: SimulatedNode): Promise<void> {
    this.trace.note('world', `releases the volume of ${node.name}`);
    this.operatorActions++;
    const releasing = node.dataPath?.operations.releaseVolume(node.volumeUid);
    this.oracle.released();
    await Promise.race([releasing?.catch(() => undefined), this.clock.sleep(5000)]);
  }

  private async supervise(node: SimulatedNode): Promise<void> {
    while (!this.isOver) {
      if (!node.isRunning && this.clock.nowMs >= (this.downUntilMs.get(node) ?? 0)) await node.start();
      await this.clock.sleep(100);
    }
  }

  private async watch(): Promise<void> {
    let errorSinceMs = Infinity;
    let heldSinceMs = Infinity;
    while (!this.isOver) {
      expectNever(this.host.wrong, 'host');
      const source = this.source.session;
      if (source !== undefined && this.source === this.primary) {
        this.oracle.sourceSays(source, this.destination.isUp);
        if (source.status !== 'Error') errorSinceMs = Infinity;
        else errorSinceMs = Math.min(errorSinceMs, this.clock.nowMs);
        if (this.clock.nowMs - errorSinceMs > 3000 && this.driver.isEstablished) {
          errorSinceMs = Infinity;
          this.operatorActions++;
          this.driver.resume();
        }
      }
      if (this.primary?.access?.startsWith('Held') !== true) heldSinceMs = Infinity;
      else heldSinceMs = Math.min(heldSinceMs, this.clock.nowMs);
      if (this.clock.nowMs - heldSinceMs > 12_000) {
        heldSinceMs = Infinity;
        await this.release(this.primary!);
      }
      if (this.isEquivalent) this.isDestinationOwn = false;
      if (this.random.isOneIn(30)) this.checkDestination();
      if (this.oracle.mustLook && !this.isLooking) await this.look();
      await this.clock.sleep(WATCH_MS);
    }
  }

  /** After a loss the host reads everything before it goes on. */
  private async look(): Promise<void> {
    const attachment = this.primary?.attachment() ?? null;
    if (attachment === null) return;
    this.isLooking = true;
    const image = await readAll(attachment, this.host.load.spanOffset, this.oracle.model.sizeBytes);
    this.isLooking = false;
    if (image === null || attachment.life.isOver) return;
    this.trace.note('world', 'sees what is there');
    this.oracle.found(image);
  }

  // --- how it is made ---

  private makeHost(): SimulatedHost {
    const { random } = this;
    const load = {
      depth: 1 + random.below(8),
      pauseMsMax: 20 + random.below(120),
      spanOffset: random.below((this.sizeBytes - this.oracle.model.sizeBytes) / CELL_BYTES) * CELL_BYTES,
      maxBytes: random.isOneIn(6) ? 1536 * KIB : 128 * KIB,
    };
    return new SimulatedHost(this.oracle.model, load, this.clock, random, this.trace, () =>
      this.oracle.mustLook ? null : (this.primary?.attachment() ?? null),
    );
  }

  private uidMaker(): <T>() => T {
    const { random } = this;
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
    return <T>() => [hex(8), hex(4), hex(4), hex(4), hex(12)].join('-') as T;
  }

  private sessionSpec(uid: <T>() => T): SessionSpec {
    const { random } = this;
    return {
      uid: uid<SessionUid>(),
      label: 1,
      generation: 1,
      groupUid: uid<GroupUid>(),
      slot: 0,
      source: this.a.end,
      destination: this.b.end,
      settings: {
        ...DEFAULT_SESSION_SETTINGS,
        heartbeatTimeoutSeconds: 1 + random.below(3),
        startupWaitSeconds: 2 + random.below(8),
        maxWriteDelayMs: 0,
        srlShareMb: random.isOneIn(3) ? 1 : 512,
      },
      srlSizeBytes: 128 * MIB,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
  }

  private volumeSpec(node: SimulatedNode): VolumeSpec {
    return {
      uid: node.volumeUid,
      name: `volume-${node.name}`,
      label: 1,
      sizeBytes: this.sizeBytes,
      writeCache: 'Writeback',
      backing: { type: 'File' },
      isOverwrite: false,
      allowedClients: [],
      isCopyProtected: false,
      createdTime: new Date(0).toISOString(),
    };
  }
}

function describeSession(node: SimulatedNode): string {
  if (!node.isRunning) return 'down';
  const { session } = node;
  if (!node.isUp || session === undefined) return node.isUp ? 'without a session' : 'starting';
  const { spec, role, appliedGeneration, status, phase, dataState, effectiveMode, error, isLinkUp, headLsn } = session;
  const { generation, run } = spec;
  const shown = { generation, appliedGeneration, run, role, status, phase, dataState, effectiveMode, error, isLinkUp };
  return JSON.stringify({ ...shown, headLsn, access: node.access });
}

/** Part of the volume as a host reads it; null when it cannot. */
async function readAll(attachment: Attachment, offset: number, sizeBytes: number): Promise<Buffer | null> {
  const image = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += READ_BYTES) {
    const length = Math.min(READ_BYTES, sizeBytes - at);
    const data = await new Promise<Buffer | null>((resolve) => {
      const sink = { complete: () => resolve(null), completeRead: (_: HostRequest, bytes: Buffer) => resolve(bytes) };
      const request = new HostRequest(
        sink,
        0,
        0,
        HostOperation.Read,
        offset + at,
        length,
        [],
        false,
        false,
        false,
        false,
      );
      attachment.target.submit([request]);
      void attachment.life.whenEnded.then(() => resolve(null));
    });
    if (data === null) return null;
    data.copy(image, at);
  }
  return image;
}
