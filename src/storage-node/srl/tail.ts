import type { LogEntry } from '../../format/srl/log-entry.js';
import { recordBytes } from '../../format/srl/record.js';

/** What an entry takes besides its record: objects for itself, its header and its payload. */
const ENTRY_BYTES = 512;
/** Of what a tail holds, the part that it gives up when others want the room. */
const GIVEN_UP = 1 / 4;

/** The room that the tails of all logs share. When there is none left, the tail that holds most gives up its oldest records. */
export class TailPool {
  private readonly tails = new Set<Tail>();

  /** @param count told how much more, or below zero, less is held */
  constructor(
    private readonly bytesMax: number,
    private readonly count: (bytes: number) => void = () => {},
  ) {}

  private usedBytes = 0;

  add(tail: Tail): void {
    this.tails.add(tail);
  }

  remove(tail: Tail): void {
    this.tails.delete(tail);
  }

  hold(bytes: number): void {
    this.usedBytes += bytes;
    this.count(bytes);
  }

  makeRoom(): void {
    while (this.usedBytes > this.bytesMax) {
      let largest: Tail | null = null;
      for (const tail of this.tails) if (largest === null || tail.bytes > largest.bytes) largest = tail;
      if (largest === null || largest.bytes === 0) return;
      // In steps, so that not every record looks at every tail.
      largest.giveUp(largest.bytes * GIVEN_UP);
    }
  }
}

/** The newest records of a log, in memory, without a gap, up to a number of bytes, and as far as the pool has room. */
export class Tail {
  bytes = 0;
  private entries: LogEntry[] = [];
  /** Entries before this index were dropped; the array is cut now and then, so that dropping one costs nothing. */
  private first = 0;

  constructor(
    private readonly bytesMax: number,
    private readonly pool: TailPool,
  ) {
    pool.add(this);
  }

  push(entry: LogEntry): void {
    const bytes = ENTRY_BYTES + recordBytes(entry);
    this.entries.push(entry);
    this.bytes += bytes;
    this.pool.hold(bytes);
    while (this.bytes > this.bytesMax) this.dropOldest();
    this.compact();
    this.pool.makeRoom();
  }

  /** Drops about so many bytes, at least one record. */
  giveUp(bytes: number): void {
    const left = this.bytes - bytes;
    do this.dropOldest();
    while (this.bytes > left && this.first < this.entries.length);
    this.compact();
  }

  /** The log is closed. */
  close(): void {
    this.clear();
    this.pool.remove(this);
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
    this.pool.hold(-this.bytes);
    this.bytes = 0;
  }

  private dropOldest(): void {
    const bytes = ENTRY_BYTES + recordBytes(this.entries[this.first++]!);
    this.bytes -= bytes;
    this.pool.hold(-bytes);
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
