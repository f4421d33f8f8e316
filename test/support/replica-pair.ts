/** Two nodes of test/support/replica-node.ts with one session between them, the link going through a relay that can be broken. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import { FaultyLink } from './faulty-link.js';
import { ReplicaNode } from './replica-node.js';

const WAIT_MS = 30_000;

export class ReplicaPair {
  private constructor(
    readonly a: ReplicaNode,
    readonly b: ReplicaNode,
    /** What dials `a` and what dials `b`. */
    readonly linkToA: FaultyLink,
    readonly linkToB: FaultyLink,
    /** Another way to `b`, when there are two. */
    readonly otherLinkToB: FaultyLink | null,
    public spec: SessionSpec,
    private readonly folder: string,
  ) {}

  static async start(options: {
    sizeBytes: number;
    /** When it is another. */
    sizeBytesOfB?: number;
    settings?: Partial<SessionSettings>;
    /** See ReplicaNode. */
    speedOfA?: number;
    hasTwoPaths?: boolean;
  }): Promise<ReplicaPair> {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-replicas-'));
    for (const name of ['a', 'b']) mkdirSync(path.join(folder, name));
    const a = new ReplicaNode(path.join(folder, 'a'), 'a', options.sizeBytes);
    const b = new ReplicaNode(path.join(folder, 'b'), 'b', options.sizeBytesOfB ?? options.sizeBytes);
    a.speed = options.speedOfA ?? 1;
    await a.start();
    await b.start();
    const linkToA = await FaultyLink.open(a.address);
    const linkToB = await FaultyLink.open(b.address);
    a.advertised = linkToA.address;
    b.advertised = linkToB.address;
    const otherLinkToB = options.hasTwoPaths === true ? await FaultyLink.open(b.address) : null;
    if (otherLinkToB !== null) b.advertisedToo = [otherLinkToB.address];
    const spec: SessionSpec = {
      uid: newUid<SessionUid>(),
      label: 1,
      generation: 1,
      groupUid: newUid<GroupUid>(),
      slot: 0,
      source: a.end,
      destination: b.end,
      settings: { ...DEFAULT_SESSION_SETTINGS, heartbeatTimeoutSeconds: 1, startupWaitSeconds: 2, ...options.settings },
      srlSizeBytes: 128 * MIB,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
    return new ReplicaPair(a, b, linkToA, linkToB, otherLinkToB, spec, folder);
  }

  get source(): ReplicaNode {
    return this.spec.source.nodeUid === this.a.uid ? this.a : this.b;
  }

  get destination(): ReplicaNode {
    return this.source === this.a ? this.b : this.a;
  }

  /** The session as it should be from now on, told at both ends: the destination first, as the control plane does. */
  async put(fields: Partial<SessionSpec> = {}): Promise<void> {
    this.next(fields);
    await this.destination.replicas.put([this.spec]);
    await this.source.replicas.put([this.spec]);
  }

  async create(): Promise<void> {
    await this.destination.replicas.put([this.spec]);
    await this.source.replicas.put([this.spec]);
  }

  async suspend(): Promise<void> {
    this.next({ run: 'Suspend' });
    await this.source.replicas.suspend([this.spec]);
    await this.until('suspended', (state) => state.appliedGeneration === this.spec.generation, this.destination);
  }

  /** The destination opens itself, its source being out of reach. */
  async suspendAlone(): Promise<void> {
    this.next({ run: 'Suspend', isForced: true, isAlone: true });
    await this.destination.replicas.put([this.spec]);
  }

  async resume(): Promise<void> {
    const resumedGeneration = this.spec.generation + 1;
    await this.put({ run: 'Active', resumedGeneration, isForced: false, isAlone: false });
  }

  async reverse(): Promise<void> {
    const { source, destination } = this.spec;
    await this.put({ source: destination, destination: source, isForced: false, isAlone: false });
  }

  next(fields: Partial<SessionSpec>): void {
    this.spec = { ...this.spec, generation: this.spec.generation + 1, ...fields };
  }

  async until(
    what: string,
    isSo: (state: SessionState) => boolean,
    node: ReplicaNode = this.source,
  ): Promise<SessionState> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const [state] = node.replicas.states();
      if (state !== undefined && isSo(state)) return state;
      if (Date.now() > deadline) {
        const log = [...this.a.log, ...this.b.log].slice(-40).join('\n');
        throw new Error(`not ${what}: ${JSON.stringify(state, null, 1)}\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  untilEquivalent(): Promise<SessionState> {
    return this.until('Active/Equivalent', ({ status, phase }) => status === 'Active' && phase === 'Equivalent');
  }

  /** Waits until the destination has applied everything, then compares byte for byte. */
  async expectEqual(): Promise<void> {
    await this.source.flush();
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const [ours, theirs] = [await this.source.image(), await this.destination.image()];
      if (ours.equals(theirs)) return;
      if (Date.now() > deadline) throw new Error(`the volumes differ at ${firstDifference(ours, theirs)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    await this.a.stop();
    await this.b.stop();
    await this.linkToA.close();
    await this.linkToB.close();
    await this.otherLinkToB?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function firstDifference(ours: Buffer, theirs: Buffer): number {
  let at = 0;
  while (ours[at] === theirs[at]) at++;
  return at;
}
