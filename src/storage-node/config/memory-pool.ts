/** Runs something once, in a later turn. */
export type Defer = (run: () => void) => void;

export interface PoolWaiter {
  /** Something was given back. True when this one need not wait any longer. */
  roomFreed(): boolean;
}

/**
 * Bytes that many connections or groups draw from, so that their sum is bounded and not only each of them. Nothing is allocated
 * here: whoever is about to take memory asks its PoolShare first.
 *
 * A share may hold as much as it leaves free for others. So a few that never give anything back cannot starve the rest: n of them
 * leave 1/(n + 1) of the pool. What is too large for that waits for the lane, which is kept for one such request at a time.
 */
export class MemoryPool {
  private usedNow = 0;
  private laneHolder: PoolShare | null = null;
  private readonly waiting = new Set<PoolWaiter>();
  private isServeDue = false;
  private isServing = false;

  /** @param laneBytes part of `bytesMax` for the lane: the largest request fits into it; 0 where every request is small */
  constructor(
    readonly bytesMax: number,
    private readonly laneBytes: number,
    private readonly defer: Defer,
  ) {}

  get usedBytes(): number {
    return this.usedNow + (this.laneHolder?.heldBytes ?? 0);
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Not counting the lane. */
  get freeBytes(): number {
    return this.bytesMax - this.laneBytes - this.usedNow;
  }

  /** Asks again, in the order of arrival, whenever something was given back, until `waiter` is content or leaves. */
  wait(waiter: PoolWaiter): void {
    if (this.waiting.has(waiter)) return;
    this.waiting.add(waiter);
    // Those before it may have no use for the lane.
    if (this.laneHolder === null && this.laneBytes > 0 && !this.isServing) this.serveSoon();
  }

  leave(waiter: PoolWaiter): void {
    this.waiting.delete(waiter);
  }

  /** For shares: more or, below zero, less is held. */
  count(bytes: number): void {
    this.usedNow += bytes;
    if (bytes < 0) this.serveSoon();
  }

  /** For shares: the lane is for whoever waited longest, or for anybody while nobody waits. */
  takeLane(share: PoolShare, bytes: number): boolean {
    const isFree = this.laneHolder === null && bytes <= this.laneBytes;
    if (!isFree || (this.waiting.size > 0 && !this.isServing)) return false;
    this.laneHolder = share;
    return true;
  }

  hasLane(share: PoolShare): boolean {
    return this.laneHolder === share;
  }

  leaveLane(): void {
    this.laneHolder = null;
    this.serveSoon();
  }

  private serveSoon(): void {
    if (this.isServeDue || this.waiting.size === 0) return;
    this.isServeDue = true;
    this.defer(() => this.serve());
  }

  private serve(): void {
    this.isServeDue = false;
    this.isServing = true;
    for (const waiter of [...this.waiting]) if (waiter.roomFreed()) this.waiting.delete(waiter);
    this.isServing = false;
  }
}

/** What one connection or group holds of a pool. */
export class PoolShare {
  heldBytes = 0;
  private drawnBytes = 0;

  /** @param ownBytes that this share may hold besides what it draws from the pool; somebody else has put them aside */
  constructor(
    private readonly pool: MemoryPool,
    private readonly ownBytes: number,
  ) {}

  /** Whether others could have more if this share held less. */
  get isDrawing(): boolean {
    return this.heldBytes > this.ownBytes;
  }

  /** Whether so much more may be held now. True is to be followed by `hold` before anybody else asks. */
  mayAdd(bytes: number): boolean {
    if (this.pool.hasLane(this)) return false;
    const drawn = this.heldBytes + bytes - this.ownBytes;
    if (drawn <= 0 || 2 * drawn - this.drawnBytes <= this.pool.freeBytes) return true;
    return this.drawnBytes === 0 && this.pool.takeLane(this, bytes);
  }

  /** Says how much is held from now on. */
  hold(bytes: number): void {
    this.heldBytes = bytes;
    const drawn = Math.max(0, bytes - this.ownBytes);
    if (this.pool.hasLane(this)) {
      if (drawn === 0) this.pool.leaveLane();
    } else if (drawn !== this.drawnBytes) {
      this.pool.count(drawn - this.drawnBytes);
      this.drawnBytes = drawn;
    }
  }
}
