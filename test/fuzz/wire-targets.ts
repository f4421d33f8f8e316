/** Parsers of what comes over the network. */
import { crc32 } from 'node:zlib';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import * as nbd from '../../src/format/nbd/messages.js';
import { RequestParser } from '../../src/format/nbd/request-parser.js';
import { encodeMessage } from '../../src/format/peer/encode.js';
import {
  BODY_BYTES_AT,
  BODY_CRC_AT,
  COMPRESSED_PREFIX_BYTES,
  COMPRESSION_AT,
  FRAME_HEADER_BYTES,
  HEADER_CRC_AT,
} from '../../src/format/peer/frame.js';
import { FrameParser } from '../../src/format/peer/frame-parser.js';
import { PeerMessageType as Type, type PeerMessage } from '../../src/format/peer/messages.js';
import { makeLogEntry, type LogEntry } from '../../src/format/srl/log-entry.js';
import { RecordParser } from '../../src/format/srl/record-parser.js';
import { encodeRecordHeader, predecessorCrcOf, RECORD_HEADER_BYTES, RecordType } from '../../src/format/srl/record.js';
import type { GroupUid, NodeUid } from '../../src/model/ids.js';
import { lsn } from '../../src/model/position.js';
import { MIB } from '../../src/model/sizes.js';
import { Handshake } from '../../src/storage-node/nbd/handshake.js';
import { HostErrors } from '../../src/storage-node/volume/host-errors.js';
import type { BlockTarget } from '../../src/storage-node/volume/host-request.js';
import { attachBytes, clientFlags, optionBytes } from '../support/raw-host.js';
import type { FuzzTarget } from './fuzz-target.js';

const nodeUid = '00000000-0000-4000-8000-00000000000a' as NodeUid;
const groupUid = '00000000-0000-4000-8000-00000000000b' as GroupUid;
const lineage = [{ number: 1, id: '0123456789abcdef', startLsn: lsn(0) }];

// The handshake of NBD

const volume: BlockTarget = {
  name: 'disk',
  sizeBytes: 64 * MIB,
  preferredBlockBytes: 4096,
  accessRefusal: null,
  allowedClients: ['127.0.0.1'],
  errors: new HostErrors(),
  submit: () => {},
  extents: () => Promise.resolve([]),
};

function withLength(text: string): Buffer {
  const bytes = Buffer.from(`    ${text}`);
  bytes.writeUInt32BE(bytes.length - 4);
  return bytes;
}

const goData = Buffer.concat([withLength('disk'), Buffer.from([0, 2, 0, 1, 0, 3])]);
const contextData = Buffer.concat([withLength('disk'), Buffer.from([0, 0, 0, 1]), withLength('base:allocation')]);

const handshake: FuzzTarget = {
  name: 'NBD handshake',
  isStream: true,
  memory: { factor: 64, extraBytes: 64 * 1024 },
  seeds: () => [
    attachBytes('disk'),
    Buffer.concat([
      clientFlags(),
      optionBytes(nbd.NBD_OPT_STRUCTURED_REPLY, Buffer.alloc(0)),
      optionBytes(nbd.NBD_OPT_LIST, Buffer.alloc(0)),
      optionBytes(nbd.NBD_OPT_LIST_META_CONTEXT, contextData),
      optionBytes(nbd.NBD_OPT_SET_META_CONTEXT, contextData),
      optionBytes(nbd.NBD_OPT_INFO, goData),
      optionBytes(nbd.NBD_OPT_GO, goData),
      encodeRequest(0, nbd.NBD_CMD_READ, 1n, 0, 512),
    ]),
    Buffer.concat([
      clientFlags(),
      optionBytes(nbd.NBD_OPT_STARTTLS, Buffer.alloc(9)),
      optionBytes(nbd.NBD_OPT_ABORT, Buffer.alloc(0)),
    ]),
  ],
  parse(pieces, take) {
    const sent: Buffer[] = [];
    const exports = { lookup: (name: string) => (name === 'disk' ? volume : undefined), list: () => [volume] };
    const talk = new Handshake(exports, '127.0.0.1', (bytes) => sent.push(bytes));
    const rest: Buffer[] = [];
    let outcome = 'talking';
    try {
      for (const piece of pieces) {
        if (outcome === 'attached') rest.push(piece);
        else if (outcome !== 'ended') outcome = talkOn(talk, piece);
      }
    } finally {
      if (outcome === 'attached') rest.unshift(...talk.rest());
      take({ kind: outcome, isStructured: talk.isStructured, hasBlockStatus: talk.hasBlockStatus });
      take({ kind: 'sent', bytes: Buffer.concat(sent), rest: Buffer.concat(rest) });
    }
  },
};

function talkOn(talk: Handshake, piece: Buffer): string {
  let outcome: string = talk.push(piece);
  while (outcome === 'busy') outcome = talk.push(Buffer.alloc(0));
  return outcome;
}

// Requests of NBD

interface Request {
  readonly command: number;
  readonly flags: number;
  readonly cookie: bigint;
  readonly offset: number;
  readonly length: number;
  readonly payload: Buffer;
  readonly isPayloadDropped: boolean;
}

const requests: FuzzTarget = {
  name: 'NBD requests',
  isStream: true,
  memory: { factor: 4, extraBytes: 1024 },
  seeds: () => [
    Buffer.concat([
      encodeRequest(1, nbd.NBD_CMD_WRITE, 1n, 4096, 100),
      Buffer.alloc(100, 7),
      encodeRequest(0, nbd.NBD_CMD_READ, 2n, 0, 4096),
      encodeRequest(0, nbd.NBD_CMD_FLUSH, 3n, 0, 0),
    ]),
    Buffer.concat([encodeRequest(0, nbd.NBD_CMD_WRITE, 4n, 0, 20_000), Buffer.alloc(20_000, 9)]),
    Buffer.concat([
      encodeRequest(0, nbd.NBD_CMD_TRIM, 5n, 512, MIB),
      encodeRequest(2, nbd.NBD_CMD_WRITE_ZEROES, 6n, 2 ** 40, MIB),
      encodeRequest(8, nbd.NBD_CMD_BLOCK_STATUS, 7n, 0, MIB),
      encodeRequest(0, nbd.NBD_CMD_DISC, 8n, 0, 0),
    ]),
  ],
  parse(pieces, take) {
    // As a server does whose volume has 64 MiB, and that has to wait for memory now and then.
    let asked = 0;
    const parser: RequestParser = new RequestParser(() => {
      if (++asked % 3 === 0) return 'wait';
      return parser.offset + parser.length > volume.sizeBytes ? 'drop' : 'take';
    });
    for (const piece of pieces) {
      parser.push(piece);
      while (parser.next() || parser.isHeld) if (!parser.isHeld) take(requestOf(parser));
    }
  },
  encode: (items) => {
    const found = items as Request[];
    if (found.some(({ isPayloadDropped, offset }) => isPayloadDropped || !Number.isSafeInteger(offset))) return null;
    return Buffer.concat(
      found.flatMap(({ command, flags, cookie, offset, length, payload }) => [
        encodeRequest(flags, command, cookie, offset, length),
        payload,
      ]),
    );
  },
};

function requestOf(parser: RequestParser): Request {
  const { command, flags, offset, length, isPayloadDropped } = parser;
  const cookie = (BigInt(parser.cookieHigh) << 32n) | BigInt(parser.cookieLow);
  return { command, flags, cookie, offset, length, payload: Buffer.concat(parser.payload), isPayloadDropped };
}

// Messages between nodes

const messages: PeerMessage[] = [
  {
    type: Type.Hello,
    versionMin: 1,
    versionMax: 1,
    nodeUid,
    runCounter: 3,
    runIds: ['00000000000000a1'],
    groupUid,
    sessions: [{ uid: 'x' }],
    lineage,
    headLsn: lsn(7),
    oldestLsn: lsn(1),
  },
  {
    type: Type.Welcome,
    version: 1,
    nodeUid,
    runCounter: 1,
    runIds: ['00000000000000b1'],
    continuityId: '00000000000000b0',
    sessions: [],
    lineage,
    receivedLsn: lsn(5),
    durableLsn: lsn(4),
    dataState: 'Consistent',
    hasChanges: false,
    isBlank: true,
    sizes: [{ slot: 0, sizeBytes: 4_194_304 }],
    windowBytes: 1 << 20,
    compressions: ['Lz4'],
  },
  { type: Type.Refuse, code: 'NODE_NOT_FOUND', message: 'no session' },
  { type: Type.Records, body: Buffer.from('records as they are') },
  {
    type: Type.Ack,
    receivedLsn: lsn(9),
    durableLsn: lsn(8),
    appliedLsn: lsn(7),
    syncedRegionSequence: 6,
    consumedBytes: 5,
  },
  {
    type: Type.Heartbeat,
    sentUs: 5000,
    echoUs: 4750,
    heldUs: 12,
    lsn: lsn(42),
    members: [{ nodeUid: '0190b4a2-7c1e-4d5f-8a3b-2c6d9e0f1a7b' as NodeUid, durableLsn: lsn(7) }],
  },
  {
    type: Type.Region,
    sequence: 1,
    slot: 2,
    offset: 65_536,
    lengthBytes: 4,
    isZero: false,
    payload: Buffer.from('data'),
  },
  { type: Type.Region, sequence: 2, slot: 2, offset: 0, lengthBytes: 1 << 30, isZero: true, payload: Buffer.alloc(0) },
  {
    type: Type.StartLog,
    fromLsn: lsn(3),
    predecessorCrc: 7,
    runningBytes: 800,
    isReset: true,
    consistentAtLsn: lsn(5),
    lineage,
    members: [
      { slot: 0, addedLsn: lsn(0), joinedLsn: lsn(0) },
      { slot: 3, addedLsn: lsn(4), joinedLsn: null },
    ],
  },
  { type: Type.StartResync, lineage, fromLsn: lsn(3), members: [] },
  { type: Type.StreamState, isEquivalent: true, atLsn: lsn(11) },
  { type: Type.Suspend, atLsn: lsn(5), sessions: [{}] },
  { type: Type.MapBits, slot: 1, firstRegion: 64, regionBytes: 65_536, bits: Buffer.from([1, 2, 255]) },
  { type: Type.TailEnd, lastLsn: lsn(2) },
  { type: Type.Bye, reason: 'the node stops' },
];

const compressible = Buffer.from('the same again and '.repeat(40));
const compressed: readonly Buffer[] = (['Lz4', 'Zstd'] as const).flatMap((compression) => [
  Buffer.concat(encodeMessage({ type: Type.Records, body: compressible }, compression)),
  Buffer.concat(
    encodeMessage(
      {
        type: Type.Region,
        sequence: 3,
        slot: 0,
        offset: 0,
        lengthBytes: compressible.length,
        isZero: false,
        payload: compressible,
      },
      compression,
    ),
  ),
]);
/** What a connection may have admitted at once, as its pool says. */
const ADMITTED_BYTES_MAX = 8 * MIB;

const frames: FuzzTarget = {
  name: 'peer frames',
  isStream: true,
  // Of bodies memory is taken before they have come, or for what they become: as much as is admitted, and a window of Zstandard.
  memory: { factor: 4, extraBytes: ADMITTED_BYTES_MAX + 4 * MIB },
  seeds: () => [
    ...compressed,
    ...messages.map((message) => Buffer.concat(encodeMessage(message))),
    Buffer.concat(messages.flatMap((message) => encodeMessage(message))),
  ],
  parse(pieces, take) {
    const parser = new FrameParser();
    let admittedBytes = 0;
    parser.admits = (_, bytes) => (admittedBytes += bytes) <= ADMITTED_BYTES_MAX;
    for (const piece of pieces) {
      parser.push(piece);
      for (let message = parser.next(); message !== null; message = parser.next()) take(copyOf(message));
      if (parser.isHeld) return;
    }
  },
  seal(bytes) {
    for (let at = 0; at + FRAME_HEADER_BYTES <= bytes.length;) {
      const end = at + FRAME_HEADER_BYTES + bytes.readUInt32BE(at + BODY_BYTES_AT);
      const body = bytes.subarray(at + FRAME_HEADER_BYTES, end);
      // The checksum of a compressed body is in it; that of what it becomes stays.
      if (bytes[at + COMPRESSION_AT] === 0) bytes.writeUInt32BE(crc32(body), at + BODY_CRC_AT);
      else if (body.length >= COMPRESSED_PREFIX_BYTES) {
        body.writeUInt32BE(crc32(body.subarray(COMPRESSED_PREFIX_BYTES), crc32(body.subarray(0, 4))), 4);
      }
      bytes.writeUInt32BE(crc32(bytes.subarray(at, at + HEADER_CRC_AT)), at + HEADER_CRC_AT);
      at = end;
    }
  },
  encode: (items) => Buffer.concat((items as PeerMessage[]).flatMap((message) => encodeMessage(message))),
};

/** Payloads are slices of the input, which the next test overwrites. */
function copyOf(message: PeerMessage): PeerMessage {
  if (message.type === Type.Records) return { ...message, body: Buffer.from(message.body) };
  if (message.type === Type.Region) return { ...message, payload: Buffer.from(message.payload) };
  return message.type === Type.MapBits ? { ...message, bits: Buffer.from(message.bits) } : message;
}

// Records of the log, on the wire and in files

function recordsOf(entries: readonly LogEntry[]): Buffer {
  let crc = 0;
  for (const [index, entry] of entries.entries()) {
    entry.lsn = index + 1;
    encodeRecordHeader(entry, crc);
    crc = entry.headerCrc;
  }
  return Buffer.concat(entries.flatMap(({ header, payload }) => [header, ...payload]));
}

const records: FuzzTarget = {
  name: 'log records',
  isStream: true,
  memory: { factor: 4, extraBytes: 1024 },
  seeds: () => {
    const data = Buffer.from('payload of a write');
    const role = Buffer.from('{"number":2,"id":"0123456789abcdef"}');
    return [
      recordsOf([makeLogEntry(RecordType.Write, 1, 4096, data.length, [data], data.length, 1000, 1)]),
      recordsOf([
        makeLogEntry(RecordType.Role, 0, 0, 0, [role], role.length, 1000, 2),
        makeLogEntry(RecordType.Zero, 1, 0, MIB, [], 0, 1001, 2),
        makeLogEntry(RecordType.Trim, 1, 512, 512, [], 0, 1002, 2),
        makeLogEntry(RecordType.Write, 2, 2 ** 40, 5000, [Buffer.alloc(5000, 3)], 5000, 1003, 2),
      ]),
    ];
  },
  parse(pieces, take) {
    const parser = new RecordParser('fuzz');
    for (const piece of pieces) {
      const entries: LogEntry[] = [];
      try {
        parser.push(piece, entries);
      } finally {
        for (const entry of entries) {
          take({ ...entry, header: Buffer.from(entry.header), payload: [Buffer.concat(entry.payload)] });
        }
      }
    }
  },
  seal(bytes) {
    for (let at = 0; at + RECORD_HEADER_BYTES <= bytes.length;) {
      const end = at + RECORD_HEADER_BYTES + bytes.readUInt32BE(at + 12);
      bytes.writeUInt32BE(crc32(bytes.subarray(at + RECORD_HEADER_BYTES, end)), at + 64);
      bytes.writeUInt32BE(crc32(bytes.subarray(at, at + 68)), at + 68);
      at = end;
    }
  },
  encode: (items) => {
    const entries = (items as LogEntry[]).map((entry) => ({ ...entry }));
    // Flags are kept for later versions, and are not ours to write.
    if (entries.some(({ header }) => header.readUInt16BE(6) !== 0)) return null;
    for (const entry of entries) encodeRecordHeader(entry, predecessorCrcOf(entry));
    return Buffer.concat(entries.flatMap(({ header, payload }) => [header, ...payload]));
  },
};

export const WIRE_TARGETS: readonly FuzzTarget[] = [handshake, requests, frames, records];
