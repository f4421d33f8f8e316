import { describe, expect, it } from '@jest/globals';
import { crc32Of, crc32OfRange } from './crc.js';
import { readU64, writeU64 } from './u64.js';

describe('bytes', () => {
  it('gives the CRC that every CRC-32 gives to "123456789", however the bytes are cut', () => {
    const text = Buffer.from('123456789');
    for (let cut = 0; cut <= text.length; cut++) {
      expect(crc32Of([text.subarray(0, cut), text.subarray(cut)])).toBe(0xcbf43926);
    }
    expect(crc32OfRange(Buffer.from('x123456789y'), 1, 10)).toBe(0xcbf43926);
  });

  it.each([0, 1, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0001, Number.MAX_SAFE_INTEGER])(
    'keeps %d in 64 bits',
    (value) => {
      const buffer = Buffer.alloc(10, 0xee);
      writeU64(buffer, value, 1);
      expect(readU64(buffer, 1)).toBe(value);
      expect(buffer.readBigUInt64BE(1)).toBe(BigInt(value));
      expect([buffer[0], buffer[9]]).toEqual([0xee, 0xee]);
    },
  );
});
