import type { RecordType } from './record.js';

/**
 * One record of a group's log in memory. The host path makes it with its payload as the socket delivered it; the log numbers it and
 * encodes its header; streams send header and payload as they are, so that disk and wire carry the same bytes.
 */
export interface LogEntry {
  readonly type: RecordType;
  /** Number of the volume in its group; 0 for records of the group itself. */
  readonly slot: number;
  readonly offset: number;
  /** Bytes of the volume that the record covers; equals payloadBytes for writes, 0 for records of the group itself. */
  readonly length: number;
  readonly payload: readonly Buffer[];
  readonly payloadBytes: number;
  /** Wall clock at the source, milliseconds, a whole number. */
  readonly timeMs: number;
  /** Set before the entry is appended. */
  epoch: number;
  /** 0 until the log numbered it. */
  lsn: number;
  /** Bytes of all records up to and with this one, headers included, since the log began. */
  runningBytes: number;
  /** Encoded header; empty until numbered. */
  header: Buffer;
  /** CRC of the header, the next record's predecessor CRC. */
  headerCrc: number;
}

const NO_HEADER = Buffer.alloc(0);

/** An entry that the log has not numbered yet. Entries made here and by decoding share one shape, which keeps the hot path fast. */
export function makeLogEntry(
  type: RecordType,
  slot: number,
  offset: number,
  length: number,
  payload: readonly Buffer[],
  payloadBytes: number,
  timeMs: number,
  epoch: number,
): LogEntry {
  return {
    type,
    slot,
    offset,
    length,
    payload,
    payloadBytes,
    timeMs,
    epoch,
    lsn: 0,
    runningBytes: 0,
    header: NO_HEADER,
    headerCrc: 0,
  };
}
