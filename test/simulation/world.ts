/** Machines, the network between them, a host, a control plane and an oracle: everything of one simulated run. */
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../src/model/ids.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { SessionSpec, VolumeSpec } from '../../src/node-api/contract.js';
import { GroupSpace } from '../support/group-space.js';
import { SeededRandom } from '../support/seeded-random.js';
import { CELL_BYTES, VolumeModel } from '../support/volume-model.js';
import { ControlDriver } from './control-driver.js';
import { SimulationFailure } from './failure.js';
import { Faults } from './faults.js';
import { Inspection } from './inspection.js';
import { Operator } from './operator.js';
import { Oracle } from './oracle.js';
import type { WorldShape } from './shape.js';
import { drawSettings } from './settings.js';
import { SimulatedHost } from './simulated-host.js';
import { type Cable, SimulatedNetwork } from './simulated-network.js';
import { SimulatedNode } from './simulated-node.js';
import { Stream } from './stream.js';
import { TakeoverProbes } from './takeover-probes.js';
import { Trace } from './trace.js';
import { VirtualClock } from './virtual-clock.js';
import { Watch, WATCH_MS } from './watch.js';

/** For the sum of all recoveries; whoever takes longer hangs. */
const CONVERGE_MS = 180_000;

export class World {
  readonly clock = new VirtualClock();
  readonly trace = new Trace(this.clock);
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  /** The first is the source to begin with. */
  readonly nodes: readonly SimulatedNode[];
  readonly streams: readonly Stream[];
  readonly host: SimulatedHost;
  readonly oracle: Oracle;
  /** What the oracle knows of the volumes. */
  readonly space: GroupSpace;
  readonly sizesBytes: readonly number[];
  /** Indexes of the volumes that are in the group, at every end. */
  readonly members: Set<number>;
  readonly newUid: <T>() => T;
  readonly operator = new Operator(this);
  readonly faults = new Faults(this);
  readonly inspection: Inspection;
  readonly probes: TakeoverProbes;
  /** Where the host is attached; null while it must not be anywhere. */
  primary: SimulatedNode | null;
  /** What a loop in the background ended with. */
  wrong: unknown = null;
  /** A session in Error is resumed by hand. */
  operatorActions = 0;
  isOver = false;

  constructor(
    readonly seed: number,
    readonly shape: WorldShape,
  ) {
    const { clock, trace } = this;
    const random = (this.random = new SeededRandom(seed));
    this.network = new SimulatedNetwork(clock, random, trace);
    const uid = (this.newUid = this.uidMaker());
    this.nodes = ['a', ...shape.modes.map((_, index) => 'bcdefghi'[index]!)].map((name) => {
      const nodeUid = uid<NodeUid>();
      const volumeUids = Array.from({ length: shape.volumes }, () => uid<VolumeUid>());
      return new SimulatedNode(name, nodeUid, volumeUids, clock, this.network, random, trace);
    });
    this.primary = this.nodes[0]!;
    const sizeBytes = 12 * MIB + (random.isOneIn(2) ? 0 : CELL_BYTES * random.below(1000));
    const length = CELL_BYTES * (512 + random.below(5000));
    const specs = this.sessionSpecs(uid);
    const load = { depth: 1 + random.below(8), pauseMsMax: 20 + random.below(120) };
    const offset = random.below((sizeBytes - length) / CELL_BYTES) * CELL_BYTES;
    const maxBytes = random.isOneIn(6) ? 1536 * KIB : 128 * KIB;
    const more = this.drawMoreVolumes();
    this.sizesBytes = [sizeBytes, ...more.map((volume) => volume.sizeBytes)];
    this.space = new GroupSpace([{ offset, length }, ...more.map((volume) => volume.span)]);
    this.members = new Set(this.sizesBytes.keys());
    const model = new VolumeModel(this.space.sizeBytes, seed);
    this.oracle = new Oracle(model);
    this.inspection = new Inspection(this);
    this.probes = new TakeoverProbes(this);
    this.streams = specs.map((ofStream, index) => {
      const ends = [this.nodes[0]!, this.nodes[index + 1]!] as const;
      return new Stream(new ControlDriver(ends, ofStream, clock, trace), model);
    });
    this.host = new SimulatedHost(model, this.space, { ...load, maxBytes }, clock, random, trace, () =>
      this.oracle.mustLook ? null : (this.primary?.attachment() ?? null),
    );
    for (const node of this.nodes) {
      node.onEnding = () => {
        for (const { lastSaid, driver } of this.streamsWith(node)) lastSaid.set(node, driver.at(node));
      };
      node.onEnd = (life) => this.host.lose(life);
    }
  }

  /** Of the first stream; with several, of all of them. */
  get source(): SimulatedNode {
    return this.streams[0]!.source;
  }

  get totalBytes(): number {
    return this.sizesBytes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** For `checkPrefix`: what belongs to the group now. */
  isInGroup(): (offset: number) => boolean {
    const members = new Set(this.members);
    return (offset) => members.has(this.space.placeOf(offset).volume);
  }

  streamsWith(node: SimulatedNode): Stream[] {
    return this.streams.filter(({ source, destination }) => source === node || destination === node);
  }

  anyStream(): Stream {
    return this.streams.length === 1 ? this.streams[0]! : this.streams[this.random.below(this.streams.length)]!;
  }

  cableOf({ source, destination }: Stream): Cable {
    return this.network.cableBetween(source.machine.host, destination.machine.host);
  }

  // --- life ---

  /** All nodes up, the volumes on each, and sessions that are Equivalent. */
  async begin(): Promise<void> {
    for (const node of this.nodes) {
      await node.start();
      for (const [volume] of node.volumeUids.entries()) {
        await node.dataPath!.operations.putVolume(this.volumeSpec(node, volume));
      }
    }
    for (const { driver } of this.streams) driver.start();
    for (const loop of [...this.nodes.map((node) => this.supervise(node)), new Watch(this).goOn()]) {
      loop.catch((error: unknown) => this.fail(error));
    }
    await this.expectSoon('the first copy', () => this.isEquivalent);
    await this.inspection.compare();
  }

  fail(error: unknown): void {
    this.wrong ??= error;
  }

  end(): void {
    this.isOver = true;
    for (const { driver } of this.streams) driver.stop();
    this.host.rest();
  }

  private async supervise(node: SimulatedNode): Promise<void> {
    while (!this.isOver) {
      if (!node.isRunning && this.faults.mayStart(node)) await node.start();
      await this.clock.sleep(100);
    }
  }

  get isEquivalent(): boolean {
    return this.streams.every((stream) => stream.isEquivalent);
  }

  get isEstablished(): boolean {
    return this.streams.every(({ driver }) => driver.isEstablished);
  }

  get areUp(): boolean {
    return this.nodes.every((node) => node.isUp);
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
    const say = (node: SimulatedNode): string => `${node.name}: ${this.describe(node)}`;
    throw new SimulationFailure(`${what}: not within ${CONVERGE_MS / 1000} s\n${this.nodes.map(say).join('\n')}`);
  }

  private describe(node: SimulatedNode): string {
    if (!node.isRunning) return 'down';
    if (!node.isUp) return 'starting';
    const states = node.dataPath!.operations.state().sessions.map((session) => {
      const { spec, role, appliedGeneration, status, phase, dataState, effectiveMode, error } = session;
      const { isLinkUp, headLsn, durableLsn, loggingTo, isJoining, throttle, uncopiedBytes } = session;
      const { generation, run } = spec;
      const standing = { generation, appliedGeneration, run, role, status, phase, dataState, effectiveMode, error };
      const position = { isLinkUp, headLsn, durableLsn, loggingTo, isJoining, throttle, uncopiedBytes };
      return JSON.stringify({ ...standing, ...position });
    });
    return [node.access, ...states].join('\n   ');
  }

  // --- how it is made ---

  private uidMaker(): <T>() => T {
    const { random } = this;
    const hex = (digits: number): string =>
      Array.from({ length: digits }, () => random.below(16).toString(16)).join('');
    return <T>() => [hex(8), hex(4), hex(4), hex(4), hex(12)].join('-') as T;
  }

  /** Further volumes besides the first. */
  private drawMoreVolumes() {
    const { random } = this;
    return Array.from({ length: this.shape.volumes - 1 }, () => {
      const sizeBytes = 4 * MIB + CELL_BYTES * random.below(4000);
      const length = CELL_BYTES * (64 + random.below(2000));
      const offset = CELL_BYTES * random.below((sizeBytes - length) / CELL_BYTES);
      return { sizeBytes, span: { offset, length } };
    });
  }

  /** @returns for each stream its sessions, one for each volume */
  private sessionSpecs(uid: <T>() => T): SessionSpec[][] {
    const [source, ...destinations] = this.nodes;
    let groupUid: GroupUid | null = null;
    return destinations.map((destination, index) => {
      const volumes = Array.from({ length: this.shape.volumes }, (_, volume) => volume);
      const uids = volumes.map(() => uid<SessionUid>());
      groupUid ??= uid<GroupUid>();
      const settings = drawSettings(this.random, this.shape, index);
      return volumes.map((volume) => ({
        uid: uids[volume]!,
        label: 1 + index * volumes.length + volume,
        generation: 1,
        groupUid: groupUid!,
        slot: volume,
        source: source!.endOf(volume),
        destination: destination.endOf(volume),
        settings,
        srlSizeBytes: 128 * MIB,
        run: 'Active',
        resumedGeneration: 1,
        isForced: false,
        isAlone: false,
      }));
    });
  }

  private volumeSpec(node: SimulatedNode, volume: number): VolumeSpec {
    return {
      uid: node.volumeUids[volume]!,
      name: node.nameOf(volume),
      label: 1 + volume,
      sizeBytes: this.sizesBytes[volume]!,
      writeCache: 'Writeback',
      backing: { type: 'File' },
      isOverwrite: false,
      allowedClients: [],
      isCopyProtected: false,
      createdTime: new Date(0).toISOString(),
    };
  }
}
