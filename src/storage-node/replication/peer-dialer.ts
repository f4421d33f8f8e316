import type { ErrorName } from '../../errors/registry.js';
import { FROM_DESTINATION } from '../../format/peer/directions.js';
import type { Hello, Welcome } from '../../format/peer/messages.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import type { NodeUid } from '../../model/ids.js';
import type { Compression } from '../../model/session.js';
import type { Clock, Timer } from '../config/clock.js';
import { formatHostPort, type HostPort } from '../config/host-port.js';
import { PEER_CONNECT_TIMEOUT_MS, PEER_HELLO_TIMEOUT_MS, PEER_STEADY_MS } from '../config/limits.js';
import type { PathState } from '../../node-api/contract.js';
import { Backoff } from './backoff.js';
import type { CloseReason } from './close-reason.js';
import type { LinkLog } from './link-log.js';
import type { LinkSettings } from './link-settings.js';
import type { LinkStatistics } from './link-statistics.js';
import type { PeerNetwork, PeerSocket } from './network.js';
import type { PathProbes } from './path-probes.js';
import { PeerConnection } from './peer-connection.js';
import { PeerPaths } from './peer-paths.js';
import { judgeIdentity, type PeerSecurity } from './peer-security.js';
import { TokenBucket } from './token-bucket.js';

/** What a dialer asks of its stream. */
export interface DialerOwner {
  /** Made afresh for each attempt: positions and sessions move on meanwhile. */
  makeHello(): Hello;
  /** The peer answered Welcome. The connection beats already; set its handlers before this returns. */
  connected(connection: PeerConnection, welcome: Welcome): void;
  /** One attempt at one address failed, or was refused (then with its code); the next follows by itself. */
  attemptFailed(address: HostPort, reason: CloseReason): void;
}

export interface DialerOptions extends LinkSettings {
  readonly peerUid: NodeUid;
  readonly security: PeerSecurity;
  readonly network: PeerNetwork;
  /** Those of the node. */
  readonly probes: PathProbes;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: LinkLog;
  readonly statistics: LinkStatistics;
}

/**
 * Finds a peer: dials its addresses in turn, says Hello, and hands over the first connection whose Hello was answered with Welcome.
 * Then it only looks after the other addresses; `start` it again when that connection has ended.
 */
export class PeerDialer {
  private readonly backoff: Backoff;
  private isDialing = false;
  /** Addresses that this round has still to try. */
  private round: HostPort[] = [];
  private readonly paths: PeerPaths;
  /** Another path was taken at once since the last steady connection: the next time it waits as usual. */
  private hasSwitched = false;
  private retryTimer: Timer | null = null;
  private attempt: Attempt | null = null;
  private connections = 0;
  private lastConnectedMs = Number.NEGATIVE_INFINITY;
  /** Told once, not at every retry. */
  private loggedFailure = '';
  /** Of the stream, over all its connections. */
  private readonly bucket: TokenBucket;
  /** The last one that was handed over. */
  private current: { readonly connection: PeerConnection; readonly readable: readonly Compression[] } | null = null;

  constructor(
    private options: DialerOptions,
    private readonly owner: DialerOwner,
  ) {
    this.backoff = new Backoff(options.random);
    this.paths = new PeerPaths(options.peerUid, options.probes);
    this.paths.change(options.addresses, options.isPeerPlain);
    this.bucket = new TokenBucket(() => options.clock.monotonicMs());
    this.bucket.change(options.bandwidthLimitMbps);
  }

  /** Dials until connected or stopped. Does nothing while it dials. */
  start(): void {
    if (this.isDialing) return;
    this.isDialing = true;
    this.paths.disconnected();
    const wasSteady = this.options.clock.monotonicMs() - this.lastConnectedMs >= PEER_STEADY_MS;
    if (wasSteady) this.backoff.reset();
    const isOtherDue = this.paths.hasOther && !this.hasSwitched;
    this.hasSwitched = !wasSteady;
    if (wasSteady || isOtherDue) this.beginRound();
    else this.pause();
  }

  /** Gives up, also on an attempt under way. A connection that was handed over is not touched. */
  stop(): void {
    this.isDialing = false;
    this.retryTimer?.cancel();
    this.attempt?.abandon();
    this.retryTimer = this.attempt = null;
    this.paths.disconnected();
  }

  /** Each address of the peer. */
  pathStates(): PathState[] {
    return this.paths.states();
  }

  /** Addresses hold from the next attempt on, all else for a connection that was handed over too. */
  change(settings: LinkSettings): void {
    this.options = { ...this.options, ...settings };
    this.round = [];
    this.paths.change(settings.addresses, settings.isPeerPlain);
    this.bucket.change(this.options.bandwidthLimitMbps);
    if (this.current === null) return;
    const { connection } = this.current;
    connection.changeHeartbeatTimeout(this.options.heartbeatTimeoutMs);
    connection.compress(this.compressionNow());
    connection.paceChanged();
  }

  private compressionNow(): Compression {
    const { compression } = this.options;
    return this.current?.readable.includes(compression) === true ? compression : 'None';
  }

  private beginRound(): void {
    this.round = this.paths.inOrder();
    this.dial();
  }

  private dial(): void {
    const address = this.round.shift();
    if (!address) return this.pause();
    this.attempt = new Attempt(this.options, address, this.owner.makeHello(), {
      connected: (connection, welcome) => this.succeed(address, connection, welcome),
      failed: (reason) => this.fail(address, reason),
    });
  }

  private pause(): void {
    this.retryTimer = this.options.clock.after(this.backoff.next(), () => this.beginRound());
  }

  private succeed(address: HostPort, connection: PeerConnection, welcome: Welcome): void {
    const { clock, log, statistics, peerUid } = this.options;
    this.attempt = null;
    this.isDialing = false;
    this.lastConnectedMs = clock.monotonicMs();
    this.loggedFailure = '';
    if (this.connections++ > 0) statistics.reconnects++;
    log.info({ peer: connection.peerAddress, peerUid }, 'peer connected');
    this.current = { connection, readable: welcome.compressions };
    connection.compress(this.compressionNow());
    connection.pace(this.bucket);
    this.paths.connected(address, connection, this.options.isPeerPlain);
    this.owner.connected(connection, welcome);
  }

  private fail(address: HostPort, reason: CloseReason): void {
    this.attempt = null;
    const failure = `${formatHostPort(address)} ${reason.text}`;
    if (failure !== this.loggedFailure) {
      this.loggedFailure = failure;
      const { log, peerUid } = this.options;
      log.warn({ peer: formatHostPort(address), peerUid, ...reason }, 'peer cannot be reached');
    }
    this.paths.failed(address);
    this.owner.attemptFailed(address, reason);
    if (this.isDialing) this.dial();
  }
}

interface AttemptOutcome {
  connected(connection: PeerConnection, welcome: Welcome): void;
  failed(reason: CloseReason): void;
}

/** One try at one address: TCP, TLS, the pinned certificate, Hello, Welcome. Ends in exactly one outcome, or none once abandoned. */
class Attempt {
  private socket: PeerSocket | null = null;
  private timer: Timer | null = null;
  private isOver = false;

  constructor(
    private readonly options: DialerOptions,
    address: HostPort,
    private readonly hello: Hello,
    private readonly outcome: AttemptOutcome,
  ) {
    const { security, clock, network } = options;
    if (security.isPlain !== options.isPeerPlain) {
      // Told in a turn of its own, as all outcomes are.
      this.timer = clock.after(0, () => this.fail('one end is set to plain and the other to TLS'));
      return;
    }
    const identity = security.isPlain ? null : security.identity;
    const socket = network.connect(address, identity, () => this.greet(socket));
    this.socket = socket;
    this.timer = clock.after(PEER_CONNECT_TIMEOUT_MS, () => this.fail('no answer to the connection'));
    socket.on('error', (error) => this.fail(error.code ?? error.message));
    socket.on('close', () => this.fail('closed by the peer'));
  }

  abandon(): void {
    this.end();
    this.socket?.destroy();
  }

  private greet(socket: PeerSocket): void {
    if (this.isOver) return;
    const { security, clock, log, peerUid, statistics, heartbeatTimeoutMs } = this.options;
    const connection = new PeerConnection(socket, clock, log, statistics);
    if (judgeIdentity(security, peerUid, connection.peerCertificate) !== 'same') {
      return this.reject(
        'NODE_IDENTITY_CHANGED',
        'another storage node answers: its certificate is not the pinned one',
      );
    }
    this.timer?.cancel();
    this.timer = clock.after(PEER_HELLO_TIMEOUT_MS, () => this.fail('no answer to Hello'));
    connection.expect([Type.Welcome, Type.Refuse, Type.Bye]);
    connection.onClose = (reason) => this.failWith(reason);
    connection.onMessage = (message) => {
      if (this.isOver || message.type !== Type.Welcome) return;
      if (message.nodeUid !== peerUid) return this.reject('NODE_IDENTITY_CHANGED', 'another storage node answers');
      if (message.version < this.hello.versionMin || message.version > this.hello.versionMax) {
        const text = `the peer picked version ${message.version}, which was not offered`;
        return this.reject('NODE_VERSION_UNSUPPORTED', text);
      }
      this.end();
      connection.onMessage = () => {};
      connection.onClose = () => {};
      connection.expect(FROM_DESTINATION);
      connection.startHeartbeats(heartbeatTimeoutMs);
      this.outcome.connected(connection, message);
    };
    connection.send(this.hello);
  }

  /** It is not the peer that was looked for. */
  private reject(code: ErrorName, text: string): void {
    this.failWith({ kind: 'protocol', text, code });
  }

  private fail(text: string): void {
    this.failWith({ kind: 'lost', text });
  }

  private failWith(reason: CloseReason): void {
    if (this.isOver) return;
    this.end();
    this.socket?.destroy();
    this.outcome.failed(reason);
  }

  private end(): void {
    this.isOver = true;
    this.timer?.cancel();
  }
}
