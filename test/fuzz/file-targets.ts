/** Parsers of what stands in a node's files. */
import { crc32 } from 'node:zlib';
import {
  ACTIVITY_SLOT_BYTES,
  decodeActivitySlot,
  encodeActivitySlot,
  type ActivitySlot,
} from '../../src/format/metadata/activity-slot.js';
import {
  blockCountOf,
  CHANGE_MAP_HEADER_BYTES,
  CHANGE_MAP_SECTOR_BYTES,
  type ChangeMapHeader,
  changeMapBytes,
  decodeChangeMapHeader,
  encodeChangeMapHeader,
  isSectorWhole,
  sealSector,
  sectorPosition,
} from '../../src/format/metadata/change-map-file.js';
import { decodeAnyMetadata, encodeMetadata, type Metadata } from '../../src/format/metadata/envelope.js';
import type { Owner } from '../../src/format/metadata/owner.js';
import { decodeHead, encodeHead, HEAD_BYTES } from '../../src/format/srl/head.js';
import {
  decodeSegmentHeader,
  decodeSegmentTrailer,
  encodeSegmentHeader,
  encodeSegmentTrailer,
  INDEX_ENTRY_BYTES,
  SEGMENT_HEADER_BYTES,
  SEGMENT_TRAILER_BYTES,
  type SegmentHeader,
  SegmentIndex,
  type SegmentTrailer,
} from '../../src/format/srl/segment.js';
import type { GroupUid, VolumeUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import { jsonOf, type FuzzTarget } from './fuzz-target.js';

const owner: Owner = {
  groupUid: '00000000-0000-4000-8000-00000000000b' as GroupUid,
  volumeUid: '00000000-0000-4000-8000-00000000000c' as VolumeUid,
};
const groupId = Buffer.alloc(16, 0xab);
const SEGMENT_BYTES = 8 * MIB;
const SMALL = { factor: 8, extraBytes: 16 * 1024 };

function sealAt(bytes: Buffer, at: number): void {
  if (bytes.length >= at + 4) bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at);
}

const segmentHeader: FuzzTarget = {
  name: 'segment header',
  isStream: false,
  memory: SMALL,
  seeds: () => {
    const header = { groupId, segmentBytes: SEGMENT_BYTES, sequence: 3, firstLsn: 100, runningBytes: 9000 };
    return [
      encodeSegmentHeader({ ...header, predecessorCrc: 77, durableLsn: 99, isStart: false }),
      encodeSegmentHeader({ ...header, predecessorCrc: 0, durableLsn: 0, isStart: true }),
    ];
  },
  parse: ([bytes = Buffer.alloc(0)], take) => {
    const header = decodeSegmentHeader(bytes);
    if (typeof header === 'object') take(header);
  },
  seal: (bytes) => sealAt(bytes, 64),
  encode: ([header]) => encodeSegmentHeader(header as SegmentHeader).subarray(0, SEGMENT_HEADER_BYTES),
};

const segmentEnd: FuzzTarget = {
  name: 'segment index and trailer',
  isStream: false,
  memory: SMALL,
  seeds: () => {
    const index = new SegmentIndex();
    for (let i = 0; i < 5; i++) index.add(SEGMENT_HEADER_BYTES + i * 600, i, i * 4096, 512);
    return [segmentEndOf(index, { sequence: 9, recordCount: 5, indexPosition: 8000, indexCrc: 0 })];
  },
  // As a reader does: the trailer tells where the index is, and how long.
  parse: ([bytes = Buffer.alloc(0)], take) => {
    const trailer = decodeSegmentTrailer(bytes.subarray(-SEGMENT_TRAILER_BYTES), SEGMENT_BYTES);
    if (trailer === null) return;
    const stored = bytes.subarray(0, trailer.recordCount * INDEX_ENTRY_BYTES);
    if (crc32(stored) !== trailer.indexCrc || stored.length < trailer.recordCount * INDEX_ENTRY_BYTES) return;
    const index = new SegmentIndex(stored, trailer.recordCount, trailer.indexPosition);
    take(trailer);
    for (let i = 0; i < index.count; i++) {
      take({ position: index.position(i), slot: index.slot(i), offset: index.offset(i), length: index.length(i) });
    }
  },
  seal: (bytes) => {
    if (bytes.length < SEGMENT_TRAILER_BYTES) return;
    const trailer = bytes.subarray(-SEGMENT_TRAILER_BYTES);
    trailer.writeUInt32BE(crc32(bytes.subarray(0, trailer.readUInt32BE(16) * INDEX_ENTRY_BYTES)), 24);
    sealAt(trailer, 36);
  },
  encode: ([trailer, ...entries]) => {
    const index = new SegmentIndex();
    for (const { position, slot, offset, length } of entries as Record<string, number>[]) {
      if (!Number.isSafeInteger(offset)) return null;
      index.add(position!, slot!, offset!, length!);
    }
    const { sequence } = trailer as SegmentTrailer;
    return Number.isSafeInteger(sequence) ? segmentEndOf(index, trailer as SegmentTrailer) : null;
  },
};

function segmentEndOf(index: SegmentIndex, trailer: SegmentTrailer): Buffer {
  const bytes = index.encode();
  return Buffer.concat([bytes, encodeSegmentTrailer({ ...trailer, indexCrc: crc32(bytes) })]);
}

const head: FuzzTarget = {
  name: 'head of a log',
  isStream: false,
  memory: SMALL,
  seeds: () => [encodeHead(groupId, 1234)],
  parse: ([bytes = Buffer.alloc(0)], take) => {
    const found = decodeHead(bytes, groupId);
    if (typeof found === 'number') take(found);
  },
  seal: (bytes) => sealAt(bytes, HEAD_BYTES - 4),
  encode: ([found]) => (Number.isSafeInteger(found) ? encodeHead(groupId, found as number) : null),
};

const metadata: FuzzTarget = {
  name: 'small files',
  isStream: false,
  memory: { factor: 16, extraBytes: 16 * 1024 },
  seeds: () => [
    encodeMetadata('node', 1, { uid: owner.groupUid, name: 'site-a', runCounter: 3, controllers: [] }),
    encodeMetadata('volume', 1, {
      spec: { name: 'data', sizeBytes: 1 << 20, allowedClients: ['::1'] },
      backingPath: null,
    }),
    encodeMetadata('group', 2, { role: 'source', sessions: [{}], lineage: [{ number: 1, id: 'x', startLsn: 0 }] }),
  ],
  parse: ([bytes = Buffer.alloc(0)], take) => take(decodeAnyMetadata(bytes, 'fuzz')),
  seal: (bytes) => {
    const text = bytes.toString('utf8');
    const found = /^\{"format":"([^"]+)","version":(\d+),"crc32":"([0-9a-f]{8})","body":\n/.exec(text);
    if (found === null || !text.endsWith('\n}\n')) return;
    const body = text.slice(found[0].length, -3);
    const sum = crc32(`${found[1]} ${Number(found[2])}\n${body}`)
      .toString(16)
      .padStart(8, '0');
    bytes.write(sum, bytes.indexOf('"crc32":"') + 9, 'latin1');
  },
  encode: ([found]) => {
    const { format, version, body } = found as Metadata;
    return jsonOf(body) === null ? null : encodeMetadata(format.replace('evenkeel/', ''), version, body);
  },
};

const activity: FuzzTarget = {
  name: 'activity slot',
  isStream: false,
  memory: { factor: 16, extraBytes: 64 * 1024 },
  seeds: () => [
    encodeActivitySlot({ owner, sequence: 4, extentBytes: 4 * MIB, extents: [] }),
    encodeActivitySlot({
      owner,
      sequence: 5,
      extentBytes: 4 * MIB,
      extents: Array.from({ length: 300 }, (_, i) => i * 3),
    }),
  ],
  parse: ([bytes = Buffer.alloc(0)], take) => take(decodeActivitySlot(bytes)),
  seal: (bytes) => {
    for (let at = 0; at + 512 <= Math.min(bytes.length, ACTIVITY_SLOT_BYTES); at += 512) {
      const sector = bytes.subarray(at, at + 512);
      sector.writeUInt32BE(crc32(sector.subarray(56), crc32(sector.subarray(0, 52))), 52);
    }
  },
  encode: ([found]) => {
    const decoded = found as { kind: string; slot: ActivitySlot };
    // Extents stand in the first sectors of a slot that we wrote; another filling is read, and written our way.
    if (decoded.kind !== 'whole' || !Number.isSafeInteger(decoded.slot.sequence)) return null;
    return encodeActivitySlot(decoded.slot);
  },
};

const MAP: ChangeMapHeader = { owner, sizeBytes: 64 * MIB, regionBytes: 65_536 };

const changeMap: FuzzTarget = {
  name: 'change map',
  isStream: false,
  memory: SMALL,
  seeds: () => [changeMapOf(MAP), changeMapOf({ ...MAP, sizeBytes: MIB, regionBytes: 4096 })],
  parse: ([bytes = Buffer.alloc(0)], take) => {
    const header = decodeChangeMapHeader(bytes, 'fuzz');
    take(header);
    // What a reader reckons with, before it takes memory.
    take({ kind: 'size', blocks: blockCountOf(header), bytes: changeMapBytes(header) });
    for (const bitmap of ['active', 'replay'] as const) {
      const at = sectorPosition(bitmap, 0);
      if (at + CHANGE_MAP_SECTOR_BYTES <= bytes.length)
        take({ kind: bitmap, isWhole: isSectorWhole(bytes, at, bitmap, 0) });
    }
  },
  seal: (bytes) => sealAt(bytes, 52),
};

function changeMapOf(header: ChangeMapHeader): Buffer {
  const bytes = Buffer.alloc(Math.min(changeMapBytes(header), CHANGE_MAP_HEADER_BYTES + 8192));
  encodeChangeMapHeader(header).copy(bytes);
  for (const bitmap of ['active', 'replay'] as const) sealSector(bytes, sectorPosition(bitmap, 0), bitmap, 0);
  return bytes;
}

export const FILE_TARGETS: readonly FuzzTarget[] = [segmentHeader, segmentEnd, head, metadata, activity, changeMap];
