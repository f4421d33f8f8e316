/** Two nodes, with one volume on each or several in one group, and the sessions between them, driven as the control plane would. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { newUid, type GroupUid, type SessionUid, type VolumeUid } from '../../model/ids.js';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../model/session.js';
import type { SessionSpec, SessionState, VolumeSpec, WriteCache } from '../../node-api/contract.js';
import type { NbdClient, NbdConnectOptions } from '../nbd-client/client.js';
import { eventually } from './eventually.js';
import { NodeProcess, type NodeProcessOptions } from './node-process.js';

/** Where and how one node runs. */
export type NodePlace = Pick<NodeProcessOptions, 'dataDirectory' | 'through' | 'host'>;

export interface NodePairOptions {
  /** Both data directories are made below it, unless they have places of their own. */
  readonly folder: string;
  readonly places?: readonly [NodePlace, NodePlace];
  /** Of each volume. */
  readonly sizeBytes: number;
  /** On each node, 1 by default. */
  readonly volumes?: number;
  readonly settings?: Partial<SessionSettings>;
  readonly srlSizeBytes?: number;
  readonly writeCache?: WriteCache;
  readonly isPeerTls?: boolean;
  /** Puts something between the nodes: given where a node listens, returns where the other end shall dial, one way or several. */
  readonly peerAddressOf?: (address: string) => Promise<string | readonly string[]>;
}

/** NBD export name of the pair's first volume on either node. */
export const PAIR_EXPORT = 'volume';

const SRL_SIZE_BYTES = 256 * 1024 * 1024;
/** Calls the hosts of a machine under test from anywhere. */
const ANY_CLIENT = ['0.0.0.0/0', '::/0'];

export class NodePair {
  /** The first volume's session as it was last asked for. */
  spec: SessionSpec;
  private readonly otherUids: readonly SessionUid[];

  private constructor(
    readonly a: NodeProcess,
    readonly b: NodeProcess,
    readonly volumesA: readonly VolumeSpec[],
    readonly volumesB: readonly VolumeSpec[],
    spec: SessionSpec,
  ) {
    this.spec = spec;
    this.otherUids = volumesA.slice(1).map(() => newUid<SessionUid>());
  }

  get volumeA(): VolumeSpec {
    return this.volumesA[0]!;
  }

  get volumeB(): VolumeSpec {
    return this.volumesB[0]!;
  }

  /** The sessions of all volumes: one stream. */
  get specs(): SessionSpec[] {
    const { spec } = this;
    const [from, to] = this.source === this.a ? [this.volumesA, this.volumesB] : [this.volumesB, this.volumesA];
    const others = this.otherUids.map((uid, index) => {
      const slot = index + 1;
      const source = { ...spec.source, volumeUid: from[slot]!.uid };
      const destination = { ...spec.destination, volumeUid: to[slot]!.uid };
      return { ...spec, uid, label: spec.label + slot, slot, source, destination };
    });
    return [spec, ...others];
  }

  /** Starts both nodes and makes the volumes; the session is made by `createSession`, from a to b. */
  static async start(options: NodePairOptions): Promise<NodePair> {
    const { folder, isPeerTls = false } = options;
    mkdirSync(folder, { recursive: true });
    const [placeA, placeB] = options.places ?? [
      { dataDirectory: path.join(folder, 'a') },
      { dataDirectory: path.join(folder, 'b') },
    ];
    const a = await NodeProcess.start({ name: 'site-a', isPeerTls, ...placeA });
    try {
      const b = await NodeProcess.start({ name: 'site-b', isPeerTls, ...placeB });
      try {
        return await NodePair.over(a, b, options);
      } catch (error) {
        await b.dispose();
        throw error;
      }
    } catch (error) {
      await a.dispose();
      throw error;
    }
  }

  private static async over(a: NodeProcess, b: NodeProcess, options: NodePairOptions): Promise<NodePair> {
    const slots = Array.from({ length: options.volumes ?? 1 }, (_, slot) => slot);
    const volumesA = slots.map((slot) => volumeSpec(2 * slot + 1, slot, options));
    const volumesB = slots.map((slot) => volumeSpec(2 * slot + 2, slot, options));
    for (const volume of volumesA) await a.client.putVolume(volume);
    for (const volume of volumesB) await b.client.putVolume(volume);
    const through = options.peerAddressOf ?? ((address: string) => Promise.resolve(address));
    const addressesOf = async (node: NodeProcess) =>
      (await Promise.all(node.identity.peerAddresses.map(through))).flat();
    const spec: SessionSpec = {
      uid: newUid<SessionUid>(),
      label: 1,
      generation: 1,
      groupUid: newUid<GroupUid>(),
      slot: 0,
      source: a.endFor(volumesA[0]!.uid, await addressesOf(a)),
      destination: b.endFor(volumesB[0]!.uid, await addressesOf(b)),
      settings: { ...DEFAULT_SESSION_SETTINGS, ...options.settings },
      srlSizeBytes: options.srlSizeBytes ?? SRL_SIZE_BYTES,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
    return new NodePair(a, b, volumesA, volumesB, spec);
  }

  get source(): NodeProcess {
    return this.spec.source.nodeUid === this.a.identity.nodeUid ? this.a : this.b;
  }

  get destination(): NodeProcess {
    return this.source === this.a ? this.b : this.a;
  }

  /** Destination first, so that it knows the session when the source dials. */
  async createSession(): Promise<void> {
    await this.destination.client.putSessions(this.specs);
    await this.source.client.putSessions(this.specs);
  }

  async resume(): Promise<void> {
    const generation = this.spec.generation + 1;
    this.spec = { ...this.spec, generation, run: 'Active', resumedGeneration: generation, ...UNFORCED };
    await this.createSession();
  }

  /** Exchanges the ends of a suspended session; moves no data. */
  async reverse(): Promise<void> {
    const { spec } = this;
    this.spec = { ...spec, generation: spec.generation + 1, source: spec.destination, destination: spec.source };
    await this.createSession();
  }

  /** The source stops at one position and tells its destination; resolves when both have. */
  async suspend(isForced = false): Promise<void> {
    const { spec } = this;
    this.spec = { ...spec, generation: spec.generation + 1, run: 'Suspend', isForced, isAlone: false };
    await this.source.client.suspendSessions({ sessions: this.specs });
    await this.waitForApplied(this.source);
    await this.destination.client.putSessions(this.specs);
    await this.waitForApplied(this.destination);
  }

  /** The destination acts alone, its source being unreachable. */
  async suspendAlone(): Promise<void> {
    const { spec } = this;
    this.spec = { ...spec, generation: spec.generation + 1, run: 'Suspend', isForced: true, isAlone: true };
    await this.destination.client.putSessions(this.specs);
    await this.waitForApplied(this.destination);
  }

  /** Told at the ends that answer, as the control plane does. */
  async changeSettings(settings: Partial<SessionSettings>): Promise<void> {
    const { spec } = this;
    this.spec = { ...spec, generation: spec.generation + 1, settings: { ...spec.settings, ...settings } };
    await this.source.client.putSessions(this.specs);
    await this.destination.client.putSessions(this.specs).catch((error: { code?: string }) => {
      if (error.code !== 'NODE_UNREACHABLE') throw error;
    });
  }

  async state(node: NodeProcess = this.source): Promise<SessionState> {
    const { sessions } = await node.client.state();
    const found = sessions.find((session) => session.spec.uid === this.spec.uid);
    if (found === undefined) throw new Error(`${node.name} does not know the session`);
    return found;
  }

  /** Waits until the session, as one node shows it, is as wanted; the error tells how it was instead. */
  async waitForSession(
    what: string,
    isWanted: (state: SessionState) => boolean,
    options: { node?: NodeProcess; timeoutMs?: number } = {},
  ): Promise<SessionState> {
    const node = options.node ?? this.source;
    let last: SessionState | null = null;
    try {
      return await eventually(
        `session ${what} at ${node.name}`,
        async () => {
          last = await this.state(node);
          return isWanted(last) ? last : undefined;
        },
        options.timeoutMs,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}; last seen: ${JSON.stringify(last)}`);
    }
  }

  waitForEquivalent(timeoutMs = 60_000): Promise<SessionState> {
    return this.waitForSession('Active/Equivalent', isEquivalent, { timeoutMs });
  }

  attach(node: NodeProcess = this.source, options?: NbdConnectOptions, slot = 0): Promise<NbdClient> {
    return node.attach(exportName(slot), options);
  }

  /** To every volume. */
  async attachAll(node: NodeProcess = this.source): Promise<NbdClient[]> {
    const clients: NbdClient[] = [];
    try {
      for (const slot of this.volumesA.keys()) clients.push(await this.attach(node, undefined, slot));
    } catch (error) {
      for (const client of clients) client.destroy();
      throw error;
    }
    return clients;
  }

  async dispose(): Promise<void> {
    await this.a.dispose();
    await this.b.dispose();
  }

  private waitForApplied(node: NodeProcess): Promise<SessionState> {
    const { generation } = this.spec;
    return this.waitForSession(`generation ${generation}`, (state) => state.appliedGeneration >= generation, { node });
  }
}

const UNFORCED = { isForced: false, isAlone: false };

export function isEquivalent(state: SessionState): boolean {
  return state.status === 'Active' && state.phase === 'Equivalent';
}

function exportName(slot: number): string {
  return slot === 0 ? PAIR_EXPORT : `${PAIR_EXPORT}-${slot + 1}`;
}

function volumeSpec(label: number, slot: number, options: NodePairOptions): VolumeSpec {
  return {
    uid: newUid<VolumeUid>(),
    name: exportName(slot),
    label,
    sizeBytes: options.sizeBytes,
    writeCache: options.writeCache ?? 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ANY_CLIENT,
    isCopyProtected: false,
    createdTime: new Date().toISOString(),
  };
}
