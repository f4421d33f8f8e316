/**
 * Reads a log's records from its files, on the thread pool. Readers in sequence (a lagging stream, replay) go on where they stopped
 * without looking the place up again.
 */
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import {
  RECORD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  decodeRecordHeader,
  findHeaderFault,
  predecessorCrcOf,
  recordBytes,
} from '../../format/srl/record.js';
import { RecordParser } from '../../format/srl/record-parser.js';
import { SegmentIndex } from '../../format/srl/segment.js';
import { SRL_CURSORS_MAX } from '../config/limits.js';
import type { Segment } from './segment-file.js';

/** Region of a volume that a record covers. */
export type VisitRange = (slot: number, offset: number, length: number) => void;

interface Cursor {
  readonly segment: Segment;
  readonly position: number;
  /** Header CRC of the record before. */
  readonly crc: number;
}

export class LogReader {
  /** Where the record of each LSN stands: those that a reader wants next, oldest first. */
  private readonly cursors = new Map<number, Cursor>();

  /** @param segments the log's segments, oldest first; the log changes the array in place */
  constructor(private readonly segments: readonly Segment[]) {}

  forgetCursors(): void {
    this.cursors.clear();
  }

  /** Records from `lsn` on that one segment holds, about `maxBytes` but at least one. The segment must hold `lsn`. */
  async read(segment: Segment, lsn: number, maxBytes: number): Promise<LogEntry[]> {
    const cursor = await this.takeCursor(segment, lsn);
    const end = segment.position;
    let entries = await this.readAt(cursor, lsn, Math.min(maxBytes, end - cursor.position));
    if (entries.length === 0)
      entries = await this.readAt(cursor, lsn, Math.min(RECORD_BYTES_MAX, end - cursor.position));
    if (entries.length === 0) throw this.damaged(segment, cursor.position, lsn);
    this.keepCursor(segment, cursor, entries);
    return entries;
  }

  /** The header of a record; its payload is not read. */
  async readHeader(segment: Segment, lsn: number): Promise<LogEntry> {
    const position = await this.positionIn(segment, lsn);
    const header = await segment.read(position, RECORD_HEADER_BYTES);
    const isWhole = header.length === RECORD_HEADER_BYTES && findHeaderFault(header, 0) === null;
    const entry = isWhole ? decodeRecordHeader(header, 0) : null;
    if (entry?.lsn !== lsn) throw this.damaged(segment, position, lsn);
    return entry;
  }

  /** The ranges of a segment's records above `afterLsn`, in the order of the log. */
  async visitRanges(segment: Segment, afterLsn: number, visit: VisitRange): Promise<void> {
    const index = await this.indexOf(segment);
    for (let i = Math.max(0, afterLsn + 1 - segment.firstLsn); i < index.count; i++) {
      const length = index.length(i);
      if (length > 0) visit(index.slot(i), index.offset(i), length);
    }
  }

  /** The segment that holds a record, or undefined. */
  segmentOf(lsn: number): Segment | undefined {
    let low = 0;
    let high = this.segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.segments[middle]!.firstLsn <= lsn) low = middle;
      else high = middle - 1;
    }
    const segment = this.segments[low];
    return segment !== undefined && segment.firstLsn <= lsn && lsn <= segment.lastLsn ? segment : undefined;
  }

  private async takeCursor(segment: Segment, lsn: number): Promise<Cursor> {
    const cursor = this.cursors.get(lsn);
    this.cursors.delete(lsn);
    if (cursor?.segment === segment) return cursor;
    const position = await this.positionIn(segment, lsn);
    const crc =
      lsn === segment.firstLsn ? segment.header.predecessorCrc : (await this.readHeader(segment, lsn - 1)).headerCrc;
    return { segment, position, crc };
  }

  private keepCursor(segment: Segment, from: Cursor, entries: readonly LogEntry[]): void {
    const last = entries.at(-1)!;
    if (last.lsn === segment.lastLsn && segment.index === null) return;
    let position = from.position;
    for (const entry of entries) position += recordBytes(entry);
    this.cursors.set(last.lsn + 1, { segment, position, crc: last.headerCrc });
    if (this.cursors.size > SRL_CURSORS_MAX) this.cursors.delete(this.cursors.keys().next().value!);
  }

  /** Whole records that stand in `length` bytes, each checked against the one before. */
  private async readAt(cursor: Cursor, lsn: number, length: number): Promise<LogEntry[]> {
    const bytes = await cursor.segment.read(cursor.position, length);
    const entries: LogEntry[] = [];
    let damage: unknown = null;
    try {
      new RecordParser(cursor.segment.path).push(bytes, entries);
    } catch (error) {
      damage = error;
    }
    let { crc } = cursor;
    for (const [i, entry] of entries.entries()) {
      if (entry.lsn !== lsn + i || predecessorCrcOf(entry) !== crc) return entries.slice(0, i);
      crc = entry.headerCrc;
    }
    if (damage !== null && entries.length === 0) throw this.damaged(cursor.segment, cursor.position, lsn);
    return entries;
  }

  private async positionIn(segment: Segment, lsn: number): Promise<number> {
    return (await this.indexOf(segment)).position(lsn - segment.firstLsn);
  }

  private async indexOf(segment: Segment): Promise<SegmentIndex> {
    const index = await segment.loadIndex();
    return index !== null && index.count >= segment.recordCount ? index : this.remakeIndex(segment);
  }

  /** The index may be damaged, or lost in a power loss, while the records are whole. */
  private async remakeIndex(segment: Segment): Promise<SegmentIndex> {
    const bytes = await segment.read(0, segment.position);
    const index = new SegmentIndex();
    let at = segment.firstPosition;
    for (let lsn = segment.firstLsn; lsn <= segment.lastLsn; lsn++) {
      if (at + RECORD_HEADER_BYTES > bytes.length || findHeaderFault(bytes, at) !== null) {
        throw this.damaged(segment, at, lsn);
      }
      const entry = decodeRecordHeader(bytes, at);
      if (entry.lsn !== lsn) throw this.damaged(segment, at, lsn);
      index.add(at, entry.slot, entry.offset, entry.length);
      at += recordBytes(entry);
    }
    return index;
  }

  private damaged(segment: Segment, position: number, lsn: number): Refusal {
    return new Refusal('SRL_CORRUPT', `${path.basename(segment.path)}, position ${position}, LSN ${lsn}`);
  }
}
