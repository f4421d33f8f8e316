import { crc32 } from 'node:zlib';
import {
  RECORD_HEADER_BYTES,
  RecordType,
  decodeRecordHeader,
  findHeaderFault,
  isPayloadIntact,
  payloadBytesOf,
  predecessorCrcOf,
} from '../../format/srl/record.js';
import {
  INDEX_ENTRY_BYTES,
  SEGMENT_HEADER_BYTES,
  SEGMENT_TRAILER_BYTES,
  decodeSegmentHeader,
  decodeSegmentTrailer,
  type SegmentHeader,
} from '../../format/srl/segment.js';

const TYPE_NAMES: Record<RecordType, string> = {
  [RecordType.Write]: 'write',
  [RecordType.Zero]: 'zero',
  [RecordType.Trim]: 'trim',
  [RecordType.Marker]: 'marker',
  [RecordType.Membership]: 'membership',
  [RecordType.Role]: 'role',
};

export function describeSegment(bytes: Buffer): string[] {
  const header = decodeSegmentHeader(bytes);
  if (typeof header === 'string') return [`error: segment header: ${header}`];
  const lines = [
    'segment of a log, version 1',
    `group ${header.groupId.toString('hex')}, sequence ${header.sequence}${header.isStart ? ', the log begins here' : ''}`,
    `first LSN ${header.firstLsn}, after ${header.runningBytes} bytes, predecessor ${hex(header.predecessorCrc)}, durable LSN ${header.durableLsn}`,
  ];
  const { end, count } = addRecords(bytes, header, lines);
  lines.push(describeEnd(bytes, header, end, count));
  return lines;
}

function addRecords(bytes: Buffer, header: SegmentHeader, lines: string[]): { end: number; count: number } {
  let at = SEGMENT_HEADER_BYTES;
  let lsn = header.firstLsn;
  let crc = header.predecessorCrc;
  for (; at + RECORD_HEADER_BYTES <= bytes.length && findHeaderFault(bytes, at) === null; lsn++) {
    const end = at + RECORD_HEADER_BYTES + payloadBytesOf(bytes, at);
    const entry = decodeRecordHeader(bytes, at, [bytes.subarray(at + RECORD_HEADER_BYTES, end)]);
    if (entry.lsn !== lsn || predecessorCrcOf(entry) !== crc) break;
    const fault = end > bytes.length || !isPayloadIntact(entry) ? '  error: payload checksum' : '';
    lines.push(
      `@${at} LSN ${lsn} ${TYPE_NAMES[entry.type]} slot ${entry.slot} offset ${entry.offset} length ${entry.length}` +
        ` epoch ${entry.epoch} time ${new Date(entry.timeMs).toISOString()} running ${entry.runningBytes} crc ${hex(entry.headerCrc)}${fault}`,
    );
    crc = entry.headerCrc;
    at = end;
  }
  return { end: at, count: lsn - header.firstLsn };
}

function describeEnd(bytes: Buffer, header: SegmentHeader, end: number, count: number): string {
  const trailer = decodeSegmentTrailer(bytes.subarray(-SEGMENT_TRAILER_BYTES), header.segmentBytes);
  if (trailer !== null && trailer.sequence === header.sequence) {
    const index = bytes.subarray(
      trailer.indexPosition,
      trailer.indexPosition + trailer.recordCount * INDEX_ENTRY_BYTES,
    );
    if (trailer.recordCount !== count) return `error: closed after ${trailer.recordCount} records, ${count} found`;
    return crc32(index) === trailer.indexCrc
      ? `@${end} closed after ${count} records`
      : `error: @${end} index checksum`;
  }
  const fault = end + RECORD_HEADER_BYTES <= bytes.length ? findHeaderFault(bytes, end) : 'magic';
  if (fault === null) return `@${end} ends after ${count} records; a record that does not continue them stands here`;
  if (fault === 'magic') return `@${end} ends after ${count} records`;
  return `error: @${end} ends after ${count} records: record ${fault}`;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
