import type { SessionSettings } from '../../src/model/session.js';
import { HostOperation, HostRequest } from '../../src/storage-node/volume/host-request.js';
import { CELL_BYTES } from '../support/volume-model.js';
import type { SimulatedNode } from './simulated-node.js';
import type { Stream } from './stream.js';
import type { World } from './world.js';

/** What an operator does in a world. Roles are only changed where there is one destination: others would have to go first. */
export class Operator {
  constructor(private readonly world: World) {}

  /** The session is as after its creation: the source serves, and nothing else was ordered. */
  isActive({ driver, source }: Stream): boolean {
    return this.world.primary === source && driver.spec.run === 'Active' && driver.isEstablished;
  }

  /** The source is lost, by the way given, and the destination is opened without it; the host moves there. */
  async takeOver(lose: (source: SimulatedNode) => void): Promise<void> {
    const { world } = this;
    const stream = world.streams[0]!;
    const { driver, source, destination } = stream;
    if (world.streams.length > 1 || !this.isActive(stream) || stream.isDestinationOwn || !destination.isUp) return;
    if (this.isOverwritten(stream)) return;
    lose(source);
    await world.clock.sleep(world.random.below(6000));
    const state = stream.destinationState;
    if (this.isOverwritten(stream)) return;
    if (state === undefined || state.dataState === 'Inconsistent' || !this.isActive(stream)) return;
    world.host.leave();
    world.primary = null;
    driver.suspendAlone();
    await world.within(10_000, () => driver.isEstablished);
    const isRefused = (): boolean => {
      const now = stream.destinationState;
      return now?.dataState === 'Inconsistent' && (now.spec.generation ?? 0) < driver.spec.generation;
    };
    await world.expectSoon('takeover', () => driver.isEstablished || isRefused());
    if (driver.isEstablished) {
      world.oracle.takenOver(stream.covers(stream.lastOfSource), stream.gap.isOpen);
      stream.gap.close();
      world.primary = destination;
    } else {
      driver.resume();
      world.primary = source;
    }
  }

  /**
   * A source that lost power gives an asynchronous destination what it kept: everything flushed and any of later writes, as a disk does,
   * which need not be a prefix. An operator looks at it before anything else.
   */
  private isOverwritten({ driver, source }: Stream): boolean {
    const isWaitedFor = driver.spec.settings.transferMode === 'Synchronous';
    return !isWaitedFor && source.isUp && this.world.oracle.mustLook;
  }

  /** After a takeover: the old source becomes the destination. */
  async failBack(): Promise<void> {
    const { world } = this;
    const stream = world.streams[0]!;
    const { driver } = stream;
    if (world.primary !== stream.destination || driver.spec.run !== 'Suspend') return;
    // The old source holds what it had, or kept of that through a loss of power, until it is copied over.
    stream.isDestinationOwn = true;
    driver.reverse();
    await world.expectSoon('reversed', () => driver.isEstablished);
    driver.resume();
    await world.expectSoon('resumed after a reversal', () => driver.isEstablished);
  }

  /** Planned: both ends equal, no host at work. */
  async exchange(): Promise<void> {
    const { world } = this;
    const { host } = world;
    const stream = world.streams[0]!;
    const { driver } = stream;
    if (world.streams.length > 1 || !this.isActive(stream) || !world.isEquivalent || world.oracle.mustLook) return;
    host.rest();
    await world.within(20_000, () => host.inFlight === 0 && world.isEquivalent);
    if (host.inFlight > 0 || !world.isEquivalent) return;
    driver.suspend();
    await world.expectSoon('suspended', () => driver.isEstablished);
    if (stream.source.isUp && stream.destination.isUp && world.inspection.areEqual(stream)) {
      driver.reverse();
      host.leave();
      world.primary = stream.source;
      await world.expectSoon('exchanged', () => driver.isEstablished);
    }
    driver.resume();
    await world.expectSoon('resumed after an exchange', () => driver.isEstablished);
  }

  /** Hosts change the destination while it is suspended, as in a test of a disaster plan. */
  scribble(stream: Stream): void {
    const { primary, random, sizesBytes } = this.world;
    const { destination } = stream;
    const attachment = destination.attachment();
    if (attachment === null || destination === primary) return;
    stream.isDestinationOwn = true;
    const sink = { complete: () => undefined, completeRead: () => undefined };
    for (let count = 1 + random.below(4); count > 0; count--) {
      const data = Buffer.alloc(CELL_BYTES * (1 + random.below(40)), 0xee);
      const volume = sizesBytes.length === 1 ? 0 : random.below(sizesBytes.length);
      const offset = CELL_BYTES * random.below((sizesBytes[volume]! - data.length) / CELL_BYTES);
      const { length } = data;
      const request = new HostRequest(
        sink,
        0,
        0,
        HostOperation.Write,
        offset,
        length,
        [data],
        false,
        false,
        false,
        false,
      );
      attachment.targets[volume]!.submit([request]);
    }
  }

  async change(stream: Stream, settings: Partial<SessionSettings>): Promise<void> {
    const { world } = this;
    const { driver } = stream;
    // What was copied by passes says nothing of what comes.
    if (stream.isByMap) stream.copiedAtRest = null;
    world.trace.note('world', `changes ${JSON.stringify(settings)}`);
    driver.order('settings', (spec) => ({ settings: { ...spec.settings, ...settings } }));
    await world.expectSoon('changed settings', () => driver.isEstablished);
  }

  /** C36: all destinations at one point in time. */
  async suspendTogether(): Promise<void> {
    const { world } = this;
    const { streams, oracle } = world;
    if (!streams.every((stream) => this.isActive(stream)) || oracle.mustLook) return;
    const drivers = streams.map(({ driver }) => driver);
    for (const driver of drivers) driver.suspendWith(drivers);
    await world.expectSoon('suspended together', () => world.isEstablished);
    world.inspection.compareDestinations();
    await world.clock.sleep(world.random.below(2000));
    for (const driver of drivers) driver.resume();
    await world.expectSoon('resumed together', () => world.isEstablished);
  }

  /** C47: a volume leaves the live group, is written on its own, and joins again. */
  async leaveAndJoin(): Promise<void> {
    const { world } = this;
    const { streams, nodes, members, oracle, random, clock } = world;
    if (members.size < 2 || !streams.every((stream) => this.isActive(stream)) || oracle.mustLook) return;
    // What a failed sync may have cost a volume without a log, a start of its node has to tell: it leaves no group before.
    if (!nodes.every((node) => node.areVolumesWhole)) return;
    // The driver looks at the first volume's session.
    const volume = 1 + random.below(members.size - 1);
    const areAll = (standing: 'none' | 'in'): boolean =>
      world.isEstablished && nodes.every((node) => node.isUp && node.standingOf(volume) === standing);
    world.trace.note('world', `volume ${volume} leaves`);
    members.delete(volume);
    for (const { driver } of streams) driver.leave(volume);
    await world.expectSoon('left', () => areAll('none'));
    await clock.sleep(random.below(3000));
    world.trace.note('world', `volume ${volume} joins`);
    for (const { driver } of streams) driver.join(world.newUid(), volume);
    await world.within(2000, () => areAll('in'));
    // A Stack session under steady writes may never be Equivalent.
    world.host.rest();
    await world.expectSoon('joined', () => areAll('in'));
    world.host.work();
    members.add(volume);
  }

  /** Gives up what may be lost. */
  async release(node: SimulatedNode): Promise<void> {
    const { world } = this;
    world.trace.note('world', `releases the volume of ${node.name}`);
    world.operatorActions++;
    const releasing = node.held.map((uid) => node.dataPath?.operations.releaseVolume(uid));
    world.oracle.released();
    await Promise.race([Promise.all(releasing).catch(() => undefined), world.clock.sleep(5000)]);
  }
}
