import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { compressLz4, decompressLz4 } from './lz4-block.js';

function compress(data: Buffer): Buffer | null {
  const into = Buffer.alloc(data.length + (data.length >> 7) + 64);
  const bytes = compressLz4(data, into);
  return bytes === 0 ? null : into.subarray(0, bytes);
}

function decompress(block: Buffer, bytes: number): Buffer | null {
  const guarded = Buffer.alloc(bytes + 16, 0xa5);
  const isWhole = decompressLz4(block, guarded.subarray(0, bytes));
  expect(guarded.subarray(bytes)).toEqual(Buffer.alloc(16, 0xa5));
  return isWhole ? guarded.subarray(0, bytes) : null;
}

/** Data as it may look: runs, repeats near and far, and noise. */
const pieces = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes)),
    fc.tuple(fc.nat(255), fc.nat(2000)).map(([byte, length]) => Buffer.alloc(length, byte)),
    fc
      .tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.nat(60))
      .map(([text, count]) => Buffer.from(text.repeat(count))),
  ),
);

describe('LZ4 blocks', () => {
  /** What lz4_flex makes of it. */
  const known = Buffer.from(
    'ff0d4576656e6b65656c206b6565707320766f6c756d6573206576656e2c14000233616e641e000e0a002f2e000100ff1990656e64206f66206974',
    'hex',
  );
  const sentence = 'Evenkeel keeps volumes even, keeps volumes even, and even, and even, and even.';
  const text = Buffer.from(`${sentence}${'\0'.repeat(300)}end of it`);

  it('reads and writes what another implementation does', () => {
    expect(decompress(known, text.length)).toEqual(text);
    expect(compress(text)).toEqual(known);
  });

  it('gives back what was compressed', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const data = Buffer.concat(parts);
        const block = compress(data);
        expect(block).not.toBeNull();
        expect(decompress(block!, data.length)!.equals(data)).toBe(true);
      }),
    );
  });

  it('finds repeats as far back as an offset reaches, and none beyond', () => {
    const unique = randomBytes(64);
    for (const gap of [65_535 - 64, 65_536 - 64, 70_000]) {
      const data = Buffer.concat([unique, randomBytes(gap), unique, randomBytes(20)]);
      const block = compress(data);
      expect(decompress(block!, data.length)!.equals(data)).toBe(true);
    }
  });

  it('answers that it does not fit, and writes nothing beyond', () => {
    const data = Buffer.concat([Buffer.alloc(300, 1), randomBytes(300), Buffer.alloc(5000, 2)]);
    const whole = compress(data)!.length;
    for (let room = 0; room < whole; room++) {
      const into = Buffer.alloc(room + 8, 0xa5);
      expect(compressLz4(data, into.subarray(0, room))).toBe(0);
      expect(into.subarray(room)).toEqual(Buffer.alloc(8, 0xa5));
    }
  });

  it('C71: takes a block that was tampered with, or anything else, for what it is, within its bounds', () => {
    const data = Buffer.from('a block of text, of text, of text that repeats itself, itself, itself'.repeat(3));
    const block = compress(data)!;
    for (let length = 0; length < block.length; length++) {
      expect(decompress(block.subarray(0, length), data.length)).toBeNull();
    }
    expect(decompress(block, data.length - 1)).toBeNull();
    expect(decompress(block, data.length + 1)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(2000), (bytes, size) => {
        decompress(Buffer.from(bytes), size);
      }),
    );
    fc.assert(
      fc.property(fc.nat(block.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(block);
        damaged[at] = byte;
        decompress(damaged, data.length);
      }),
    );
  });
});
