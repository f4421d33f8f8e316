/** Counts requests that were set aside for a while, and tells when none is left. */
export class Deferrals {
  private count = 0;
  private waiting: (() => void)[] = [];

  begin(): void {
    this.count++;
  }

  end(): void {
    if (--this.count === 0) this.waiting.splice(0).forEach((resolve) => resolve());
  }

  none(): Promise<void> {
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }
}
