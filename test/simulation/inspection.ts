import { SimulationFailure, expectNever } from './failure.js';
import type { SimulatedNode } from './simulated-node.js';
import type { Stream } from './stream.js';
import type { World } from './world.js';

/** What is looked at in a world, and judged. */
export class Inspection {
  /** Memory for images, one at a time. */
  private readonly image: Buffer<ArrayBuffer>;

  constructor(private readonly world: World) {
    this.image = Buffer.alloc(world.space.sizeBytes);
  }

  /** No host writes, nothing is under way, both ends say that they are equal: then they are. */
  async compare(): Promise<void> {
    const { world } = this;
    const { host, streams } = world;
    host.rest();
    await world.expectSoon('requests of the host end', () => host.inFlight === 0);
    await world.expectSoon('Equivalent', () => world.isEquivalent);
    await world.expectSoon('equal at rest', () => !world.isEquivalent || this.areAllEqual());
    if (!world.isEquivalent) return this.compare();
    for (const stream of streams) this.checkCopied(stream);
    expectNever(world.oracle.model.check(this.imageOf(world.source)), 'the source at rest');
    for (const stream of streams) stream.isDestinationOwn = false;
  }

  /** The same, unless a fault comes in between. */
  async compareIfStill(): Promise<void> {
    const { world } = this;
    if (world.oracle.mustLook || !(await world.within(5000, () => world.host.inFlight === 0))) return;
    await world.within(5000, () => !world.isEquivalent || this.areAllEqual());
    if (!world.isEquivalent || world.oracle.mustLook) return;
    const isBusy = world.nodes.some((node) => node.areVolumesBusy);
    if (!isBusy && !this.areAllEqual()) {
      throw new SimulationFailure('both ends say that they are equal, and are not');
    }
    for (const stream of world.streams) this.checkCopied(stream);
  }

  private areAllEqual(): boolean {
    return this.world.streams.every((stream) => this.areEqual(stream));
  }

  areEqual({ source, destination }: Stream): boolean {
    if (source.areVolumesBusy || destination.areVolumesBusy) return false;
    const { members, sizesBytes } = this.world;
    return sizesBytes.every((sizeBytes, volume) => {
      if (!members.has(volume)) return true;
      const [ours, theirs] = [source, destination].map((node) => node.disk.fileAt(node.dataFile(volume)));
      return ours!.equals(theirs!, sizeBytes);
    });
  }

  /**
   * C36: what was suspended together is one point in time. Only by force, with a link that was lost meanwhile or a Stack session in the
   * midst of its work, a destination may have stayed at an earlier one.
   */
  compareDestinations(): void {
    const { streams, space } = this.world;
    const images = new Map<string, { readonly name: string; readonly image: Buffer }>();
    for (const { destination: node, destinationState: state, isByMap } of streams) {
      if (isByMap || state === undefined || state.status !== 'Suspend' || state.dataState === 'Inconsistent') continue;
      if (node.areVolumesBusy || !node.areVolumesWhole) continue;
      const image = space.image((volume, offset, into) => node.disk.peek(node.dataFile(volume), into, offset));
      const other = images.get(state.durableLsn);
      if (other === undefined) images.set(state.durableLsn, { name: node.name, image });
      else if (!image.equals(other.image)) {
        throw new SimulationFailure(`${other.name} and ${node.name} were suspended together, and differ`);
      }
    }
  }

  /** C60: since the pair was last at rest, no single loss has cost a copy of everything. */
  private checkCopied(stream: Stream): void {
    const { spec, resyncBytes: bytes } = stream.sourceState!;
    const { source, copiedAtRest: before, losses } = stream;
    // By passes over a map the same regions are copied again and again.
    if (stream.isByMap) return;
    const isSameSource = before !== null && before.source === source && before.generation === spec.generation;
    if (isSameSource && losses <= 1 && bytes - before.bytes >= this.world.totalBytes) {
      throw new SimulationFailure(
        `${bytes - before.bytes} bytes were copied to ${stream.destination.name} after one loss, as much as the volumes have`,
      );
    }
    stream.copiedAtRest = { source, generation: spec.generation, bytes };
    stream.losses = 0;
  }

  /** What the oracle knows of the volumes, until the next image is taken. */
  private imageOf(node: SimulatedNode): Buffer {
    return this.world.space.image((volume, offset, into) => {
      node.disk.peek(node.dataFile(volume), into, offset);
    }, this.image);
  }

  /** C01, at any moment. */
  checkDestination(stream: Stream): void {
    const { destination, destinationState: state } = stream;
    const { primary, oracle, host } = this.world;
    if (destination === primary || stream.isDestinationOwn || oracle.mustLook) return;
    if (state === undefined || destination.areVolumesBusy || !destination.areVolumesWhole) return;
    if (state.role !== 'destination' || state.dataState === 'Inconsistent') return;
    host.observeOrder();
    const where = `the destination ${destination.name}, ${state.dataState}, is no prefix`;
    expectNever(oracle.model.checkPrefix(this.imageOf(destination), -1, this.world.isInGroup()), where);
  }
}
