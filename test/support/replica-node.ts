/** A storage node reduced to its volumes and replicas, in this process: for tests of replication that need no daemon. */
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Hello } from '../../src/format/peer/messages.js';
import type { NodeUid, VolumeUid } from '../../src/model/ids.js';
import { newUid } from '../../src/model/ids.js';
import { COPY_CONCURRENCY_DEFAULT } from '../../src/model/node.js';
import { RUN_IDS_MAX, type NodeRun } from '../../src/model/run.js';
import type { SessionEnd, SessionSpec, VolumeSpec } from '../../src/node-api/contract.js';
import { Budget } from '../../src/storage-node/config/budget.js';
import { systemClock, type Clock } from '../../src/storage-node/config/clock.js';
import { systemRandom } from '../../src/storage-node/config/random.js';
import { formatHostPort, type HostPort } from '../../src/storage-node/config/host-port.js';
import { FaultyDevice } from '../../src/storage-node/device/faulty-device.js';
import { FileDevice } from '../../src/storage-node/device/file-device.js';
import { GroupFolder } from '../../src/storage-node/group/group-folder.js';
import { HostedVolume } from '../../src/storage-node/group/hosted-volume.js';
import { CopySlots } from '../../src/storage-node/replication/copy-slots.js';
import { linkSettingsOf } from '../../src/storage-node/replication/link-settings.js';
import { PathProbes } from '../../src/storage-node/replication/path-probes.js';
import { PeerDialer } from '../../src/storage-node/replication/peer-dialer.js';
import { PeerListener } from '../../src/storage-node/replication/peer-listener.js';
import { PeerRuns } from '../../src/storage-node/replication/peer-runs.js';
import type { PeerSecurity } from '../../src/storage-node/replication/peer-security.js';
import { Replicas } from '../../src/storage-node/replication/replicas.js';
import { systemNetwork } from '../../src/storage-node/replication/system-network.js';
import { Volume } from '../../src/storage-node/volume/volume.js';
import { VolumeUse } from '../../src/storage-node/volume/volume-use.js';
import { FaultyDisk } from './faulty-disk.js';
import { VolumeHost } from './volume-host.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';

function newRunId(): string {
  return randomBytes(8).toString('hex');
}

export class ReplicaNode {
  readonly budget = Budget.default();
  readonly copySlots = new CopySlots(COPY_CONCURRENCY_DEFAULT);
  readonly uid = newUid<NodeUid>();
  readonly volumeUid = newUid<VolumeUid>();
  replicas!: Replicas;
  /** Where all its files are, whose failures a test may script. */
  readonly disk = new FaultyDisk(systemDisk);
  hosted!: HostedVolume;
  /** The volume's device, whose failures a test may script. */
  device!: FaultyDevice;
  readonly log: string[] = [];
  /** Where peers are told to dial; set by a test that puts a relay in between. */
  advertised: HostPort | null = null;
  /** Further ways to it. */
  advertisedToo: HostPort[] = [];
  private readonly others = new Map<VolumeUid, HostedVolume>();
  /** Hosts of its volumes, in the order in which they were made. */
  readonly volumes: VolumeHost[] = [new VolumeHost(() => this.hosted)];
  private readonly uids: VolumeUid[] = [this.volumeUid];
  private listener!: PeerListener;
  /** Before the first start only. */
  listenAt: HostPort = { host: '127.0.0.1', port: 0 };
  /** As the data directory would keep it; a test that takes an earlier one back has a node that went back in time. */
  run: NodeRun = { counter: 0, ids: [] };
  private hasLostPower = false;
  /** By how much the wall clock of this machine is wrong. */
  wallShiftMs = 0;
  /** How fast its monotonic clock goes; what is timed by `after` and `every` is not hurried. Before the first start only. */
  speed = 1;
  private readonly clock: Clock = {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() * this.speed,
    wallMs: () => systemClock.wallMs() + this.wallShiftMs,
  };
  /** What its Hello says that it speaks, when that is not what it does. */
  helloVersions: Partial<Pick<Hello, 'versionMin' | 'versionMax'>> = {};
  /** Of the machine; another one after it went down. */
  bootId = newRunId();
  /** Another one after the machine lost power. */
  continuityId = newRunId();

  constructor(
    readonly folder: string,
    private readonly name: string,
    private readonly sizeBytes: number,
  ) {}

  /** Starts it for the first time, or again after `crash`. */
  async start(): Promise<void> {
    const { counter, ids } = this.run;
    const isFirst = counter === 0;
    this.run = { counter: counter + 1, ids: [newRunId(), ...ids].slice(0, RUN_IDS_MAX) };
    const file = path.join(this.folder, 'data');
    const device = isFirst
      ? await FileDevice.create(this.disk, file, this.sizeBytes)
      : await FileDevice.open(this.disk, file, this.sizeBytes);
    this.device = new FaultyDevice(device);
    const volume = new Volume(this.device, this.budget.pool('volume_changes'));
    this.hosted = new HostedVolume(this.volumeSpec(), volume, await this.useIn(this.folder));
    for (const [uid, { name }] of [...this.others].map(([uid, { spec }]) => [uid, spec] as const))
      await this.openOther(uid, name);
    this.replicas = this.makeReplicas();
    await this.replicas.open(this.hasLostPower);
    this.hasLostPower = false;
    await this.replicas.replay();
    await this.replicas.takeUpRoles();
    this.listener = new PeerListener({
      security: this.security(),
      network: systemNetwork,
      clock: this.clock,
      log: this.linkLog(),
      memory: this.budget.pool('strangers'),
      greeted: (greeting) => void this.replicas.greet(greeting),
    });
    this.listenAt = await this.listener.listen(this.listenAt);
    await this.replicas.begin();
  }

  /** One more volume, for tests of several sessions. */
  async addVolume(name: string): Promise<HostedVolume> {
    const uid = newUid<VolumeUid>();
    const device = await FileDevice.create(this.disk, path.join(this.folder, name), this.sizeBytes);
    await device.close();
    this.uids.push(uid);
    this.volumes.push(new VolumeHost(() => this.others.get(uid)!));
    return this.openOther(uid, name);
  }

  private async openOther(uid: VolumeUid, name: string): Promise<HostedVolume> {
    const device = await FileDevice.open(this.disk, path.join(this.folder, name), this.sizeBytes);
    const use = await this.useIn(path.join(this.folder, `${name}-use`));
    const hosted = new HostedVolume({ ...this.volumeSpec(), uid, name }, new Volume(device), use);
    this.others.set(uid, hosted);
    return hosted;
  }

  async stop(): Promise<void> {
    await this.replicas.stop();
    await this.listener.close('the test ends');
    await this.replicas.close();
    for (const { volume } of [this.hosted, ...this.others.values()]) await volume.device.close();
  }

  /** What its disk holds just now, in a folder of its own. */
  copyDisk(): string {
    const copy = path.join(this.folder, '..', `disk-${newRunId()}`);
    cpSync(this.folder, copy, { recursive: true });
    return copy;
  }

  /** The machine goes down with the node running, and all that its disk has kept is what is in the copy; then all starts again. */
  async losePower(kept: string): Promise<void> {
    await this.stop();
    this.replaceDisk(kept);
    this.noteLostPower();
    await this.start();
  }

  /** The next start is one after a loss of power. */
  noteLostPower(): void {
    this.hasLostPower = true;
    this.bootId = newRunId();
    this.continuityId = newRunId();
  }

  /** The process ends at once: its disk holds what was written, synced or not. Then it is down. */
  async kill(): Promise<void> {
    const kept = this.copyDisk();
    await this.stop();
    this.replaceDisk(kept);
    rmSync(kept, { recursive: true });
  }

  get hasUseMark(): boolean {
    return existsSync(path.join(this.folder, 'in-use.json'));
  }

  /** The mark that the volume is in use cannot be made: a folder stands in the place of its file. */
  blockUse(): void {
    mkdirSync(path.join(this.folder, 'in-use.json.new'));
  }

  /** The node must be down. */
  replaceDisk(copy: string): void {
    rmSync(this.folder, { recursive: true });
    cpSync(copy, this.folder, { recursive: true });
  }

  get address(): HostPort {
    return this.listenAt;
  }

  get end(): SessionEnd {
    return this.endOf(0);
  }

  /** @param index of the volume */
  endOf(index: number): SessionEnd {
    return {
      nodeUid: this.uid,
      volumeUid: this.uids[index]!,
      peerAddresses: [this.advertised ?? this.listenAt, ...this.advertisedToo].map(formatHostPort),
      fingerprint: '0'.repeat(64),
      isPeerPlain: true,
    };
  }

  write(offset: number, data: Buffer, options: { isFua?: boolean } = {}): Promise<string | null> {
    return this.volumes[0]!.write(offset, data, options);
  }

  /** The error of a read, or its data. */
  read(offset: number, length: number): Promise<string | Buffer> {
    return this.volumes[0]!.read(offset, length);
  }

  trim(offset: number, length: number): Promise<string | null> {
    return this.volumes[0]!.trim(offset, length);
  }

  flush(): Promise<string | null> {
    return this.volumes[0]!.flush();
  }

  image(): Promise<Buffer> {
    return this.volumes[0]!.image();
  }

  private async useIn(folder: string): Promise<VolumeUse> {
    mkdirSync(folder, { recursive: true });
    return VolumeUse.open(systemDisk, folder, this.bootId);
  }

  private makeReplicas(): Replicas {
    const probes = new PathProbes({ security: this.security(), network: systemNetwork, clock: this.clock });
    return new Replicas({
      nodeUid: this.uid,
      run: this.run,
      continuityId: this.continuityId,
      bootId: this.bootId,
      peerRuns: new PeerRuns(systemDisk, this.folder, this.linkLog().warn),
      folder: new GroupFolder(this.disk, this.folder, this.clock, (fields, message) => this.note(fields, message)),
      clock: this.clock,
      random: systemRandom,
      budget: this.budget,
      copySlots: this.copySlots,
      findVolume: (uid) => (uid === this.volumeUid ? this.hosted : this.others.get(uid)),
      parseSessions: (sessions) => sessions as SessionSpec[],
      log: (fields, message) => this.note(fields, message),
      makeDialer: (owner, spec, statistics) =>
        new PeerDialer(
          {
            peerUid: spec.destination.nodeUid,
            ...linkSettingsOf(spec),
            security: this.security(),
            network: systemNetwork,
            probes,
            clock: this.clock,
            random: Math.random,
            log: this.linkLog(),
            statistics,
          },
          {
            makeHello: () => ({ ...owner.makeHello(), ...this.helloVersions }),
            connected: (connection, welcome) => owner.connected(connection, welcome),
            attemptFailed: (address, reason) => owner.attemptFailed(address, reason),
          },
        ),
    });
  }

  private security(): PeerSecurity {
    return {
      isPlain: true,
      identity: { keyPem: '', certificatePem: '' },
      expectedFingerprint: (node) => this.replicas.fingerprintOf(node),
    };
  }

  private note(fields: object, message: string): void {
    this.log.push(`${this.name} ${message} ${JSON.stringify(fields)}`);
  }

  private linkLog(): { info(details: object, message: string): void; warn(details: object, message: string): void } {
    const note = (details: object, message: string): void => this.note(details, message);
    return { info: note, warn: note };
  }

  private volumeSpec(): VolumeSpec {
    return {
      uid: this.volumeUid,
      name: this.name,
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
