/** Asks for a sync after so many bytes, so many milliseconds after the first of them, or at once when told. */
export class PacedSync {
  private bytes = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly bytesMax: number,
    private readonly delayMs: number,
    private readonly start: () => void,
  ) {}

  note(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes >= this.bytesMax) this.now();
    else this.timer ??= setTimeout(() => this.now(), this.delayMs);
  }

  now(): void {
    this.stop();
    this.bytes = 0;
    this.start();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
