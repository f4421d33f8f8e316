/** The stream to one destination of a simulated world: who drives it, and what its destination must hold. */
import type { SessionState } from '../../src/node-api/contract.js';
import { DataAcknowledged } from '../support/group-space.js';
import type { VolumeModel } from '../support/volume-model.js';
import type { ControlDriver } from './control-driver.js';
import { Gap, isWaitedFor } from './oracle.js';
import type { SimulatedNode } from './simulated-node.js';

export class Stream {
  readonly gap = new Gap();
  /** What the prefix at the destination reaches at least. */
  readonly acknowledged: DataAcknowledged;
  /** Hosts wrote at the destination while it was suspended: until it is copied over it is no prefix of anything. */
  isDestinationOwn = false;
  /** What each end last said before it went down. */
  readonly lastSaid = new Map<SimulatedNode, SessionState | undefined>();
  /** Bytes that resyncs had copied when the pair was last at rest. */
  copiedAtRest: {
    readonly source: SimulatedNode;
    readonly generation: number;
    readonly bytes: number;
  } | null = null;
  /** Faults since then: each may cost a resync of what it touched. */
  losses = 0;

  constructor(
    readonly driver: ControlDriver,
    model: VolumeModel,
  ) {
    this.acknowledged = new DataAcknowledged(model);
  }

  get source(): SimulatedNode {
    return this.driver.source;
  }

  get destination(): SimulatedNode {
    return this.driver.destination;
  }

  get isByMap(): boolean {
    return this.driver.spec.settings.transferMode === 'Stack';
  }

  /** What each end says; undefined while it is down. */
  get sourceState(): SessionState | undefined {
    return this.driver.at(this.source);
  }

  get destinationState(): SessionState | undefined {
    return this.driver.at(this.destination);
  }

  /** What the source last said of the session, also when it is down. */
  get lastOfSource(): SessionState | undefined {
    return this.sourceState ?? this.lastSaid.get(this.source);
  }

  /** Both ends say that they are equal, or will be once nothing is written any more. */
  get isEquivalent(): boolean {
    const [source, destination] = [this.sourceState, this.destinationState];
    if (source === undefined || destination === undefined) return false;
    if (source.status !== 'Active' || source.phase !== 'Equivalent' || !source.isLinkUp) return false;
    const { transferMode } = this.driver.spec.settings;
    if (transferMode === 'Synchronous') return isWaitedFor(source) && destination.dataState === 'Up_To_Date';
    const isInMode = source.effectiveMode === transferMode && destination.dataState !== 'Inconsistent';
    return isInMode && (transferMode === 'Stack' || source.headLsn === source.durableLsn);
  }

  /** Whether acknowledgements wait for the destination, which lacks nothing. */
  covers(source: SessionState | undefined): boolean {
    return source !== undefined && isWaitedFor(source) && !this.gap.isOpen;
  }

  /** The source was asked, just now. */
  heard(source: SessionState): void {
    this.gap.heard(source, this.destination.isUp);
    const isWhole = source.dataState !== 'Inconsistent' && source.phase === 'Equivalent';
    if (source.effectiveMode === 'Stack') {
      if (isWhole && source.status === 'Active') this.acknowledged.equal();
    } else if (isWhole && source.loggingTo === 'Srl') {
      this.acknowledged.heard(Number(source.headLsn), Number(source.durableLsn));
    } else this.acknowledged.forgetHeads();
  }
}
