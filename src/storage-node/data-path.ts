/** Puts together what holds volumes and serves hosts and peers, and carries out what the control plane asks of it. */
import { Refusal } from '../errors/refusal.js';
import type { VolumeUid } from '../model/ids.js';
import type { ConnectionState, NodeState, SessionSpec, SessionState } from '../node-api/contract.js';
import type { NodeOperations } from './admin/node-operations.js';
import type { Timer } from './config/clock.js';
import { EVENTS_LOOK_MS, IN_USE_REST_MS } from './config/limits.js';
import type { HostPort } from './config/host-port.js';
import { EventJournal } from './events/event-journal.js';
import { EventWatch } from './events/event-watch.js';
import { VolumeEvents } from './events/volume-events.js';
import { GroupFolder } from './group/group-folder.js';
import type { HostedVolume } from './group/hosted-volume.js';
import { HostedVolumes, type VolumeUses } from './group/hosted-volumes.js';
import type { NodeFigures } from './metrics/node-figures.js';
import type { DataPath, HostConnection, HostServer, NodeContext } from './node.js';
import { CopySlots } from './replication/copy-slots.js';
import { linkSettingsOf } from './replication/link-settings.js';
import { PathProbes } from './replication/path-probes.js';
import { PeerDialer } from './replication/peer-dialer.js';
import { PeerListener } from './replication/peer-listener.js';
import type { PeerSecurity } from './replication/peer-security.js';
import { PeerRuns } from './replication/peer-runs.js';
import { Replicas } from './replication/replicas.js';
import type { ReplicaSurroundings } from './replication/replica-surroundings.js';
import { checkSessionSpecs } from './shape/session-spec.js';
import { TailPool } from './srl/tail.js';
import type { StartStep } from './start-order.js';
import { VolumeStore } from './volume/volume-store.js';

export function makeDataPath(context: NodeContext): DataPath {
  return new NodeDataPath(context);
}

class NodeDataPath implements DataPath {
  private store: VolumeStore | null = null;
  private volumes: HostedVolumes | null = null;
  private readonly replicas: Replicas;
  private readonly listener: PeerListener;
  private readonly nbd: HostServer;
  private peerAt: HostPort | null = null;
  private nbdAt: HostPort | null = null;
  private useTimer: Timer | null = null;
  private eventTimer: Timer | null = null;
  private readonly journal: EventJournal;
  private readonly watch: EventWatch;
  private readonly volumeEvents: VolumeEvents;
  private readonly tails: TailPool;
  private readonly copySlots: CopySlots;

  constructor(private readonly context: NodeContext) {
    const logTails = context.budget.pool('log_tails');
    this.tails = new TailPool(logTails.bytesMax, (bytes) => logTails.count(bytes));
    const { logger, clock, network } = context;
    this.copySlots = new CopySlots(context.home.copyConcurrency);
    const events = logger.child({ component: 'events' });
    this.journal = new EventJournal(clock, (event) => events.info({ event }, event.message));
    this.watch = new EventWatch(this.journal);
    this.volumeEvents = new VolumeEvents(this.journal);
    this.replicas = new Replicas(this.replicaSurroundings());
    this.listener = new PeerListener({
      security: this.security(),
      network,
      clock,
      log: logger.child({ component: 'peer' }),
      memory: context.budget.pool('strangers'),
      greeted: (greeting) => void this.replicas.greet(greeting),
    });
    this.nbd = context.makeHostServer({
      lookup: (name) => this.volumes?.lookup(name),
      list: () => this.volumes?.list() ?? [],
    });
  }

  readonly steps: DataPath['steps'] = {
    volumes: { start: () => this.openVolumes(), stop: (isClean) => this.closeVolumes(isClean) },
    // Log, activity log, maps and floors of a group are read together, in this order, before any record is replayed.
    logs: {
      start: () => this.replicas.open(this.context.home.wasUncleanBoot),
      stop: () => this.replicas.close(),
    },
    replay: {
      start: async () => {
        await this.replicas.replay();
        if (this.replicas.isComplete) await this.context.home.powerLossRecovered();
      },
    },
    'positions and epochs': { start: () => this.replicas.takeUpRoles() },
    peers: this.peersStep(),
    'tail recovery': {
      start: async () => {
        await this.replicas.begin();
        this.eventTimer = this.context.clock.every(EVENTS_LOOK_MS, () => this.look(this.replicas.states()));
      },
      stop: () => {
        this.eventTimer?.cancel();
        return this.replicas.stop();
      },
    },
    exports: {
      start: async () => {
        this.nbdAt = await this.nbd.listen(this.context.settings.nbd);
        this.useTimer = this.context.clock.every(IN_USE_REST_MS, () => this.volumes?.lookAtUse());
      },
      stop: () => {
        this.useTimer?.cancel();
        return this.nbd.stop();
      },
    },
  };

  readonly operations: NodeOperations = {
    state: () => this.state(),
    putNode: async (spec) => {
      await this.context.home.takeSpec(spec);
      this.copySlots.limit = spec.copyConcurrency;
      return this.context.identity();
    },
    putVolume: (spec) => this.expectVolumes().put(spec, this.uses),
    releaseVolume: (uid) => this.expectVolumes().release(uid, this.uses),
    connections: (uid) => this.nbd.connections(this.expectVolume(uid)).map(connectionState),
    dropConnection: (uid, id) => this.nbd.dropConnections(this.expectVolume(uid), id),
    deleteVolume: (uid, isForced) => this.expectVolumes().delete(uid, isForced, this.uses),
    putSessions: (specs) => {
      this.tellOrder(specs, 'sessions ordered');
      return this.replicas.put(specs);
    },
    suspendSessions: ({ sessions }) => {
      this.tellOrder(sessions, 'joint suspend ordered');
      return this.replicas.suspend(sessions);
    },
    deleteSession: (uid) => this.replicas.delete(uid),
  };

  private tellOrder(specs: readonly SessionSpec[], message: string): void {
    const sessions = specs.map(({ uid }) => uid);
    const groups = [...new Set(specs.map(({ groupUid }) => groupUid))];
    const { generation, run } = specs[0] ?? {};
    this.context.logger.info({ component: 'replication', sessions, groups, generation, run }, message);
  }

  nbdAddress(): HostPort | null {
    return this.nbdAt;
  }

  peerAddress(): HostPort | null {
    return this.peerAt;
  }

  private readonly uses: VolumeUses = {
    isReplicated: (uid) => this.replicas.isReplicated(uid),
    connectionCount: (target) => this.nbd.connections(target).length,
    dropConnections: (target) => void this.nbd.dropConnections(target),
    returned: (uid) => this.replicas.returned(uid),
  };

  private async openVolumes(): Promise<void> {
    const { disk, home, settings, budget } = this.context;
    this.store = await VolumeStore.open(disk, settings.dataDirectory, settings.backingFolders, home.bootId);
    this.volumes = new HostedVolumes(this.store, budget.pool('volume_changes'));
  }

  /** A node that stopped in order owes nothing to a power loss that follows. */
  private async closeVolumes(isClean = false): Promise<void> {
    try {
      await this.volumes?.close((uid) => isClean && !this.replicas.isAside(uid));
    } finally {
      await this.store?.close();
    }
  }

  private expectVolumes(): HostedVolumes {
    if (this.volumes === null) throw new Refusal('NODE_STARTING');
    return this.volumes;
  }

  private expectVolume(uid: VolumeUid): HostedVolume {
    const volume = this.expectVolumes().get(uid);
    if (volume === undefined) throw new Refusal('VOLUME_NOT_FOUND', uid);
    return volume;
  }

  private peersStep(): StartStep {
    return {
      start: async () => {
        this.peerAt = await this.listener.listen(this.context.settings.peer);
      },
      stop: () => this.listener.close('the node stops'),
    };
  }

  figures(): NodeFigures {
    const { disk, settings, clock } = this.context;
    const conditions = this.expectVolumes().conditions(clock.monotonicMs());
    return {
      disk: disk.capacityNow(settings.dataDirectory),
      groups: this.replicas.figures(),
      groupsAside: this.replicas.asideCount,
      failingVolumes: conditions.filter(({ isFailing }) => isFailing).length,
      heldVolumes: conditions.filter(({ isHeld }) => isHeld).length,
      failedSessions: this.replicas.states().filter(({ status }) => status === 'Error').length,
    };
  }

  private look(sessions: readonly SessionState[]): void {
    this.watch.look(sessions);
    this.volumeEvents.look(this.volumes?.conditions(this.context.clock.monotonicMs()) ?? []);
  }

  private state(): NodeState {
    const sessions = this.replicas.states();
    // What is shown and what is told are of one moment.
    this.look(sessions);
    return {
      identity: this.context.identity(),
      runCounter: this.context.home.run.counter,
      runIds: this.context.home.run.ids,
      ...this.store!.capacityNow(),
      srlUsedBytes: this.replicas.logUsedBytes,
      volumes: this.expectVolumes().states(this.uses),
      sessions,
      events: this.journal.list(),
    };
  }

  private security(): PeerSecurity {
    const { home, settings } = this.context;
    return {
      isPlain: settings.isPeerPlain,
      identity: { keyPem: home.keyPem, certificatePem: home.certificatePem },
      expectedFingerprint: (node) => this.replicas.fingerprintOf(node),
    };
  }

  private replicaSurroundings(): ReplicaSurroundings {
    const { settings, disk, home, clock, network, random, budget } = this.context;
    const replication = this.context.logger.child({ component: 'replication' });
    const peer = this.context.logger.child({ component: 'peer' });
    const warn = (fields: object, message: string): void => replication.warn(fields, message);
    const probes = new PathProbes({ security: this.security(), network, clock });
    return {
      nodeUid: home.uid,
      run: home.run,
      continuityId: home.continuityId,
      bootId: home.bootId,
      peerRuns: new PeerRuns(disk, settings.dataDirectory, warn),
      folder: new GroupFolder(disk, settings.dataDirectory, clock, warn, this.tails),
      clock,
      random,
      budget,
      copySlots: this.copySlots,
      findVolume: (uid) => this.volumes?.get(uid),
      parseSessions: (sessions) => checkSessionSpecs(sessions) as SessionSpec[],
      log: (fields, message) => replication.info(fields, message),
      makeDialer: (owner, spec, statistics) =>
        new PeerDialer(
          {
            peerUid: spec.destination.nodeUid,
            ...linkSettingsOf(spec),
            security: this.security(),
            network,
            probes,
            clock,
            random: () => random.fraction(),
            log: peer,
            statistics,
          },
          owner,
        ),
    };
  }
}

function connectionState({ id, client, attachedMs, isSecure, requests, bytes }: HostConnection): ConnectionState {
  return { id, client, since: new Date(attachedMs).toISOString(), isTls: isSecure, requests, bytes };
}
