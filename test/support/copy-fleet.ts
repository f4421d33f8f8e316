/** Two storage nodes in this process, and between them many copy sessions, each of a volume in a group of its own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newUid, type GroupUid, type SessionUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import { FaultyLink } from './faulty-link.js';
import { ReplicaNode } from './replica-node.js';

const WAIT_MS = 60_000;

export class CopyFleet {
  readonly specs: SessionSpec[] = [];

  private constructor(
    readonly a: ReplicaNode,
    readonly b: ReplicaNode,
    readonly link: FaultyLink,
    private readonly folder: string,
  ) {}

  static async start(options: { sizeBytes: number; count: number; limit: number }): Promise<CopyFleet> {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-fleet-'));
    const nodes = [];
    for (const name of ['a', 'b']) {
      mkdirSync(path.join(folder, name));
      const node = new ReplicaNode(path.join(folder, name), name, options.sizeBytes);
      await node.start();
      for (let count = 1; count < options.count; count++) await node.addVolume(`volume-${count}`);
      nodes.push(node);
    }
    const [a, b] = nodes as [ReplicaNode, ReplicaNode];
    a.copySlots.limit = options.limit;
    const link = await FaultyLink.open(b.address);
    b.advertised = link.address;
    return new CopyFleet(a, b, link, folder);
  }

  /** Makes the session of one volume. */
  async create(index: number, settings: Partial<SessionSettings> = {}): Promise<void> {
    this.specs[index] = {
      uid: newUid<SessionUid>(),
      label: index + 1,
      generation: 1,
      groupUid: newUid<GroupUid>(),
      slot: 0,
      source: this.a.endOf(index),
      destination: this.b.endOf(index),
      settings: { ...DEFAULT_SESSION_SETTINGS, heartbeatTimeoutSeconds: 1, startupWaitSeconds: 2, ...settings },
      srlSizeBytes: 128 * MIB,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
    await this.b.replicas.put([this.specs[index]]);
    await this.a.replicas.put([this.specs[index]]);
  }

  /** Tells a next generation: the destination first, or with suspend the source, as the control plane does. */
  async put(index: number, fields: Partial<SessionSpec>): Promise<void> {
    const spec = { ...this.specs[index]!, generation: this.specs[index]!.generation + 1, ...fields };
    this.specs[index] = spec;
    if (spec.run === 'Suspend') return void (await this.a.replicas.suspend([spec]));
    await this.b.replicas.put([spec]);
    await this.a.replicas.put([spec]);
  }

  state(index: number, node = this.a): SessionState | undefined {
    return node.replicas.states().find(({ spec }) => spec.uid === this.specs[index]?.uid);
  }

  /** Of each session that there is, e.g. `Active/Copying`. */
  shown(): string[] {
    return this.specs.map((_, index) => {
      const state = this.state(index);
      return state === undefined ? 'gone' : `${state.status}/${state.phase}`;
    });
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!isSo()) {
      if (Date.now() > deadline) {
        const log = [...this.a.log, ...this.b.log].slice(-40).join('\n');
        throw new Error(`not ${what}: ${this.shown().join(' ')}\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  untilEquivalent(...indexes: number[]): Promise<void> {
    return this.until('Equivalent', () => indexes.every((index) => this.shown()[index] === 'Active/Equivalent'));
  }

  /** Waits until each destination has applied everything, and compares byte for byte. */
  async untilEqual(...indexes: number[]): Promise<void> {
    for (const index of indexes) {
      const deadline = Date.now() + WAIT_MS;
      for (;;) {
        const [ours, theirs] = [await this.a.volumes[index]!.image(), await this.b.volumes[index]!.image()];
        if (ours.equals(theirs)) break;
        if (Date.now() > deadline) throw new Error(`volume ${index} differs`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async stop(): Promise<void> {
    await this.a.stop();
    await this.b.stop();
    await this.link.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
