import { describe, expect, it } from '@jest/globals';
import type { GroupUid, VolumeUid } from '../../model/ids.js';
import { readUid, writeUid } from '../bytes/uid.js';
import {
  ACTIVITY_SLOT_BYTES,
  ACTIVITY_SLOT_EXTENTS_MAX,
  decodeActivitySlot,
  encodeActivitySlot,
} from './activity-slot.js';
import {
  blockCountOf,
  changeMapBytes,
  decodeChangeMapHeader,
  encodeChangeMapHeader,
  isSectorWhole,
  regionCountOf,
  sealSector,
  sectorPosition,
} from './change-map-file.js';

const bytesOf = (text: string, length: number) => Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex')], length);
const owner = {
  groupUid: '00112233-4455-6677-8899-aabbccddeeff' as GroupUid,
  volumeUid: 'f0e1d2c3-b4a5-9687-7869-5a4b3c2d1e0f' as VolumeUid,
};
const OWNER = '00112233445566778899aabbccddeeff f0e1d2c3b4a5968778695a4b3c2d1e0f';

it('keeps an identity in 16 bytes', () => {
  const buffer = Buffer.alloc(20);
  writeUid(buffer, owner.volumeUid, 2);
  expect(readUid(buffer, 2)).toBe(owner.volumeUid);
});

describe('change map file', () => {
  const example = bytesOf(`454b434d 02 000000 00010000 0000000040000000 ${OWNER} 3626d248`, 4096);
  const sector = bytesOf('07', 508);

  it('is the bytes that docs/formats/metadata.md shows', () => {
    const header = { owner, sizeBytes: 2 ** 30, regionBytes: 65536 };
    expect(encodeChangeMapHeader(header).toString('hex', 0, 64)).toBe(example.toString('hex', 0, 64));
    expect(decodeChangeMapHeader(example, 'f')).toEqual(header);
    expect([regionCountOf(header), blockCountOf(header), changeMapBytes(header)]).toEqual([16384, 1, 3 * 4096]);
    expect([0, 1, 8].map((at) => sectorPosition('replay', at))).toEqual([8192, 8704, 16384]);
    const sealed = Buffer.concat([sector, Buffer.alloc(4)]);
    sealSector(sealed, 0, 'active', 1);
    expect(sealed.toString('hex', 508)).toBe('60e437f3');
  });

  it('C06: notices every damaged byte, and a sector in the place of another', () => {
    for (let at = 0; at < 56; at++) {
      const bytes = Buffer.from(example);
      bytes[at]! ^= 0x10;
      expect(() => decodeChangeMapHeader(bytes, 'f')).toThrow(expect.objectContaining({ code: 'FORMAT_CORRUPT' }));
    }
    const sealed = Buffer.concat([sector, Buffer.alloc(4)]);
    sealSector(sealed, 0, 'active', 1);
    expect(isSectorWhole(sealed, 0, 'active', 1)).toBe(true);
    expect([isSectorWhole(sealed, 0, 'replay', 1), isSectorWhole(sealed, 0, 'active', 2)]).toEqual([false, false]);
    for (let at = 0; at < 512; at++) {
      sealed[at]! ^= 1;
      expect(isSectorWhole(sealed, 0, 'active', 1)).toBe(false);
      sealed[at]! ^= 1;
    }
    expect(isSectorWhole(Buffer.alloc(512), 0, 'active', 0)).toBe(false);
  });
});

describe('activity slot', () => {
  const slot = { owner, sequence: 1, extentBytes: 4 * 1024 * 1024, extents: [2, 3] };
  const example = bytesOf(`454b414c 02 00 0002 00400000 0000000000000001 ${OWNER} 49b82729 00000002 00000003`, 512);

  it('begins with the bytes that docs/formats/metadata.md shows, and holds as many extents as it says', () => {
    const bytes = encodeActivitySlot(slot);
    expect(bytes.toString('hex', 0, 64)).toBe(example.toString('hex', 0, 64));
    expect(bytes.length).toBe(ACTIVITY_SLOT_BYTES);
    expect(decodeActivitySlot(bytes)).toEqual({ kind: 'whole', slot });
    const full = { ...slot, extents: Array.from({ length: ACTIVITY_SLOT_EXTENTS_MAX }, (_, i) => i * 3) };
    expect(decodeActivitySlot(encodeActivitySlot(full))).toEqual({ kind: 'whole', slot: full });
  });

  it('C06: tells a write that a loss of power cut, damage, and another version apart', () => {
    const bytes = encodeActivitySlot(slot);
    const newer = encodeActivitySlot({ ...slot, sequence: 3 });
    expect(decodeActivitySlot(Buffer.concat([newer.subarray(0, 1024), bytes.subarray(1024)]))).toEqual({
      kind: 'torn',
      sequenceMax: 3,
    });
    for (let at = 0; at < ACTIVITY_SLOT_BYTES; at += 37) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      expect(decodeActivitySlot(damaged)).toEqual({ kind: 'damaged', sequenceMax: 1, sector: Math.floor(at / 512) });
    }
    expect(decodeActivitySlot(Buffer.alloc(ACTIVITY_SLOT_BYTES))).toMatchObject({ kind: 'damaged', sequenceMax: null });
    expect(decodeActivitySlot(bytes.subarray(0, 8000))).toMatchObject({ kind: 'damaged', sequenceMax: 1 });
  });
});
