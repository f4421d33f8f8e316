import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeRequest } from './encode.js';
import { NBD_CMD_WRITE, PAYLOAD_BYTES_MAX } from './messages.js';
import { RequestParser } from './request-parser.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

// Written by hand from the specification: a write of five bytes with FUA, a read with DF, a disconnect.
const WRITE = hex('25609513 0001 0001 0102030405060708 0000000000001000 00000005 68656c6c6f');
const READ = hex('25609513 0004 0000 fffefdfcfbfaf9f8 0000000200000003 00010000');
const DISC = hex('25609513 0000 0002 0000000000000000 0000000000000000 00000000');

interface Seen {
  flags: number;
  command: number;
  cookie: string;
  offset: number;
  length: number;
  payload: string;
}

const GOLDEN: Seen[] = [
  { flags: 1, command: 1, cookie: '1020304-5060708', offset: 4096, length: 5, payload: 'hello' },
  { flags: 4, command: 0, cookie: 'fffefdfc-fbfaf9f8', offset: 0x2_0000_0003, length: 65_536, payload: '' },
  { flags: 0, command: 2, cookie: '0-0', offset: 0, length: 0, payload: '' },
];

function readAll(parser: RequestParser, chunks: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    while (parser.next()) {
      const { flags, command, cookieHigh, cookieLow, offset, length } = parser;
      const cookie = `${cookieHigh.toString(16)}-${cookieLow.toString(16)}`;
      seen.push({ flags, command, cookie, offset, length, payload: Buffer.concat(parser.payload).toString('latin1') });
    }
  }
  return seen;
}

describe('NBD request parser', () => {
  const golden = Buffer.concat([WRITE, READ, DISC]);

  it('reads several requests of one chunk', () => {
    expect(readAll(new RequestParser(), [golden])).toEqual(GOLDEN);
  });

  it('reads the same requests wherever the bytes are cut in three', () => {
    for (let first = 0; first <= golden.length; first++) {
      for (let second = first; second <= golden.length; second++) {
        const chunks = [golden.subarray(0, first), golden.subarray(first, second), golden.subarray(second)];
        expect(readAll(new RequestParser(), chunks)).toEqual(GOLDEN);
      }
    }
  });

  it('reads the same requests byte by byte', () => {
    const bytes = Array.from(golden, (byte) => Buffer.from([byte]));
    expect(readAll(new RequestParser(), bytes)).toEqual(GOLDEN);
  });

  it('hands over payload as slices of the chunks, uncopied', () => {
    const parser = new RequestParser();
    parser.push(WRITE);
    expect(parser.next()).toBe(true);
    expect(parser.payload).toHaveLength(1);
    expect(parser.payload[0]!.buffer).toBe(WRITE.buffer);
  });

  it('takes the memory of a trickled payload but for a few times its bytes', () => {
    const parser = new RequestParser();
    parser.push(encodeRequest(0, NBD_CMD_WRITE, 1n, 0, 1 << 20));
    let isComplete = false;
    for (let sent = 0; sent < 1 << 20; sent += 64) {
      parser.push(Buffer.alloc(64, (sent / 64) & 0xff));
      isComplete = parser.next();
    }
    expect(isComplete).toBe(true);
    expect(parser.payload.length).toBeLessThan(40);
    const bytes = Buffer.concat(parser.payload);
    expect(bytes.every((byte, index) => byte === ((index / 64) & 0xff))).toBe(true);
  });

  it('passes over the payload of a write that is too large and reads on behind it', () => {
    const parser = new RequestParser();
    parser.push(encodeRequest(0, NBD_CMD_WRITE, 7n, 0, PAYLOAD_BYTES_MAX + 1));
    const chunk = Buffer.alloc(1 << 20);
    for (let sent = 0; sent < 32; sent++) {
      parser.push(chunk);
      expect(parser.next()).toBe(false);
    }
    parser.push(Buffer.concat([Buffer.alloc(1), READ]));
    expect(parser.next()).toBe(true);
    expect(parser.isPayloadDropped).toBe(true);
    expect(parser.payload).toEqual([]);
    expect(parser.next()).toBe(true);
    expect(parser.length).toBe(65_536);
    expect(parser.isPayloadDropped).toBe(false);
  });

  it('refuses bytes that are not NBD', () => {
    const parser = new RequestParser();
    parser.push(Buffer.from('GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n'));
    expect(() => parser.next()).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });

  it('reads whatever was encoded, in whatever chunks it comes', () => {
    const request = fc.record({
      flags: fc.nat(0xffff),
      command: fc.constantFrom(0, 1, 3, 4, 6, 7),
      cookie: fc.bigInt(0n, (1n << 64n) - 1n),
      offset: fc.maxSafeNat(),
      payload: fc.uint8Array({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 90 })), (requests, cuts) => {
        const bytes = Buffer.concat(
          requests.flatMap(({ flags, command, cookie, offset, payload }) => [
            encodeRequest(flags, command, cookie, offset, payload.length),
            command === NBD_CMD_WRITE ? payload : Buffer.alloc(0),
          ]),
        );
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
        chunks.push(bytes.subarray(at));
        expect(readAll(new RequestParser(), chunks)).toEqual(
          requests.map(({ flags, command, cookie, offset, payload }) => ({
            flags,
            command,
            cookie: `${(cookie >> 32n).toString(16)}-${(cookie & 0xffffffffn).toString(16)}`,
            offset,
            length: payload.length,
            payload: command === NBD_CMD_WRITE ? Buffer.from(payload).toString('latin1') : '',
          })),
        );
      }),
    );
  });
});
