import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import * as nbd from '../../format/nbd/messages.js';
import { ByteReader } from './byte-reader.js';
import { encodeRequest, readReplyChunk, type ReplyChunk } from './codec.js';
import { ConnectionLost, NbdError } from './errors.js';
import { askForTls, greet, negotiate, type ExportInfo } from './negotiation.js';

export interface NbdConnectOptions {
  /** Asks for structured replies and, with them, `base:allocation`; needed for `blockStatus`. */
  readonly isStructured?: boolean;
  /** Asks for TLS first; certificates, keys and what to expect of the server's. */
  readonly tls?: ConnectionOptions;
  /** Milliseconds for connecting and negotiating, 10 000 by default. */
  readonly timeoutMs?: number;
}

export interface NbdExtent {
  readonly offset: number;
  readonly length: number;
  readonly isHole: boolean;
  readonly isZero: boolean;
}

interface Pending {
  readonly name: string;
  readonly offset: number;
  /** Where a read's chunks land. */
  readonly data: Buffer | null;
  readonly extents: NbdExtent[];
  error: NbdError | null;
  readonly resolve: (pending: Pending) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One NBD connection as a host has it, for tests, the demo and the oracles. Requests may be in flight side by side; each call's
 * promise settles with its own answer: NbdError for the server's errors, ConnectionLost when no answer can come any more.
 * It never connects again by itself: what was in flight is for the caller to judge.
 */
export class NbdClient {
  private readonly pending = new Map<number, Pending>();
  private nextCookie = 1;
  private lost: ConnectionLost | null = null;
  private isLeaving = false;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;

  private constructor(
    private readonly socket: Socket,
    private readonly reader: ByteReader,
    readonly info: ExportInfo,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    void this.receive();
  }

  /** Fails with NegotiationRefused when the server refuses the export, with ConnectionLost when it cannot be reached. */
  static async connect(
    host: string,
    port: number,
    exportName: string,
    options: NbdConnectOptions = {},
  ): Promise<NbdClient> {
    const plain = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => plain.destroy(new Error('timeout')), options.timeoutMs ?? 10_000);
    let [socket, reader] = [plain, new ByteReader(plain)];
    try {
      await greet(plain, reader);
      if (options.tls) {
        await askForTls(plain, reader);
        socket = connectTls({ ...options.tls, socket: plain });
        reader = new ByteReader(socket);
      }
      const info = await negotiate(socket, reader, exportName, options.isStructured ?? false);
      return new NbdClient(socket, reader, info);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get sizeBytes(): number {
    return this.info.sizeBytes;
  }

  get inflight(): number {
    return this.pending.size;
  }

  async read(offset: number, length: number, options: { isDontFragment?: boolean } = {}): Promise<Buffer> {
    const flags = options.isDontFragment ? nbd.NBD_CMD_FLAG_DF : 0;
    const pending = await this.request(nbd.NBD_CMD_READ, 'READ', flags, offset, length);
    return pending.data!;
  }

  async write(offset: number, data: Buffer, options: { fua?: boolean } = {}): Promise<void> {
    const flags = options.fua ? nbd.NBD_CMD_FLAG_FUA : 0;
    await this.request(nbd.NBD_CMD_WRITE, 'WRITE', flags, offset, data.length, data);
  }

  async zero(
    offset: number,
    length: number,
    options: { fua?: boolean; isNoHole?: boolean; isFastZero?: boolean } = {},
  ): Promise<void> {
    const flags =
      (options.fua ? nbd.NBD_CMD_FLAG_FUA : 0) |
      (options.isNoHole ? nbd.NBD_CMD_FLAG_NO_HOLE : 0) |
      (options.isFastZero ? nbd.NBD_CMD_FLAG_FAST_ZERO : 0);
    await this.request(nbd.NBD_CMD_WRITE_ZEROES, 'WRITE_ZEROES', flags, offset, length);
  }

  async trim(offset: number, length: number, options: { fua?: boolean } = {}): Promise<void> {
    await this.request(nbd.NBD_CMD_TRIM, 'TRIM', options.fua ? nbd.NBD_CMD_FLAG_FUA : 0, offset, length);
  }

  async flush(): Promise<void> {
    await this.request(nbd.NBD_CMD_FLUSH, 'FLUSH', 0, 0, 0);
  }

  /** Allocation of the range; the server may answer for less than asked. Needs `isStructured`. */
  async blockStatus(offset: number, length: number): Promise<readonly NbdExtent[]> {
    return (await this.request(nbd.NBD_CMD_BLOCK_STATUS, 'BLOCK_STATUS', 0, offset, length)).extents;
  }

  /** Leaves in order: DISC, then waits for the server to close. Requests in flight are answered first by a good server. */
  async disconnect(): Promise<void> {
    if (this.lost === null && !this.isLeaving) {
      this.isLeaving = true;
      this.socket.end(encodeRequest(nbd.NBD_CMD_DISC, 0, 0, 0, 0));
    }
    await this.closed;
  }

  /** Drops the connection as a dying host would. */
  destroy(): void {
    this.socket.destroy();
  }

  private request(
    command: number,
    name: string,
    flags: number,
    offset: number,
    length: number,
    payload?: Buffer,
  ): Promise<Pending> {
    return new Promise((resolve, reject) => {
      if (this.lost !== null || this.isLeaving) {
        reject(this.lost ?? new ConnectionLost('disconnected'));
        return;
      }
      const cookie = this.nextCookie++;
      const data = command === nbd.NBD_CMD_READ ? Buffer.alloc(length) : null;
      this.pending.set(cookie, { name, offset, data, extents: [], error: null, resolve, reject });
      this.socket.cork();
      this.socket.write(encodeRequest(command, flags, cookie, offset, length));
      if (payload !== undefined) this.socket.write(payload);
      process.nextTick(() => this.socket.uncork());
    });
  }

  private async receive(): Promise<void> {
    try {
      for (;;) this.take(await readReplyChunk(this.reader, (cookie) => this.pending.get(cookie)?.data?.length ?? 0));
    } catch (error) {
      // A reply that cannot be understood leaves the stream without a place to go on from, so it counts as a loss too.
      this.lost = error instanceof ConnectionLost ? error : new ConnectionLost((error as Error).message);
      this.socket.destroy();
      for (const pending of this.pending.values()) pending.reject(this.lost);
      this.pending.clear();
    }
  }

  private take(chunk: ReplyChunk): void {
    const pending = this.pending.get(chunk.cookie);
    if (pending === undefined) throw new ConnectionLost(`answer to an unknown request ${chunk.cookie}`);
    if (chunk.data !== null) chunk.data.copy(pending.data!, chunk.offset === null ? 0 : chunk.offset - pending.offset);
    if (chunk.errno !== null) pending.error ??= new NbdError(chunk.errno, `${pending.name} at ${pending.offset}`);
    let at = pending.offset;
    for (const extent of chunk.extents) {
      pending.extents.push({ offset: at, ...extent });
      at += extent.length;
    }
    if (!chunk.isLast) return;
    this.pending.delete(chunk.cookie);
    if (pending.error !== null) pending.reject(pending.error);
    else pending.resolve(pending);
  }
}
