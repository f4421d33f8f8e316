import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import {
  SegmentIndex,
  decodeSegmentHeader,
  decodeSegmentTrailer,
  encodeSegmentHeader,
  encodeSegmentTrailer,
} from './segment.js';

const MIB = 1024 * 1024;
const header = {
  groupId: Buffer.from('00112233445566778999aabbccddeeff', 'hex'),
  segmentBytes: 8 * MIB,
  sequence: 3,
  firstLsn: 2 ** 40,
  runningBytes: 2 ** 50,
  predecessorCrc: 0xfedcba98,
  durableLsn: 2 ** 40 - 5,
  isStart: true,
};
const trailer = { sequence: 3, recordCount: 100, indexPosition: 5000, indexCrc: 0xaabbccdd };

describe('segment of the log', () => {
  it('gives back its header, and names the fault of any other bytes', () => {
    const bytes = encodeSegmentHeader(header);
    expect(bytes.length).toBe(4096);
    expect(decodeSegmentHeader(bytes)).toEqual(header);
    expect(decodeSegmentHeader(Buffer.alloc(4096))).toBe('magic');
    expect(decodeSegmentHeader(bytes.subarray(0, 20))).toBe('magic');
    for (let at = 0; at < 68; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1;
      expect(decodeSegmentHeader(flipped)).toBe(at < 4 ? 'magic' : 'header checksum');
    }
    expect(decodeSegmentHeader(encodeSegmentHeader({ ...header, firstLsn: 0 }))).toBe('field out of bounds');
    bytes[4] = 2;
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 64)), 64);
    expect(decodeSegmentHeader(bytes)).toBe('version');
  });

  it('gives back its trailer, and none from damaged bytes or an index beyond the file', () => {
    const bytes = encodeSegmentTrailer(trailer);
    expect(decodeSegmentTrailer(bytes, 8 * MIB)).toEqual(trailer);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1;
      expect(decodeSegmentTrailer(flipped, 8 * MIB)).toBeNull();
    }
    expect(decodeSegmentTrailer(bytes, 7000)).toBeNull();
  });

  it('keeps an index of any number of records', () => {
    const index = new SegmentIndex();
    for (let i = 0; i < 1000; i++) index.add(4096 + i, i % 7, 2 ** 40 + i, i);
    const copy = new SegmentIndex(Buffer.from(index.encode()), index.count);
    expect(copy.count).toBe(1000);
    expect([copy.position(999), copy.slot(999), copy.offset(999), copy.length(999)]).toEqual([
      4096 + 999,
      999 % 7,
      2 ** 40 + 999,
      999,
    ]);
  });
});
