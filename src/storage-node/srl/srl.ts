import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import {
  RECORD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  encodeRecordHeader,
  predecessorCrcOf,
  recordBytes,
} from '../../format/srl/record.js';
import type { GroupUid } from '../../model/ids.js';
import { SRL_SIZE_MIN_BYTES } from '../../model/sizes.js';
import { SEGMENT_BYTES, SRL_READ_BYTES_MAX, SRL_SIZE_MAX_BYTES, SRL_TAIL_BYTES_MAX } from '../config/limits.js';
import { syncFolder } from '../device/small-file.js';
import { systemRefusal } from '../device/system-refusal.js';
import { GroupCommit } from './group-commit.js';
import { systemIo, writeAllNow, type LogIo } from './log-io.js';
import { LogReader, type VisitRange } from './log-reader.js';
import { recoverLog, type LogPoint, type RecoveredLog } from './recovery.js';
import { RECORD_INDEX_BYTES, Segment, usableBytes } from './segment-file.js';
import { SegmentSupply } from './segment-supply.js';
import { Tail } from './tail.js';

/** What a record costs of `roomBytes` besides its payload. */
export const RECORD_COST_BYTES = RECORD_HEADER_BYTES + RECORD_INDEX_BYTES;
const RECORD_COST_BYTES_MAX = RECORD_BYTES_MAX + RECORD_INDEX_BYTES;

export interface SrlOptions {
  /** The log's own folder; made when missing. */
  readonly folder: string;
  readonly groupUid: GroupUid;
  readonly sizeBytes: number;
  readonly segmentBytes?: number;
  /** Records up to here were durable in this log: if one is missing or damaged, the log is refused. */
  readonly knownDurableLsn?: number;
  /** Replay starts above it: records up to here are not read at the start, and may be missing. */
  readonly floorLsn?: number;
  readonly tailBytesMax?: number;
  readonly io?: LogIo;
}

/** Received records that do not continue the log. Nothing of their batch was written. */
export class LogOrderError extends Error {
  constructor(
    /** gap: a record is missing or was there before. predecessor: it follows another record than the one here. */
    readonly reason: 'gap' | 'predecessor',
    readonly expectedLsn: number,
    readonly lsn: number,
  ) {
    super(`expected LSN ${expectedLsn}, got ${lsn} (${reason})`);
  }
}

/** The log of one group at this member. See docs/formats/srl.md for its files. */
export class Srl {
  private readonly segments: Segment[];
  private readonly supply: SegmentSupply;
  private readonly commit: GroupCommit;
  private readonly reader: LogReader;
  private readonly tail: Tail;
  private readonly groupId: Buffer;
  private head: LogPoint;
  private failure: Refusal | null = null;
  private isClosed = false;
  private isResetting = false;
  private readonly durableListeners: ((lsn: number) => void)[] = [];
  private readonly failureListeners: ((failure: Refusal) => void)[] = [];
  /** Buffers of the batch that is being put together. */
  private batch: Uint8Array[] = [];
  private batchBytes = 0;

  /**
   * Opens or makes a log; everything found in it is durable then.
   * @throws Refusal SRL_TOO_SMALL, SRL_CORRUPT (naming segment, position and LSN), FORMAT_UNSUPPORTED, DEVICE_FAILED, DEVICE_FULL
   */
  static async open(options: SrlOptions): Promise<Srl> {
    if (options.sizeBytes < SRL_SIZE_MIN_BYTES) throw new Refusal('SRL_TOO_SMALL', `${options.sizeBytes} bytes`);
    if (options.sizeBytes > SRL_SIZE_MAX_BYTES) throw new Refusal('PARAMETER_INVALID', 'srl_size_mb');
    const { folder, io = systemIo } = options;
    const groupId = Buffer.from(options.groupUid.replaceAll('-', ''), 'hex');
    try {
      await mkdir(folder, { recursive: true });
      await syncFolder(path.dirname(folder));
      const { knownDurableLsn = 0, floorLsn = 0 } = options;
      const log = await recoverLog({ folder, groupId, io, knownDurableLsn, floorLsn });
      const supply = new SegmentSupply(
        folder,
        options.segmentBytes ?? SEGMENT_BYTES,
        Math.floor(options.sizeBytes / (options.segmentBytes ?? SEGMENT_BYTES)),
        io,
        log === null ? 1 : log.segments.length,
        log === null ? 0 : log.numberMax,
      );
      if (log !== null) return new Srl(options, groupId, io, supply, log);
      const head = { lsn: 0, crc: 0, runningBytes: 0 };
      const first = await startLog(
        await supply.makeBlank(),
        groupId,
        1,
        head,
        options.segmentBytes ?? SEGMENT_BYTES,
        io,
      );
      return new Srl(options, groupId, io, supply, { segments: [first], head, numberMax: 1 });
    } catch (error) {
      throw systemRefusal(error, folder);
    }
  }

  private constructor(
    private readonly options: SrlOptions,
    groupId: Buffer,
    private readonly io: LogIo,
    supply: SegmentSupply,
    log: RecoveredLog,
  ) {
    this.groupId = groupId;
    this.supply = supply;
    this.segments = log.segments;
    this.head = log.head;
    this.reader = new LogReader(this.segments);
    this.tail = new Tail(options.tailBytesMax ?? SRL_TAIL_BYTES_MAX);
    this.commit = new GroupCommit(
      options.folder,
      io,
      log.head.lsn,
      () => this.head.lsn,
      (lsn) => this.durableListeners.forEach((listener) => listener(lsn)),
      (failure) => this.fail(failure),
    );
  }

  get folder(): string {
    return this.options.folder;
  }

  /** The last record written; 0 or the base of the last reset when there is none. */
  get headLsn(): number {
    return this.head.lsn;
  }

  get headCrc(): number {
    return this.head.crc;
  }

  get headRunningBytes(): number {
    return this.head.runningBytes;
  }

  /** The oldest record there is; headLsn + 1 when there is none. */
  get oldestLsn(): number {
    return this.segments[0]!.firstLsn;
  }

  get durableLsn(): number {
    return this.commit.durableLsn;
  }

  /** Bytes of the records in the files. */
  get usedBytes(): number {
    return this.head.runningBytes - this.segments[0]!.header.runningBytes;
  }

  /** Why the log takes no more records, or null. */
  get failedBy(): Refusal | null {
    return this.failure;
  }

  /**
   * Bytes that can be appended for sure, each record counted as its payload and RECORD_COST_BYTES, whatever their sizes.
   */
  get roomBytes(): number {
    const inOpen = Math.max(0, this.open.roomBytes - RECORD_COST_BYTES_MAX);
    const inOther = usableBytes(this.segmentBytes) - RECORD_COST_BYTES_MAX;
    return inOpen + this.supply.availableCount * inOther;
  }

  /** Called after each sync with the position up to which everything is durable. */
  onDurable(listener: (lsn: number) => void): void {
    this.durableListeners.push(listener);
  }

  /** Called once when the log's device failed: from then on it takes no record and syncs no more. */
  onFailure(listener: (failure: Refusal) => void): void {
    this.failureListeners.push(listener);
  }

  /**
   * Numbers records, encodes their headers and writes them, in one system call unless a segment ends. They survive kill -9 when it
   * returns, and power loss once durable. Entries carry their epoch; the caller asked `roomBytes` before.
   * @throws Refusal DEVICE_FAILED or DEVICE_FULL; the log has failed then, and none of the records counts
   */
  append(entries: readonly LogEntry[]): void {
    this.expectWritable(entries);
    const before = this.head;
    const head = { lsn: before.lsn, crc: before.crc, runningBytes: before.runningBytes };
    this.head = head;
    try {
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!;
        entry.lsn = head.lsn + 1;
        entry.runningBytes = head.runningBytes + RECORD_HEADER_BYTES + entry.payloadBytes;
        encodeRecordHeader(entry, head.crc);
        this.put(entry, head);
      }
      this.writeBatch();
    } catch (error) {
      throw this.failAppend(error, before);
    }
    this.remember(entries);
  }

  /**
   * Writes records that another member numbered, byte for byte as they came.
   * @throws LogOrderError when they do not continue this log; Refusals as append
   */
  appendReceived(entries: readonly LogEntry[]): void {
    this.expectWritable(entries);
    const before = this.head;
    let { lsn, crc } = before;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      if (entry.lsn !== lsn + 1) throw new LogOrderError('gap', lsn + 1, entry.lsn);
      if (predecessorCrcOf(entry) !== crc) throw new LogOrderError('predecessor', lsn + 1, entry.lsn);
      lsn = entry.lsn;
      crc = entry.headerCrc;
    }
    const head = { lsn: before.lsn, crc: before.crc, runningBytes: before.runningBytes };
    this.head = head;
    try {
      for (let i = 0; i < entries.length; i++) this.put(entries[i]!, head);
      this.writeBatch();
    } catch (error) {
      throw this.failAppend(error, before);
    }
    this.remember(entries);
  }

  /** Makes everything written so far durable, soon and together with what others ask for; `onDurable` tells. */
  requestSync(): void {
    if (this.failure === null && !this.isClosed && !this.isResetting) this.commit.request();
  }

  /**
   * The records up to here are needed no more. Whole segments of durable records go back into use, the newest never; `oldestLsn`
   * tells what is left.
   */
  freeThrough(lsn: number): void {
    this.tail.dropThrough(lsn);
    const limit = Math.min(lsn, this.durableLsn);
    while (this.segments.length > 1 && this.segments[0]!.lastLsn <= limit && this.segments[0]!.fd < 0) {
      this.supply.recycle(this.segments.shift()!.path);
    }
    if (this.open.position * 4 > this.segmentBytes) this.supply.prepareSpare();
  }

  /**
   * Empties the log: its next record is `baseLsn + 1`. Durable when it resolves; a crash before leaves the old log. Nothing may be
   * appended meanwhile. The caller lowers the durable position that it knows, if need be, before.
   */
  async reset(baseLsn: number, predecessorCrc: number, runningBytes: number): Promise<void> {
    if (this.isClosed || this.failure !== null) throw this.failure ?? new Error('the log is closed');
    this.isResetting = true;
    try {
      await this.commit.settle();
      await this.supply.settle();
      const head = { lsn: baseLsn, crc: predecessorCrc, runningBytes };
      // The gap in the sequence is what drops the old segments, at the moment the new header is durable.
      const sequence = this.open.header.sequence + 2;
      const file = await this.supply.makeBlank();
      const first = await startLog(file, this.groupId, sequence, head, this.segmentBytes, this.io);
      // Not recycled: a record left in one of these could continue the new log.
      const old = this.segments.splice(0, this.segments.length, first);
      this.head = head;
      this.tail.clear();
      this.reader.forgetCursors();
      this.commit.restart(baseLsn);
      for (const segment of old) {
        segment.release();
        await rm(segment.path, { force: true });
      }
      await this.supply.restartWith();
    } catch (error) {
      throw systemRefusal(error, this.folder);
    } finally {
      this.isResetting = false;
    }
  }

  /** Records from `fromLsn` on out of memory, about `maxBytes` but at least one; null when memory does not have `fromLsn`. */
  tailFrom(fromLsn: number, maxBytes = SRL_READ_BYTES_MAX): LogEntry[] | null {
    return this.tail.from(fromLsn, maxBytes);
  }

  /**
   * Records from `fromLsn` on out of the files, about `maxBytes` but at least one; none when `fromLsn` is above the head, null when
   * the log no longer has it.
   * @throws Refusal SRL_CORRUPT, DEVICE_FAILED
   */
  async readFrom(fromLsn: number, maxBytes = SRL_READ_BYTES_MAX): Promise<LogEntry[] | null> {
    if (fromLsn > this.head.lsn) return [];
    const segment = this.reader.segmentOf(fromLsn);
    if (segment === undefined) return null;
    const entries = await this.reader.read(segment, fromLsn, Math.min(maxBytes, SRL_READ_BYTES_MAX));
    // Behind the head stands what a failed append left.
    return entries.at(-1)!.lsn <= this.head.lsn ? entries : entries.filter((entry) => entry.lsn <= this.head.lsn);
  }

  /** The point in the chain that a record ends: null for records that the log does not have, save the one before its oldest. */
  async positionOf(lsn: number): Promise<{ crc: number; runningBytes: number } | null> {
    if (lsn === this.head.lsn) return { crc: this.head.crc, runningBytes: this.head.runningBytes };
    const { firstLsn, predecessorCrc, runningBytes } = this.segments[0]!.header;
    if (lsn === firstLsn - 1) return { crc: predecessorCrc, runningBytes };
    const segment = this.reader.segmentOf(lsn);
    if (segment === undefined) return null;
    const entry = this.tail.find(lsn) ?? (await this.reader.readHeader(segment, lsn));
    return { crc: entry.headerCrc, runningBytes: entry.runningBytes };
  }

  /**
   * Tells the ranges of volumes that records above `afterLsn` cover, in the order of the log, from the segments' indexes: no payload
   * is read. Includes every record written before the promise resolves. Records that were freed are not told.
   */
  async visitRanges(afterLsn: number, visit: VisitRange): Promise<void> {
    let after = Math.max(afterLsn, this.oldestLsn - 1);
    while (after < this.head.lsn) {
      const segment = this.reader.segmentOf(after + 1);
      if (segment === undefined) throw new Error(`LSN ${after + 1} was freed while it was visited`);
      const last = segment.lastLsn;
      await this.reader.visitRanges(segment, after, visit);
      after = last;
    }
  }

  /** Changes how large the log may become. */
  resize(sizeBytes: number): void {
    if (sizeBytes < SRL_SIZE_MIN_BYTES) throw new Refusal('SRL_TOO_SMALL', `${sizeBytes} bytes`);
    this.supply.filesMax = Math.floor(sizeBytes / this.segmentBytes);
  }

  /** Waits for syncs under way and closes the files. What was not synced stays to the page cache. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.commit.settle();
    await this.supply.settle();
    for (const segment of this.segments) segment.release();
    this.tail.clear();
  }

  /** Closes the log and removes its folder. */
  async destroy(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
    await syncFolder(path.dirname(this.folder));
  }

  private get open(): Segment {
    return this.segments[this.segments.length - 1]!;
  }

  private get segmentBytes(): number {
    return this.options.segmentBytes ?? SEGMENT_BYTES;
  }

  private expectWritable(entries: readonly LogEntry[]): void {
    if (this.failure !== null) throw this.failure;
    if (this.isClosed || this.isResetting) throw new Error('appended to a log that is closed or being emptied');
    if (entries.length === 0) throw new Error('appended nothing');
  }

  /** Gives a record its place in the open segment, or in the next one. */
  private put(entry: LogEntry, head: LogPoint): void {
    const bytes = recordBytes(entry);
    if (!this.open.hasRoomFor(bytes)) {
      this.writeBatch();
      this.startNextSegment(head);
    }
    const { payload } = entry;
    this.batch.push(entry.header);
    this.batchBytes += bytes;
    for (let i = 0; i < payload.length; i++) this.batch.push(payload[i]!);
    this.open.add(entry.slot, entry.offset, entry.length, bytes);
    head.lsn = entry.lsn;
    head.crc = entry.headerCrc;
    head.runningBytes = entry.runningBytes;
  }

  private writeBatch(): void {
    if (this.batchBytes === 0) return;
    writeAllNow(this.io, this.open.fd, this.batch, this.open.position - this.batchBytes);
    this.batch = [];
    this.batchBytes = 0;
    this.commit.markDirty(this.open);
  }

  private startNextSegment(head: LogPoint): void {
    const closing = this.open;
    const file = this.supply.takeNow();
    if (file.isNew) this.commit.markFolderDirty();
    closing.finishNow(this.io);
    this.commit.markDirty(closing);
    const sequence = closing.header.sequence + 1;
    const header = segmentHeader(this.groupId, sequence, head, this.segmentBytes, this.durableLsn);
    this.segments.push(Segment.startNow(this.io, file.path, header));
  }

  private remember(entries: readonly LogEntry[]): void {
    for (let i = 0; i < entries.length; i++) this.tail.push(entries[i]!);
    if (this.open.position * 4 > this.segmentBytes) this.supply.prepareSpare();
  }

  /** What was written of the batch lies behind the head and is never read again. */
  private failAppend(error: unknown, before: LogPoint): Refusal {
    this.head = before;
    this.batch = [];
    this.batchBytes = 0;
    const failure = systemRefusal(error, this.folder);
    this.fail(failure);
    return failure;
  }

  private fail(failure: Refusal): void {
    if (this.failure !== null) return;
    this.failure = failure;
    for (const listener of this.failureListeners) listener(failure);
  }
}

function segmentHeader(groupId: Buffer, sequence: number, before: LogPoint, segmentBytes: number, durableLsn: number) {
  return {
    groupId,
    segmentBytes,
    sequence,
    firstLsn: before.lsn + 1,
    runningBytes: before.runningBytes,
    predecessorCrc: before.crc,
    durableLsn,
    isStart: false,
  };
}

/** The first segment of a log that begins after `before`, durable. */
async function startLog(
  file: string,
  groupId: Buffer,
  sequence: number,
  before: LogPoint,
  segmentBytes: number,
  io: LogIo,
): Promise<Segment> {
  const header = { ...segmentHeader(groupId, sequence, before, segmentBytes, before.lsn), isStart: true };
  const segment = Segment.startNow(io, file, header);
  await io.datasync(segment.fd);
  return segment;
}
