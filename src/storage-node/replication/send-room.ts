import { type MemoryPool, PoolShare, type PoolWaiter } from '../config/memory-pool.js';
import type { PeerConnection } from './peer-connection.js';

/**
 * What one stream has on its way out, drawn from the pool before it is read or written: records being read from the log's file, and
 * bytes that the system did not take yet. It is given back as the other end takes it, or when that end is given up as silent.
 */
export class SendRoom implements PoolWaiter {
  private readonly share: PoolShare;
  private readingBytes = 0;

  /** @param onRoom called when there may be room again, after `has` said no */
  constructor(
    private readonly pool: MemoryPool,
    private readonly connection: PeerConnection,
    private readonly onRoom: () => void,
  ) {
    this.share = new PoolShare(pool, 0);
  }

  /** Whether so much more may be read or written now. */
  has(bytes: number): boolean {
    this.refresh();
    if (this.share.mayAdd(bytes)) return true;
    this.pool.wait(this);
    return false;
  }

  /** So many bytes are being read, to be written next. */
  reading(bytes: number): void {
    this.readingBytes = bytes;
    this.refresh();
  }

  /** To be called after writing, and when the system may have taken something. */
  refresh(): void {
    this.share.hold(this.readingBytes + this.connection.unsentBytes);
  }

  roomFreed(): boolean {
    this.refresh();
    this.pool.leave(this);
    this.onRoom();
    return false;
  }

  /** The stream has ended. */
  leave(): void {
    this.readingBytes = 0;
    this.pool.leave(this);
    this.share.hold(0);
  }
}
