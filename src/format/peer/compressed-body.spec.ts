import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { constants, crc32, zstdCompressSync } from 'node:zlib';
import { MIB } from '../../model/sizes.js';
import { encodeMessage, encodeRecords } from './encode.js';
import { COMPRESSED_PREFIX_BYTES, FRAME_HEADER_BYTES, HEADER_CRC_AT } from './frame.js';
import { FrameParser } from './frame-parser.js';
import { PeerMessageType as Type, type PeerMessage, type Region } from './messages.js';
import { ProtocolError } from './protocol-error.js';

const text = Buffer.from('a page of a database, a page of a database. '.repeat(100));
const region: Region = {
  type: Type.Region,
  sequence: 9,
  slot: 1,
  offset: 1 << 20,
  lengthBytes: text.length,
  isZero: false,
  payload: text,
};
const messages: PeerMessage[] = [{ type: Type.Records, body: text }, region];

function parse(chunks: readonly Buffer[], admits: (bytes: number) => boolean = () => true): PeerMessage[] {
  const parser = new FrameParser();
  parser.admits = (_, bytes) => admits(bytes);
  const found: PeerMessage[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    for (let message = parser.next(); message; message = parser.next()) found.push(message);
    if (parser.isHeld) break;
  }
  return found;
}

function faultOf(bytes: Buffer): string {
  try {
    parse([bytes]);
  } catch (error) {
    if (error instanceof ProtocolError) return error.fault;
    throw error;
  }
  return 'none';
}

/** A frame with sound checksums around data that claims to become `rawBytes`. */
function forge(compression: number, rawBytes: number, data: Buffer): Buffer {
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + COMPRESSED_PREFIX_BYTES + data.length);
  frame.write('45564b5001040000', 'hex');
  frame.writeUInt8(compression, 6);
  frame.writeUInt32BE(COMPRESSED_PREFIX_BYTES + data.length, 8);
  frame.writeUInt32BE(crc32(frame.subarray(0, HEADER_CRC_AT)), HEADER_CRC_AT);
  frame.writeUInt32BE(rawBytes, FRAME_HEADER_BYTES);
  data.copy(frame, FRAME_HEADER_BYTES + COMPRESSED_PREFIX_BYTES);
  const prefixed = frame.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + 4);
  frame.writeUInt32BE(crc32(data, crc32(prefixed)), FRAME_HEADER_BYTES + 4);
  return frame;
}

describe.each(['Lz4', 'Zstd'] as const)('bodies compressed by %s', (compression) => {
  const frames = messages.map((message) => Buffer.concat(encodeMessage(message, compression)));

  it('C20: come back as they were, in fewer bytes, wherever the stream is cut', () => {
    const stream = Buffer.concat(frames);
    expect(stream.length).toBeLessThan(text.length / 10);
    for (let cut = 0; cut <= stream.length; cut++) {
      const found = parse([stream.subarray(0, cut), stream.subarray(cut)]);
      if (!isDeepStrictEqual(found, messages)) expect({ cut, found }).toEqual({ cut, found: messages });
    }
    const bytewise = parse([...stream].map((byte) => Buffer.from([byte])));
    expect(isDeepStrictEqual(bytewise, messages)).toBe(true);
  });

  it('C20: go as they are when that is not shorter, growing by the header at most', () => {
    for (const bytes of [1, 100, 257, 4096, 300_000, 3 * MIB]) {
      const noise = randomBytes(bytes);
      const frame = Buffer.concat(encodeMessage({ type: Type.Records, body: noise }, compression));
      expect(frame.length).toBe(FRAME_HEADER_BYTES + bytes);
      expect(isDeepStrictEqual(parse([frame]), [{ type: Type.Records, body: noise }])).toBe(true);
    }
  });

  it('C20: are put together from many records', () => {
    const records = Array.from({ length: 50 }, (_, index) => Buffer.alloc(100 + index, index));
    const body = Buffer.concat(records);
    expect(parse([Buffer.concat(encodeRecords(records, body.length, compression))])).toEqual([
      { type: Type.Records, body },
    ]);
  });

  it('C06: show any flipped bit', () => {
    for (const frame of frames) {
      for (let bit = 0; bit < frame.length * 8; bit++) {
        const copy = Buffer.from(frame);
        copy[bit >> 3]! ^= 1 << (bit & 7);
        expect(faultOf(copy)).not.toBe('none');
      }
    }
  });

  it('take the room of what came and of what becomes of it, which is asked for before either', () => {
    const [frame] = frames;
    const asked: number[] = [];
    const isRefused = (bytes: number) => {
      asked.push(bytes);
      return false;
    };
    expect(parse([frame!], isRefused)).toEqual([]);
    expect(asked).toEqual([text.length + frame!.length - FRAME_HEADER_BYTES - COMPRESSED_PREFIX_BYTES]);
  });
});

describe('compressed bodies, hostile input', () => {
  const bomb = zstdCompressSync(Buffer.alloc(64 * MIB));

  it('C71: refuses what would become more than it says, or less', () => {
    const data = zstdCompressSync(Buffer.alloc(5000));
    expect(faultOf(forge(2, 5000, data))).toBe('none');
    expect(faultOf(forge(2, 4999, data))).toBe('body');
    expect(faultOf(forge(2, 5001, data))).toBe('body');
    expect(faultOf(forge(2, 2 * MIB, bomb))).toBe('body');
    const [, lz4] = encodeRecords([Buffer.alloc(5000)], 5000, 'Lz4');
    const block = lz4!.subarray(COMPRESSED_PREFIX_BYTES);
    expect(faultOf(forge(1, 5000, block))).toBe('none');
    expect(faultOf(forge(1, 4999, block))).toBe('body');
    expect(faultOf(forge(1, 5001, block))).toBe('body');
  });

  it('C71: refuses a length beyond the limit before the data comes', () => {
    const ofLength = (rawBytes: number) => faultOf(forge(1, rawBytes, bomb).subarray(0, FRAME_HEADER_BYTES + 8));
    expect(ofLength(2 * MIB + 1)).toBe('length');
    expect(ofLength(0xffff_ffff)).toBe('length');
    expect(ofLength(0)).toBe('length');
    expect(ofLength(bomb.length)).toBe('length');
  });

  it('C71: refuses a frame of Zstandard with a large window', () => {
    const data = zstdCompressSync(Buffer.alloc(3 * MIB), { params: { [constants.ZSTD_c_windowLog]: 27 } });
    expect(faultOf(forge(2, 2 * MIB, data))).toBe('body');
  });

  it.each([1, 2])('C71: refuses data that is not compressed by the algorithm %i', (compression) => {
    expect(faultOf(forge(compression, 5000, Buffer.alloc(100, 0xff)))).toBe('body');
  });
});
