import type { ErrorName } from '../../errors/registry.js';
import { FROM_SOURCE } from '../../format/peer/directions.js';
import type { Hello, Welcome } from '../../format/peer/messages.js';
import { PEER_PROTOCOL_VERSION, PeerMessageType as Type } from '../../format/peer/messages.js';
import { COMPRESSIONS } from '../../model/session.js';
import type { Clock, Timer } from '../config/clock.js';
import { ComplaintLog } from '../config/complaint-log.js';
import type { HostPort } from '../config/host-port.js';
import { PEER_HELLO_TIMEOUT_MS, PEER_STRANGERS_MAX } from '../config/limits.js';
import type { MemoryPool } from '../config/memory-pool.js';
import type { LinkLog } from './link-log.js';
import { type Guest, type PeerNetwork, type PeerServer, type PeerSocket, remoteOf } from './network.js';
import { PeerConnection } from './peer-connection.js';
import { judgeIdentity, type PeerSecurity } from './peer-security.js';
import { ReceiveRoom } from './receive-room.js';

/** A connection whose other end said a valid Hello and is who it says. Answer once, now or later, by `welcome` or `refuse`. */
export class Greeting {
  constructor(
    readonly connection: PeerConnection,
    readonly hello: Hello,
  ) {}

  /** Set the connection's handlers first: messages may follow at once. */
  welcome(welcome: Omit<Welcome, 'type' | 'version' | 'compressions'>, heartbeatTimeoutMs: number): void {
    this.connection.expect(FROM_SOURCE);
    this.connection.send({
      type: Type.Welcome,
      version: PEER_PROTOCOL_VERSION,
      compressions: COMPRESSIONS,
      ...welcome,
    });
    this.connection.startHeartbeats(heartbeatTimeoutMs);
  }

  refuse(code: ErrorName, message: string): void {
    this.connection.refuse(code, message);
  }
}

export interface ListenerOptions {
  readonly security: PeerSecurity;
  readonly network: PeerNetwork;
  readonly clock: Clock;
  readonly log: LinkLog;
  /** Memory for what strangers say. */
  readonly memory: MemoryPool;
  readonly greeted: (greeting: Greeting) => void;
  /** For the other end to say Hello; milliseconds. */
  readonly helloTimeoutMs?: number;
}

/**
 * Takes connections of other nodes. Until one has said Hello it is a stranger: few at a time, for a limited time, with one message of
 * bounded size; whatever goes wrong with it is one line in the log and touches nobody else.
 */
export class PeerListener {
  private server: PeerServer | null = null;
  private readonly strangers = new Set<Stranger>();
  private readonly connections = new Set<PeerConnection>();
  private readonly complaints: ComplaintLog;

  constructor(private readonly options: ListenerOptions) {
    this.complaints = new ComplaintLog(options.log, () => options.clock.monotonicMs());
  }

  /** Port 0 takes a free one. Answers where it listens. Refusal PORT_IN_USE, SETTINGS_INVALID. */
  async listen(at: HostPort): Promise<HostPort> {
    const { network, security } = this.options;
    this.server = await network.listen(at, security.isPlain ? null : security.identity, (socket) => this.admit(socket));
    return this.server.address;
  }

  /** Takes no more connections and says Bye on those it handed over. */
  async close(reason: string): Promise<void> {
    const closed = this.server?.close();
    for (const stranger of this.strangers) stranger.end('this node stops');
    for (const connection of this.connections) connection.bye(reason);
    await closed;
  }

  private admit(socket: PeerSocket): Stranger {
    // Those that wait to be forgotten make room for one that may have something to say.
    if (this.strangers.size >= PEER_STRANGERS_MAX) {
      this.strangers.values().next().value!.end('too many connections without Hello');
    }
    const stranger: Stranger = new Stranger(socket, this.options, this.complaints, {
      forget: () => this.strangers.delete(stranger),
      keep: (connection) => {
        this.connections.add(connection);
        socket.on('close', () => this.connections.delete(connection));
      },
    });
    this.strangers.add(stranger);
    return stranger;
  }
}

interface StrangerOwner {
  forget(): void;
  keep(connection: PeerConnection): void;
}

/** A connection that did not say Hello yet. */
class Stranger implements Guest {
  private readonly timer: Timer;
  private readonly address: string;
  private isOver = false;

  constructor(
    private readonly accepted: PeerSocket,
    private readonly options: ListenerOptions,
    private readonly complaints: ComplaintLog,
    private readonly owner: StrangerOwner,
  ) {
    this.address = remoteOf(accepted);
    this.timer = options.clock.after(options.helloTimeoutMs ?? PEER_HELLO_TIMEOUT_MS, () =>
      this.end('no Hello in time'),
    );
    accepted.on('close', () => this.end('closed without Hello'));
    accepted.on('error', () => {});
  }

  ready(socket: PeerSocket): void {
    if (this.isOver) return;
    const { clock, log } = this.options;
    const connection = new PeerConnection(socket, clock, log);
    connection.expect([Type.Hello, Type.Bye]);
    const room = new ReceiveRoom(this.options.memory);
    room.guard(connection);
    connection.onClose = (reason) => {
      room.leave(connection);
      // Who only says Bye wants to know whether anybody is here.
      if (reason.kind === 'bye') this.leave();
      else this.end(reason.text);
    };
    connection.onMessage = (message) => {
      room.leave(connection);
      if (message.type === Type.Hello) this.judge(connection, message);
    };
  }

  failed(text: string): void {
    this.end(text);
  }

  end(text: string): void {
    if (!this.leave()) return;
    this.complaints.tell({ peer: this.address, reason: text }, 'peer connection closed before Hello');
    this.accepted.destroy();
  }

  private judge(connection: PeerConnection, hello: Hello): void {
    if (!this.leave()) return;
    connection.expect([]);
    connection.admits = () => true;
    connection.onMessage = () => {};
    connection.onClose = () => {};
    const refuse = (code: ErrorName, text: string) => {
      this.complaints.tell({ peer: this.address, nodeUid: hello.nodeUid, code, reason: text }, 'peer refused');
      connection.refuse(code, text);
    };
    if (hello.versionMin > PEER_PROTOCOL_VERSION || hello.versionMax < PEER_PROTOCOL_VERSION) {
      return refuse('NODE_VERSION_UNSUPPORTED', `this node speaks version ${PEER_PROTOCOL_VERSION}`);
    }
    const verdict = judgeIdentity(this.options.security, hello.nodeUid, connection.peerCertificate);
    if (verdict === 'unknown') return refuse('NODE_NOT_FOUND', `no session here with node ${hello.nodeUid}`);
    if (verdict === 'changed') return refuse('NODE_IDENTITY_CHANGED', 'the certificate is not the pinned one');
    this.owner.keep(connection);
    this.options.greeted(new Greeting(connection, hello));
  }

  /** False when it was over already. */
  private leave(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.timer.cancel();
    this.owner.forget();
    return true;
  }
}
