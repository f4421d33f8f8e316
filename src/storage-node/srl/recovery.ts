/**
 * Opens the files of a log after any kind of stop and says where it ends. Looks first and changes files only when nothing is
 * refused. Records up to the replay floor are not read: their segments are taken as their trailers describe them.
 */
import path from 'node:path';
import { Refusal } from '../../errors/refusal.js';
import type { LogEntry } from '../../format/srl/log-entry.js';
import {
  decodeRecordHeader,
  findHeaderFault,
  isPayloadIntact,
  payloadBytesOf,
  predecessorCrcOf,
  RECORD_HEADER_BYTES,
  RECORD_MAGIC,
} from '../../format/srl/record.js';
import {
  SEGMENT_HEADER_BYTES,
  SEGMENT_TRAILER_BYTES,
  SegmentIndex,
  decodeSegmentHeader,
} from '../../format/srl/segment.js';
import type { Disk, DiskFile } from '../device/disk.js';
import { systemRefusal } from '../device/system-refusal.js';
import { findRecoveryCase } from './recovery-cases.js';
import { Segment } from './segment-file.js';
import { SEGMENT_SUFFIX } from './segment-supply.js';

/** A place between two records. */
export interface LogPoint {
  /** The record before. */
  lsn: number;
  crc: number;
  runningBytes: number;
}

export interface RecoveredLog {
  /** Oldest first; the last one is open. */
  readonly segments: Segment[];
  readonly head: LogPoint;
  /** Highest number in the files' names. */
  readonly numberMax: number;
  /** Records below the floor were left out for damage, though nobody may have freed them. */
  readonly isShortened: boolean;
}

export interface RecoveryOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly groupId: Buffer;
  readonly knownDurableLsn: number;
  /** Null when replay needs no record. */
  readonly floorLsn: number | null;
}

/**
 * @returns null when the folder holds no log and none was known
 * @throws Refusal SRL_CORRUPT naming segment, position and LSN; FORMAT_UNSUPPORTED; DEVICE_FAILED
 */
export async function recoverLog(options: RecoveryOptions): Promise<RecoveredLog | null> {
  const { disk } = options;
  const { files, kept, scan, damage, isShortened } = await findLog(options);
  if (damage !== null) throw damage;
  const last = kept.at(-1);
  if (last === undefined || scan === null) {
    await settleFolder(disk, options.folder, files);
    return null;
  }
  try {
    if (!scan.isBlankBehind) await wipeBehind(disk, last);
    last.openNow();
    const floorLsn = floorOf(options);
    const scanned = kept.filter((segment) => segment === last || segment.lastLsn > floorLsn);
    // What was found may stand in the page cache only, if the process was killed: bytes, and the names of files.
    await Promise.all(scanned.map((segment) => withFile(disk, segment.path, (file) => file.datasync())));
    const keptPaths = new Set(kept.map((segment) => segment.path));
    await settleFolder(
      disk,
      options.folder,
      files.filter((file) => !keptPaths.has(file)),
    );
  } catch (error) {
    last.release();
    throw systemRefusal(error, options.folder);
  }
  const numberMax = Math.max(0, ...files.map((file) => Number.parseInt(path.basename(file), 10) || 0));
  return { segments: kept, head: scan.end, numberMax, isShortened };
}

/** A log as its files show it; nothing is changed. */
export interface FoundLog {
  readonly files: readonly string[];
  /** Segments that are part of the log, up to the first damage. */
  readonly kept: Segment[];
  /** Of the last one; null without any. */
  readonly scan: Scan | null;
  /** The first place where a record that must be there is not; null in a log that is whole. */
  readonly damage: Refusal | null;
  /** Records up to here must be there. */
  readonly knownLsn: number;
  readonly isShortened: boolean;
}

/** @throws Refusal SRL_CORRUPT for a segment of another group; FORMAT_UNSUPPORTED; DEVICE_FAILED */
export async function findLog(options: RecoveryOptions): Promise<FoundLog> {
  const names = (await options.disk.list(options.folder)).filter((name) => name.endsWith(SEGMENT_SUFFIX)).sort();
  const files = names.map((name) => path.join(options.folder, name));
  const found = await readHeaders(files, options);
  const floorLsn = floorOf(options);
  if (found.length === 0) {
    const knownLsn = Math.max(options.knownDurableLsn, options.floorLsn ?? 0);
    const why = `${options.folder}: no segment is left, records up to LSN ${knownLsn} are missing`;
    return {
      files,
      kept: [],
      scan: null,
      damage: knownLsn > 0 ? new Refusal('SRL_CORRUPT', why) : null,
      knownLsn,
      isShortened: false,
    };
  }
  const run = liveRun(found, floorLsn);
  if (run === null) {
    const damage = corrupt(found[0]!, SEGMENT_HEADER_BYTES, floorLsn + 1, 'records before this segment are missing');
    const knownLsn = Math.max(options.knownDurableLsn, found.at(-1)!.firstLsn - 1);
    return { files, kept: [], scan: null, damage, knownLsn, isShortened: false };
  }
  // Also what newer segments say that are not part of the run: they tell of records that must be in it.
  const said = found.slice(found.indexOf(run[0]!)).map((segment) => segment.header.durableLsn);
  const knownLsn = Math.max(options.knownDurableLsn, ...said);
  const { kept, scan } = await scanRun(run, knownLsn, options);
  const isShortened = kept[0] !== run[0] || kept[0]!.firstPosition > SEGMENT_HEADER_BYTES;
  return { files, kept, scan, damage: scan.damage, knownLsn, isShortened };
}

/** Without a floor every segment but the last is taken as it is. */
function floorOf({ floorLsn }: RecoveryOptions): number {
  return floorLsn ?? Number.MAX_SAFE_INTEGER - 1;
}

async function readHeaders(files: readonly string[], options: RecoveryOptions): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const file of files) {
    const header = decodeSegmentHeader(await readStart(options.disk, file));
    if (header === 'version') throw new Refusal('FORMAT_UNSUPPORTED', file);
    // Blank, or torn while it was started: no record in it can have been durable. If one was, its absence is noticed later.
    if (typeof header === 'string') continue;
    if (!header.groupId.equals(options.groupId)) {
      throw new Refusal('SRL_CORRUPT', `${file}: belongs to the log of another group`);
    }
    segments.push(new Segment(options.disk, file, header));
  }
  return segments.sort((a, b) => a.header.sequence - b.header.sequence);
}

function readStart(disk: Disk, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES);
  return withFile(disk, path, async (file) => buffer.subarray(0, await file.read(buffer, 0)));
}

/**
 * The newest segments without a gap in their sequence that hold all that replay needs. Older ones were recycled or emptied. Newer
 * ones without what comes before them were started shortly before a power loss that took the header of one in between. Null when what
 * replay needs is not there.
 */
function liveRun(segments: readonly Segment[], floorLsn: number): Segment[] | null {
  let to = segments.length;
  for (let from = to - 1; from >= 0; from--) {
    const first = segments[from]!;
    const isFirst = from === 0 || segments[from - 1]!.header.sequence !== first.header.sequence - 1;
    if (!isFirst && !first.header.isStart) continue;
    if (first.header.isStart || first.firstLsn <= floorLsn + 1) return segments.slice(from, to);
    to = from;
  }
  return null;
}

interface Scan {
  readonly end: LogPoint;
  /** What stands behind the end must be a record, and is none. */
  readonly damage: Refusal | null;
  /** Nothing but zeros stands behind the end in this segment. */
  readonly isBlankBehind: boolean;
}

async function scanRun(
  run: readonly Segment[],
  durableLsn: number,
  options: RecoveryOptions,
): Promise<{ kept: Segment[]; scan: Scan }> {
  const floorLsn = floorOf(options);
  let kept: Segment[] = [];
  for (const [i, segment] of run.entries()) {
    const next = run[i + 1];
    if (next !== undefined && next.firstLsn <= floorLsn + 1) {
      // Replay does not need a damaged one; members who lag behind it are brought back by regions.
      kept = (await takeClosed(segment, next)) ? [...kept, segment] : [];
      continue;
    }
    kept.push(segment);
    const scan = await scanSegment(segment, next, durableLsn, options.floorLsn ?? 0);
    // What stands before a part that cannot be read is needed by nobody who needs what follows.
    if (segment.firstPosition > SEGMENT_HEADER_BYTES) kept = [segment];
    if (scan.damage !== null || next === undefined || !continues(next, scan.end)) return { kept, scan };
    segment.index = null;
  }
  throw new Error('a run of segments has a last one');
}

function pointBefore(segment: Segment): LogPoint {
  const { firstLsn, predecessorCrc, runningBytes } = segment.header;
  return { lsn: firstLsn - 1, crc: predecessorCrc, runningBytes };
}

function continues(next: Segment, point: LogPoint): boolean {
  return next.firstLsn === point.lsn + 1 && next.header.predecessorCrc === point.crc;
}

/** Takes a segment without reading its records; false when its index does not hold. */
async function takeClosed(segment: Segment, next: Segment): Promise<boolean> {
  const index = await segment.loadIndex();
  if (index === null || index.count !== next.firstLsn - segment.firstLsn) return false;
  segment.recordCount = index.count;
  segment.position = index.endPosition;
  return true;
}

/** Goes through the records of a segment; its index is made anew. */
async function scanSegment(
  segment: Segment,
  next: Segment | undefined,
  durableLsn: number,
  floorLsn: number,
): Promise<Scan> {
  const bytes = await segment.read(0, segment.header.segmentBytes);
  const end = Math.min(bytes.length, segment.header.segmentBytes - SEGMENT_TRAILER_BYTES);
  segment.index = new SegmentIndex();
  let point = pointBefore(segment);
  for (;;) {
    const at = segment.position;
    const entry = decodeAt(bytes, at, end);
    const finding = {
      isHeaderOk: entry !== null,
      isInOrder: entry !== null && follows(entry, point),
      isBodyOk: entry !== null && isPayloadIntact(entry),
      isContinued: next !== undefined && continues(next, point),
      isBelowDurable: point.lsn + 1 <= durableLsn,
      isBelowFloor: point.lsn + 1 <= floorLsn,
    };
    const { verdict, label, because } = findRecoveryCase(finding);
    const later = verdict === 'refuse' && finding.isBelowFloor ? findLater(segment, bytes, end, point, floorLsn) : null;
    if (later !== null) {
      point = beginAgain(segment, later);
      continue;
    }
    if (verdict !== 'keep') {
      const damage = verdict === 'refuse' ? corrupt(segment, at, point.lsn + 1, `${because} ${label}`) : null;
      return { end: point, damage, isBlankBehind: isBlank(bytes.subarray(at)) };
    }
    segment.add(entry!.slot, entry!.offset, entry!.length, RECORD_HEADER_BYTES + entry!.payloadBytes);
    point = { lsn: entry!.lsn, crc: entry!.headerCrc, runningBytes: entry!.runningBytes };
  }
}

interface Place {
  readonly at: number;
  readonly entry: LogEntry;
}

/**
 * The first record behind damage, if nothing is lost by it: one that replay needs not before. Whether bytes are a record of this
 * segment is told by their checksum, and by the running bytes, which say where in it they must stand.
 */
function findLater(segment: Segment, bytes: Buffer, end: number, after: LogPoint, floorLsn: number): Place | null {
  const magic = Buffer.alloc(4);
  magic.writeUInt32BE(RECORD_MAGIC);
  for (let at = bytes.indexOf(magic, segment.position + 1); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    const entry = decodeAt(bytes, at, end);
    if (entry === null || entry.lsn <= after.lsn || entry.lsn > floorLsn + 1) continue;
    const recordBytes = RECORD_HEADER_BYTES + entry.payloadBytes;
    const expectedAt = segment.firstPosition + entry.runningBytes - recordBytes - segment.header.runningBytes;
    if (expectedAt === at) return { at, entry };
  }
  return null;
}

/** The log begins with this record: those before cannot be read. */
function beginAgain(segment: Segment, { at, entry }: Place): LogPoint {
  const recordBytes = RECORD_HEADER_BYTES + entry.payloadBytes;
  segment.beginAt(at, {
    ...segment.header,
    firstLsn: entry.lsn,
    predecessorCrc: predecessorCrcOf(entry),
    runningBytes: entry.runningBytes - recordBytes,
  });
  return pointBefore(segment);
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length === 0 || (bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, -1)));
}

function decodeAt(bytes: Buffer, at: number, end: number): LogEntry | null {
  if (at + RECORD_HEADER_BYTES > end || findHeaderFault(bytes, at) !== null) return null;
  const payloadAt = at + RECORD_HEADER_BYTES;
  const payloadEnd = payloadAt + payloadBytesOf(bytes, at);
  if (payloadEnd > end) return null;
  return decodeRecordHeader(bytes, at, [bytes.subarray(payloadAt, payloadEnd)]);
}

function follows(entry: LogEntry, point: LogPoint): boolean {
  return (
    entry.lsn === point.lsn + 1 &&
    predecessorCrcOf(entry) === point.crc &&
    entry.runningBytes === point.runningBytes + RECORD_HEADER_BYTES + entry.payloadBytes
  );
}

/** What stood behind the end must not be taken for records of this log later on, when the end has moved there again. */
function wipeBehind(disk: Disk, last: Segment): Promise<void> {
  const length = last.header.segmentBytes - last.position;
  return withFile(disk, last.path, (file) => file.write([Buffer.alloc(length)], length, last.position));
}

async function withFile<T>(disk: Disk, path: string, use: (file: DiskFile) => Promise<T>): Promise<T> {
  const file = await disk.open(path, 'existing');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Removes what is of no use; the names of the others may stand in the cache only, too. */
async function settleFolder(disk: Disk, folder: string, unused: readonly string[]): Promise<void> {
  await Promise.all(unused.map((file) => disk.remove(file)));
  await disk.syncFolder(folder);
}

function corrupt(segment: Segment, position: number, lsn: number, why: string): Refusal {
  return new Refusal('SRL_CORRUPT', `${path.basename(segment.path)}, position ${position}, LSN ${lsn}: ${why}`);
}
