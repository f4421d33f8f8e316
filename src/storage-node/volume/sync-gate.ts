/**
 * One sync at a time serves everyone who asked before it began; who asks while one runs gets the next. A failure is told to all who
 * wait and to all who come later: a sync is never repeated, since the system may have dropped the pages it could not write.
 */
export class SyncGate {
  private waiting: Waiter[] = [];
  private isRunning = false;
  private failure: unknown;

  constructor(private readonly sync: () => Promise<void>) {}

  request(waiter: Waiter): void {
    if (this.failure !== undefined) {
      waiter.synced(this.failure);
      return;
    }
    this.waiting.push(waiter);
    if (!this.isRunning) this.start();
  }

  private start(): void {
    const served = this.waiting;
    this.waiting = [];
    this.isRunning = true;
    this.sync().then(
      () => this.end(served, undefined),
      (error: unknown) => this.end(served, error ?? new Error('sync failed')),
    );
  }

  private end(served: Waiter[], failure: unknown): void {
    this.isRunning = false;
    this.failure = failure;
    for (const waiter of served) waiter.synced(failure);
    if (this.waiting.length === 0) return;
    if (failure === undefined) this.start();
    else for (const waiter of this.waiting.splice(0)) waiter.synced(failure);
  }
}

export interface Waiter {
  /** @param failure undefined on success */
  synced(failure: unknown): void;
}
