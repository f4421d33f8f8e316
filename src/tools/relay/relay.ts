import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { RelayLane, type LinkConditions } from './relay-lane.js';

/** A link that is as long and as fast as this machine makes it. */
export const CLEAR_LINK: LinkConditions = { delayMs: 0, bytesPerSecond: 0, isHeld: false };

/**
 * A TCP relay on loopback that makes the link behind it long or slow: the kernel's own means for that (netem) need root and a module
 * that many machines lack.
 */
export class Relay {
  private conditions = CLEAR_LINK;
  private readonly lanes = new Set<RelayLane>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (near) => this.carry(near));
  }

  /** @param target host:port */
  static async open(target: string): Promise<Relay> {
    const colon = target.lastIndexOf(':');
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Relay(server, { host: target.slice(0, colon), port: Number(target.slice(colon + 1)) });
  }

  /** host:port to dial instead of the target. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What is not named is as on a clear link. */
  become(conditions: Partial<LinkConditions>): void {
    this.conditions = { ...CLEAR_LINK, ...conditions };
    for (const lane of this.lanes) lane.changed();
  }

  /** Resets every connection and takes no more. */
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private carry(near: Socket): void {
    const far = connect({ ...this.target, allowHalfOpen: true, noDelay: true });
    const ends = [near, far];
    const conditions = () => this.conditions;
    const lanes = [new RelayLane(near, far, conditions), new RelayLane(far, near, conditions)];
    for (const lane of lanes) this.lanes.add(lane);
    for (const end of ends) {
      this.sockets.add(end);
      end.on('error', () => ends.forEach((each) => each.resetAndDestroy()));
      end.on('close', () => {
        this.sockets.delete(end);
        if (ends.some((each) => this.sockets.has(each))) return;
        for (const lane of lanes) {
          lane.stop();
          this.lanes.delete(lane);
        }
      });
    }
  }
}
