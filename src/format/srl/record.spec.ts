import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { makeLogEntry, type LogEntry } from './log-entry.js';
import { RecordParser } from './record-parser.js';
import { RecordType, encodeRecordHeader, findHeaderFault, predecessorCrcOf, recordBytes } from './record.js';

/** The record of docs/formats/srl.md: "hello, volume" at offset 4096 of volume 2, LSN 7, epoch 3. */
const example = Buffer.from(
  [
    '454b4c52 01 01 0000 00000002 0000000d 0000000000000003 0000000000000007 0000000000001000',
    '0000000d 0000019f00000000 000000000000020d 12345678 9086d825 9703f179',
    '68656c6c6f2c20766f6c756d65',
  ]
    .join('')
    .replaceAll(' ', ''),
  'hex',
);

function entryOf(text: string, lsn: number, type = RecordType.Write): LogEntry {
  const payload = type === RecordType.Write ? [Buffer.from(text)] : [];
  const entry = makeLogEntry(type, 2, 4096, text.length, payload, payload.length && text.length, 0x19f00000000, 3);
  entry.lsn = lsn;
  entry.runningBytes = 525;
  return entry;
}

function chain(entries: LogEntry[]): LogEntry[] {
  let crc = 0x12345678;
  for (const entry of entries) {
    encodeRecordHeader(entry, crc);
    crc = entry.headerCrc;
  }
  return entries;
}

function bytesOf(entries: LogEntry[]): Buffer {
  return Buffer.concat(entries.flatMap((entry) => [entry.header, ...entry.payload]));
}

const facts = (entries: LogEntry[]) =>
  entries.map((entry) => ({ ...entry, payload: Buffer.concat(entry.payload).toString('latin1') }));

describe('record of the log', () => {
  it('has the bytes that docs/formats/srl.md shows', () => {
    const [entry] = chain([entryOf('hello, volume', 7)]);
    expect(bytesOf([entry!]).toString('hex')).toBe(example.toString('hex'));
    expect(facts(new RecordParser('test').push(example))).toEqual(facts([entry!]));
    expect(predecessorCrcOf(entry!)).toBe(0x12345678);
    expect(recordBytes(entry!)).toBe(85);
  });

  it('comes out of the parser the same, wherever the bytes are cut', () => {
    const entries = chain([
      entryOf('first', 7),
      entryOf('0123456789', 8, RecordType.Trim),
      entryOf('', 9),
      entryOf('x'.repeat(100), 10),
    ]);
    const bytes = bytesOf(entries);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const parser = new RecordParser('test');
      const parsed = parser.push(bytes.subarray(0, cut));
      parser.push(bytes.subarray(cut), parsed);
      expect(facts(parsed)).toEqual(facts(entries));
      expect(parser.isBetweenRecords).toBe(true);
    }
    const single = new RecordParser('test');
    const parsed: LogEntry[] = [];
    for (const byte of bytes) single.push(Buffer.from([byte]), parsed);
    expect(facts(parsed)).toEqual(facts(entries));
  });

  it('hands out payloads without copying them', () => {
    const bytes = bytesOf(chain([entryOf('hello', 7)]));
    const [entry] = new RecordParser('test').push(bytes);
    expect(entry!.payload[0]!.buffer).toBe(bytes.buffer);
  });

  it('C06: notices every flipped bit, and gives the records before it', () => {
    const entries = chain([entryOf('first', 7), entryOf('second', 8)]);
    const good = bytesOf(entries);
    for (let bit = recordBytes(entries[0]!) * 8; bit < good.length * 8; bit++) {
      const bytes = Buffer.from(good);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const parsed: LogEntry[] = [];
      expect(() => new RecordParser('test').push(bytes, parsed)).toThrow(/File is/);
      expect(parsed.map((entry) => entry.lsn)).toEqual([7]);
    }
  });

  it('refuses fields beyond their bounds before it takes memory for them', () => {
    const large = chain([entryOf('x', 7)])[0]!.header;
    expect(findHeaderFault(large, 0)).toBeNull();
    const forged = entryOf('x', 7);
    Object.assign(forged, { payloadBytes: 1024 * 1024 + 1, length: 1024 * 1024 + 1 });
    encodeRecordHeader(forged, 0);
    expect(findHeaderFault(forged.header, 0)).toBe('field out of bounds');
    const unequal = entryOf('x', 7);
    Object.assign(unequal, { length: 2 });
    encodeRecordHeader(unequal, 0);
    expect(findHeaderFault(unequal.header, 0)).toBe('field out of bounds');
  });

  it('C06: tells a record of another version, by its checksum, from a damaged one', () => {
    const bytes = bytesOf(chain([entryOf('hello', 7)]));
    bytes[4] = 2;
    expect(() => new RecordParser('test').push(bytes)).toThrow(expect.objectContaining({ code: 'FORMAT_CORRUPT' }));
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 68)), 68);
    expect(() => new RecordParser('test').push(bytes)).toThrow(expect.objectContaining({ code: 'FORMAT_UNSUPPORTED' }));
  });
});
