/** Puts records end to end into segments: each batch is one system call, more only where a segment ends. */
import type { LogEntry } from '../../format/srl/log-entry.js';
import { RECORD_BYTES_MAX, RECORD_HEADER_BYTES, encodeRecordHeader, recordBytes } from '../../format/srl/record.js';
import type { SegmentHeader } from '../../format/srl/segment.js';
import type { Disk } from '../device/disk.js';
import type { GroupCommit } from './group-commit.js';
import type { LogPoint } from './recovery.js';
import { RECORD_INDEX_BYTES, Segment, usableBytes } from './segment-file.js';
import type { SegmentSupply } from './segment-supply.js';

/** What a record costs of a log's room besides its payload. */
export const RECORD_COST_BYTES = RECORD_HEADER_BYTES + RECORD_INDEX_BYTES;
const RECORD_COST_BYTES_MAX = RECORD_BYTES_MAX + RECORD_INDEX_BYTES;
/** A spare is made when this part of the open segment is used, so that idle logs take one file each. */
const SPARE_FROM = 1 / 4;

export class LogWriter {
  /** Buffers of the batch that is being put together. */
  private batch: Uint8Array[] = [];
  private batchBytes = 0;

  /**
   * @param segments of the log, oldest first, the last one open; changed in place
   * @param head the last record
   */
  constructor(
    private readonly disk: Disk,
    private readonly groupId: Buffer,
    private readonly segmentBytes: number,
    private readonly supply: SegmentSupply,
    private readonly commit: GroupCommit,
    readonly segments: Segment[],
    public head: LogPoint,
  ) {}

  /** Bytes that can be written for sure, each record counted as its payload and RECORD_COST_BYTES, whatever their sizes. */
  get roomBytes(): number {
    return this.roomInOpen + this.supply.availableCount * this.roomInOther;
  }

  /**
   * Numbers records, encodes their headers and writes them; `makeRoom` was called for them.
   * @throws the system's error: the head is as before then, but what stands behind it is unknown
   */
  append(entries: readonly LogEntry[]): void {
    this.write(entries, true);
  }

  /** Writes records that carry their header already and continue the log; otherwise as append. */
  appendVerbatim(entries: readonly LogEntry[]): void {
    this.write(entries, false);
  }

  /** Sees to it that the next segment is there in time. @param isRetry also when the last attempt failed */
  prepareSpare(isRetry: boolean): void {
    if (this.open.position > this.segmentBytes * SPARE_FROM) this.supply.prepareSpare(isRetry);
  }

  /** The first segment of a log that begins after `before`, durable. */
  static async startLog(
    disk: Disk,
    file: string,
    groupId: Buffer,
    sequence: number,
    before: LogPoint,
    segmentBytes: number,
  ): Promise<Segment> {
    const header = segmentHeader(groupId, sequence, before, segmentBytes, before.lsn);
    const segment = Segment.startNow(disk, file, { ...header, isStart: true });
    await segment.file!.datasync();
    return segment;
  }

  private get open(): Segment {
    return this.segments[this.segments.length - 1]!;
  }

  /** A segment may end with less room than its next record needs; the largest is reckoned with. */
  private get roomInOpen(): number {
    return Math.max(0, this.open.roomBytes - RECORD_COST_BYTES_MAX);
  }

  private get roomInOther(): number {
    return usableBytes(this.segmentBytes) - RECORD_COST_BYTES_MAX;
  }

  /**
   * Sees to it that the files for a batch are there, while nothing is written yet.
   * @throws Refusal DEVICE_FULL, DEVICE_FAILED: nothing has changed
   */
  makeRoom(entries: readonly LogEntry[]): void {
    let cost = 0;
    for (let i = 0; i < entries.length; i++) cost += RECORD_COST_BYTES + entries[i]!.payloadBytes;
    if (cost <= this.open.roomBytes) return;
    const segments = Math.ceil((cost - this.roomInOpen) / this.roomInOther);
    if (this.supply.makeReadyNow(segments)) this.commit.markFolderDirty();
  }

  private write(entries: readonly LogEntry[], isNumbering: boolean): void {
    const before = this.head;
    const head = { lsn: before.lsn, crc: before.crc, runningBytes: before.runningBytes };
    this.head = head;
    try {
      for (let i = 0; i < entries.length; i++) {
        const entry = entries[i]!;
        if (isNumbering) numberEntry(entry, head);
        this.put(entry, head);
      }
      this.writeBatch();
    } catch (error) {
      this.head = before;
      this.batch = [];
      this.batchBytes = 0;
      throw error;
    }
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
    for (let i = 0; i < payload.length; i++) this.batch.push(payload[i]!);
    this.batchBytes += bytes;
    this.open.add(entry.slot, entry.offset, entry.length, bytes);
    head.lsn = entry.lsn;
    head.crc = entry.headerCrc;
    head.runningBytes = entry.runningBytes;
  }

  private writeBatch(): void {
    if (this.batchBytes === 0) return;
    this.open.file!.writeNow(this.batch, this.batchBytes, this.open.position - this.batchBytes);
    this.batch = [];
    this.batchBytes = 0;
    this.commit.markDirty(this.open);
  }

  private startNextSegment(head: LogPoint): void {
    const closing = this.open;
    closing.finishNow();
    this.commit.markDirty(closing);
    const { durableLsn } = this.commit;
    const header = segmentHeader(this.groupId, closing.header.sequence + 1, head, this.segmentBytes, durableLsn);
    this.segments.push(Segment.startNow(this.disk, this.supply.takeReady(), header));
  }
}

function numberEntry(entry: LogEntry, head: LogPoint): void {
  entry.lsn = head.lsn + 1;
  entry.runningBytes = head.runningBytes + RECORD_HEADER_BYTES + entry.payloadBytes;
  encodeRecordHeader(entry, head.crc);
}

function segmentHeader(
  groupId: Buffer,
  sequence: number,
  before: LogPoint,
  segmentBytes: number,
  durableLsn: number,
): SegmentHeader {
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
