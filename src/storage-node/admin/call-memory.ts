import type { ServerResponse } from 'node:http';
import { Refusal } from '../../errors/refusal.js';
import { MIB } from '../../model/sizes.js';
import type { Budget } from '../config/budget.js';
import { type MemoryPool, PoolShare, type PoolWaiter } from '../config/memory-pool.js';

const COUNTED_BYTES_MAX = 4 * MIB;

/**
 * Memory for the body and the answer of one call, until the client has taken the answer or is gone. Calls of a control plane wait for
 * room; those of strangers are refused when there is none, and take it from nobody else.
 */
export class CallMemory implements PoolWaiter {
  private readonly pool: MemoryPool;
  private readonly share: PoolShare;
  private isOver = false;
  private wanted: { readonly bytes: number; readonly resolve: () => void } | null = null;

  constructor(
    budget: Budget,
    private readonly isPinned: boolean,
    response: ServerResponse,
  ) {
    this.pool = budget.pool(isPinned ? 'admin' : 'strangers');
    this.share = new PoolShare(this.pool, 0);
    response.once('close', () => {
      this.isOver = true;
      this.pool.leave(this);
      this.share.hold(0);
      this.wanted?.resolve();
    });
  }

  /**
   * Resolves when so many bytes more may be taken, or the client is gone.
   * @throws Refusal RATE_LIMITED for a stranger when there is no room
   */
  async take(bytes: number): Promise<void> {
    // What is larger than a part allows, the metrics of ten thousand sessions say, is not to wait for ever.
    const counted = Math.min(bytes, COUNTED_BYTES_MAX);
    if (this.isOver || this.tryTake(counted)) return;
    if (!this.isPinned) throw new Refusal('RATE_LIMITED');
    await new Promise<void>((resolve) => {
      this.wanted = { bytes: counted, resolve };
      this.pool.wait(this);
    });
  }

  roomFreed(): boolean {
    if (this.wanted === null || !this.tryTake(this.wanted.bytes)) return false;
    this.wanted.resolve();
    this.wanted = null;
    return true;
  }

  private tryTake(bytes: number): boolean {
    if (!this.share.mayAdd(bytes)) return false;
    this.share.hold(this.share.heldBytes + bytes);
    return true;
  }
}
