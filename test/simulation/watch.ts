import { expectNever } from './failure.js';
import { readSpace } from './read-space.js';
import type { Stream } from './stream.js';
import type { World } from './world.js';

export const WATCH_MS = 40;
/** What an operator bears before he does something about it. */
const ERROR_MS = 3000;
const HELD_MS = 12_000;

/** What goes on in a world by itself: somebody looks on, and does what an operator does without being asked. */
export class Watch {
  private readonly errorSinceMs = new Map<Stream, number>();
  private heldSinceMs = Infinity;
  private isLooking = false;

  constructor(private readonly world: World) {}

  /** Until the world is over. */
  async goOn(): Promise<void> {
    const { world } = this;
    while (!world.isOver) {
      expectNever(world.host.wrong, 'host');
      for (const stream of world.streams) this.hear(stream);
      if (this.isHeldTooLong()) await world.operator.release(world.primary!);
      for (const stream of world.streams) if (stream.isEquivalent) stream.isDestinationOwn = false;
      if (world.random.isOneIn(30)) for (const stream of world.streams) world.inspection.checkDestination(stream);
      world.probes.maybe();
      if (world.oracle.mustLook && !this.isLooking) await this.look();
      await world.clock.sleep(WATCH_MS);
    }
  }

  private hear(stream: Stream): void {
    const { primary, clock } = this.world;
    const { driver, sourceState: state } = stream;
    if (state === undefined || stream.source !== primary) return;
    stream.heard(state);
    if (state.status !== 'Error') return void this.errorSinceMs.delete(stream);
    const sinceMs = this.errorSinceMs.get(stream) ?? clock.nowMs;
    this.errorSinceMs.set(stream, sinceMs);
    if (clock.nowMs - sinceMs <= ERROR_MS || !driver.isEstablished) return;
    this.errorSinceMs.delete(stream);
    this.world.operatorActions++;
    driver.resume();
  }

  private isHeldTooLong(): boolean {
    const { primary, clock } = this.world;
    const isHeld = (primary?.held.length ?? 0) > 0;
    this.heldSinceMs = isHeld ? Math.min(this.heldSinceMs, clock.nowMs) : Infinity;
    const isTooLong = clock.nowMs - this.heldSinceMs > HELD_MS;
    if (isTooLong) this.heldSinceMs = Infinity;
    return isTooLong;
  }

  /** After a loss the host reads everything before it goes on. */
  private async look(): Promise<void> {
    const { world } = this;
    const attachment = world.primary?.attachment() ?? null;
    if (attachment === null) return;
    this.isLooking = true;
    const image = await readSpace(attachment, world.space);
    this.isLooking = false;
    if (image === null || attachment.life.isOver) return;
    world.trace.note('world', 'sees what is there');
    world.oracle.found(image);
  }
}
