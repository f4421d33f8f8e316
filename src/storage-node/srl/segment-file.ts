import { crc32 } from 'node:zlib';
import {
  INDEX_ENTRY_BYTES,
  SEGMENT_HEADER_BYTES,
  SEGMENT_TRAILER_BYTES,
  SegmentIndex,
  decodeSegmentTrailer,
  encodeSegmentHeader,
  encodeSegmentTrailer,
  type SegmentHeader,
} from '../../format/srl/segment.js';
import type { Disk, DiskFile } from '../device/disk.js';
import { systemRefusal } from '../device/system-refusal.js';

/** What a record takes of a segment besides its header and payload: its place in the index. */
export const RECORD_INDEX_BYTES = INDEX_ENTRY_BYTES;

/** Bytes of a segment that records and their index may take. */
export function usableBytes(segmentBytes: number): number {
  return segmentBytes - SEGMENT_HEADER_BYTES - SEGMENT_TRAILER_BYTES;
}

/** A segment that is part of a log. The last one is open and has its index in memory; the others are closed. */
export class Segment {
  /** Open for writing until the segment is closed and synced; null afterwards. */
  file: DiskFile | null = null;
  /** Where the next record goes; in a closed segment, where the records end. */
  position = SEGMENT_HEADER_BYTES;
  recordCount = 0;
  /** Null in a closed segment. */
  index: SegmentIndex | null = null;
  /** Where the first record stands that counts: further behind when those before it cannot be read. */
  firstPosition = SEGMENT_HEADER_BYTES;

  constructor(
    private readonly disk: Disk,
    readonly path: string,
    public header: SegmentHeader,
  ) {}

  /** Leaves the records before this position out; `header` is as if the segment began there. */
  beginAt(position: number, header: SegmentHeader): void {
    this.firstPosition = this.position = position;
    this.recordCount = 0;
    this.index = new SegmentIndex();
    this.header = header;
  }

  get firstLsn(): number {
    return this.header.firstLsn;
  }

  /** One below `firstLsn` when no record is in it. */
  get lastLsn(): number {
    return this.header.firstLsn + this.recordCount - 1;
  }

  /** Opens a blank file as the newest segment of a log. */
  static startNow(disk: Disk, path: string, header: SegmentHeader): Segment {
    const segment = new Segment(disk, path, header);
    segment.index = new SegmentIndex();
    segment.openNow();
    const bytes = encodeSegmentHeader(header);
    segment.file!.writeNow([bytes], bytes.length, 0);
    return segment;
  }

  openNow(): void {
    this.file ??= this.disk.openNow(this.path, 'existing');
  }

  release(): void {
    this.file?.closeNow();
    this.file = null;
  }

  hasRoomFor(recordBytes: number): boolean {
    return this.roomBytes >= recordBytes + RECORD_INDEX_BYTES;
  }

  /** Bytes left for records and their index entries. */
  get roomBytes(): number {
    const end = this.header.segmentBytes - SEGMENT_TRAILER_BYTES;
    return Math.max(0, end - this.position - this.recordCount * RECORD_INDEX_BYTES);
  }

  /** Counts a record in; its bytes are written by the caller. */
  add(slot: number, offset: number, length: number, recordBytes: number): void {
    this.index!.add(this.position, slot, offset, length);
    this.recordCount++;
    this.position += recordBytes;
  }

  /** Writes index and trailer; no record follows in this segment. */
  finishNow(): void {
    const bytes = this.index!.encode();
    const trailer = encodeSegmentTrailer({
      sequence: this.header.sequence,
      recordCount: this.recordCount,
      indexPosition: this.position,
      indexCrc: crc32(bytes),
    });
    if (bytes.length > 0) this.file!.writeNow([bytes], bytes.length, this.position);
    this.file!.writeNow([trailer], trailer.length, this.header.segmentBytes - SEGMENT_TRAILER_BYTES);
    this.index = null;
  }

  /** Reads up to `length` bytes at `position`; fewer only at the end of the file. */
  async read(position: number, length: number): Promise<Buffer> {
    return this.withFile((file) => readFully(file, position, length));
  }

  /** The index of the segment: from memory, or read from a closed segment; null when that one has none that is intact. */
  async loadIndex(): Promise<SegmentIndex | null> {
    if (this.index !== null) return this.index;
    return this.withFile(async (file) => {
      const { segmentBytes, sequence } = this.header;
      const end = await readFully(file, segmentBytes - SEGMENT_TRAILER_BYTES, SEGMENT_TRAILER_BYTES);
      const trailer = decodeSegmentTrailer(end, segmentBytes);
      if (trailer === null || trailer.sequence !== sequence) return null;
      const bytes = await readFully(file, trailer.indexPosition, trailer.recordCount * INDEX_ENTRY_BYTES);
      return crc32(bytes) === trailer.indexCrc
        ? new SegmentIndex(bytes, trailer.recordCount, trailer.indexPosition)
        : null;
    });
  }

  private async withFile<T>(use: (file: DiskFile) => Promise<T>): Promise<T> {
    try {
      const file = await this.disk.open(this.path, 'existing');
      try {
        return await use(file);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw systemRefusal(error, this.path);
    }
  }
}

async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, await file.read(buffer, position));
}
