import type { Clock, Timer } from '../config/clock.js';

/** Asks for a sync after so many bytes, so many milliseconds after the first of them, or at once when told. */
export class PacedSync {
  private bytes = 0;
  private timer: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly bytesMax: number,
    private readonly delayMs: number,
    private readonly start: () => void,
  ) {}

  note(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes >= this.bytesMax) this.now();
    else this.timer ??= this.clock.after(this.delayMs, () => this.now());
  }

  now(): void {
    this.stop();
    this.bytes = 0;
    this.start();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
  }
}
