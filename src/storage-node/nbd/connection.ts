import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { ErrorName } from '../../errors/registry.js';
import { isRefusal } from '../../errors/refusal.js';
import {
  NBD_CMD_BLOCK_STATUS,
  NBD_CMD_DISC,
  NBD_CMD_FLAG_REQ_ONE,
  NBD_CMD_READ,
  REQUEST_HEADER_BYTES,
} from '../../format/nbd/messages.js';
import { RequestParser } from '../../format/nbd/request-parser.js';
import {
  NBD_EXTENTS_MAX,
  NBD_HANDSHAKE_TIMEOUT_MS,
  NBD_INFLIGHT_BYTES_MAX,
  NBD_INFLIGHT_REQUESTS_MAX,
  NBD_TURN_BYTES_MAX,
  NBD_UNREAD_BYTES_MAX,
} from '../config/limits.js';
import type { HostCounters } from '../metrics/host-counters.js';
import {
  HostOperation,
  type HostRequest,
  type BlockTarget,
  type ExtentStatus,
  type ReplySink,
} from '../volume/host-request.js';
import { plainAddress } from './allowed-clients.js';
import { joinExtents } from './block-status.js';
import { Handshake, type ExportDirectory } from './handshake.js';
import { makeRequest, payloadBytesOf } from './make-request.js';
import { ReplyQueue, type SlabPool } from './reply.js';
import { validateRequest } from './validate.js';

export type NbdLog = Pick<Logger, 'info' | 'warn' | 'error'>;

/** What all connections of a server share. */
export interface ConnectionContext {
  readonly exports: ExportDirectory;
  readonly counters: HostCounters;
  readonly log: NbdLog;
  readonly slabs: SlabPool;
}

/**
 * One host on one socket. What a chunk of the socket completes is one turn: its requests go to the volume in one call, and the
 * replies that this brings leave in one write. Nothing is read from the socket while too much is unanswered or unread by the host.
 */
export class NbdConnection implements ReplySink {
  readonly since = new Date();
  readonly client: string;
  requests = 0;
  /** Payload in both directions. */
  bytes = 0;
  /** Null before the host attached. */
  target: BlockTarget | null = null;

  private handshake: Handshake | null;
  private readonly parser = new RequestParser();
  private readonly replies: ReplyQueue;
  private agreed = { isStructured: false, hasBlockStatus: false };
  private inflightRequests = 0;
  private inflightBytes = 0;
  private isInTurn = false;
  private isTurnScheduled = false;
  private isFlushScheduled = false;
  /** Nothing more is taken from the host; once all is answered the socket ends. */
  private isEnding = false;
  private isClosed = false;

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    private readonly context: ConnectionContext,
    private readonly onClosed: (connection: NbdConnection) => void,
  ) {
    const address = plainAddress(socket.remoteAddress ?? '');
    this.client = `${address}:${socket.remotePort}`;
    this.replies = new ReplyQueue(socket, context.slabs);
    socket.setTimeout(NBD_HANDSHAKE_TIMEOUT_MS, () => this.fail('no export was chosen in time'));
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('drain', () => this.goOn());
    socket.on('end', () => this.finish());
    socket.on('error', (error) => this.fail(error.message));
    socket.on('close', () => this.closed());
    this.handshake = new Handshake(context.exports, address, (bytes) => socket.write(bytes));
  }

  /** Takes no more requests, answers those it has, and closes. */
  finish(): void {
    this.isEnding = true;
    this.endWhenIdle();
  }

  /** Closes at once; requests under way are done but not answered. */
  drop(): void {
    this.isEnding = true;
    this.socket.destroy();
  }

  complete(request: HostRequest, error: ErrorName | null): void {
    this.settle(request, error !== null);
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
    this.settle(request, false);
    if (this.isClosed) return;
    this.replies.data(request, this.agreed.isStructured, data);
    this.scheduleFlush();
  }

  private receive(chunk: Buffer): void {
    if (this.isEnding) return;
    if (this.handshake !== null) {
      this.talk(this.handshake, chunk);
    } else {
      this.parser.push(chunk);
      if (!this.isTurnScheduled) this.turn();
    }
  }

  private talk(handshake: Handshake, chunk: Buffer): void {
    let outcome: ReturnType<Handshake['push']>;
    try {
      outcome = handshake.push(chunk);
    } catch (error) {
      this.failProtocol(error);
      return;
    }
    if (outcome === 'ended') {
      if (handshake.refusal !== null) this.context.log.info({ client: this.client }, `refused: ${handshake.refusal}`);
      this.finish();
    } else if (this.socket.writableLength > NBD_UNREAD_BYTES_MAX) {
      this.fail('does not read replies');
    } else if (outcome === 'attached') {
      this.handshake = null;
      this.socket.setTimeout(0);
      this.target = handshake.target;
      this.agreed = { isStructured: handshake.isStructured, hasBlockStatus: handshake.hasBlockStatus };
      this.context.log.info({ client: this.client, volume: this.target?.name }, 'host attached');
      for (const rest of handshake.rest()) this.receive(rest);
    }
  }

  /** Handles what is complete, up to the limits; what is left waits for the next turn. */
  private turn(): void {
    this.isTurnScheduled = false;
    if (this.isEnding) return;
    const batch: HostRequest[] = [];
    this.isInTurn = true;
    let fault: unknown = null;
    let isRestPossible = false;
    try {
      isRestPossible = this.takeRequests(batch);
    } catch (error) {
      fault = error;
    }
    if (batch.length > 0) this.target!.submit(batch);
    this.isInTurn = false;
    this.replies.flush();
    if (fault !== null) this.failProtocol(fault);
    else if (this.isEnding) this.endWhenIdle();
    else if (isRestPossible) this.waitForNextTurn();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  /** @returns whether complete requests may be left */
  private takeRequests(batch: HostRequest[]): boolean {
    const refusal = this.target!.accessRefusal;
    const nowUs = performance.now() * 1000;
    for (let budget = NBD_TURN_BYTES_MAX; budget > 0 && this.mayTake();) {
      if (!this.parser.next()) return false;
      budget -= this.takeRequest(batch, refusal, nowUs);
      if (this.isEnding) return false;
    }
    return true;
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
    const error = refusal ?? validateRequest(command, flags, offset, length, this.target!.sizeBytes, this.agreed);
    if (error !== null) {
      this.replies.error(error, this.mustBeStructured(command), cookieHigh, cookieLow);
      return REQUEST_HEADER_BYTES;
    }
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

  private settle(request: HostRequest, isFailure: boolean): void {
    this.inflightRequests--;
    this.inflightBytes -= payloadBytesOf(request);
    const latencyUs = performance.now() * 1000 - request.startedAtUs;
    this.context.counters.finished(request.operation, request.length, latencyUs, isFailure);
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
    this.replies.flush();
    if (this.isEnding) this.endWhenIdle();
    else this.goOn();
  };

  private readonly turnLater = () => this.turn();

  private mayTake(): boolean {
    return (
      this.inflightBytes < NBD_INFLIGHT_BYTES_MAX &&
      this.inflightRequests < NBD_INFLIGHT_REQUESTS_MAX &&
      this.socket.writableLength < NBD_UNREAD_BYTES_MAX
    );
  }

  /** The socket rests until this turn's rest is handled: at once if only the turn was full, else when answers went out. */
  private waitForNextTurn(): void {
    this.socket.pause();
    this.goOn();
  }

  private goOn(): void {
    if (!this.socket.isPaused() || this.isTurnScheduled || this.isEnding || !this.mayTake()) return;
    this.isTurnScheduled = true;
    setImmediate(this.turnLater);
  }

  private endWhenIdle(): void {
    if (this.isClosed || this.inflightRequests > 0 || this.isInTurn || this.isFlushScheduled) return;
    this.replies.flush();
    this.socket.destroySoon();
  }

  private failProtocol(error: unknown): void {
    // Anything else than a refusal is a fault of ours and must be seen.
    if (!isRefusal(error)) throw error;
    this.context.counters.protocolErrors++;
    this.fail(error.message);
  }

  private fail(reason: string): void {
    if (this.isClosed || this.socket.destroyed) return;
    this.context.log.warn({ client: this.client, volume: this.target?.name }, `connection closed: ${reason}`);
    this.drop();
  }

  private closed(): void {
    this.isEnding = true;
    this.isClosed = true;
    if (this.target !== null) {
      this.context.log.info({ client: this.client, volume: this.target.name }, 'host detached');
    }
    this.onClosed(this);
  }
}
