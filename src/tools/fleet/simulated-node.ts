/**
 * A storage node without data: its identity, its certificate and its admin API are real, its volumes and sessions are only shown. For
 * the measurement of control planes with more nodes than a machine can run.
 */
import path from 'node:path';
import { pino } from 'pino';
import { Refusal } from '../../errors/refusal.js';
import { newUid, type SessionUid, type VolumeUid } from '../../model/ids.js';
import { GIB } from '../../model/sizes.js';
import type {
  NodeIdentity,
  NodeState,
  SessionSpec,
  SessionState,
  VolumeSpec,
  VolumeState,
} from '../../node-api/contract.js';
import { AdminServer } from '../../storage-node/admin/admin-server.js';
import type { NodeOperations } from '../../storage-node/admin/node-operations.js';
import { Budget } from '../../storage-node/config/budget.js';
import { systemDisk } from '../../storage-node/device/system-disk.js';
import { NodeHome } from '../../storage-node/identity/node-home.js';
import { freshSession, freshVolume } from './shown-state.js';

export class SimulatedNode implements NodeOperations {
  private readonly volumes = new Map<VolumeUid, VolumeState>();
  private readonly sessions = new Map<SessionUid, SessionState>();
  private readonly server: AdminServer;
  private name: string;
  private port = 0;

  private constructor(private readonly home: NodeHome) {
    this.name = home.name;
    this.server = new AdminServer({
      home,
      logger: pino({ level: 'silent' }),
      budget: Budget.default(),
      identity: () => this.identity(),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
      health: () => ({ status: 'ok', checks: [] }),
    });
  }

  static async start(folder: string, name: string): Promise<SimulatedNode> {
    const node = new SimulatedNode(await NodeHome.open(systemDisk, path.join(folder, name), name));
    node.port = (await node.server.listen({ host: '127.0.0.1', port: 0 })).port;
    node.server.serve(node);
    return node;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get enrolmentToken(): string {
    return this.home.enrolmentToken;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.home.close(true);
  }

  identity(): NodeIdentity {
    const at = { nbdAddress: '127.0.0.1:10809', peerAddresses: ['127.0.0.1:5701'], isPeerPlain: true, isNbdTls: false };
    return { ...this.home.identity(at), name: this.name };
  }

  /** Heartbeats of sessions are counted by looks: there is nobody who sends any. */
  state(): NodeState {
    for (const [uid, session] of this.sessions) {
      const { messagesSent, ...statistics } = session.statistics;
      const heard = {
        lastHeardTime: new Date().toISOString(),
        statistics: { ...statistics, messagesSent: messagesSent + 1 },
      };
      this.sessions.set(uid, { ...session, ...heard });
    }
    return {
      identity: this.identity(),
      runCounter: this.home.run.counter,
      runIds: this.home.run.ids,
      capacityBytes: 1024 * GIB,
      usedBytes: GIB,
      srlUsedBytes: 0,
      volumes: [...this.volumes.values()],
      sessions: [...this.sessions.values()],
      events: [],
    };
  }

  /** Makes the lag of so many of the sessions whose source it is another one than it was. */
  changeLags(count: number, writes: number): void {
    const ofSource = [...this.sessions].filter(([, { role }]) => role === 'source');
    for (const [uid, session] of ofSource.slice(0, count)) {
      this.sessions.set(uid, { ...session, lag: { ...session.lag, writes } });
    }
  }

  async putNode({ name }: { readonly name: string }): Promise<NodeIdentity> {
    this.name = name;
    return this.identity();
  }

  async putVolume(spec: VolumeSpec): Promise<VolumeState> {
    return this.put(spec);
  }

  async releaseVolume(uid: VolumeUid): Promise<VolumeState> {
    const volume = this.volumes.get(uid);
    if (volume === undefined) throw new Refusal('VOLUME_NOT_FOUND', uid);
    return volume;
  }

  async deleteVolume(uid: VolumeUid): Promise<void> {
    this.volumes.delete(uid);
  }

  async putSessions(specs: readonly SessionSpec[]): Promise<SessionState[]> {
    return specs.map((spec) => this.apply(spec));
  }

  async suspendSessions({ sessions }: { readonly sessions: readonly SessionSpec[] }): Promise<SessionState[]> {
    return this.putSessions(sessions);
  }

  async deleteSession(uid: SessionUid): Promise<void> {
    const groupUid = this.sessions.get(uid)?.spec.groupUid;
    for (const [other, { spec }] of this.sessions) if (spec.groupUid === groupUid) this.sessions.delete(other);
  }

  connections(): [] {
    return [];
  }

  dropConnection(): void {
    // No host can attach to what is only shown.
  }

  /** A volume that it has had for long. @returns its uid */
  hold(name: string, label: number): VolumeUid {
    const spec: VolumeSpec = {
      uid: newUid<VolumeUid>(),
      name,
      label,
      sizeBytes: GIB,
      writeCache: 'Writeback',
      backing: { type: 'File' },
      isOverwrite: false,
      allowedClients: ['127.0.0.0/8'],
      isCopyProtected: false,
      createdTime: '2026-01-01T00:00:00.000Z',
    };
    this.put(spec);
    return spec.uid;
  }

  /** This node as one end of a session. */
  end(volumeUid: VolumeUid): SessionSpec['source'] {
    const { nodeUid, fingerprint, peerAddresses, isPeerPlain } = this.identity();
    return { nodeUid, volumeUid, peerAddresses, fingerprint, isPeerPlain };
  }

  apply(spec: SessionSpec): SessionState {
    const role = spec.source.nodeUid === this.home.uid ? 'source' : 'destination';
    const status = spec.run === 'Suspend' ? 'Suspend' : 'Active';
    const known = this.sessions.get(spec.uid) ?? freshSession(spec, role);
    const session = { ...known, spec, role, status, appliedGeneration: spec.generation } as const;
    this.sessions.set(spec.uid, session);
    return session;
  }

  private put(spec: VolumeSpec): VolumeState {
    const volume = { ...(this.volumes.get(spec.uid) ?? freshVolume(spec)), spec };
    this.volumes.set(spec.uid, volume);
    return volume;
  }
}
