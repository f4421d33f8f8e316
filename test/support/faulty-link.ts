/**
 * A link between two nodes that tests can break: a TCP relay that listens on loopback and carries each connection to the target. It
 * breaks bytes on any protocol, and whole messages of the peer protocol where that is spoken in plain.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { PeerMessageType } from '../../src/format/peer/messages.js';
import { FaultPlan, type FrameFault } from './frame-faults.js';
import { Lane } from './link-lane.js';

export interface LinkAddress {
  readonly host: string;
  readonly port: number;
}

/** `up` is from the end that dials to the target, `down` the way back. */
export type LinkDirection = 'up' | 'down';

export class FaultyLink {
  /** Bytes delivered, over all connections. */
  readonly bytes = { up: 0, down: 0 };
  /** Connections taken, also those refused. */
  connections = 0;

  private readonly server: Server;
  private readonly routes = new Set<Route>();
  private readonly plans = { up: new FaultPlan(), down: new FaultPlan() };
  private isPaused = false;
  private isRefusing = false;
  private delayMs = 0;

  private constructor(readonly target: LinkAddress) {
    this.server = createServer((near) => this.take(near));
  }

  static async open(target: LinkAddress): Promise<FaultyLink> {
    const link = new FaultyLink(target);
    await new Promise<void>((resolve) => link.server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  /** Where to dial instead of the target. */
  get address(): LinkAddress {
    return { host: '127.0.0.1', port: (this.server.address() as { port: number }).port };
  }

  /** Silent drop: nothing passes, nobody is told, sockets stay open; new connections hang. */
  pause(): void {
    this.isPaused = true;
    for (const route of this.routes) route.hold();
  }

  /** As TCP does after an outage, what was held back is delivered. */
  resume(): void {
    this.isPaused = false;
    for (const route of this.routes) route.release();
  }

  /** Resets every connection at once. New ones are taken. */
  cut(): void {
    for (const route of [...this.routes]) route.reset();
  }

  /** New connections are reset, until `accept`. */
  refuse(): void {
    this.isRefusing = true;
  }

  accept(): void {
    this.isRefusing = false;
  }

  /** Each way takes this much longer, for bytes that arrive from now on. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Flips one bit of the byte that comes `after` bytes from now. */
  flipBit(direction: LinkDirection, after: number, bit = 0): void {
    this.plans[direction].flipBit(after, bit);
  }

  /** The next message of this type is treated so. Several wait in line. */
  breakNext(direction: LinkDirection, type: PeerMessageType, fault: FrameFault): void {
    this.plans[direction].breakNext(type, fault);
  }

  /**
   * From now on one in about `every` messages of these types is dropped, doubled, swapped with the next, damaged, or the link is cut
   * at it. The same seed over the same messages does the same. 0 stops.
   */
  misbehave(seed: number, every: number, types: readonly PeerMessageType[]): void {
    this.plans.up.misbehave(seed, every, types);
    this.plans.down.misbehave(seed + 1, every, types);
  }

  /** Nothing more is broken from now on. */
  mend(): void {
    this.plans.up.mend();
    this.plans.down.mend();
  }

  /** What was done to messages so far, oldest first, e.g. `up drop 4`. */
  get faults(): string[] {
    return [
      ...this.plans.up.done.map((fault) => `up ${fault}`),
      ...this.plans.down.done.map((fault) => `down ${fault}`),
    ];
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private take(near: Socket): void {
    this.connections++;
    near.on('error', () => {});
    if (this.isRefusing) return void near.resetAndDestroy();
    const route: Route = new Route(near, this.target, {
      plans: this.plans,
      delayMs: () => this.delayMs,
      passed: (direction, bytes) => {
        this.bytes[direction] += bytes;
      },
      cut: () => this.cut(),
      ended: () => this.routes.delete(route),
    });
    this.routes.add(route);
    if (this.isPaused) route.hold();
    else route.release();
  }
}

interface RouteOwner {
  readonly plans: { readonly up: FaultPlan; readonly down: FaultPlan };
  delayMs(): number;
  passed(direction: LinkDirection, bytes: number): void;
  cut(): void;
  ended(): void;
}

/** One connection: the dialling end's socket, ours to the target once released, and a lane each way. */
class Route {
  private far: Socket | null = null;
  private lanes: Lane[] = [];

  constructor(
    private readonly near: Socket,
    private readonly target: LinkAddress,
    private readonly owner: RouteOwner,
  ) {
    near.pause();
    near.setNoDelay(true);
  }

  hold(): void {
    for (const lane of this.lanes) lane.hold();
  }

  release(): void {
    if (!this.far) this.reach();
    for (const lane of this.lanes) lane.release();
  }

  reset(): void {
    for (const lane of this.lanes) lane.stop();
    this.near.resetAndDestroy();
    this.far?.resetAndDestroy();
    this.owner.ended();
  }

  private reach(): void {
    const { near, owner } = this;
    const far = connect({ ...this.target, noDelay: true });
    this.far = far;
    const lane = (direction: LinkDirection, from: Socket, to: Socket) =>
      new Lane(from, to, {
        plan: owner.plans[direction],
        delayMs: () => owner.delayMs(),
        passed: (bytes) => owner.passed(direction, bytes),
        cut: () => owner.cut(),
        failed: () => this.reset(),
        ended: () => {
          if (this.lanes.every(({ isOver }) => isOver)) owner.ended();
        },
      });
    this.lanes = [lane('up', near, far), lane('down', far, near)];
  }
}
