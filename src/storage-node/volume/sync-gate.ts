/**
 * One sync at a time serves everyone who asked before it began; who asks while one runs gets the next. A failure is told to all who
 * wait. What cannot be repeated must refuse that itself, as a volume does.
 */
export class SyncGate {
  private waiting: Waiter[] = [];
  private isRunning = false;

  constructor(private readonly sync: () => Promise<void>) {}

  request(waiter: Waiter): void {
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
