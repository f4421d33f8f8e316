/**
 * A request of a host on its way through the node: made by the NBD server from the bytes of one request, handed in batches to the
 * volume that the connection serves, completed exactly once. It is the only object that a write costs.
 */
import type { ErrorName } from '../../errors/registry.js';
import type { HostErrors } from './host-errors.js';

export const enum HostOperation {
  Read = 0,
  Write = 1,
  Flush = 2,
  Trim = 3,
  WriteZeroes = 4,
}

export class HostRequest {
  /** Last log position that this write occupies; the acknowledgement gates on it. 0 before it is logged. */
  lastLsn = 0;
  /** When it arrived, by the monotonic clock, microseconds. */
  startedAtUs = 0;

  constructor(
    readonly sink: ReplySink,
    /** The client's 64-bit cookie, as it came. */
    readonly cookieHigh: number,
    readonly cookieLow: number,
    readonly operation: HostOperation,
    readonly offset: number,
    readonly length: number,
    /** Write payload as the socket's chunks held it, zero-copy: the receiver may keep the slices. Empty otherwise. */
    public payload: readonly Buffer[],
    readonly isFua: boolean,
    /** WriteZeroes: NBD_CMD_FLAG_NO_HOLE. */
    readonly isNoHole: boolean,
    /** WriteZeroes: NBD_CMD_FLAG_FAST_ZERO. */
    readonly isFastZero: boolean,
    /** Read: NBD_CMD_FLAG_DF. */
    readonly isDontFragment: boolean,
  ) {}

  /** Copies the payload, so that it no longer keeps all of the chunks that it lies in. Before the request is handed over. */
  leaveChunks(): void {
    if (this.payload.length === 0) return;
    const own = Buffer.allocUnsafeSlow(this.length);
    let at = 0;
    for (const piece of this.payload) at += piece.copy(own, at);
    this.payload = [own];
  }
}

/** Reads up to this size are copied into the replies of their turn: cheaper than a piece of memory for each. */
export const READ_COPY_BYTES_MAX = 16 * 1024;

/** The connection that a request came from. Replies collect and leave in one write when the turn ends. */
export interface ReplySink {
  /** @param error registry name, or null for success */
  complete(request: HostRequest, error: ErrorName | null): void;
  /**
   * Success of a read. Data of up to READ_COPY_BYTES_MAX is copied before this returns, so that the caller can use one buffer for
   * all small reads; larger data belongs to the sink from now on.
   */
  completeRead(request: HostRequest, data: Buffer): void;
}

/** A run of a volume with one allocation status, for BLOCK_STATUS. */
export interface ExtentStatus {
  readonly length: number;
  readonly isHole: boolean;
  readonly isZero: boolean;
}

/** What an NBD export serves. */
export interface BlockTarget {
  readonly name: string;
  readonly sizeBytes: number;
  /** Bytes; requests need not be aligned to it, only best are. */
  readonly preferredBlockBytes: number;
  /** Null when hosts may use the volume, else why not. Looked at when a host attaches and with every batch. */
  readonly accessRefusal: ErrorName | null;
  readonly allowedClients: readonly string[];
  /** Told by the connections of how requests end. */
  readonly errors: HostErrors;
  /**
   * Takes the requests that one connection parsed in one turn, in their order. Each is completed once, now or later, in any order.
   * Ranges are inside the volume. A refused request is completed with its error; nothing throws.
   */
  submit(requests: readonly HostRequest[]): void;
  /** Allocation of a range inside the volume, from its start; may cover less than asked. */
  extents(offset: number, length: number): Promise<readonly ExtentStatus[]>;
}
