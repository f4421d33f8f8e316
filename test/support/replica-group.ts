/** A consistency group over storage nodes in this process: one source, several volumes, several destinations. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import { FaultyLink } from './faulty-link.js';
import { ReplicaNode } from './replica-node.js';

export interface ReplicaGroupOptions {
  readonly sizeBytes: number;
  readonly volumeCount: number;
  readonly destinationCount: number;
  readonly srlSizeBytes?: number;
  /** Where each destination listens; it is dialled there without a relay in between. 127.0.0.1, through a relay, when nothing is said. */
  readonly hosts?: readonly string[];
}

const WAIT_MS = 20_000;

export class ReplicaGroup {
  readonly uid = newUid<GroupUid>();
  /** The sessions of each stream as they were last told, by destination. */
  readonly specs: SessionSpec[][] = [];

  private constructor(
    readonly source: ReplicaNode,
    readonly destinations: readonly ReplicaNode[],
    /** What each destination is dialled through; none with `hosts`. */
    readonly links: readonly FaultyLink[],
    private readonly options: ReplicaGroupOptions,
    private readonly folder: string,
  ) {}

  static async start(options: ReplicaGroupOptions): Promise<ReplicaGroup> {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-group-'));
    const nodes: ReplicaNode[] = [];
    for (const name of ['source', ...Array.from({ length: options.destinationCount }, (_, at) => `copy-${at}`)]) {
      mkdirSync(path.join(folder, name));
      const node = new ReplicaNode(path.join(folder, name), name, options.sizeBytes);
      const host = nodes.length > 0 ? options.hosts?.[nodes.length - 1] : undefined;
      if (host !== undefined) node.listenAt = { host, port: 0 };
      await node.start();
      for (let count = 1; count < options.volumeCount; count++) await node.addVolume(`volume-${count}`);
      nodes.push(node);
    }
    const [source, ...destinations] = nodes;
    const links: FaultyLink[] = [];
    for (const node of options.hosts === undefined ? destinations : []) {
      const link = await FaultyLink.open(node.address);
      node.advertised = link.address;
      links.push(link);
    }
    return new ReplicaGroup(source!, destinations, links, options, folder);
  }

  /** Makes the stream to a destination: of all volumes, or of the first so many. */
  async create(
    index: number,
    settings: Partial<SessionSettings> = {},
    count = this.options.volumeCount,
  ): Promise<void> {
    const volumes = Array.from({ length: count }, (_, slot) => slot);
    this.specs[index] = volumes.map((slot) => ({
      ...this.sessionOf(index, slot),
      settings: {
        ...DEFAULT_SESSION_SETTINGS,
        heartbeatTimeoutSeconds: 1,
        startupWaitSeconds: 2,
        ...settings,
      },
    }));
    await this.tell(index);
  }

  private sessionOf(index: number, slot: number): Omit<SessionSpec, 'settings'> {
    return {
      uid: newUid<SessionUid>(),
      label: index * 100 + slot + 1,
      generation: 1,
      groupUid: this.uid,
      slot,
      source: this.source.endOf(slot),
      destination: this.destinations[index]!.endOf(slot),
      srlSizeBytes: this.options.srlSizeBytes ?? 128 * MIB,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
  }

  /** The next generation of a stream has the volume in this slot, too; nobody is told yet. */
  nextWith(index: number, slot: number): void {
    this.next(index, {});
    const { uid, label, source, destination } = this.sessionOf(index, slot);
    this.specs[index]!.push({ ...this.specs[index]![0]!, uid, label, slot, source, destination });
  }

  nextWithout(index: number, slot: number): void {
    this.next(index, {});
    this.specs[index] = this.specs[index]!.filter((spec) => spec.slot !== slot);
  }

  /** Puts a volume into the group, told in the order in which the control plane does: to the destinations first. */
  async join(slot: number): Promise<void> {
    for (const index of this.specs.keys()) this.nextWith(index, slot);
    for (const [index, specs] of this.specs.entries()) await this.destinations[index]!.replicas.put(specs);
    for (const specs of this.specs) await this.source.replicas.put(specs);
  }

  /** Takes a volume out of the group: told to the source first. */
  async leave(slot: number): Promise<void> {
    for (const index of this.specs.keys()) this.nextWithout(index, slot);
    for (const specs of this.specs) await this.source.replicas.put(specs);
    for (const [index, specs] of this.specs.entries()) await this.destinations[index]!.replicas.put(specs);
  }

  /** The next generation of a stream, told to both ends, the destination first. */
  async put(index: number, fields: Partial<SessionSpec>): Promise<void> {
    this.next(index, fields);
    await this.tell(index);
  }

  next(index: number, fields: Partial<SessionSpec>): void {
    const generation = this.specs[index]![0]!.generation + 1;
    this.specs[index] = this.specs[index]!.map((spec) => ({ ...spec, generation, ...fields }));
  }

  changeSettings(index: number, settings: Partial<SessionSettings>): Promise<void> {
    return this.put(index, { settings: { ...this.specs[index]![0]!.settings, ...settings } });
  }

  private async tell(index: number): Promise<void> {
    await this.destinations[index]!.replicas.put(this.specs[index]!);
    await this.source.replicas.put(this.specs[index]!);
  }

  /** Suspends streams at one point in time. */
  async suspend(...indexes: number[]): Promise<void> {
    for (const index of indexes) this.next(index, { run: 'Suspend' });
    await this.source.replicas.suspend(indexes.flatMap((index) => this.specs[index]!));
    for (const index of indexes) {
      const { generation } = this.specs[index]![0]!;
      await this.until('suspended', () =>
        this.destinations[index]!.replicas.states().every((state) => state.appliedGeneration === generation),
      );
    }
  }

  async resume(index: number): Promise<void> {
    const resumedGeneration = this.specs[index]![0]!.generation + 1;
    await this.put(index, { run: 'Active', resumedGeneration, isForced: false, isAlone: false });
  }

  /** A stream's sessions as its source shows them. */
  states(index: number): SessionState[] {
    const uids = new Set(this.specs[index]!.map(({ uid }) => uid));
    return this.source.replicas.states().filter(({ spec }) => uids.has(spec.uid));
  }

  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!(await isSo())) {
      if (Date.now() > deadline) {
        const log = [this.source, ...this.destinations].flatMap((node) => node.log).slice(-60);
        throw new Error(`not ${what}: ${JSON.stringify(this.source.replicas.states())}\n${log.join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  untilEquivalent(index: number): Promise<void> {
    return this.until(`Active/Equivalent to ${index}`, () =>
      this.states(index).every(({ status, phase, isJoining }) => {
        return status === 'Active' && phase === 'Equivalent' && !isJoining;
      }),
    );
  }

  /** Waits until a destination has applied everything, then compares all volumes byte for byte. */
  async expectEqual(index: number): Promise<void> {
    for (const volume of this.source.volumes) await volume.flush();
    for (const spec of this.specs[index]!) {
      const [ours, theirs] = [this.source.volumes[spec.slot]!, this.destinations[index]!.volumes[spec.slot]!];
      await this.until(`equal in slot ${spec.slot}`, async () => (await ours.image()).equals(await theirs.image()));
    }
  }

  async stop(): Promise<void> {
    for (const node of [this.source, ...this.destinations]) await node.stop();
    for (const link of this.links) await link.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
