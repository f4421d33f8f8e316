/**
 * The control plane, reduced to what nodes see of it: one copy session as it should be, told to its ends again and again, in the order
 * that the last change asks for, until they say that it is so.
 */
import { isRefusal } from '../../src/errors/refusal.js';
import type { SessionSpec, SessionState } from '../../src/node-api/contract.js';
import type { DataPath } from '../../src/storage-node/node.js';
import type { SimulatedNode } from './simulated-node.js';
import type { Trace } from './trace.js';
import type { VirtualClock } from './virtual-clock.js';

const PERIOD_MS = 400;

export type Change = 'create' | 'resume' | 'reverse' | 'suspend' | 'suspend-alone' | 'settings';

export class ControlDriver {
  private change: Change = 'create';
  private isEstablishedOnce = false;
  private readonly busy = new Set<DataPath>();
  private isStopped = false;

  constructor(
    private readonly nodes: readonly [SimulatedNode, SimulatedNode],
    public spec: SessionSpec,
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

  get source(): SimulatedNode {
    return this.nodes.find(({ uid }) => uid === this.spec.source.nodeUid)!;
  }

  get destination(): SimulatedNode {
    return this.nodes.find(({ uid }) => uid === this.spec.destination.nodeUid)!;
  }

  /** Whether both ends, or those that the change is about, have done what was asked. */
  get isEstablished(): boolean {
    const isDone = (node: SimulatedNode): boolean => (node.session?.appliedGeneration ?? 0) >= this.spec.generation;
    if (this.change === 'suspend-alone') return isDone(this.destination);
    return isDone(this.source) && isDone(this.destination);
  }

  /** Asks for something else from now on. */
  order(change: Change, fields: Partial<SessionSpec>): void {
    this.spec = { ...this.spec, generation: this.spec.generation + 1, isForced: false, isAlone: false, ...fields };
    this.change = change;
    this.isEstablishedOnce = false;
    this.trace.note('driver', `${change}, generation ${this.spec.generation}`);
  }

  suspend(): void {
    this.order('suspend', { run: 'Suspend', isForced: true });
  }

  suspendAlone(): void {
    this.order('suspend-alone', { run: 'Suspend', isForced: true, isAlone: true });
  }

  resume(): void {
    this.order('resume', { run: 'Active', resumedGeneration: this.spec.generation + 1 });
  }

  reverse(): void {
    const { source, destination } = this.spec;
    this.order('reverse', { source: destination, destination: source });
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
      default:
        if (!source.isUp || !destination.isUp) return [];
        return this.known(destination) < this.spec.generation ? [destination] : [source];
    }
  }

  private lagging(): SimulatedNode[] {
    return this.nodes.filter((node) => node.isUp && this.known(node) < this.spec.generation);
  }

  private known(node: SimulatedNode): number {
    return node.session?.spec.generation ?? 0;
  }

  private hasApplied(node: SimulatedNode): boolean {
    return (node.session?.appliedGeneration ?? 0) >= this.spec.generation;
  }

  private async tell(node: SimulatedNode): Promise<void> {
    const { dataPath } = node;
    if (dataPath === null || this.busy.has(dataPath)) return;
    this.busy.add(dataPath);
    const { spec } = this;
    const isJoint = this.change === 'suspend' && node === this.source;
    const { operations } = dataPath;
    // A call that the node did not answer is given up, as any client does.
    const givenUp = this.clock.after(5000, () => this.busy.delete(dataPath));
    try {
      const states: SessionState[] = isJoint
        ? await operations.suspendSessions({ sessions: [spec] })
        : await operations.putSessions([spec]);
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
