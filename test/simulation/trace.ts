import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import type { VirtualClock } from './virtual-clock.js';

const LINES_KEPT = 1000;
/** Where the whole of it goes besides, if anywhere. */
const FILE = process.env.EVENKEEL_TRACE;

/** What happened in a run, line by line, with a hash over all of it: the same seed must give the same. */
export class Trace {
  private readonly lines: string[] = [];
  private readonly hash = createHash('sha256');

  constructor(
    private readonly clock: VirtualClock,
    private readonly file: string | null = FILE ?? null,
  ) {
    if (file !== null) writeFileSync(file, '');
  }

  note(who: string, what: string): void {
    const line = `${this.clock.nowMs.toFixed(3).padStart(11)} ${who.padEnd(6)} ${what}`;
    this.hash.update(line);
    if (this.file !== null) appendFileSync(this.file, `${line}\n`);
    this.lines.push(line);
    if (this.lines.length > 2 * LINES_KEPT) this.lines.splice(0, LINES_KEPT);
  }

  last(lines: number): string {
    return this.lines.slice(-lines).join('\n');
  }

  /** Ends the trace. */
  digest(): string {
    return this.hash.digest('hex');
  }
}
