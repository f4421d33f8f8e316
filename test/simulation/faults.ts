import { CAPACITY_BYTES, type SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

/** What breaks in a world, and comes back. */
export class Faults {
  private readonly downUntilMs = new Map<SimulatedNode, number>();

  constructor(private readonly world: World) {}

  /** @param downMs until it is started again */
  kill(node: SimulatedNode, downMs: number): void {
    this.count();
    this.stayDown(node, downMs);
    node.kill();
    this.lost(node, 'kill');
  }

  /** Between two of the next system calls. */
  killSoon(node: SimulatedNode, calls: number, downMs: number): void {
    node.killSoon(calls, () => {
      this.count();
      this.stayDown(node, downMs);
      this.lost(node, 'kill');
    });
  }

  losePower(nodes: readonly SimulatedNode[], downMs: () => number): void {
    this.count();
    for (const node of nodes) {
      this.stayDown(node, downMs());
      node.losePower();
    }
    for (const node of nodes) this.lost(node, 'power');
  }

  mayStart(node: SimulatedNode): boolean {
    return this.world.clock.nowMs >= (this.downUntilMs.get(node) ?? 0);
  }

  private count(): void {
    for (const stream of this.world.streams) stream.losses++;
  }

  private stayDown(node: SimulatedNode, downMs: number): void {
    this.downUntilMs.set(node, this.world.clock.nowMs + downMs);
  }

  private lost(node: SimulatedNode, kind: 'kill' | 'power'): void {
    const { primary, oracle, streams } = this.world;
    if (node === primary) {
      oracle.sourceLost(
        kind,
        streams.every((stream) => stream.covers(stream.lastSaid.get(node))),
      );
      for (const stream of streams) stream.acknowledged.forgetHeads();
    } else if (kind === 'power') {
      oracle.destinationLostPower();
      for (const { gap, driver } of this.world.streamsWith(node)) gap.open(primary ? driver.at(primary) : undefined);
    }
  }

  /** Nothing passes towards these hosts, and nobody is told. */
  silence(nodes: readonly SimulatedNode[]): void {
    for (const cable of this.world.network.cables) {
      for (const { machine } of nodes) cable.silentTowards.add(machine.host);
    }
  }

  /** Until it is over, no new faults: everything works and stays up. */
  heal(): void {
    const { trace, network, nodes } = this.world;
    trace.note('world', 'heals');
    for (const cable of network.cables) cable.mend();
    network.resume();
    for (const node of nodes) {
      node.spare();
      node.disk.repair();
      node.disk.capacityBytes = CAPACITY_BYTES;
      this.stayDown(node, 0);
    }
  }
}
