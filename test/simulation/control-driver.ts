/**
 * The control plane, reduced to what nodes see of it: the sessions of one stream as they should be, told to its ends again and again, in the order
 * that the last change asks for, until they say that it is so.
 */
import { isRefusal } from '../../src/errors/refusal.js';
import type { SessionUid } from '../../src/model/ids.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import type { DataPath } from '../../src/storage-node/node.js';
import type { SimulatedNode } from './simulated-node.js';
import type { Trace } from './trace.js';
import type { VirtualClock } from './virtual-clock.js';

const PERIOD_MS = 400;

export type Change = 'create' | 'resume' | 'reverse' | 'suspend' | 'suspend-alone' | 'settings' | 'join' | 'leave';

export class ControlDriver {
  private change: Change = 'create';
  private together: readonly ControlDriver[] = [this];
  private isEstablishedOnce = false;
  private readonly busy = new Set<DataPath>();
  private isStopped = false;

  constructor(
    readonly nodes: readonly [SimulatedNode, SimulatedNode],
    public specs: readonly SessionSpec[],
    private readonly clock: VirtualClock,
    private readonly trace: Trace,
  ) {}

  start(): void {
    this.clock.after(PERIOD_MS, () => {
      if (this.isStopped) return;
      this.start();
      this.reconcile();
    });
  }

  stop(): void {
    this.isStopped = true;
  }

  /** The first session, for what all of them have in common. */
  get spec(): SessionSpec {
    return this.specs[0]!;
  }

  /** The first session as a node shows it. */
  at(node: SimulatedNode): SessionState | undefined {
    return node.sessionOf(this.spec.uid);
  }

  get source(): SimulatedNode {
    return this.nodes.find(({ uid }) => uid === this.spec.source.nodeUid)!;
  }

  get destination(): SimulatedNode {
    return this.nodes.find(({ uid }) => uid === this.spec.destination.nodeUid)!;
  }

  /** Whether both ends, or those that the change is about, have done what was asked. */
  get isEstablished(): boolean {
    if (this.change === 'suspend-alone') return this.hasApplied(this.destination);
    return this.hasApplied(this.source) && this.hasApplied(this.destination);
  }

  /** Asks for something else from now on. */
  order(change: Change, fields: (spec: SessionSpec) => Partial<SessionSpec>): void {
    this.specs = this.specs.map((spec) => {
      const plain = { ...spec, generation: spec.generation + 1, isForced: false, isAlone: false };
      return { ...plain, ...fields(spec) };
    });
    this.change = change;
    this.together = [this];
    this.isEstablishedOnce = false;
    this.trace.note('driver', `${change}, generation ${this.spec.generation}`);
  }

  suspend(): void {
    this.order('suspend', () => ({ run: 'Suspend', isForced: true }));
  }

  /** @param drivers of all streams that are suspended at one point in time; each is asked for itself */
  suspendWith(drivers: readonly ControlDriver[]): void {
    this.suspend();
    this.together = drivers;
  }

  suspendAlone(): void {
    this.order('suspend-alone', () => ({ run: 'Suspend', isForced: true, isAlone: true }));
  }

  resume(): void {
    this.order('resume', ({ generation }) => ({ run: 'Active', resumedGeneration: generation + 1 }));
  }

  reverse(): void {
    this.order('reverse', ({ source, destination }) => ({ source: destination, destination: source }));
  }

  /** A volume joins the group. */
  join(uid: SessionUid, slot: number): void {
    const like = this.spec;
    this.order('join', () => ({}));
    const { generation } = this.spec;
    const [source, destination] = [this.source.endOf(slot), this.destination.endOf(slot)];
    this.specs = [...this.specs, { ...like, uid, label: like.label + slot, slot, generation, source, destination }];
  }

  /** A volume leaves it. */
  leave(slot: number): void {
    this.order('leave', () => ({}));
    this.specs = this.specs.filter((spec) => spec.slot !== slot);
  }

  private reconcile(): void {
    this.isEstablishedOnce ||= this.isEstablished;
    for (const node of this.isEstablishedOnce ? this.lagging() : this.next()) void this.tell(node);
  }

  private next(): SimulatedNode[] {
    const { source, destination } = this;
    switch (this.change) {
      case 'suspend':
        if (this.known(source) < this.spec.generation) return [source];
        return this.hasApplied(source) ? this.lagging() : [];
      case 'suspend-alone':
        return this.hasApplied(destination) ? this.lagging() : [destination];
      case 'settings':
        return this.lagging();
      case 'leave':
        return this.known(source) < this.spec.generation ? [source] : this.lagging();
      default:
        if (!source.isUp || !destination.isUp) return [];
        return this.known(destination) < this.spec.generation ? [destination] : [source];
    }
  }

  private lagging(): SimulatedNode[] {
    return this.nodes.filter((node) => node.isUp && this.known(node) < this.spec.generation);
  }

  private known(node: SimulatedNode): number {
    return this.at(node)?.spec.generation ?? 0;
  }

  private hasApplied(node: SimulatedNode): boolean {
    return this.specs.every(({ uid, generation }) => (node.sessionOf(uid)?.appliedGeneration ?? 0) >= generation);
  }

  private async tell(node: SimulatedNode): Promise<void> {
    const { dataPath } = node;
    if (dataPath === null || this.busy.has(dataPath)) return;
    this.busy.add(dataPath);
    const { spec, specs, together } = this;
    const isJoint = this.change === 'suspend' && node === this.source;
    const { operations } = dataPath;
    // A call that the node did not answer is given up, as any client does.
    const givenUp = this.clock.after(5000, () => this.busy.delete(dataPath));
    try {
      const states: SessionState[] = isJoint
        ? await operations.suspendSessions({ sessions: together.flatMap((driver) => driver.specs) })
        : await operations.putSessions(specs);
      this.trace.note('driver', `${node.name} took generation ${states[0]?.spec.generation}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.trace.note('driver', `${node.name} refuses generation ${spec.generation}: ${error.code} ${error.message}`);
    } finally {
      givenUp.cancel();
      this.busy.delete(dataPath);
    }
  }
}
