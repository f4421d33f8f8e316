/**
 * The node's memory budget: how much it may take besides what it needs at rest, divided into named parts. Each part is one pool that
 * all connections or groups draw from; when a pool has no room, whoever wants more waits, and sockets are not read from. What holds
 * a pool is given back by this node's own work, or by an end that is cut off when it stands still: so whoever waits goes on.
 *
 * Garbage that V8 has not collected yet comes on top; see docs/architecture.md.
 */
import { PAYLOAD_BYTES_MAX } from '../../format/nbd/messages.js';
import { JSON_BODY_BYTES_MAX, MAP_BITS_BYTES_MAX, RECORDS_BODY_BYTES_MAX } from '../../format/peer/frame.js';
import { RECORD_BYTES_MAX } from '../../format/srl/record.js';
import { KIB, MIB } from '../../model/sizes.js';
import {
  ADMIN_BODY_BYTES_MAX,
  NBD_CONNECTION_BYTES,
  NBD_REQUEST_BYTES,
  NBD_STRANGERS_MAX,
  NBD_STRANGER_BYTES,
  NBD_TLS_CONNECTION_BYTES,
  NBD_TLS_STRANGERS_MAX,
  NBD_TLS_STRANGER_BYTES,
  RESYNC_RUN_BYTES,
  STREAM_STEP_BYTES,
} from './limits.js';
import { type Defer, MemoryPool } from './memory-pool.js';

export const MEMORY_MIB_DEFAULT = 768;
export const MEMORY_MIB_MIN = 384;
export const MEMORY_MIB_MAX = 1024 * KIB;

export type BudgetPart =
  | 'host_connections'
  | 'host_writes'
  | 'host_replies'
  | 'log_tails'
  | 'volume_changes'
  | 'stream_windows'
  | 'sender_buffers'
  | 'resync'
  | 'admin'
  | 'strangers';

/** 48ths of the budget. */
const SHARES: Readonly<Record<BudgetPart, number>> = {
  /** What is read of each attached host before anybody can refuse it, and a few small replies. */
  host_connections: 10,
  /** Requests of hosts that are not answered, with the payload of writes. */
  host_writes: 11,
  /** Data that hosts asked for, from the request until the host has taken it. */
  host_replies: 7,
  /** Newest records of logs, kept for streams in touch. Dropped when the room is wanted: the file has them too. */
  log_tails: 5,
  /** Logged changes that volumes could not take at once, because a page had to be read first. */
  volume_changes: 2,
  /** Received from sources and not applied yet. */
  stream_windows: 5,
  /** Records on their way out, besides those of the tails. */
  sender_buffers: 3,
  /** Regions on their way out. */
  resync: 1,
  /** Bodies and answers of the control plane's calls. */
  admin: 2,
  /** Whoever has not attached, said Hello or shown a pinned certificate. */
  strangers: 2,
};
const SHARES_TOTAL = 48;
export const BUDGET_PARTS = Object.keys(SHARES) as BudgetPart[];

/** The largest request of a part, for which its lane is kept. */
const LANES: Partial<Record<BudgetPart, number>> = {
  host_writes: PAYLOAD_BYTES_MAX + NBD_REQUEST_BYTES,
  host_replies: PAYLOAD_BYTES_MAX + NBD_REQUEST_BYTES,
  stream_windows: RECORDS_BODY_BYTES_MAX,
  admin: ADMIN_BODY_BYTES_MAX,
  strangers: JSON_BODY_BYTES_MAX,
};

export class Budget {
  private readonly pools: Readonly<Record<BudgetPart, MemoryPool>>;

  /**
   * @param bytes MEMORY_MIB_MIN MiB or more
   * @param defer how waiting connections are served in a later turn
   */
  constructor(
    readonly bytes: number,
    defer: Defer,
  ) {
    const entries = BUDGET_PARTS.map((part) => [part, new MemoryPool(bytesOf(part, bytes), LANES[part] ?? 0, defer)]);
    this.pools = Object.fromEntries(entries) as Record<BudgetPart, MemoryPool>;
    assertParts(bytes);
  }

  /** The default budget, for tests of single parts. */
  static default(defer: Defer = setImmediate): Budget {
    return new Budget(MEMORY_MIB_DEFAULT * MIB, defer);
  }

  pool(part: BudgetPart): MemoryPool {
    return this.pools[part];
  }

  /** Hosts that may be attached at once. @param eachBytes what each of them costs */
  hostsMax(eachBytes: number): number {
    return Math.floor(this.pool('host_connections').bytesMax / eachBytes);
  }
}

function bytesOf(part: BudgetPart, bytes: number): number {
  return Math.floor((bytes * SHARES[part]) / SHARES_TOTAL);
}

/** Beside the lane there is room for many requests of usual size. */
function hasRoomBesideLane(part: BudgetPart, bytes: number): boolean {
  return bytesOf(part, bytes) >= 1.5 * LANES[part]!;
}

function assertParts(bytes: number): void {
  const assertRelation = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`a budget of ${bytes} bytes does not work: ${what}`);
  };
  const total = Object.values(SHARES).reduce((sum, share) => sum + share, 0);
  assertRelation(total === SHARES_TOTAL, 'its parts are the whole');
  for (const part of Object.keys(LANES) as BudgetPart[]) {
    assertRelation(hasRoomBesideLane(part, bytes), `${part}: others have room beside the largest request`);
  }
  assertRelation(bytesOf('host_connections', bytes) >= 500 * NBD_CONNECTION_BYTES, '500 hosts can attach');
  assertRelation(
    bytesOf('host_connections', bytes) >= 200 * (NBD_CONNECTION_BYTES + NBD_TLS_CONNECTION_BYTES),
    '200 hosts can attach over TLS',
  );
  assertRelation(bytesOf('log_tails', bytes) >= 8 * RECORD_BYTES_MAX, 'tails hold several of the largest records');
  assertRelation(bytesOf('volume_changes', bytes) >= 4 * RECORD_BYTES_MAX, 'several of the largest changes can wait');
  assertRelation(
    bytesOf('sender_buffers', bytes) >= 8 * STREAM_STEP_BYTES,
    'several senders can have a frame on its way',
  );
  assertRelation(bytesOf('resync', bytes) >= 4 * RESYNC_RUN_BYTES, 'several regions can be on their way');
  assertRelation(bytesOf('stream_windows', bytes) >= 2 * MAP_BITS_BYTES_MAX, 'a piece of a map fits');
  const strangersBytes = Math.max(
    NBD_STRANGERS_MAX * NBD_STRANGER_BYTES,
    NBD_TLS_STRANGERS_MAX * NBD_TLS_STRANGER_BYTES,
  );
  assertRelation(
    bytesOf('strangers', bytes) >= strangersBytes + 2 * JSON_BODY_BYTES_MAX,
    'a Hello of the largest size fits beside all other strangers',
  );
}
