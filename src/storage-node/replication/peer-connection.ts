import type { ErrorName } from '../../errors/registry.js';
import { FrameParser } from '../../format/peer/frame-parser.js';
import type { MemberPosition, PeerMessage, Region } from '../../format/peer/messages.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { ProtocolError } from '../../format/peer/protocol-error.js';
import { NO_LSN, type Lsn } from '../../model/position.js';
import type { Compression } from '../../model/session.js';
import type { Clock, Timer } from '../config/clock.js';
import { PEER_GOODBYE_TIMEOUT_MS } from '../config/limits.js';
import type { CloseKind, CloseReason } from './close-reason.js';
import { Heartbeats } from './heartbeats.js';
import type { LinkLog } from './link-log.js';
import { LinkStatistics } from './link-statistics.js';
import { type PeerSocket, remoteOf } from './network.js';
import { type OutputOwner, PeerOutput } from './peer-output.js';
import type { TokenBucket } from './token-bucket.js';

/**
 * One connection to another node: peer messages in and out over a socket that is already connected and whose other end is known.
 *
 * What is sent in one turn of the event loop leaves in one write. Acks that follow each other are one message, the last. Sending
 * never fails: on a closed connection it does nothing, and `onClose` tells.
 */
export class PeerConnection implements OutputOwner {
  /** Called for each message in order, also for heartbeats; never for Bye and Refuse, which end the connection. */
  onMessage: (message: PeerMessage) => void = () => {};
  /** The sender may go on after `isWritable` was false, or `mayBeginData` was. */
  onDrain: () => void = () => {};
  /** Called once, in a turn of its own; look at `closeReason` when setting it late. */
  onClose: (reason: CloseReason) => void = () => {};
  /** Called at each heartbeat while the peer is quiet; see `isQuiet`. */
  onQuiet: () => void = () => {};
  /** Asked before a body of data is read; false: nothing more is read until `readOn`. */
  admits: (bodyBytes: number) => boolean = () => true;
  /** What heartbeats say: the durable position of this end's own log. */
  heartbeatLsn: () => Lsn = () => NO_LSN;
  /** And from a source: how far its other destinations are. */
  heartbeatMembers: () => readonly MemberPosition[] = () => [];

  /** Not null as soon as the connection is of no more use. */
  closeReason: CloseReason | null = null;
  /** host:port of the other end, for people. */
  readonly peerAddress: string;

  private readonly parser = new FrameParser();
  private readonly output: PeerOutput;
  private heartbeats: Heartbeats | null = null;
  private goodbyeTimer: Timer | null = null;

  constructor(
    private readonly socket: PeerSocket,
    private readonly clock: Clock,
    private readonly log: LinkLog,
    public statistics = new LinkStatistics(),
  ) {
    this.peerAddress = remoteOf(socket);
    this.output = new PeerOutput(socket, clock, this);
    this.parser.expected = [];
    this.parser.admits = (type, bodyBytes) => type === Type.Heartbeat || type === Type.Ack || this.admits(bodyBytes);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => {
      if (this.closeReason) return;
      this.output.drained();
      this.onDrain();
    });
    socket.on('end', () => this.finish('lost', 'closed by the peer'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.finish('lost', error.code ?? error.message));
    socket.on('close', () => {
      this.goodbyeTimer?.cancel();
      this.finish('lost', 'closed');
    });
  }

  /** Which messages may come from now on; none until this is called. Another one ends the connection before its body is read. */
  expect(types: readonly Type[]): void {
    this.parser.expected = types;
  }

  /** From here on heartbeats go out and silence is watched. Called when Hello is answered. */
  startHeartbeats(timeoutMs: number): void {
    this.heartbeats = new Heartbeats(
      this.clock,
      timeoutMs,
      () => {
        this.beat();
        if (this.isQuiet) this.onQuiet();
      },
      () => this.giveUp(`nothing heard for ${timeoutMs} ms`),
    );
    this.heartbeats.start();
  }

  /** For the output: there is room again. */
  roomFreed(): void {
    if (this.closeReason === null) this.onDrain();
  }

  /** For the output: far more is sent than the peer takes. */
  overrun(): void {
    this.finish('overrun', 'the peer takes nothing');
  }

  /** Whether nothing was heard of the peer for half of the time after which it counts as silent. */
  get isQuiet(): boolean {
    return this.closeReason === null && this.heartbeats?.isQuiet === true;
  }

  /** Ends the connection, since the peer is not heard on it. */
  giveUp(text: string): void {
    this.statistics.timeouts++;
    this.finish('silence', text);
  }

  /** Sends a heartbeat now: the position that it carries has moved far. */
  beat(): void {
    if (this.heartbeats === null) return;
    const [lsn, members] = [this.heartbeatLsn(), this.heartbeatMembers()];
    this.send({ type: Type.Heartbeat, ...this.heartbeats.times(), lsn, members });
  }

  changeHeartbeatTimeout(timeoutMs: number): void {
    this.heartbeats?.changeTimeout(timeoutMs);
  }

  /** Own monotonic time at which the peer was last heard, by any byte. */
  get heardMs(): number {
    return this.heartbeats?.heardMs ?? 0;
  }

  /**
   * Own monotonic time at which the peer, as it proved, could still hear us. A source calls silence only a heartbeat timeout and a
   * grace after it last heard its destination, so a destination may call itself Up_To_Date until this + the heartbeat timeout.
   */
  get confirmedMs(): number {
    return this.heartbeats?.confirmedMs ?? Number.NEGATIVE_INFINITY;
  }

  /** False once so much waits for the system to take it that a sender of data should stop until `onDrain`. */
  get isWritable(): boolean {
    return this.output.isWritable;
  }

  /** Whether records and regions may be sent now; after a no, `onDrain` tells when to ask again. */
  mayBeginData(): boolean {
    return this.output.mayBeginData();
  }

  /** Frames of records, and regions, should not be longer, besides the rest of their last record. */
  get frameBytesMax(): number {
    return this.output.frameBytesMax;
  }

  /** From now on records and regions are compressed so, which the peer must be able to read. */
  compress(compression: Compression): void {
    this.output.compression = compression;
  }

  /** Records and regions leave no faster than the bucket lets them. */
  pace(bucket: TokenBucket): void {
    this.output.pace(bucket);
  }

  /** The bucket's limit changed. */
  paceChanged(): void {
    this.output.paceChanged();
  }

  /** Whether a frame is held back by the bandwidth limit just now. */
  get isPaced(): boolean {
    return this.output.pacedBytes > 0;
  }

  /** Bytes sent that the system did not take yet. */
  get unsentBytes(): number {
    return this.output.unsentBytes;
  }

  /** The certificate (DER) by which the other end proved itself; null on a plain connection. */
  get peerCertificate(): Buffer | null {
    return this.socket.getPeerCertificate?.().raw ?? null;
  }

  /** Counts into the stream's statistics from now on, together with what was counted so far. */
  countInto(statistics: LinkStatistics): void {
    statistics.add(this.statistics);
    this.statistics = statistics;
  }

  send(message: PeerMessage): void {
    if (this.closeReason === null) this.output.send(message);
  }

  /** `count` log records as they lie in memory, end to end, `bodyBytes` of them in all (at most 4 MiB). */
  sendRecords(buffers: readonly Buffer[], bodyBytes: number, count: number): void {
    if (this.closeReason === null) this.output.sendRecords(buffers, bodyBytes, count);
  }

  sendRegion(region: Region): void {
    if (this.closeReason === null) this.output.sendRegion(region);
  }

  /** Ends the connection in order: the peer learns that we mean it. */
  bye(reason: string): void {
    this.sayGoodbye({ type: Type.Bye, reason }, reason);
  }

  /** Ends the connection and tells the peer why. */
  refuse(code: ErrorName, message: string): void {
    this.sayGoodbye({ type: Type.Refuse, code, message }, `refused: ${code} ${message}`);
  }

  /** Ends the connection at once. */
  destroy(text: string): void {
    this.finish('local', text);
  }

  private sayGoodbye(message: PeerMessage, text: string): void {
    if (this.closeReason) return;
    this.output.sendLast(message);
    this.settle('local', text);
    this.socket.end();
    this.goodbyeTimer = this.clock.after(PEER_GOODBYE_TIMEOUT_MS, () => this.socket.destroy());
  }

  private receive(chunk: Buffer): void {
    // After our goodbye what still comes is read and dropped: closing with unread bytes would reset the connection under it.
    if (this.closeReason) return;
    this.statistics.bytesReceived += chunk.length;
    this.heartbeats?.heard();
    this.parser.push(chunk);
    this.readMessages();
  }

  /** Whether a body waits for `admits`, and nothing is read meanwhile. */
  get isHeldBack(): boolean {
    return this.closeReason === null && this.parser.isHeld;
  }

  /** Asks `admits` again. */
  readOn(): void {
    if (!this.isHeldBack) return;
    this.readMessages();
    if (this.isHeldBack) return;
    if (this.heartbeats) this.heartbeats.isDeaf = false;
    this.heartbeats?.heard();
    this.socket.resume();
  }

  private readMessages(): void {
    try {
      for (let message = this.parser.next(); message; message = this.parser.next()) {
        this.statistics.messagesReceived++;
        this.handle(message);
        if (this.closeReason) return;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // Whoever was greeted does speak the protocol.
      const isDamage = error.isChecksum || (error.fault === 'magic' && this.heartbeats !== null);
      if (isDamage) this.statistics.checksumErrors++;
      this.finish('protocol', error.message);
      return;
    }
    if (!this.parser.isHeld) return;
    if (this.heartbeats) this.heartbeats.isDeaf = true;
    this.socket.pause();
  }

  private handle(message: PeerMessage): void {
    switch (message.type) {
      case Type.Bye:
        return this.finish('bye', message.reason);
      case Type.Refuse:
        return this.finish('refused', message.message, message.code);
      case Type.Heartbeat:
        this.statistics.roundTripMs = this.heartbeats?.take(message) ?? this.statistics.roundTripMs;
        return this.onMessage(message);
      default:
        return this.onMessage(message);
    }
  }

  private finish(kind: CloseKind, text: string, code?: ErrorName): void {
    this.settle(kind, text, code);
    if (!this.goodbyeTimer) this.socket.destroy();
  }

  /** The first reason counts; later ones are its consequences. */
  private settle(kind: CloseKind, text: string, code?: ErrorName): void {
    if (this.closeReason) return;
    const reason: CloseReason = code ? { kind, text, code } : { kind, text };
    this.closeReason = reason;
    this.output.stop();
    // Before Hello was answered, whoever dials or listens reports the end.
    if (this.heartbeats) {
      const isOrderly = kind === 'local' || kind === 'bye';
      this.log[isOrderly ? 'info' : 'warn']({ peer: this.peerAddress, ...reason }, 'peer connection ended');
    }
    this.heartbeats?.stop();
    process.nextTick(() => this.onClose(reason));
  }
}
