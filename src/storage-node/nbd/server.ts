import { createServer, type Server, type Socket } from 'node:net';
import type { HostPort } from '../config/host-port.js';
import { NBD_CONNECTIONS_MAX, NBD_KEEP_ALIVE_MS, NBD_STOP_GRACE_MS } from '../config/limits.js';
import { listenOn } from '../config/listen.js';
import { HostCounters } from '../metrics/host-counters.js';
import type { BlockTarget } from '../volume/host-request.js';
import { NbdConnection, type ConnectionContext, type NbdLog } from './connection.js';
import type { ExportDirectory } from './handshake.js';
import { SlabPool } from './reply.js';

export interface NbdServerOptions {
  readonly exports: ExportDirectory;
  readonly log: NbdLog;
  readonly counters?: HostCounters;
}

/** Serves volumes to hosts over NBD. */
export class NbdServer {
  private readonly server: Server;
  private readonly context: ConnectionContext;
  private readonly open = new Map<number, NbdConnection>();
  private lastId = 0;

  constructor(options: NbdServerOptions) {
    this.context = {
      exports: options.exports,
      log: options.log,
      counters: options.counters ?? new HostCounters(),
      slabs: new SlabPool(),
    };
    // A host that sent its last request may close its half at once; its answers still go out.
    this.server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: NBD_KEEP_ALIVE_MS },
      (socket) => this.accept(socket),
    );
    this.server.maxConnections = NBD_CONNECTIONS_MAX;
  }

  /** @throws Refusal PORT_IN_USE, SETTINGS_INVALID */
  listen(at: HostPort): Promise<HostPort> {
    return listenOn(this.server, at);
  }

  /** Attached hosts, oldest first; of one volume, or of all. */
  connections(target?: BlockTarget): NbdConnection[] {
    return [...this.open.values()].filter(
      (connection) => connection.target !== null && (target === undefined || connection.target === target),
    );
  }

  /** Closes the connections of a volume, or one of them, at once. @returns how many */
  dropConnections(target: BlockTarget, id?: number): number {
    const dropped = this.connections(target).filter((connection) => id === undefined || connection.id === id);
    for (const connection of dropped) connection.drop();
    return dropped.length;
  }

  /** Takes no more connections and requests, answers what is under way, and closes; after five seconds in any case. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.open.values()) connection.finish();
    const timer = setTimeout(() => {
      for (const connection of this.open.values()) connection.drop();
    }, NBD_STOP_GRACE_MS);
    await closed;
    clearTimeout(timer);
  }

  private accept(socket: Socket): void {
    const connection = new NbdConnection(++this.lastId, socket, this.context, () => {
      this.open.delete(connection.id);
      this.context.counters.connections = this.open.size;
    });
    this.open.set(connection.id, connection);
    this.context.counters.connections = this.open.size;
  }
}
