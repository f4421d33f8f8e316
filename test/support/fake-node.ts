/**
 * A storage node without a data plane, for tests of the control plane: the real identity, admin server and TLS, and in memory what
 * the node's state would be. Ends of a session find each other through the registry that the nodes share.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { Refusal } from '../../src/errors/refusal.js';
import type { ErrorName } from '../../src/errors/registry.js';
import type { EventType } from '../../src/model/event.js';
import type { NodeUid, SessionUid, VolumeUid } from '../../src/model/ids.js';
import type { KeyAndCertificate } from '../../src/node-api/certificate.js';
import { GIB } from '../../src/model/sizes.js';
import {
  NODE_API_VERSION,
  NODE_EVENTS_MAX,
  type ConnectionState,
  type NodeEvent,
  type NodeIdentity,
  type NodeSpec,
  type NodeState,
  type SessionSpec,
  type SessionState,
  type SuspendRequest,
  type VolumeSpec,
  type VolumeState,
} from '../../src/node-api/contract.js';
import { streamKey } from '../../src/control-plane/worker/desired.js';
import { Budget } from '../../src/storage-node/config/budget.js';
import { AdminServer } from '../../src/storage-node/admin/admin-server.js';
import type { NodeOperations } from '../../src/storage-node/admin/node-operations.js';
import { NodeHome } from '../../src/storage-node/identity/node-home.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';

export type FakeNodes = Map<NodeUid, FakeNode>;
type CallName = Exclude<keyof NodeOperations, 'state'>;
/** Carries out a call; a test may do something before and after it, or not carry it out. */
export type Around = <T>(what: string, act: () => Promise<T>) => Promise<T>;

export class FakeNode implements NodeOperations {
  readonly volumes = new Map<VolumeUid, VolumeState>();
  readonly sessions = new Map<SessionUid, SessionState>();
  /** Attached to its volumes. */
  readonly hosts = new Map<VolumeUid, ConnectionState[]>();
  readonly events: NodeEvent[] = [];
  /** What the next calls of these names are refused with, until taken away. */
  readonly refusals = new Map<CallName, ErrorName>();
  /** Calls in the order they came, `putSessions uid`. */
  readonly calls: string[] = [];
  /** New sessions are Equivalent as soon as both ends know them; else they stay Copying. */
  isCopyingAtOnce = true;
  isNbdTls = false;
  /** Of the contract, as it says. */
  apiVersion = NODE_API_VERSION;
  /** Stands around every call that changes something, enrolment included. */
  around: Around = (_what, act) => act();
  private gate: Promise<void> = Promise.resolve();
  private spec: NodeSpec;
  private server: AdminServer | null = null;
  private port = 0;
  private peerAddress = '127.0.0.1:5701';

  private constructor(
    private readonly directory: string,
    private home: NodeHome,
    private readonly nodes: FakeNodes,
  ) {
    this.spec = { name: home.name, isInMaintenance: false, copyConcurrency: 20 };
    const enrol = home.enrol.bind(home);
    home.enrol = (request, fingerprint) => this.around('enrol', () => enrol(request, fingerprint));
  }

  static async start(name: string, nodes: FakeNodes): Promise<FakeNode> {
    const directory = mkdtempSync(path.join(tmpdir(), 'fake-node-'));
    const node = new FakeNode(directory, await NodeHome.open(systemDisk, directory, name), nodes);
    nodes.set(node.uid, node);
    await node.goUp();
    return node;
  }

  get uid(): NodeUid {
    return this.home.uid;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get enrolmentToken(): string {
    return this.home.enrolmentToken;
  }

  get isUp(): boolean {
    return this.server !== null;
  }

  get name(): string {
    return this.spec.name;
  }

  get isInMaintenance(): boolean {
    return this.spec.isInMaintenance;
  }

  get copyConcurrency(): number {
    return this.spec.copyConcurrency;
  }

  /** Listens where it listened before. */
  async goUp(): Promise<void> {
    const { home } = this;
    this.server = new AdminServer({
      home,
      logger: pino({ level: 'silent' }),
      budget: Budget.default(),
      identity: () => this.identity(),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      health: () => ({ status: 'ok', checks: [] }),
    });
    this.port = (await this.server.listen({ host: '127.0.0.1', port: this.port })).port;
    this.server.serve(this);
  }

  /**
   * In place of the node something else listens at its address.
   * @param credentials those of the node when absent
   * @returns what ends it
   */
  async standIn(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    credentials: KeyAndCertificate = { keyPem: this.home.keyPem, certificatePem: this.home.certificatePem },
  ): Promise<() => Promise<void>> {
    await this.goDown();
    const { keyPem: key, certificatePem: cert } = credentials;
    const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, answer);
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    return async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      // One that is in the middle of its TLS handshake is closed after it, or would be used for ever.
      const closing = setInterval(() => server.closeAllConnections(), 20);
      await closed;
      clearInterval(closing);
      await this.goUp();
    };
  }

  async goDown(): Promise<void> {
    const { server } = this;
    this.server = null;
    await server?.stop();
  }

  /** As a machine that moved: it listens elsewhere, for the control plane and for peers. */
  async move(peerAddress: string): Promise<void> {
    await this.goDown();
    this.port = 0;
    this.peerAddress = peerAddress;
    await this.goUp();
  }

  /** As a restart of its process. */
  async restart(): Promise<void> {
    await this.goDown();
    await this.reopen(() => undefined);
  }

  /** What puts its data directory back to what it is now, and starts it with that. */
  snapshot(): () => Promise<void> {
    const saved = mkdtempSync(path.join(tmpdir(), 'fake-node-saved-'));
    cpSync(this.directory, saved, { recursive: true });
    return async () => {
      await this.goDown();
      await this.reopen(() => cpSync(saved, this.directory, { recursive: true }));
      rmSync(saved, { recursive: true });
    };
  }

  private async reopen(meanwhile: () => void): Promise<void> {
    await this.home.close(true);
    meanwhile();
    this.home = await NodeHome.open(systemDisk, this.directory, this.home.name);
    await this.goUp();
  }

  async remove(): Promise<void> {
    await this.goDown();
    await this.home.close(true);
    rmSync(this.directory, { recursive: true, force: true });
  }

  identity(): NodeIdentity {
    return {
      ...this.home.identity({
        nbdAddress: '127.0.0.1:10809',
        isNbdTls: this.isNbdTls,
        peerAddresses: [this.peerAddress],
        isPeerPlain: false,
      }),
      name: this.spec.name,
      apiVersion: this.apiVersion,
    };
  }

  state(): NodeState {
    return {
      identity: this.identity(),
      runCounter: this.home.run.counter,
      runIds: this.home.run.ids,
      capacityBytes: 100 * GIB,
      usedBytes: 0,
      srlUsedBytes: 0,
      volumes: [...this.volumes.values()],
      sessions: [...this.sessions.values()],
      events: [...this.events],
    };
  }

  putNode(spec: NodeSpec): Promise<NodeIdentity> {
    return this.does('putNode', '', () => {
      this.spec = spec;
      return this.identity();
    });
  }

  async putVolume(spec: VolumeSpec): Promise<VolumeState> {
    return this.does('putVolume', spec.uid, () => this.applyVolume(spec));
  }

  releaseVolume(uid: VolumeUid): Promise<VolumeState> {
    return this.does('releaseVolume', uid, () => {
      const volume = this.volumes.get(uid);
      if (!volume) throw new Refusal('VOLUME_NOT_FOUND', uid);
      const released: VolumeState = { ...volume, status: 'Normal', access: 'Read_Write', accessReason: null };
      this.volumes.set(uid, released);
      return released;
    });
  }

  /** As after a loss of power. */
  holdVolume(uid: VolumeUid): void {
    const held = { status: 'Warning', access: 'Held', accessReason: 'ACCESS_HELD' } as const;
    this.volumes.set(uid, { ...this.volumes.get(uid)!, ...held });
  }

  connections(uid: VolumeUid): ConnectionState[] {
    if (!this.volumes.has(uid)) throw new Refusal('VOLUME_NOT_FOUND', uid);
    return this.hosts.get(uid) ?? [];
  }

  dropConnection(uid: VolumeUid, id: number): void {
    const left = this.connections(uid).filter((connection) => connection.id !== id);
    this.hosts.set(uid, left);
  }

  deleteVolume(uid: VolumeUid, isForced: boolean): Promise<void> {
    return this.does('deleteVolume', uid, () => {
      if ((this.volumes.get(uid)?.connectionCount ?? 0) > 0 && !isForced) throw new Refusal('VOLUME_CONNECTED', uid);
      const ends = [...this.sessions.values()].flatMap(({ spec }) => [spec.source, spec.destination]);
      if (ends.some(({ volumeUid }) => volumeUid === uid)) throw new Refusal('VOLUME_IN_SESSION', uid);
      this.volumes.delete(uid);
    });
  }

  putSessions(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    return this.does('putSessions', uidsOf(specs), () => {
      const isLive = this.streamOf(specs[0]!).length > 0;
      const isNew = (uid: SessionUid): boolean => !this.sessions.has(uid);
      const joining = isLive && !this.isCopyingAtOnce ? specs.filter(({ uid }) => isNew(uid)) : [];
      for (const spec of specs) this.apply(spec);
      for (const { uid } of joining) this.set(uid, { isJoining: true });
      this.endOthers(specs);
      return specs.map(({ uid }) => this.sessions.get(uid)!);
    });
  }

  suspendSessions(request: SuspendRequest): Promise<SessionState[]> {
    return this.does('suspendSessions', uidsOf(request.sessions), () =>
      request.sessions.map((spec) => this.apply(spec)),
    );
  }

  deleteSession(uid: SessionUid, _isForced: boolean): Promise<void> {
    return this.does('deleteSession', uid, () => {
      const state = this.sessions.get(uid);
      if (state) for (const { spec } of this.streamOf(state.spec)) this.sessions.delete(spec.uid);
    });
  }

  private streamOf(spec: SessionSpec): SessionState[] {
    return [...this.sessions.values()].filter((state) => streamKey(state.spec) === streamKey(spec));
  }

  /** Sessions that a later generation of their stream does not name have left it. */
  private endOthers(specs: readonly SessionSpec[]): void {
    for (const { spec } of this.streamOf(specs[0]!)) {
      if (spec.generation < specs[0]!.generation) this.sessions.delete(spec.uid);
    }
  }

  /** Calls that come from now on wait until the function is called that this gives back. */
  hold(): () => void {
    let open = (): void => undefined;
    this.gate = new Promise((resolve) => (open = resolve));
    return open;
  }

  /** What it is now, as a function that makes it so again. */
  keep(): () => Promise<void> {
    const { isUp, spec } = this;
    const volumes = [...this.volumes];
    const sessions = [...this.sessions];
    const events = [...this.events];
    return async () => {
      this.spec = spec;
      this.refusals.clear();
      this.events.splice(0, Infinity, ...events);
      this.volumes.clear();
      this.sessions.clear();
      for (const [uid, volume] of volumes) this.volumes.set(uid, volume);
      for (const [uid, session] of sessions) this.sessions.set(uid, session);
      if (isUp && !this.isUp) await this.goUp();
      if (!isUp && this.isUp) await this.goDown();
    };
  }

  /** The next event of this run; of nothing in particular unless said otherwise. */
  tell(type: EventType, about: Partial<NodeEvent> = {}): void {
    const sequence = (this.events.at(-1)?.sequence ?? 0) + 1;
    const event = { groupUid: null, sessionUids: [], volumeUid: null, message: `${type} ${sequence}`, ...about };
    this.events.push({ ...event, sequence, time: '2026-11-20T10:00:00.250Z', type });
    if (this.events.length > NODE_EVENTS_MAX) this.events.shift();
  }

  /** Makes the session at this end be what a test needs. */
  set(uid: SessionUid, changes: Partial<SessionState>): void {
    const state = this.sessions.get(uid);
    if (!state) throw new Error(`no session ${uid} at ${this.name}`);
    this.sessions.set(uid, { ...state, ...changes });
  }

  private does<T>(call: CallName, what: string, act: () => T): Promise<T> {
    return this.around(`${call} at ${this.home.name}`, async () => {
      this.calls.push(`${call} ${what}`.trim());
      await this.gate;
      const refusal = this.refusals.get(call);
      if (refusal) throw new Refusal(refusal, what);
      return act();
    });
  }

  private applyVolume(spec: VolumeSpec): VolumeState {
    const known = this.volumes.get(spec.uid);
    const volume: VolumeState = {
      status: 'Normal',
      detail: '',
      usedBytes: 0,
      access: 'Read_Write',
      accessReason: null,
      connectionCount: 0,
      ...known,
      spec,
    };
    this.volumes.set(spec.uid, volume);
    return volume;
  }

  private apply(spec: SessionSpec): SessionState {
    const known = this.sessions.get(spec.uid);
    if (known && known.spec.generation >= spec.generation) return known;
    if (spec.isAlone && known?.dataState === 'Inconsistent') throw new Refusal('SESSION_DESTINATION_INCONSISTENT');
    const role = spec.source.nodeUid === this.uid ? 'source' : 'destination';
    if (!this.volumes.has(spec[role].volumeUid)) throw new Refusal('VOLUME_NOT_FOUND', spec[role].volumeUid);
    const phase = known ? known.phase : this.isCopyingAtOnce ? 'Equivalent' : 'Copying';
    const isResumed = known === undefined || spec.resumedGeneration > known.spec.resumedGeneration;
    const status = spec.run === 'Suspend' ? 'Suspend' : isResumed ? 'Active' : known.status;
    const state: SessionState = {
      ...freshState(spec, role),
      ...known,
      spec,
      role,
      status,
      phase,
      appliedGeneration: spec.generation,
      dataState: phase === 'Equivalent' ? 'Up_To_Date' : 'Inconsistent',
      uncopiedBytes: phase === 'Equivalent' ? 0 : 1 << 20,
      error: isResumed ? null : known.error,
    };
    this.sessions.set(spec.uid, state);
    const other = this.nodes.get(role === 'source' ? spec.destination.nodeUid : spec.source.nodeUid);
    // A suspend goes to the destination over the peer link.
    if (role === 'source' && spec.run === 'Suspend' && other?.isUp && other.sessions.has(spec.uid)) other.apply(spec);
    return state;
  }
}

function uidsOf(specs: readonly SessionSpec[]): string {
  return specs.map(({ uid }) => uid).join('+');
}

function freshState(spec: SessionSpec, role: SessionState['role']): SessionState {
  return {
    spec,
    role,
    appliedGeneration: 0,
    status: 'Active',
    phase: 'Copying',
    dataState: 'Inconsistent',
    effectiveMode: 'Synchronous',
    loggingTo: 'Srl',
    error: null,
    isJoining: false,
    throttle: 'None',
    isRpoBreached: false,
    isLinkUp: true,
    paths: [],
    lastHeardTime: new Date().toISOString(),
    epoch: { number: 1, id: '0123456789abcdef' },
    headLsn: '0',
    durableLsn: '0',
    totalBytes: 4 << 20,
    uncopiedBytes: 0,
    transferredBytes: 4 << 20,
    resyncBytes: 4 << 20,
    lag: { writes: 0, bytes: 0, seconds: 0 },
    statistics: {
      messagesSent: 7,
      messagesReceived: 5,
      roundTripMs: 0.4,
      timeouts: 0,
      gaps: 0,
      checksumErrors: 0,
      stalls: 0,
      reconnects: 0,
      blocksSent: 3,
      retries: 0,
      payloadBytes: 0,
      wireBytes: 0,
      overflows: 0,
      throttles: 0,
      throttledMs: 0,
    },
  };
}
