import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';
import { changeHead, decodeHead, encodeHead } from './head.js';

const groupId = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
/** The head of docs/formats/srl.md: written up to LSN 7. */
const example = Buffer.from(
  '454b4c48 01 000000 00112233445566778899aabbccddeeff 0000000000000007 4282259b'.replaceAll(' ', ''),
  'hex',
);

describe('head of the log', () => {
  it('is the bytes that docs/formats/srl.md shows', () => {
    const head = encodeHead(groupId, 1);
    changeHead(head, 7);
    expect(head.toString('hex')).toBe(example.toString('hex'));
    expect(decodeHead(example, groupId)).toBe(7);
  });

  it('C06: notices every flipped bit and cut, another version and another group', () => {
    for (let at = 0; at < example.length; at++) {
      const bytes = Buffer.from(example);
      bytes[at]! ^= 4;
      expect(decodeHead(bytes, groupId)).toBe('damaged');
      expect(decodeHead(example.subarray(0, at), groupId)).toBe('damaged');
    }
    const later = Buffer.from(example);
    later[4] = 2;
    later.writeUInt32BE(crc32(later.subarray(0, 32)), 32);
    expect(decodeHead(later, groupId)).toBe('version');
    expect(decodeHead(example, Buffer.alloc(16))).toBe('group');
  });
});
