import { describe, expect, it } from '@jest/globals';
import { ACTIVITY_SLOT_BYTES, decodeActivitySlot, encodeActivitySlot } from './activity-slot.js';
import { blockCountOf, decodeChangeMapHeader, encodeChangeMapHeader, regionCountOf } from './change-map-header.js';

const bytesOf = (text: string, length: number) => Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex')], length);

describe('change map header', () => {
  const example = bytesOf('454b434d 01 000000 00010000 0000000040000000 1d59e108', 4096);

  it('is the bytes that docs/formats/metadata.md shows', () => {
    const header = { sizeBytes: 2 ** 30, regionBytes: 65536 };
    expect(encodeChangeMapHeader(header).equals(example)).toBe(true);
    expect(decodeChangeMapHeader(example, 'f')).toEqual(header);
    expect([regionCountOf(header), blockCountOf(header)]).toEqual([16384, 1]);
  });

  it('notices every damaged byte', () => {
    for (let at = 0; at < 24; at++) {
      const bytes = Buffer.from(example);
      bytes[at]! ^= 0x10;
      expect(() => decodeChangeMapHeader(bytes, 'f')).toThrow(/File is/);
    }
  });
});

describe('activity slot', () => {
  const example = bytesOf(
    '454b414c 01 000000 00400000 0000000000000001 00000002 b71ebe53 00000002 00000003',
    ACTIVITY_SLOT_BYTES,
  );

  it('is the bytes that docs/formats/metadata.md shows', () => {
    const slot = { sequence: 1, extentBytes: 4 * 1024 * 1024, extents: [2, 3] };
    expect(encodeActivitySlot(slot).equals(example)).toBe(true);
    expect(decodeActivitySlot(example)).toEqual(slot);
  });

  it('tells a slot never written, one of another version and a damaged one apart', () => {
    expect(decodeActivitySlot(Buffer.alloc(ACTIVITY_SLOT_BYTES))).toBe('blank');
    for (const at of [0, 8, 13, 20, 24, 28, 35, 8191]) {
      const bytes = Buffer.from(example);
      bytes[at]! ^= 1;
      expect(decodeActivitySlot(bytes)).toBe('damaged');
    }
    const newer = Buffer.from(example);
    newer[4] = 2;
    expect(decodeActivitySlot(newer)).toBe('version');
    expect(decodeActivitySlot(example.subarray(1))).toBe('damaged');
  });
});
