import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import { predecessorCrcOf } from '../../format/srl/record.js';
import { SRL_SIZE_MIN_BYTES } from '../../model/sizes.js';
import { SRL_READ_BYTES_MAX, SRL_TAIL_BYTES_MAX } from '../config/limits.js';
import { systemRefusal } from '../device/system-refusal.js';
import { GroupCommit } from './group-commit.js';
import { HeadFile } from './head-file.js';
import { LogReader, type VisitRange } from './log-reader.js';
import { LogWriter } from './log-writer.js';
import { groupIdOf, openLog, removeLog, segmentBytesOf, type SrlOptions } from './open-log.js';
import type { LogPoint } from './recovery.js';
import type { Segment } from './segment-file.js';
import { SegmentSupply } from './segment-supply.js';
import { Tail, TailPool } from './tail.js';

export { RECORD_COST_BYTES } from './log-writer.js';

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
  private readonly writer: LogWriter;
  private readonly commit: GroupCommit;
  private readonly reader: LogReader;
  private readonly tail: Tail;
  private failure: Refusal | null = null;
  private isClosed = false;
  /** Records before the oldest were lost to damage, and not only freed. */
  isShortened = false;
  private isResetting = false;
  private readonly durableListeners: ((lsn: number) => void)[] = [];
  private readonly failureListeners: ((failure: Refusal) => void)[] = [];

  /**
   * Opens or makes a log; everything found in it is durable then.
   * @throws Refusal SRL_TOO_SMALL, SRL_CORRUPT (naming segment, position and LSN), FORMAT_UNSUPPORTED, DEVICE_FAILED, DEVICE_FULL
   */
  static async open(options: SrlOptions): Promise<Srl> {
    const { headFile, supply, segments, head, isShortened } = await openLog(options);
    const log = new Srl(options, headFile, supply, segments, head);
    log.isShortened = isShortened;
    return log;
  }

  /** A log that was given up in an earlier run of the node: it has no records and takes none until `renew`. */
  static givenUp(options: SrlOptions, end: LogPoint): Srl {
    const { disk, folder, sizeBytes } = options;
    const segmentBytes = segmentBytesOf(options);
    const supply = new SegmentSupply(disk, folder, segmentBytes, Math.floor(sizeBytes / segmentBytes));
    const log = new Srl(options, null, supply, [], { ...end });
    log.failure = new Refusal('LOG_FAILED', folder);
    return log;
  }

  private constructor(
    private readonly options: SrlOptions,
    /** Null while the log is given up. */
    private headFile: HeadFile | null,
    private readonly supply: SegmentSupply,
    private readonly segments: Segment[],
    head: LogPoint,
  ) {
    this.reader = new LogReader(segments);
    this.tail = new Tail(options.tailBytesMax ?? SRL_TAIL_BYTES_MAX, options.tails ?? new TailPool(SRL_TAIL_BYTES_MAX));
    this.commit = new GroupCommit(
      options.disk,
      options.folder,
      head.lsn,
      () => this.writer.head.lsn,
      (lsn) => this.durableListeners.forEach((listener) => listener(lsn)),
      (failure) => this.fail(failure),
    );
    const segmentBytes = segmentBytesOf(options);
    this.writer = new LogWriter(options.disk, groupIdOf(options), segmentBytes, supply, this.commit, segments, head);
  }

  get folder(): string {
    return this.options.folder;
  }

  /** The last record written; 0 or the base of the last reset when there is none. */
  get headLsn(): number {
    return this.writer.head.lsn;
  }

  get headCrc(): number {
    return this.writer.head.crc;
  }

  get headRunningBytes(): number {
    return this.writer.head.runningBytes;
  }

  /** Where the next record follows. */
  get end(): LogPoint {
    const { lsn, crc, runningBytes } = this.writer.head;
    return { lsn, crc, runningBytes };
  }

  /** The oldest record there is; headLsn + 1 when there is none. */
  get oldestLsn(): number {
    return this.segments[0]?.firstLsn ?? this.headLsn + 1;
  }

  get durableLsn(): number {
    return this.commit.durableLsn;
  }

  /** Bytes of the records in the files. */
  get usedBytes(): number {
    const [oldest] = this.segments;
    return oldest === undefined ? 0 : this.writer.head.runningBytes - oldest.header.runningBytes;
  }

  /** How large the log may become. */
  get sizeBytes(): number {
    return this.supply.filesMax * segmentBytesOf(this.options);
  }

  /** Why the log takes no more records, or null. */
  get failedBy(): Refusal | null {
    return this.failure;
  }

  /**
   * Bytes that can be appended for sure, each record counted as its payload and RECORD_COST_BYTES, whatever their sizes.
   */
  get roomBytes(): number {
    return this.failure === null ? this.writer.roomBytes : 0;
  }

  /** Whether the log has less room than its size promises, since its disk has none. */
  get isCramped(): boolean {
    return this.supply.isCramped;
  }

  /** Called after each sync with the position up to which everything is durable. */
  onDurable(listener: (lsn: number) => void): void {
    this.durableListeners.push(listener);
  }

  /** Called when the log's device failed: from then on, until `renew`, it takes no record and syncs no more. */
  onFailure(listener: (failure: Refusal) => void): void {
    this.failureListeners.push(listener);
  }

  /**
   * Numbers records, encodes their headers and writes them, in one system call unless a segment ends. They survive kill -9 when it
   * returns, and power loss once durable. Entries carry their epoch; the caller asked `roomBytes` before.
   * @throws Refusal DEVICE_FULL when there is no room, and nothing has changed; DEVICE_FAILED or DEVICE_FULL when the write failed: then
   *   the log has failed (`failedBy`), and none of the records counts
   */
  append(entries: readonly LogEntry[]): void {
    this.expectWritable(entries);
    this.write(entries, false);
  }

  /**
   * Writes records that another member numbered, byte for byte as they came.
   * @throws LogOrderError when they do not continue this log; Refusals as append
   */
  appendReceived(entries: readonly LogEntry[]): void {
    this.expectWritable(entries);
    let { lsn, crc } = this.writer.head;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      if (entry.lsn !== lsn + 1) throw new LogOrderError('gap', lsn + 1, entry.lsn);
      if (predecessorCrcOf(entry) !== crc) throw new LogOrderError('predecessor', lsn + 1, entry.lsn);
      lsn = entry.lsn;
      crc = entry.headerCrc;
    }
    this.write(entries, true);
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
    while (this.segments.length > 1 && this.segments[0]!.lastLsn <= limit && this.segments[0]!.file === null) {
      const { path: file, header } = this.segments.shift()!;
      this.supply.recycle(file, header.segmentBytes);
    }
    if (this.failure === null) this.writer.prepareSpare(true);
  }

  /**
   * Empties the log: its next record is `baseLsn + 1`. Durable when it resolves; a crash before leaves the old log. Nothing may be
   * appended meanwhile. The caller lowers the durable position that it knows, if need be, before.
   */
  async reset(baseLsn: number, predecessorCrc: number, runningBytes: number): Promise<void> {
    if (this.isClosed || this.failure !== null) throw this.failure ?? new Error('the log is closed');
    const { disk } = this.options;
    this.isResetting = true;
    try {
      // Whoever waits for the old records to be durable is served first.
      this.commit.request();
      await this.settle();
      if (this.failure !== null) throw this.failure as Refusal;
      const head = { lsn: baseLsn, crc: predecessorCrc, runningBytes };
      // The gap in the sequence is what drops the old segments, at the moment the new header is durable.
      const sequence = this.segments.at(-1)!.header.sequence + 2;
      const file = await this.supply.makeBlank();
      const segmentBytes = segmentBytesOf(this.options);
      const first = await LogWriter.startLog(disk, file, groupIdOf(this.options), sequence, head, segmentBytes);
      // Not recycled: a record left in one of these could continue the new log.
      const old = this.segments.splice(0, this.segments.length, first);
      this.writer.head = head;
      this.tail.clear();
      this.reader.forgetCursors();
      this.commit.restart(baseLsn);
      await this.headFile!.lower(baseLsn);
      for (const segment of old) {
        segment.release();
        await disk.remove(segment.path);
      }
      await this.supply.restart();
    } catch (error) {
      throw systemRefusal(error, this.folder);
    } finally {
      this.isResetting = false;
    }
  }

  /** From now on the log counts as failed, by the judgement of its group. */
  declareFailed(failure: Refusal): void {
    this.fail(failure);
  }

  /**
   * What a failed log held is needed no more, since the volumes have it, durably. From now on it has no records and ends at `end`.
   */
  async giveUp(end: LogPoint): Promise<void> {
    this.failure ??= new Refusal('LOG_FAILED', this.folder);
    await this.settle();
    for (const segment of this.segments.splice(0)) segment.release();
    this.headFile?.close();
    this.headFile = null;
    this.reader.forgetCursors();
    this.moveEnd(end);
  }

  /** Removes what is left of a log that was given up, so that it takes no room; `renew` does the same. @throws Refusal DEVICE_FAILED */
  async removeFiles(): Promise<void> {
    if (this.segments.length > 0) throw new Error('the files of a log with records are needed');
    await this.supply.forget();
    await removeLog(this.options.disk, this.folder);
  }

  /** A log that was given up ends here. */
  moveEnd(end: LogPoint): void {
    if (this.segments.length > 0) throw new Error('the end of a log with records does not move');
    this.writer.head = { ...end };
    this.tail.clear();
    this.commit.restart(end.lsn);
  }

  /**
   * Makes a log that was given up anew: empty, and its next record follows its end. Durable when it resolves.
   * @param segmentsMin files that are made at once: with fewer it would soon be stuck again
   * @throws Refusal DEVICE_FAILED, DEVICE_FULL: it stays given up
   */
  async renew(segmentsMin: number): Promise<void> {
    if (this.isClosed || this.segments.length > 0) throw new Error('only a log that was given up is made anew');
    const { disk, folder } = this.options;
    try {
      await disk.makeFolder(folder);
      // Gone for good before the first file of the new log is there, which they could pass for a part of.
      await this.supply.forget();
      await removeLog(disk, folder);
      await disk.syncFolder(path.dirname(folder));
      const file = await this.supply.stock(segmentsMin - 1);
      const { head } = this.writer;
      const groupId = groupIdOf(this.options);
      this.headFile ??= await HeadFile.open(disk, folder, groupId);
      await this.headFile.lower(head.lsn);
      this.segments.push(await LogWriter.startLog(disk, file, groupId, 1, head, segmentBytesOf(this.options)));
      this.failure = null;
    } catch (error) {
      // On a full disk, what little was made is better left to others.
      await this.supply.forget();
      await removeLog(disk, folder).catch(() => undefined);
      throw systemRefusal(error, folder);
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
    if (fromLsn > this.writer.head.lsn) return [];
    const segment = this.reader.segmentOf(fromLsn);
    if (segment === undefined) return null;
    const entries = await this.reader.read(segment, fromLsn, Math.min(maxBytes, SRL_READ_BYTES_MAX));
    // Behind the head stands what a failed append left.
    return entries.at(-1)!.lsn <= this.writer.head.lsn
      ? entries
      : entries.filter((entry) => entry.lsn <= this.writer.head.lsn);
  }

  /** The point in the chain that a record ends: null for records that the log does not have, save the one before its oldest. */
  async positionOf(lsn: number): Promise<{ crc: number; runningBytes: number } | null> {
    if (lsn === this.writer.head.lsn) return { crc: this.writer.head.crc, runningBytes: this.writer.head.runningBytes };
    const oldest = this.segments[0]?.header;
    if (oldest === undefined) return null;
    if (lsn === oldest.firstLsn - 1) return { crc: oldest.predecessorCrc, runningBytes: oldest.runningBytes };
    const entry = await this.headerOf(lsn);
    return entry === null ? null : { crc: entry.headerCrc, runningBytes: entry.runningBytes };
  }

  /** Source time of a record, milliseconds since 1970; null for records that the log does not have. */
  async timeOf(lsn: number): Promise<number | null> {
    return (await this.headerOf(lsn))?.timeMs ?? null;
  }

  private async headerOf(lsn: number): Promise<LogEntry | null> {
    const segment = this.reader.segmentOf(lsn);
    if (segment === undefined) return null;
    return this.tail.find(lsn) ?? (await this.reader.readHeader(segment, lsn));
  }

  /**
   * Tells the ranges of volumes that records above `afterLsn` cover, in the order of the log, from the segments' indexes: no payload
   * is read. Includes every record written before the promise resolves. Records that were freed are not told.
   */
  async visitRanges(afterLsn: number, visit: VisitRange): Promise<void> {
    let after = Math.max(afterLsn, this.oldestLsn - 1);
    while (after < this.writer.head.lsn) {
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
    this.supply.filesMax = Math.floor(sizeBytes / segmentBytesOf(this.options));
  }

  /** Waits for what runs in the background: syncs, and files being prepared. */
  async settle(): Promise<void> {
    await this.commit.settle();
    await this.supply.settle();
  }

  /** Waits for syncs under way and closes the files. What was not synced stays to the page cache. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.settle();
    for (const segment of this.segments) segment.release();
    this.headFile?.close();
    this.headFile = null;
    this.tail.close();
  }

  /** Closes the log and removes its folder. */
  async destroy(): Promise<void> {
    await this.close();
    await this.options.disk.remove(this.folder);
    await this.options.disk.syncFolder(path.dirname(this.folder));
  }

  private write(entries: readonly LogEntry[], isNumbered: boolean): void {
    this.writer.makeRoom(entries);
    const before = this.writer.head;
    try {
      if (isNumbered) this.writer.appendVerbatim(entries);
      else this.writer.append(entries);
      this.headFile!.noteNow(this.writer.head.lsn);
    } catch (error) {
      // Nobody knows how far the write got: none of the records counts.
      this.writer.head = before;
      const failure = systemRefusal(error, this.folder);
      this.fail(failure);
      throw failure;
    }
    for (let i = 0; i < entries.length; i++) this.tail.push(entries[i]!);
    this.writer.prepareSpare(false);
  }

  private expectWritable(entries: readonly LogEntry[]): void {
    if (this.failure !== null) throw this.failure;
    if (this.isClosed || this.isResetting) throw new Error('appended to a log that is closed or being emptied');
    if (entries.length === 0) throw new Error('appended nothing');
  }

  private fail(failure: Refusal): void {
    if (this.failure !== null) return;
    this.failure = failure;
    for (const listener of this.failureListeners) listener(failure);
  }
}
