import { COMPLAINTS_MAX, COMPLAINTS_WINDOW_MS } from './limits.js';

/** Where lines go; pino's loggers are such. */
export interface WarnLog {
  warn(fields: object, message: string): void;
}

/**
 * Lines about connections that went wrong: anybody who reaches a port can cause as many as he likes, so only some of each window are
 * written, and the rest are counted in one line.
 */
export class ComplaintLog {
  private windowStartMs = Number.NEGATIVE_INFINITY;
  private told = 0;
  private untold = 0;

  /** @param monotonicMs tells the time */
  constructor(
    private readonly log: WarnLog,
    private readonly monotonicMs: () => number,
  ) {}

  tell(fields: object, message: string): void {
    const now = this.monotonicMs();
    if (now - this.windowStartMs >= COMPLAINTS_WINDOW_MS) this.beginWindow(now);
    if (++this.told <= COMPLAINTS_MAX) this.log.warn(fields, message);
    else if (this.untold++ === 0) this.log.warn({}, 'more connections went wrong just now: they are only counted');
  }

  private beginWindow(now: number): void {
    if (this.untold > 0) this.log.warn({ count: this.untold }, 'connections went wrong that were only counted');
    this.windowStartMs = now;
    this.told = 0;
    this.untold = 0;
  }
}
