/** One storage node: its parts, and the steps that start them. */
import type { Logger } from 'pino';
import { Refusal } from '../errors/refusal.js';
import type { NodeIdentity } from '../node-api/contract.js';
import { AdminServer } from './admin/admin-server.js';
import { NodeMetrics } from './admin/metrics.js';
import { judgeHealth } from './admin/node-health.js';
import type { NodeOperations } from './admin/node-operations.js';
import { formatHostPort, type HostPort } from './config/host-port.js';
import { Budget } from './config/budget.js';
import { type Clock, systemClock } from './config/clock.js';
import { type Random, systemRandom } from './config/random.js';
import type { NodeSettings } from './config/settings.js';
import type { Disk } from './device/disk.js';
import { systemDisk, unwritableNow } from './device/system-disk.js';
import { NodeHome } from './identity/node-home.js';
import { MemoryGuard } from './memory-guard.js';
import { HostCounters } from './metrics/host-counters.js';
import { LoopDelay } from './metrics/loop-delay.js';
import type { NodeFigures } from './metrics/node-figures.js';
import type { ExportDirectory } from './nbd/handshake.js';
import { NbdServer } from './nbd/server.js';
import type { PeerNetwork } from './replication/network.js';
import { systemNetwork } from './replication/system-network.js';
import { StartSequence, type StartStep, type StartStepName } from './start-order.js';
import type { BlockTarget } from './volume/host-request.js';

/** What the data path is given to work with. */
export interface NodeContext {
  readonly settings: NodeSettings;
  readonly logger: Logger;
  readonly disk: Disk;
  readonly home: Pick<
    NodeHome,
    | 'uid'
    | 'run'
    | 'bootId'
    | 'continuityId'
    | 'wasUncleanBoot'
    | 'powerLossRecovered'
    | 'takeSpec'
    | 'copyConcurrency'
    | 'keyPem'
    | 'certificatePem'
  >;
  readonly clock: Clock;
  readonly network: PeerNetwork;
  readonly random: Random;
  readonly budget: Budget;
  /** Makes what serves the exports to hosts. */
  readonly makeHostServer: (exports: ExportDirectory) => HostServer;
  /** Valid once exports and peers listen. */
  identity(): NodeIdentity;
}

/** One connection of an attached host. */
export interface HostConnection {
  readonly id: number;
  readonly client: string;
  /** When it attached; milliseconds since 1970. */
  readonly attachedMs: number;
  readonly isSecure: boolean;
  readonly requests: number;
  readonly bytes: number;
}

/** What hosts attach to. */
export interface HostServer {
  /** @throws Refusal PORT_IN_USE, SETTINGS_INVALID */
  listen(at: HostPort): Promise<HostPort>;
  /** Attached hosts of one volume, by ascending id. */
  connections(target: BlockTarget): readonly HostConnection[];
  /** Closes all of them at once, or the one with this id. */
  dropConnections(target: BlockTarget, id?: number): void;
  /** Answers what is under way, and closes. */
  stop(): Promise<void>;
}

/** The part of the node that holds volumes and serves hosts and peers. */
export interface DataPath {
  /** From volumes to exports; see START_ORDER. */
  readonly steps: Partial<Record<Exclude<StartStepName, 'identity and lock' | 'admin API' | 'service'>, StartStep>>;
  readonly operations: NodeOperations;
  /** Where hosts and peers are listened for, with real ports; null before that step. */
  nbdAddress(): HostPort | null;
  peerAddress(): HostPort | null;
  /** For whoever watches; valid while the node serves. */
  figures(): NodeFigures;
}

/** So that no connection gets the id of one of an earlier run, and people can read which run it was. */
const CONNECTIONS_PER_RUN = 1e9;

export class StorageNode {
  private readonly hostCounters = new HostCounters();
  private readonly budget: Budget;
  private readonly guard: MemoryGuard;
  private readonly delay = new LoopDelay();
  private readonly sequence: StartSequence;
  private openedHome: NodeHome | null = null;
  private dataPath: DataPath | null = null;
  private admin: AdminServer | null = null;
  private adminAt: HostPort | null = null;

  constructor(
    private readonly settings: NodeSettings,
    private readonly logger: Logger,
    private readonly makeDataPath: (context: NodeContext) => DataPath,
  ) {
    this.budget = new Budget(settings.memoryBytes, setImmediate);
    this.guard = new MemoryGuard(systemClock, settings.memoryBytes);
    this.sequence = new StartSequence(this.steps(), logger.child({ component: 'start' }));
  }

  /** @throws Refusal saying why it cannot start; nothing is left running then */
  start(): Promise<void> {
    return this.sequence.start();
  }

  /** @returns whether everything is synced and ended in order */
  stop(): Promise<boolean> {
    return this.sequence.stop();
  }

  get home(): NodeHome {
    if (!this.openedHome) throw new Error('the node has not opened its data directory');
    return this.openedHome;
  }

  get adminAddress(): HostPort | null {
    return this.adminAt;
  }

  /** @throws Refusal NODE_STARTING until hosts and peers are listened for */
  identity(): NodeIdentity {
    const nbd = this.dataPath?.nbdAddress();
    const peer = this.dataPath?.peerAddress();
    if (!nbd || !peer) throw new Refusal('NODE_STARTING');
    const { advertisedNbd, advertisedPeers, nbdTls, isPeerPlain } = this.settings;
    return this.home.identity({
      nbdAddress: formatHostPort(advertisedNbd ?? nbd),
      isNbdTls: nbdTls !== null,
      peerAddresses: (advertisedPeers.length > 0 ? advertisedPeers : [peer]).map(formatHostPort),
      isPeerPlain,
    });
  }

  private steps(): Partial<Record<StartStepName, StartStep>> {
    const ofDataPath = (name: keyof DataPath['steps']): StartStep => ({
      start: () => this.dataPath?.steps[name]?.start(),
      stop: (isClean) => this.dataPath?.steps[name]?.stop?.(isClean),
    });
    return {
      'identity and lock': {
        start: () => this.takeHome(),
        stop: (isClean) => {
          this.guard.stop();
          this.delay.stop();
          return this.openedHome?.close(isClean);
        },
      },
      'admin API': { start: () => this.listenForAdmin(), stop: () => this.admin?.stop() },
      volumes: ofDataPath('volumes'),
      logs: ofDataPath('logs'),
      'activity log': ofDataPath('activity log'),
      maps: ofDataPath('maps'),
      floors: ofDataPath('floors'),
      replay: ofDataPath('replay'),
      'positions and epochs': ofDataPath('positions and epochs'),
      peers: ofDataPath('peers'),
      'tail recovery': ofDataPath('tail recovery'),
      exports: ofDataPath('exports'),
      service: { start: () => this.admin!.serve(this.dataPath!.operations), stop: () => this.admin!.drain() },
    };
  }

  private async takeHome(): Promise<void> {
    const { settings, logger, hostCounters } = this;
    const home = await NodeHome.open(systemDisk, settings.dataDirectory, settings.name);
    this.openedHome = home;
    this.guard.start();
    this.delay.start();
    logger.info({ uid: home.uid, run: home.runCounter, wasUncleanBoot: home.wasUncleanBoot }, 'data directory taken');
    this.dataPath = this.makeDataPath({
      settings,
      logger,
      disk: systemDisk,
      home,
      clock: systemClock,
      network: systemNetwork,
      random: systemRandom,
      budget: this.budget,
      makeHostServer: (exports) =>
        new NbdServer({
          exports,
          log: logger.child({ component: 'nbd' }),
          counters: hostCounters,
          budget: this.budget,
          tls: settings.nbdTls,
          lastConnectionId: home.runCounter * CONNECTIONS_PER_RUN,
        }),
      identity: () => this.identity(),
    });
  }

  private async listenForAdmin(): Promise<void> {
    const metrics = new NodeMetrics({
      state: () => (this.admin?.isServing ? this.dataPath!.operations.state() : null),
      figures: () => (this.admin?.isServing ? this.dataPath!.figures() : null),
      delay: this.delay,
      host: this.hostCounters,
      budget: this.budget,
    });
    this.admin = new AdminServer({
      home: this.home,
      logger: this.logger.child({ component: 'admin' }),
      budget: this.budget,
      identity: () => this.identity(),
      metrics: () => metrics.render(),
      health: () => judgeHealth(this.dataPath!.figures(), unwritableNow(this.settings.dataDirectory)),
      metricsToken: this.settings.metricsToken,
    });
    this.adminAt = await this.admin.listen(this.settings.admin);
  }
}
