import { type MemoryPool, PoolShare, type PoolWaiter } from '../config/memory-pool.js';
import type { PeerConnection } from './peer-connection.js';

/**
 * What one stream holds of what the other end sends, drawn from the pool before a body is read. Without room the connection is not
 * read from, and so the other end waits. What is held is given back by this node's own work alone: logging, syncing, applying.
 */
export class ReceiveRoom implements PoolWaiter {
  private readonly share: PoolShare;
  private connection: PeerConnection | null = null;
  private heldBytes = 0;
  /** Of the body that was admitted and is still coming. */
  private comingBytes = 0;

  constructor(private readonly pool: MemoryPool) {
    this.share = new PoolShare(pool, 0);
  }

  /** From now on bodies that come on this connection are admitted here. */
  guard(connection: PeerConnection): void {
    this.connection = connection;
    this.comingBytes = 0;
    connection.admits = (bytes) => this.admit(bytes);
  }

  /** A connection has ended: nothing more comes on it. */
  leave(connection: PeerConnection): void {
    if (this.connection !== connection) return;
    this.connection = null;
    this.comingBytes = 0;
    this.pool.leave(this);
    this.hold(this.heldBytes);
  }

  /** The body that was admitted is whole, and counts as held by whoever takes it. */
  arrived(): void {
    this.comingBytes = 0;
  }

  /** Says how many bytes of whole bodies are held. */
  hold(bytes: number): void {
    this.heldBytes = bytes;
    this.share.hold(bytes + this.comingBytes);
  }

  roomFreed(): boolean {
    const { connection } = this;
    if (connection === null || connection.closeReason !== null) return true;
    connection.readOn();
    return !connection.isHeldBack;
  }

  private admit(bytes: number): boolean {
    if (!this.share.mayAdd(bytes)) {
      this.pool.wait(this);
      return false;
    }
    this.comingBytes = bytes;
    this.hold(this.heldBytes);
    return true;
  }
}
