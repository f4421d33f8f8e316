/**
 * A storage node on a simulated machine: its real data path over a disk, a clock, a network and chance that are simulated. It can be
 * killed, also between two system calls, and lose its power; what it did by then stays as the disk kept it.
 */
import type { Logger } from 'pino';
import { isRefusal } from '../../src/errors/refusal.js';
import type { NodeUid, SessionUid, VolumeUid } from '../../src/model/ids.js';
import { RUN_IDS_MAX } from '../../src/model/run.js';
import {
  NODE_API_VERSION,
  type NodeIdentity,
  type SessionEnd,
  type SessionState,
  type VolumeState,
} from '../../src/node-api/contract.js';
import { MIB } from '../../src/model/sizes.js';
import { Budget, MEMORY_MIB_DEFAULT } from '../../src/storage-node/config/budget.js';
import type { Random } from '../../src/storage-node/config/random.js';
import type { NodeSettings } from '../../src/storage-node/config/settings.js';
import { makeDataPath } from '../../src/storage-node/data-path.js';
import type { DataPath, HostConnection, HostServer, NodeContext } from '../../src/storage-node/node.js';
import { StartSequence, type StartStep } from '../../src/storage-node/start-order.js';
import type { BlockTarget } from '../../src/storage-node/volume/host-request.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { SimulatedDisk } from '../support/simulated-disk.js';
import type { Attachment } from './simulated-host.js';
import type { Life, Machine, SimulatedNetwork } from './simulated-network.js';
import type { Trace } from './trace.js';
import { NodeClock, type VirtualClock } from './virtual-clock.js';

/** Of a machine's disk, when nobody has made it smaller. */
export const CAPACITY_BYTES = 2 ** 36;

const PEER_PORT = 5667;
const NBD_PORT = 10809;
/** Milliseconds that a call on the pool takes, between the two. */
const CALL_MS = [0.02, 0.6] as const;

/** One run of the node's process. */
class Run implements Life {
  isOver = false;
  dataPath!: DataPath;
  clock!: NodeClock;
  exports: { lookup(name: string): BlockTarget | undefined } = { lookup: () => undefined };
  isUp = false;
  ended!: () => void;
  readonly whenEnded = new Promise<void>((resolve) => (this.ended = resolve));
}

/** What node.json would hold. */
interface Home {
  runCounter: number;
  /** As NodeHome keeps them. */
  runIds: string[];
  bootId: string;
  continuityId: string;
  isStoppedClean: boolean;
  isPowerLossPending: boolean;
}

export class SimulatedNode {
  readonly disk: SimulatedDisk;
  readonly machine: Machine;
  /** The machine's wall clock, off the true time. */
  readonly wall = { offsetMs: 1_790_000_000_000 };
  /** Told just before a run ends, however, and just after. */
  onEnding: () => void = () => undefined;
  onEnd: (life: Life) => void = () => undefined;
  /** Messages of its log, for whoever waits for one. */
  onLog: (message: string, fields: object) => void = () => undefined;
  private home: Home = {
    runCounter: 0,
    runIds: [],
    bootId: '',
    continuityId: '',
    isStoppedClean: true,
    isPowerLossPending: false,
  };
  private run: Run | null = null;
  private boots = 0;
  private bootedAtMs: number;

  constructor(
    readonly name: string,
    readonly uid: NodeUid,
    readonly volumeUids: readonly VolumeUid[],
    private readonly clock: VirtualClock,
    private readonly network: SimulatedNetwork,
    private readonly random: SeededRandom,
    private readonly trace: Trace,
    original?: SimulatedNode,
  ) {
    this.machine = network.addMachine(`node-${name}`);
    const options = {
      seed: random.below(2 ** 31),
      schedule: (run: () => void) => this.callPool(run),
      coldPart: 0.08,
      capacityBytes: CAPACITY_BYTES,
    };
    this.disk = original?.disk.copy(options) ?? new SimulatedDisk(options);
    if (original !== undefined) {
      this.home = { ...original.home, runIds: [...original.home.runIds] };
      this.boots = original.boots;
    }
    this.bootedAtMs = clock.nowMs - random.below(1_000_000);
  }

  /** A machine with a disk that is as this one's would be after a kill now, in another network. Nothing changes here. */
  copy(network: SimulatedNetwork, random: SeededRandom, trace: Trace): SimulatedNode {
    return new SimulatedNode(this.name, this.uid, this.volumeUids, this.clock, network, random, trace, this);
  }

  get isRunning(): boolean {
    return this.run !== null;
  }

  get isUp(): boolean {
    return this.run?.isUp === true;
  }

  get dataPath(): DataPath | null {
    return this.isUp ? this.run!.dataPath : null;
  }

  /** The session as this node shows it; undefined while it is down or has none. */
  sessionOf(uid: SessionUid): SessionState | undefined {
    return this.dataPath?.operations.state().sessions.find(({ spec }) => spec.uid === uid);
  }

  /** Whether it has a session of that volume, and is past its joining. */
  standingOf(volume: number): 'none' | 'joining' | 'in' {
    const uid = this.volumeUids[volume]!;
    const isOf = ({ spec: { source, destination } }: SessionState): boolean =>
      source.volumeUid === uid || destination.volumeUid === uid;
    const states = (this.dataPath?.operations.state().sessions ?? []).filter(isOf);
    if (states.length === 0) return 'none';
    return states.some(({ isJoining }) => isJoining) ? 'joining' : 'in';
  }

  /** @param volume its index */
  endOf(volume: number): SessionEnd {
    return {
      nodeUid: this.uid,
      volumeUid: this.volumeUids[volume]!,
      peerAddresses: [`${this.machine.host}:${PEER_PORT}`],
      fingerprint: '0'.repeat(64),
      isPeerPlain: true,
    };
  }

  /** NBD export name. */
  nameOf(volume: number): string {
    return volume === 0 ? `volume-${this.name}` : `volume-${this.name}-${volume + 1}`;
  }

  private get volumes(): readonly VolumeState[] {
    return this.dataPath?.operations.state().volumes ?? [];
  }

  /** What hosts may do with each volume. */
  get access(): string {
    return this.volumes.map(({ access, accessReason }) => `${access} ${accessReason ?? ''}`).join(', ');
  }

  /** Volumes that wait for an operator. */
  get held(): readonly VolumeUid[] {
    return this.volumes.filter(({ access }) => access === 'Held').map(({ spec }) => spec.uid);
  }

  /** Whether the volumes hold what their log says, as far as the node knows. */
  get areVolumesWhole(): boolean {
    return this.isUp && this.volumes.every(({ status }) => status === 'Normal');
  }

  /** Where a volume's bytes lie. */
  dataFile(volume: number): string {
    return `/${this.name}/volumes/${this.volumeUids[volume]}/data`;
  }

  /**
   * What a host can attach to, each volume of it, or null when one is not for hosts just now.
   * @param needed indexes of volumes that must be
   */
  attachment(needed: ReadonlySet<number> = new Set(this.volumeUids.keys())): Attachment | null {
    const { run } = this;
    if (run === null || !run.isUp) return null;
    const targets = this.volumeUids.map((_, volume) => run.exports.lookup(this.nameOf(volume)));
    if (!targets.every((target, volume) => !needed.has(volume) || target?.accessRefusal === null)) return null;
    return { life: run, targets: targets as BlockTarget[], monotonicMs: () => run.clock.monotonicMs() };
  }

  /** Whether calls on the volumes' files are under way, so that they may be between two states. */
  get areVolumesBusy(): boolean {
    return this.volumeUids.some((_, volume) => this.disk.isBusy(this.dataFile(volume)));
  }

  /** Dies within so many system calls. */
  killSoon(calls: number, killed: () => void): void {
    let left = calls;
    this.disk.onCall = () => {
      if (this.run === null || --left > 0) return;
      this.spare();
      this.kill();
      killed();
    };
  }

  /** Does not die after all. */
  spare(): void {
    this.disk.onCall = () => undefined;
  }

  /**
   * Starts the process; the machine gets its power back if it had lost it.
   * @returns whether it came up; false when it refused to start, or was ended on the way
   */
  async start(): Promise<boolean> {
    if (this.run !== null) return this.isUp;
    this.machine.hasPower = true;
    this.network.resume();
    const { home } = this;
    this.countStart(home);
    const run = this.makeRun();
    this.run = run;
    this.trace.note(this.name, `starts, run ${home.runCounter}${home.isPowerLossPending ? ', power was lost' : ''}`);
    const sequence = new StartSequence(
      { ...run.dataPath.steps, 'identity and lock': this.homeStep() },
      this.logger(run),
    );
    this.sequence = sequence;
    const started = sequence.start().then(
      () => true,
      (error: unknown) => this.refused(run, error),
    );
    await Promise.race([started, run.whenEnded]);
    if (run.isOver || this.run !== run) return false;
    run.isUp = await started;
    if (run.isUp) this.trace.note(this.name, 'is up');
    else this.endRun(run);
    return run.isUp;
  }

  private sequence: StartSequence | null = null;

  /** As NodeHome does. */
  private countStart(home: Home): void {
    const bootId = `boot-${this.boots}`;
    const hasLostPower = !home.isStoppedClean && home.bootId !== bootId;
    home.runCounter++;
    home.runIds = [this.chance.hex(8), ...home.runIds].slice(0, RUN_IDS_MAX);
    home.bootId = bootId;
    home.isStoppedClean = false;
    home.isPowerLossPending ||= hasLostPower;
    if (hasLostPower || home.continuityId === '') home.continuityId = this.chance.hex(8);
  }

  /** What NodeHome does to the disk. */
  private homeStep(): StartStep {
    const disk = this.disk.mount();
    return {
      start: async () => {
        await disk.makeFolder(`/${this.name}`);
        await disk.syncFolder('/');
      },
    };
  }

  private refused(run: Run, error: unknown): false {
    if (!isRefusal(error) && !run.isOver) throw error;
    this.trace.note(this.name, `does not start: ${String(error)}`);
    return false;
  }

  /** kill -9 */
  kill(): void {
    const { run } = this;
    if (run === null) return;
    this.trace.note(this.name, 'KILLED');
    this.endRun(run);
    this.disk.kill();
    this.network.processEnded(run);
  }

  /** What was not synced vanishes or stays. */
  losePower(): void {
    const { run } = this;
    this.trace.note(this.name, 'LOST POWER');
    this.machine.hasPower = false;
    this.boots++;
    this.bootedAtMs = this.clock.nowMs;
    if (run !== null) {
      this.endRun(run);
      this.network.powerLost(run);
    }
    this.disk.losePower();
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    const { run, sequence } = this;
    if (run === null || sequence === null) return;
    this.trace.note(this.name, 'stops');
    run.isUp = false;
    const isClean = await Promise.race([sequence.stop(), run.whenEnded.then(() => null)]);
    if (isClean === null || run.isOver) return;
    this.home.isStoppedClean = isClean;
    this.trace.note(this.name, `stopped ${isClean ? 'clean' : 'unclean'}`);
    this.endRun(run);
    this.network.processEnded(run);
  }

  private endRun(run: Run): void {
    this.onEnding();
    run.isOver = true;
    run.isUp = false;
    if (this.run === run) this.run = null;
    this.onEnd(run);
    run.ended();
  }

  private makeRun(): Run {
    const run = new Run();
    run.clock = new NodeClock(this.clock, run, this.bootedAtMs, this.wall);
    run.dataPath = makeDataPath(this.context(run));
    return run;
  }

  private context(run: Run): NodeContext {
    const { home } = this;
    return {
      settings: this.settings(),
      logger: this.logger(run),
      home: {
        uid: this.uid,
        run: { counter: home.runCounter, ids: [...home.runIds] },
        bootId: home.bootId,
        continuityId: home.continuityId,
        wasUncleanBoot: home.isPowerLossPending,
        keyPem: '',
        certificatePem: '',
        takeSpec: async () => undefined,
        // So that copies wait for each other wherever there are two.
        copyConcurrency: 1,
        powerLossRecovered: async () => {
          if (!run.isOver) home.isPowerLossPending = false;
        },
      },
      disk: this.disk.mount(),
      clock: run.clock,
      network: this.network.of(this.machine, run),
      random: this.chance,
      budget: Budget.default((serve) => void run.clock.after(0, serve)),
      makeHostServer: (exports) => {
        run.exports = exports;
        return new SimulatedHostServer();
      },
      identity: () => this.identity(),
    };
  }

  private identity(): NodeIdentity {
    return {
      apiVersion: NODE_API_VERSION,
      nodeUid: this.uid,
      name: this.name,
      version: '0.0.0',
      fingerprint: '0'.repeat(64),
      nbdAddress: `${this.machine.host}:${NBD_PORT}`,
      isNbdTls: false,
      peerAddresses: [`${this.machine.host}:${PEER_PORT}`],
      isPeerPlain: true,
    };
  }

  private settings(): NodeSettings {
    return {
      dataDirectory: `/${this.name}`,
      name: this.name,
      nbd: { host: this.machine.host, port: NBD_PORT },
      peer: { host: this.machine.host, port: PEER_PORT },
      admin: { host: this.machine.host, port: 5666 },
      advertisedNbd: null,
      nbdTls: null,
      advertisedPeers: [],
      isPeerPlain: true,
      backingFolders: [],
      memoryBytes: MEMORY_MIB_DEFAULT * MIB,
      logLevel: 'info',
      metricsToken: null,
    };
  }

  private readonly chance: Random = {
    fraction: () => this.random.next(),
    hex: (bytes) => Array.from({ length: bytes }, () => this.random.below(256).toString(16).padStart(2, '0')).join(''),
  };

  /** Ends a call that the disk's pool was given. */
  private callPool(run: () => void): void {
    const [least, most] = CALL_MS;
    this.clock.after(least + this.random.next() * (most - least), run);
  }

  /** Into the trace; of a dead run nothing is heard. */
  private logger(run: Run): Logger {
    const note = (fields: object | string, message?: string): void => {
      if (run.isOver) return;
      if (typeof fields === 'string') return this.trace.note(this.name, fields);
      this.trace.note(this.name, `${message} ${JSON.stringify(fields)}`);
      this.onLog(message ?? '', fields);
    };
    const logger = {
      trace: () => undefined,
      debug: () => undefined,
      info: note,
      warn: note,
      error: note,
      fatal: note,
      child: () => logger,
    };
    return logger as never;
  }
}

/** Hosts of a simulation submit their requests to the exports themselves. */
class SimulatedHostServer implements HostServer {
  async listen(at: { host: string; port: number }): Promise<{ host: string; port: number }> {
    return at;
  }

  connections(): readonly HostConnection[] {
    return [];
  }

  dropConnections(): void {}

  async stop(): Promise<void> {}
}
