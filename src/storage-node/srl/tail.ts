import type { LogEntry } from '../../format/srl/log-entry.js';
import { recordBytes } from '../../format/srl/record.js';

/** The newest records of a log, in memory, without a gap, up to a number of bytes. */
export class Tail {
  private entries: LogEntry[] = [];
  /** Entries before this index were dropped; the array is cut now and then, so that dropping one costs nothing. */
  private first = 0;
  private bytes = 0;

  constructor(private readonly bytesMax: number) {}

  push(entry: LogEntry): void {
    this.entries.push(entry);
    this.bytes += recordBytes(entry);
    while (this.bytes > this.bytesMax) this.dropOldest();
    this.compact();
  }

  /** Records from `lsn` on, about `maxBytes` but at least one; null when `lsn` is not in memory. */
  from(lsn: number, maxBytes: number): LogEntry[] | null {
    const oldest = this.entries[this.first];
    if (oldest === undefined || lsn < oldest.lsn) return null;
    const start = this.first + (lsn - oldest.lsn);
    if (start >= this.entries.length) return null;
    let end = start;
    let bytes = 0;
    while (end < this.entries.length && bytes < maxBytes) bytes += recordBytes(this.entries[end++]!);
    return this.entries.slice(start, end);
  }

  find(lsn: number): LogEntry | undefined {
    const oldest = this.entries[this.first];
    return oldest === undefined || lsn < oldest.lsn ? undefined : this.entries[this.first + (lsn - oldest.lsn)];
  }

  dropThrough(lsn: number): void {
    while (this.first < this.entries.length && this.entries[this.first]!.lsn <= lsn) this.dropOldest();
    this.compact();
  }

  clear(): void {
    this.entries = [];
    this.first = 0;
    this.bytes = 0;
  }

  private dropOldest(): void {
    this.bytes -= recordBytes(this.entries[this.first++]!);
  }

  private compact(): void {
    if (this.first * 2 < this.entries.length) return;
    if (this.first === this.entries.length) this.entries = [];
    // Half of the array is garbage: one copy now is paid for by the drops that made it so. Small arrays wait.
    else if (this.first < 256) return;
    else this.entries = this.entries.slice(this.first);
    this.first = 0;
  }
}
