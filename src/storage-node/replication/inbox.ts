import type { PeerMessage } from '../../format/peer/messages.js';

/** Carries out what a connection brings, one message after another; the source's window bounds what waits for a step that takes time. */
export class Inbox {
  private waiting: PeerMessage[] = [];
  private isStepping = false;
  private readonly idleWaiters: (() => void)[] = [];

  constructor(
    /** @returns what the next message has to wait for, if anything */
    private readonly carryOut: (message: PeerMessage) => Promise<void> | undefined,
    /** What waited is forgotten. */
    private readonly trouble: (error: unknown) => void,
  ) {}

  get isBusy(): boolean {
    return this.isStepping;
  }

  take(message: PeerMessage): void {
    if (this.isStepping) this.waiting.push(message);
    else this.handle(message);
  }

  clear(): void {
    this.waiting = [];
  }

  /** Forgets what waits; resolves when no step is under way. */
  idle(): Promise<void> {
    this.clear();
    return this.isStepping ? new Promise((resolve) => this.idleWaiters.push(resolve)) : Promise.resolve();
  }

  private handle(message: PeerMessage): void {
    try {
      const step = this.carryOut(message);
      if (step !== undefined) this.waitFor(step);
    } catch (error) {
      this.fail(error);
    }
  }

  private waitFor(step: Promise<void>): void {
    this.isStepping = true;
    step
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.isStepping = false;
        while (this.waiting.length > 0 && !this.isStepping) this.handle(this.waiting.shift()!);
        if (!this.isStepping) this.idleWaiters.splice(0).forEach((resolve) => resolve());
      });
  }

  private fail(error: unknown): void {
    this.clear();
    this.trouble(error);
  }
}
