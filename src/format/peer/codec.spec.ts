import { describe, expect, it } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { GroupUid, NodeUid } from '../../model/ids.js';
import { lsn } from '../../model/position.js';
import { encodeMessage, encodeRecords } from './encode.js';
import { FRAME_HEADER_BYTES, RECORDS_BODY_BYTES_MAX } from './frame.js';
import { FrameParser } from './frame-parser.js';
import type { PeerMessage } from './messages.js';
import { PeerMessageType as Type } from './messages.js';
import { ProtocolError } from './protocol-error.js';

const nodeUid = '00000000-0000-4000-8000-00000000000a' as NodeUid;
const groupUid = '00000000-0000-4000-8000-00000000000b' as GroupUid;
const lineage = [
  { number: 1, id: '0123456789abcdef', startLsn: lsn(0) },
  { number: 4, id: 'fedcba9876543210', startLsn: lsn(900) },
];

/** Bytes made by another program from the tables of docs/formats/peer-protocol.md. */
const golden: [string, PeerMessage, string][] = [
  [
    'Records',
    { type: Type.Records, body: Buffer.from('EVKR-record-bytes') },
    '45564b50 01 04 0000 00000011 00000000 65082acb 45564b522d7265636f72642d6279746573',
  ],
  [
    'Ack',
    {
      type: Type.Ack,
      receivedLsn: lsn(0x1_0000_0002),
      durableLsn: lsn(258),
      appliedLsn: lsn(257),
      syncedRegionSequence: 7,
      consumedBytes: 1_048_576,
    },
    '45564b50 01 05 0000 00000028 63313899 9ac16fad 0000000100000002 0000000000000102 0000000000000101 0000000000000007 0000000000100000',
  ],
  [
    'Heartbeat',
    { type: Type.Heartbeat, sentUs: 5000, echoUs: 4750, heldUs: 12, lsn: lsn(42), members: [] },
    '45564b50 01 06 0000 00000020 2d7e7f0e e20d78bb 0000000000001388 000000000000128e 000000000000000c 000000000000002a',
  ],
  [
    'Heartbeat with the position of another member',
    {
      type: Type.Heartbeat,
      sentUs: 5000,
      echoUs: 4750,
      heldUs: 12,
      lsn: lsn(42),
      members: [{ nodeUid: '0190b4a2-7c1e-4d5f-8a3b-2c6d9e0f1a7b' as NodeUid, durableLsn: lsn(40) }],
    },
    '45564b50 01 06 0000 00000038 7d8bdb01 904b7e1d 0000000000001388 000000000000128e 000000000000000c 000000000000002a' +
      ' 0190b4a27c1e4d5f8a3b2c6d9e0f1a7b 0000000000000028',
  ],
  [
    'Region',
    {
      type: Type.Region,
      sequence: 3,
      slot: 2,
      offset: 65_536,
      lengthBytes: 4,
      isZero: false,
      payload: Buffer.from('deadbeef', 'hex'),
    },
    '45564b50 01 07 0000 0000001c 386150c8 57f4eef4 0000000000000003 0000000000010000 00000004 00000002 deadbeef',
  ],
  [
    'Region of zeros',
    {
      type: Type.Region,
      sequence: 4,
      slot: 0,
      offset: 131_072,
      lengthBytes: 0x8000_0000,
      isZero: true,
      payload: Buffer.alloc(0),
    },
    '45564b50 01 07 0001 00000018 db9ed1f4 c2aa53c1 0000000000000004 0000000000020000 80000000 00000000',
  ],
  [
    'MapBits',
    { type: Type.MapBits, slot: 1, firstRegion: 8, regionBytes: 65_536, bits: Buffer.from([5]) },
    '45564b50 01 0f 0000 00000011 77f62223 045d0d9a 00000001 00010000 0000000000000008 05',
  ],
  [
    'Resend',
    { type: Type.Resend, fromLsn: lsn(43) },
    '45564b50 01 11 0000 00000010 381ddcdb 9a240ad0 7b2266726f6d4c736e223a223433227d',
  ],
  [
    'Bye',
    { type: Type.Bye, reason: 'maintenance' },
    '45564b50 01 15 0000 00000018 147e35e7 1a2b634e 7b22726561736f6e223a226d61696e74656e616e6365227d',
  ],
];

/** One of each type whose body is JSON, besides the golden ones. */
const others: PeerMessage[] = [
  {
    type: Type.Hello,
    versionMin: 1,
    versionMax: 1,
    nodeUid,
    runCounter: 12,
    runIds: ['00000000000000c0', '00000000000000bf'],
    groupUid,
    sessions: [{ uid: groupUid, generation: 3 }],
    lineage,
    headLsn: lsn(1000),
    oldestLsn: lsn(1),
  },
  {
    type: Type.Welcome,
    version: 1,
    nodeUid,
    runCounter: 2,
    runIds: ['0000000000000002', '0000000000000001'],
    continuityId: '00000000000000ff',
    sessions: [],
    lineage: [],
    receivedLsn: lsn(Number.MAX_SAFE_INTEGER),
    durableLsn: lsn(0),
    dataState: 'Consistent',
    hasChanges: false,
    isBlank: true,
    sizes: [{ slot: 0, sizeBytes: 4_194_304 }],
    windowBytes: 16_777_216,
    compressions: ['None', 'Lz4', 'Zstd'],
  },
  { type: Type.Refuse, code: 'NODE_VERSION_UNSUPPORTED', message: 'speaks 3 — «new»' },
  {
    type: Type.StartLog,
    fromLsn: lsn(5),
    predecessorCrc: 0xffff_ffff,
    runningBytes: 8192,
    isReset: true,
    consistentAtLsn: lsn(9),
    lineage,
    members: [
      { slot: 0, addedLsn: lsn(0), joinedLsn: lsn(0) },
      { slot: 3, addedLsn: lsn(4), joinedLsn: null },
    ],
  },
  { type: Type.StartResync, lineage, fromLsn: lsn(77), members: [] },
  { type: Type.LogStarted },
  { type: Type.StreamState, isEquivalent: true, atLsn: lsn(80) },
  { type: Type.Suspend, atLsn: lsn(81), sessions: [{ generation: 4 }] },
  { type: Type.Suspended, generation: 4 },
  { type: Type.MapRequest, aboveLsn: lsn(900) },
  { type: Type.MapEnd },
  { type: Type.TailRequest, fromLsn: lsn(1000) },
  { type: Type.TailEnd, lastLsn: lsn(1003) },
  { type: Type.SyncRequest, lsn: lsn(1004) },
];

const all = [...golden.map(([, message]) => message), ...others];
const stream = Buffer.concat(all.flatMap((message) => encodeMessage(message)));

function parse(chunks: readonly Buffer[], parser = new FrameParser()): PeerMessage[] {
  const messages: PeerMessage[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let message = parser.next(); message; message = parser.next()) messages.push(message);
  }
  return messages;
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.fault;
    throw error;
  }
  return 'none';
}

describe('peer codec', () => {
  it.each(golden)('encodes %s to the bytes of the specification', (_name, message, hex) => {
    expect(Buffer.concat(encodeMessage(message)).toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  it.each(golden)('decodes %s from the bytes of the specification', (_name, message, hex) => {
    expect(parse([Buffer.from(hex.replaceAll(' ', ''), 'hex')])).toEqual([message]);
  });

  it('decodes every type as it was encoded, all in one chunk', () => {
    expect(parse([stream])).toEqual(all);
    expect(new Set(all.map(({ type }) => type)).size).toBe(21);
  });

  it('gives the same messages wherever the stream is cut', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const messages = parse([stream.subarray(0, cut), stream.subarray(cut)]);
      if (!isDeepStrictEqual(messages, all)) expect({ cut, messages }).toEqual({ cut, messages: all });
    }
  });

  it('gives the same messages one byte at a time', () => {
    expect(parse([...stream].map((byte) => Buffer.from([byte])))).toEqual(all);
  });

  it('hands out a body that lies in one chunk as a slice of it', () => {
    const chunk = Buffer.concat(encodeMessage({ type: Type.Records, body: Buffer.alloc(100, 7) }));
    const [message] = parse([chunk]);
    chunk.fill(9, FRAME_HEADER_BYTES);
    expect((message as { body: Buffer }).body).toEqual(Buffer.alloc(100, 9));
  });

  it('frames records without copying them', () => {
    const body = Buffer.alloc(100);
    const [header, same] = encodeMessage({ type: Type.Records, body });
    expect(same).toBe(body);
    expect(header).toEqual(encodeRecords([Buffer.alloc(60), Buffer.alloc(40)], 100, 'None')[0]);
  });

  it('refuses to encode a body beyond its limit', () => {
    expect(() => encodeRecords([], RECORDS_BODY_BYTES_MAX + 1, 'None')).toThrow('bytes');
    expect(() => encodeRecords([], 0, 'None')).toThrow('bytes');
  });
});

describe('peer frame parser, hostile input', () => {
  const resend = Buffer.concat(encodeMessage({ type: Type.Resend, fromLsn: lsn(43) }));
  const region = Buffer.concat(encodeMessage(golden[3]![1]));

  /** A frame with sound checksums around anything. */
  function forge(type: number, body: Buffer, flags = 0): Buffer {
    return rewriteHeader(Buffer.concat([Buffer.from('45564b5001000000', 'hex'), Buffer.alloc(12), body]), (header) => {
      header.writeUInt8(type, 5);
      header.writeUInt16BE(flags, 6);
      header.writeUInt32BE(body.length, 8);
      header.writeUInt32BE(crc(body), 12);
    });
  }

  it('names what is wrong with a header, in the order of decoding', () => {
    const broken = (at: number) => {
      const copy = Buffer.from(resend);
      copy[at]! ^= 0x40;
      return faultOf(() => parse([copy]));
    };
    expect([0, 4, 5, 6, 9, 13, 17].map(broken)).toEqual([
      'magic',
      'header-checksum',
      'header-checksum',
      'header-checksum',
      'header-checksum',
      'header-checksum',
      'header-checksum',
    ]);
  });

  it('C06: tells another version by a header that is whole', () => {
    const later = rewriteHeader(Buffer.from(resend), (header) => header.writeUInt8(2, 4));
    expect(faultOf(() => parse([later]))).toBe('version');
  });

  it('C06: finds any flipped bit of a region, header or payload', () => {
    for (let bit = 0; bit < region.length * 8; bit++) {
      const copy = Buffer.from(region);
      copy[bit >> 3]! ^= 1 << (bit & 7);
      expect(faultOf(() => parse([copy]))).not.toBe('none');
    }
  });

  it('refuses an unknown type, an unknown flag and a length beyond the limit of the type before the body comes', () => {
    expect(faultOf(() => parse([forge(99, Buffer.from('{}'))]))).toBe('type');
    expect(faultOf(() => parse([forge(0, Buffer.from('{}'))]))).toBe('type');
    expect(faultOf(() => parse([forge(Type.Resend, Buffer.from('{}'), 1)]))).toBe('flags');
    expect(faultOf(() => parse([forge(Type.Region, Buffer.alloc(28), 2)]))).toBe('flags');
    expect(faultOf(() => parse([forge(Type.Region, Buffer.alloc(28), 0x0300)]))).toBe('flags');
    expect(faultOf(() => parse([forge(Type.Ack, Buffer.alloc(40), 0x0100)]))).toBe('flags');
    const tooLong = rewriteHeader(Buffer.from(resend), (header) => header.writeUInt32BE(0xffff_ffff, 8));
    expect(faultOf(() => parse([tooLong.subarray(0, FRAME_HEADER_BYTES)]))).toBe('length');
    expect(faultOf(() => parse([forge(Type.Ack, Buffer.alloc(39))]))).toBe('length');
    expect(faultOf(() => parse([forge(Type.Records, Buffer.alloc(0))]))).toBe('length');
  });

  it('refuses a type that is not expected now, before its body comes', () => {
    const parser = new FrameParser();
    parser.expected = [Type.Hello];
    expect(faultOf(() => parse([resend.subarray(0, FRAME_HEADER_BYTES)], parser))).toBe('unexpected');
  });

  it.each([
    ['not JSON', Type.Resend, '{"fromLsn":'],
    ['not an object', Type.Resend, '["fromLsn"]'],
    ['null', Type.Resend, 'null'],
    ['a missing field', Type.Resend, '{}'],
    ['an inherited field', Type.Resend, '{"__proto__":{"fromLsn":"1"}}'],
    ['a position as a number', Type.Resend, '{"fromLsn":5}'],
    ['a negative position', Type.Resend, '{"fromLsn":"-5"}'],
    ['a position of 2^53 or more', Type.Resend, '{"fromLsn":"9007199254740993"}'],
    ['a wrong uid', Type.Hello, '{"versionMin":1,"versionMax":1,"nodeUid":"../../etc"}'],
    ['a list of the wrong things', Type.Suspend, '{"atLsn":"1","sessions":[1]}'],
    ['a text that is too long', Type.Bye, JSON.stringify({ reason: 'x'.repeat(2000) })],
    ['nesting without end', Type.Bye, '['.repeat(1_000_000)],
    ['a lineage that falls', Type.StartResync, lineageBody([{ n: 2 }, { n: 1 }])],
    ['a lineage with equal numbers', Type.StartResync, lineageBody([{ n: 2 }, { n: 2 }])],
    [
      'a lineage whose starts fall',
      Type.StartResync,
      lineageBody([
        { n: 1, s: '9' },
        { n: 2, s: '8' },
      ]),
    ],
    ['a lineage with a wrong id', Type.StartResync, lineageBody([{ n: 1, id: 'XYZ' }])],
  ])('refuses a body with %s', (_name, type, body) => {
    expect(faultOf(() => parse([forge(type, Buffer.from(body))]))).toBe('body');
  });

  it('refuses binary bodies that contradict themselves', () => {
    const regionBody = (length: number, offsetHigh = 0) => {
      const body = Buffer.alloc(28);
      body.writeUInt32BE(offsetHigh, 8);
      body.writeUInt32BE(length, 16);
      return body;
    };
    const mapBody = (regionBytes: number, first: number) => {
      const body = Buffer.alloc(17);
      body.writeUInt32BE(regionBytes, 4);
      body.writeUInt32BE(first, 12);
      return body;
    };
    const bad = [
      forge(Type.Region, regionBody(5)),
      forge(Type.Region, regionBody(0).subarray(0, 24), 1),
      forge(Type.Region, regionBody(4), 1),
      forge(Type.Region, regionBody(4, 0x20_0000)),
      forge(Type.Ack, Buffer.alloc(40, 0xff)),
      forge(Type.MapBits, mapBody(65_537, 0)),
      forge(Type.MapBits, mapBody(0, 0)),
      forge(Type.MapBits, mapBody(65_536, 4)),
    ];
    expect(bad.map((frame) => faultOf(() => parse([frame])))).toEqual(bad.map(() => 'body'));
  });

  it('takes a Welcome of an early version, which reads no compression', () => {
    const welcome = JSON.parse(
      Buffer.concat(encodeMessage(others[1]!)).subarray(FRAME_HEADER_BYTES).toString(),
    ) as object;
    const ofOne = (compressions: unknown) => {
      const body = Buffer.from(JSON.stringify({ ...welcome, compressions }));
      return (parse([forge(Type.Welcome, body)])[0] as { compressions: unknown }).compressions;
    };
    expect(ofOne(undefined)).toEqual([]);
    expect(ofOne(['Zstd', 'Later'])).toEqual(['Zstd']);
  });

  it('keeps a refusal whose code only a newer peer knows', () => {
    expect(parse([forge(Type.Refuse, Buffer.from('{"code":"FROM_THE_FUTURE","message":"m","more":1}'))])).toEqual([
      { type: Type.Refuse, code: 'INTERNAL', message: 'm' },
    ]);
  });

  it('C71: throws nothing but ProtocolError, whatever the bytes', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(chunks, (random) => {
        faultOf(() => parse(random));
      }),
    );
    const forged = fc.tuple(
      fc.nat(25),
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.json().map((json) => Buffer.from(json)),
      ),
    );
    fc.assert(
      fc.property(fc.array(forged), (frames) => {
        for (const [type, body] of frames) faultOf(() => parse([forge(type, Buffer.from(body))]));
      }),
    );
    fc.assert(
      fc.property(fc.nat(stream.length - 1), fc.nat(255), fc.nat(stream.length), (at, byte, cut) => {
        const damaged = Buffer.from(stream);
        damaged[at] = byte;
        faultOf(() => parse([damaged.subarray(0, cut), damaged.subarray(cut)]));
      }),
    );
  });
});

function lineageBody(epochs: readonly { n: number; id?: string; s?: string }[]): string {
  const written = epochs.map(({ n, id, s }) => ({ number: n, id: id ?? '0123456789abcdef', startLsn: s ?? '0' }));
  return JSON.stringify({ fromLsn: '0', lineage: written });
}

function rewriteHeader(frame: Buffer, change: (header: Buffer) => void): Buffer {
  change(frame);
  frame.writeUInt32BE(crc(frame.subarray(0, 16)), 16);
  return frame;
}

/** CRC-32 bit by bit, so that a wrong use of the library's would show. */
function crc(bytes: Buffer): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb8_8320 : 0);
  }
  return (value ^ 0xffff_ffff) >>> 0;
}
