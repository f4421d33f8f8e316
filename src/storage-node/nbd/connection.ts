import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { ErrorName } from '../../errors/registry.js';
import { ERRORS } from '../../errors/registry.js';
import { isRefusal } from '../../errors/refusal.js';
import {
  NBD_CMD_BLOCK_STATUS,
  NBD_CMD_DISC,
  NBD_CMD_FLAG_REQ_ONE,
  NBD_CMD_READ,
  REQUEST_HEADER_BYTES,
} from '../../format/nbd/messages.js';
import { RequestParser, type Admission } from '../../format/nbd/request-parser.js';
import type { Budget } from '../config/budget.js';
import { systemClock } from '../config/clock.js';
import type { ComplaintLog } from '../config/complaint-log.js';
import {
  NBD_BLOCK_STATUS_BYTES,
  NBD_EXTENTS_MAX,
  NBD_INFLIGHT_BYTES_MAX,
  NBD_INFLIGHT_REQUESTS_MAX,
  NBD_REQUEST_BYTES,
  NBD_SMALL_REPLIES_BYTES,
  NBD_SMALL_REQUESTS_BYTES,
  NBD_STALL_LOOK_MS,
  NBD_STALL_MS_MAX,
  NBD_STALL_MS_UNDER_PRESSURE,
  NBD_TLS_GATHER_BYTES,
  NBD_TURN_BYTES_MAX,
  NBD_UNREAD_BYTES_MAX,
} from '../config/limits.js';
import { PoolShare, type PoolWaiter } from '../config/memory-pool.js';
import type { HostCounters } from '../metrics/host-counters.js';
import {
  HostOperation,
  type HostRequest,
  type BlockTarget,
  type ExtentStatus,
  type ReplySink,
} from '../volume/host-request.js';
import { joinExtents } from './block-status.js';
import type { ExportDirectory, Handshake } from './handshake.js';
import { HostSocket, type HostSocketOwner } from './host-socket.js';
import type { HostTls } from './host-tls.js';
import { asksForData, costOf, makeRequest, payloadBytesOf } from './make-request.js';
import { Negotiation, type NegotiationOwner } from './negotiation.js';
import { ReplyQueue, type SlabPool } from './reply.js';
import { validateRequest } from './validate.js';

export type NbdLog = Pick<Logger, 'info' | 'warn' | 'error'>;

/** What all connections of a server share. */
export interface ConnectionContext {
  readonly exports: ExportDirectory;
  /** Null where hosts are served without it. */
  readonly tls: HostTls | null;
  readonly counters: HostCounters;
  readonly log: NbdLog;
  /** For what goes wrong with connections. */
  readonly complaints: ComplaintLog;
  readonly slabs: SlabPool;
  readonly budget: Budget;
}

/** What a turn left: complete requests perhaps, or one that waits for memory. */
type Left = 'nothing' | 'requests' | 'held';

export interface ConnectionOwner {
  /** A host chose an export. False when no more may: the connection is closed then. */
  attached(connection: NbdConnection): boolean;
  closed(connection: NbdConnection): void;
}

/**
 * One host on one socket. What a chunk of the socket completes is one turn: its requests go to the volume in one call, and the
 * replies that this brings leave in one write. Nothing is read from the socket while too much is unanswered or unread by the host, or while the
 * node has no memory for the next request.
 */
export class NbdConnection implements ReplySink, PoolWaiter, HostSocketOwner, NegotiationOwner {
  /** Monotonic. */
  readonly sinceMs = performance.now();
  /** Wall clock; 0 before that. */
  attachedMs = 0;
  requests = 0;
  /** Payload in both directions. */
  bytes = 0;
  /** Null before the host attached. */
  target: BlockTarget | null = null;

  private readonly socket: HostSocket;
  /** Null once the host attached. */
  private negotiation: Negotiation | null;
  private readonly parser = new RequestParser(() => this.admit());
  private readonly replies: ReplyQueue;
  /** Memory of requests other than those for data, and of data on its way to the host. */
  private readonly writesShare: PoolShare;
  private readonly repliesShare: PoolShare;
  /** Cost of requests that are not answered, other than those for data, and of those. */
  private dueWriteBytes = 0;
  private dueReplyBytes = 0;
  /** Cost of the request that was admitted and whose payload is still coming. */
  private comingBytes = 0;
  private lastProgress = 0;
  private stalledMs = 0;
  /** Why the request whose payload is being passed over is refused. */
  private refusal: ErrorName | null = null;
  private agreed = { isStructured: false, hasBlockStatus: false };
  private inflightRequests = 0;
  private inflightBytes = 0;
  private isInTurn = false;
  private isTurnScheduled = false;
  private isFlushScheduled = false;
  /** Nothing more is taken from the host; once all is answered the socket ends. */
  private isEnding = false;
  private isDropped = false;
  private isClosed = false;

  constructor(
    readonly id: number,
    socket: Socket,
    private readonly context: ConnectionContext,
    private readonly owner: ConnectionOwner,
  ) {
    const { budget } = context;
    this.writesShare = new PoolShare(budget.pool('host_writes'), NBD_SMALL_REQUESTS_BYTES);
    this.repliesShare = new PoolShare(budget.pool('host_replies'), NBD_SMALL_REPLIES_BYTES);
    this.socket = new HostSocket(socket, this);
    this.replies = new ReplyQueue(this.socket, context.slabs);
    this.negotiation = new Negotiation(this.socket, context.exports, context.tls, this);
  }

  /** Address and port. */
  get client(): string {
    return this.socket.client;
  }

  get isAttached(): boolean {
    return this.target !== null && !this.isDropped;
  }

  get isSecure(): boolean {
    return this.socket.isSecure;
  }

  /** Takes no more requests, answers those it has, and closes. */
  finish(): void {
    this.isEnding = true;
    this.endWhenIdle();
  }

  /** Closes at once; requests under way are done but not answered. */
  drop(): void {
    this.isEnding = true;
    this.isDropped = true;
    this.socket.destroy();
  }

  /** Closes what came without an end. */
  turnAway(reason: string): void {
    this.failed(reason);
  }

  /**
   * Cuts a host off that stands still in the middle of something. To be called every NBD_STALL_LOOK_MS.
   * @param isPressed others wait for memory
   */
  lookForStall(isPressed: boolean): void {
    const { socket } = this;
    const isUnread = socket.unsentBytes > 0;
    const owesRest = this.isEnding ? isUnread : this.parser.isMidRequest && !socket.isPaused;
    const progress = socket.receivedBytes - socket.unsentBytes;
    if ((!owesRest && !isUnread) || progress !== this.lastProgress) {
      this.lastProgress = progress;
      this.stalledMs = 0;
      return;
    }
    this.stalledMs += NBD_STALL_LOOK_MS;
    const isHolding = this.writesShare.isDrawing || this.repliesShare.isDrawing;
    if (owesRest && this.stalledMs >= NBD_STALL_MS_MAX) this.failed('stands still in the middle of a request');
    else if (isPressed && isHolding && this.stalledMs >= NBD_STALL_MS_UNDER_PRESSURE) {
      this.failed('stands still, and others wait for the memory that it holds');
    }
  }

  complete(request: HostRequest, error: ErrorName | null): void {
    this.settle(request, error);
    if (this.isClosed) return;
    if (error === null) {
      this.replies.done(request.cookieHigh, request.cookieLow);
    } else {
      const isStructured = this.agreed.isStructured && request.operation === HostOperation.Read;
      this.replies.error(error, isStructured, request.cookieHigh, request.cookieLow);
    }
    this.scheduleFlush();
  }

  completeRead(request: HostRequest, data: Buffer): void {
    this.settle(request, null);
    if (this.isClosed) return;
    this.replies.data(request, this.agreed.isStructured, data);
    this.scheduleFlush();
  }

  received(chunk: Buffer): void {
    if (this.isEnding) return;
    if (this.negotiation !== null) {
      this.negotiation.received(chunk);
      return;
    }
    this.parser.push(chunk);
    if (!this.socket.isSecure) {
      if (!this.isTurnScheduled) this.turn();
    } else if (this.parser.queuedBytes >= NBD_TLS_GATHER_BYTES) {
      this.turn();
    } else {
      this.scheduleTurn();
    }
  }

  attach(handshake: Handshake): void {
    this.negotiation = null;
    this.target = handshake.target;
    this.attachedMs = systemClock.wallMs();
    this.agreed = { isStructured: handshake.isStructured, hasBlockStatus: handshake.hasBlockStatus };
    if (!this.owner.attached(this)) {
      this.failed('as many hosts are attached as the memory of the node allows');
      return;
    }
    this.socket.resume();
    this.context.log.info({ client: this.client, volume: this.target?.name, tls: this.isSecure }, 'host attached');
    for (const rest of handshake.rest()) this.received(rest);
  }

  secured(): void {
    this.negotiation!.secured();
  }

  drained(): void {
    if (this.isEnding) return;
    if (this.negotiation !== null) this.negotiation.drained();
    else {
      this.holdReplies();
      this.goOn();
    }
  }

  /** Handles what is complete, up to the limits; what is left waits for the next turn. */
  private turn(): void {
    this.isTurnScheduled = false;
    if (this.isEnding) return;
    const batch: HostRequest[] = [];
    const queuedBytes = this.parser.queuedBytes;
    this.isInTurn = true;
    let fault: unknown = null;
    let left: Left = 'nothing';
    try {
      left = this.takeRequests(batch);
    } catch (error) {
      fault = error;
    }
    if (batch.length > 0) {
      leaveSparseChunks(batch, queuedBytes - this.parser.queuedBytes);
      this.target!.submit(batch);
    }
    this.isInTurn = false;
    this.flush();
    if (fault !== null) this.failProtocol(fault);
    else if (this.isEnding) this.endWhenIdle();
    else if (left === 'requests') this.waitForNextTurn();
    else if (left === 'held') this.socket.pause();
    else if (this.socket.isPaused) this.socket.resume();
  }

  private takeRequests(batch: HostRequest[]): Left {
    const refusal = this.target!.accessRefusal;
    const nowUs = performance.now() * 1000;
    for (let budget = NBD_TURN_BYTES_MAX; budget > 0 && this.mayTake();) {
      if (!this.parser.next()) return this.parser.isHeld ? 'held' : 'nothing';
      budget -= this.takeRequest(batch, refusal, nowUs);
      if (this.isEnding) return 'nothing';
    }
    return 'requests';
  }

  /** Takes the request that the parser holds. @returns what it counts against the turn's budget, bytes */
  private takeRequest(batch: HostRequest[], refusal: ErrorName | null, nowUs: number): number {
    const { parser } = this;
    const { command, flags, offset, length, cookieHigh, cookieLow } = parser;
    this.requests++;
    if (command === NBD_CMD_DISC) {
      this.isEnding = true;
      return 0;
    }
    const error = this.refusal ?? refusal;
    this.refusal = null;
    if (error !== null) {
      this.countDue(asksForData(command), -this.comingBytes);
      this.comingBytes = 0;
      this.replies.error(error, this.mustBeStructured(command), cookieHigh, cookieLow);
      return REQUEST_HEADER_BYTES;
    }
    this.comingBytes = 0;
    if (command === NBD_CMD_BLOCK_STATUS) {
      this.answerBlockStatus((flags & NBD_CMD_FLAG_REQ_ONE) !== 0, offset, length, cookieHigh, cookieLow);
      return REQUEST_HEADER_BYTES;
    }
    const request = makeRequest(parser, this, nowUs);
    batch.push(request);
    const payloadBytes = payloadBytesOf(request);
    this.bytes += payloadBytes;
    this.inflightRequests++;
    this.inflightBytes += payloadBytes;
    return REQUEST_HEADER_BYTES + payloadBytes;
  }

  /** A request's header has come: is there memory for the rest of it? */
  private admit(): Admission {
    const { command } = this.parser;
    if (command === NBD_CMD_DISC) return 'take';
    this.refusal = this.target!.accessRefusal ?? this.validate();
    if (this.refusal !== null) return 'drop';
    const cost = costOf(this.parser);
    const isForData = asksForData(command);
    if (!(isForData ? this.repliesShare : this.writesShare).mayAdd(cost)) {
      this.context.budget.pool(isForData ? 'host_replies' : 'host_writes').wait(this);
      return 'wait';
    }
    this.comingBytes = cost;
    this.countDue(isForData, cost);
    return 'take';
  }

  private countDue(isForData: boolean, cost: number): void {
    if (isForData) {
      this.dueReplyBytes += cost;
      // What was answered is the socket's from the next flush on: until then it must not look as if it were gone.
      if (cost > 0) this.repliesShare.hold(this.repliesShare.heldBytes + cost);
      else if (this.isClosed) this.holdReplies();
    } else {
      this.dueWriteBytes += cost;
      this.writesShare.hold(this.dueWriteBytes);
    }
  }

  private holdReplies(): void {
    this.repliesShare.hold(this.dueReplyBytes + (this.isClosed ? 0 : this.replies.unreadBytes));
  }

  roomFreed(): boolean {
    if (this.isEnding || !this.parser.isHeld) return true;
    this.turn();
    return this.isEnding || !this.parser.isHeld;
  }

  private validate(): ErrorName | null {
    const { command, flags, offset, length } = this.parser;
    return validateRequest(command, flags, offset, length, this.target!.sizeBytes, this.agreed);
  }

  private answerBlockStatus(
    isOne: boolean,
    offset: number,
    length: number,
    cookieHigh: number,
    cookieLow: number,
  ): void {
    this.inflightRequests++;
    const answer = (extents: readonly ExtentStatus[] | null) => {
      this.inflightRequests--;
      this.countDue(true, -NBD_BLOCK_STATUS_BYTES);
      if (this.isClosed) return;
      if (extents === null) this.replies.error('DEVICE_FAILED', true, cookieHigh, cookieLow);
      else this.replies.blockStatus(cookieHigh, cookieLow, joinExtents(extents, length, isOne ? 1 : NBD_EXTENTS_MAX));
      this.scheduleFlush();
    };
    this.target!.extents(offset, length).then(answer, (error: unknown) => {
      this.context.log.error({ client: this.client, volume: this.target!.name, error }, 'block status failed');
      answer(null);
    });
  }

  private mustBeStructured(command: number): boolean {
    return this.agreed.isStructured && (command === NBD_CMD_READ || command === NBD_CMD_BLOCK_STATUS);
  }

  private settle(request: HostRequest, error: ErrorName | null): void {
    const payloadBytes = payloadBytesOf(request);
    this.inflightRequests--;
    this.inflightBytes -= payloadBytes;
    this.countDue(request.operation === HostOperation.Read, -NBD_REQUEST_BYTES - payloadBytes);
    const nowMs = performance.now();
    const latencyUs = nowMs * 1000 - request.startedAtUs;
    this.context.counters.finished(request.operation, request.length, latencyUs, error !== null);
    const { errors } = this.target!;
    if (error !== null) errors.failed(request.operation, error, nowMs);
    else if (errors.present !== null) errors.succeeded(request.operation);
  }

  private scheduleFlush(): void {
    if (this.isInTurn || this.isFlushScheduled) return;
    this.isFlushScheduled = true;
    setImmediate(this.flushLater);
  }

  /** Made once: what completes outside of a turn costs no closure. */
  private readonly flushLater = () => {
    this.isFlushScheduled = false;
    if (this.isClosed) return;
    this.flush();
    if (this.isEnding) this.endWhenIdle();
    else this.goOn();
  };

  private flush(): void {
    this.replies.flush();
    this.holdReplies();
  }

  private readonly turnLater = () => this.turn();

  private mayTake(): boolean {
    return (
      this.inflightBytes < NBD_INFLIGHT_BYTES_MAX &&
      this.inflightRequests < NBD_INFLIGHT_REQUESTS_MAX &&
      this.socket.unsentBytes < NBD_UNREAD_BYTES_MAX
    );
  }

  /** The socket rests until this turn's rest is handled: at once if only the turn was full, else when answers went out. */
  private waitForNextTurn(): void {
    this.socket.pause();
    this.goOn();
  }

  private goOn(): void {
    if (this.socket.isPaused && !this.isEnding && this.mayTake()) this.scheduleTurn();
  }

  private scheduleTurn(): void {
    if (this.isTurnScheduled) return;
    this.isTurnScheduled = true;
    setImmediate(this.turnLater);
  }

  private endWhenIdle(): void {
    if (this.isClosed || this.inflightRequests > 0 || this.isInTurn || this.isFlushScheduled) return;
    this.flush();
    this.socket.end();
  }

  failProtocol(error: unknown): void {
    // Anything else than a refusal is a fault of ours and must be seen.
    if (!isRefusal(error)) throw error;
    this.context.counters.protocolErrors++;
    this.failed(error.message);
  }

  ended(): void {
    this.finish();
  }

  failed(reason: string): void {
    if (this.isClosed || this.isDropped) return;
    this.context.complaints.tell({ client: this.client, volume: this.target?.name }, `connection closed: ${reason}`);
    this.drop();
  }

  closed(): void {
    this.isEnding = true;
    this.isClosed = true;
    // What is under way keeps its memory until it is done.
    this.countDue(asksForData(this.parser.command), -this.comingBytes);
    this.comingBytes = 0;
    this.holdReplies();
    for (const part of ['host_writes', 'host_replies'] as const) this.context.budget.pool(part).leave(this);
    if (this.target !== null) {
      this.context.log.info({ client: this.client, volume: this.target.name }, 'host detached');
    } else if (this.negotiation?.handshake.refusal) {
      this.context.complaints.tell(
        { client: this.client },
        `refused: ${ERRORS[this.negotiation.handshake.refusal].text}`,
      );
    }
    this.owner.closed(this);
  }
}

/** A few bytes of payload among many small requests would keep whole chunks in memory for as long as they are kept themselves. */
function leaveSparseChunks(batch: readonly HostRequest[], takenBytes: number): void {
  let payloadBytes = 0;
  for (const request of batch) if (request.operation === HostOperation.Write) payloadBytes += request.length;
  if (payloadBytes === 0 || payloadBytes * 2 >= takenBytes) return;
  for (const request of batch) request.leaveChunks();
}
