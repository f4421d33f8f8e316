import { createServer, type Server, type Socket } from 'node:net';
import type { HostPort } from '../config/host-port.js';
import { Budget } from '../config/budget.js';
import { systemClock } from '../config/clock.js';
import { ComplaintLog } from '../config/complaint-log.js';
import {
  NBD_CONNECTION_BYTES,
  NBD_HANDSHAKE_TIMEOUT_MS,
  NBD_KEEP_ALIVE_MS,
  NBD_STALL_LOOK_MS,
  NBD_STOP_GRACE_MS,
  NBD_STRANGERS_MAX,
  NBD_STRANGER_BYTES,
  NBD_TLS_CONNECTION_BYTES,
  NBD_TLS_LOOK_MS,
  NBD_TLS_STRANGERS_MAX,
  NBD_TLS_STRANGER_BYTES,
} from '../config/limits.js';
import { listenOn } from '../config/listen.js';
import type { HostTlsFiles } from '../config/settings.js';
import { HostCounters } from '../metrics/host-counters.js';
import type { BlockTarget } from '../volume/host-request.js';
import { NbdConnection, type ConnectionContext, type ConnectionOwner, type NbdLog } from './connection.js';
import type { ExportDirectory } from './handshake.js';
import { HostTls } from './host-tls.js';
import { SlabPool } from './reply.js';

export interface NbdServerOptions {
  readonly exports: ExportDirectory;
  readonly log: NbdLog;
  readonly counters?: HostCounters;
  readonly budget?: Budget;
  /** What hosts and node prove themselves with; null serves hosts without TLS. */
  readonly tls?: HostTlsFiles | null;
  /** Connections are numbered from the next one on. */
  readonly lastConnectionId?: number;
  /** For a client to choose an export; milliseconds. */
  readonly handshakeTimeoutMs?: number;
  /** Between looks at the files of `tls`; milliseconds. */
  readonly tlsLookMs?: number;
}

/** Serves volumes to hosts over NBD. */
export class NbdServer {
  private readonly server: Server;
  private readonly context: ConnectionContext;
  private readonly open = new Map<number, NbdConnection>();
  /** Those of `open` that have not chosen an export, oldest first. */
  private readonly strangers = new Set<NbdConnection>();
  private lastId: number;
  private looking: NodeJS.Timeout | null = null;
  private lookingAtFiles: NodeJS.Timeout | null = null;
  private readonly strangersMax: number;
  private readonly strangerBytes: number;
  private readonly hostBytes: number;

  /** @throws Refusal SETTINGS_INVALID when the files of `tls` cannot be used */
  constructor(private readonly options: NbdServerOptions) {
    this.lastId = options.lastConnectionId ?? 0;
    const counters = options.counters ?? new HostCounters();
    const tls = options.tls ? new HostTls(options.tls, counters, options.log) : null;
    this.strangersMax = tls === null ? NBD_STRANGERS_MAX : NBD_TLS_STRANGERS_MAX;
    this.strangerBytes = tls === null ? NBD_STRANGER_BYTES : NBD_TLS_STRANGER_BYTES;
    this.hostBytes = NBD_CONNECTION_BYTES + (tls === null ? 0 : NBD_TLS_CONNECTION_BYTES);
    this.context = {
      exports: options.exports,
      tls,
      log: options.log,
      complaints: new ComplaintLog(options.log, () => systemClock.monotonicMs()),
      counters,
      slabs: new SlabPool(),
      budget: options.budget ?? Budget.default(),
    };
    // A host that sent its last request may close its half at once; its answers still go out. The mark: every end of a write is told
    // by 'drain', and a socket that rests reads no more than it must.
    this.server = createServer(
      {
        allowHalfOpen: true,
        highWaterMark: 1,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: NBD_KEEP_ALIVE_MS,
      },
      (socket) => this.accept(socket),
    );
  }

  /** @throws Refusal PORT_IN_USE, SETTINGS_INVALID */
  listen(at: HostPort): Promise<HostPort> {
    const { tlsLookMs = NBD_TLS_LOOK_MS } = this.options;
    this.looking = setInterval(() => this.lookForStalls(), NBD_STALL_LOOK_MS).unref();
    if (this.context.tls !== null) {
      this.lookingAtFiles = setInterval(() => this.context.tls!.look(), tlsLookMs).unref();
    }
    return listenOn(this.server, at);
  }

  /** Attached hosts, by ascending id; of one volume, or of all. */
  connections(target?: BlockTarget): NbdConnection[] {
    return [...this.open.values()].filter(
      (connection) => connection.isAttached && (target === undefined || connection.target === target),
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
    if (this.looking !== null) clearInterval(this.looking);
    if (this.lookingAtFiles !== null) clearInterval(this.lookingAtFiles);
  }

  private accept(socket: Socket): void {
    const oldest = this.strangers.size < this.strangersMax ? undefined : this.strangers.values().next().value;
    oldest?.turnAway('too many connections have not chosen an export');
    const connection = new NbdConnection(++this.lastId, socket, this.context, this.owner);
    this.open.set(connection.id, connection);
    this.strangers.add(connection);
    this.context.budget.pool('strangers').count(this.strangerBytes);
    this.context.counters.connections = this.open.size;
    // The oldest is gone for this list at once, and for the system a little later.
    if (oldest !== undefined) this.forgetStranger(oldest);
  }

  private readonly owner: ConnectionOwner = {
    attached: (connection) => {
      this.forgetStranger(connection);
      const { budget } = this.context;
      budget.pool('host_connections').count(this.hostBytes);
      return this.open.size - this.strangers.size <= budget.hostsMax(this.hostBytes);
    },
    closed: (connection) => {
      this.forgetStranger(connection);
      if (connection.target !== null) this.context.budget.pool('host_connections').count(-this.hostBytes);
      this.open.delete(connection.id);
      this.context.counters.connections = this.open.size;
    },
  };

  private forgetStranger(connection: NbdConnection): void {
    if (this.strangers.delete(connection)) this.context.budget.pool('strangers').count(-this.strangerBytes);
  }

  private lookForStalls(): void {
    this.endLateStrangers();
    const { budget } = this.context;
    const isPressed = budget.pool('host_writes').waitingCount + budget.pool('host_replies').waitingCount > 0;
    for (const connection of this.open.values()) connection.lookForStall(isPressed);
  }

  /** However busy one is, byte by byte: the time for a handshake is counted from its beginning. */
  private endLateStrangers(): void {
    const { handshakeTimeoutMs = NBD_HANDSHAKE_TIMEOUT_MS } = this.options;
    const limitMs = systemClock.monotonicMs() - handshakeTimeoutMs;
    for (const stranger of this.strangers) {
      if (stranger.sinceMs > limitMs) return;
      stranger.turnAway('no export was chosen in time');
    }
  }
}
