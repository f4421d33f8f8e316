import { describe, expect, it } from '@jest/globals';
import { encodeMetadata, decodeAnyMetadata, decodeMetadata } from './envelope.js';

const example = '{"format":"evenkeel/position","version":1,"crc32":"decd27ea","body":\n{"lsn":"42"}\n}\n';

describe('metadata envelope', () => {
  it('is the text that docs/formats/metadata.md shows, and valid JSON', () => {
    expect(encodeMetadata('position', 1, { lsn: '42' }).toString()).toBe(example);
    expect(JSON.parse(example)).toMatchObject({ body: { lsn: '42' } });
  });

  it('gives back what it was given', () => {
    const body = { text: 'Grüße\n"', list: [1, 2.5, null, true], nested: { a: {} } };
    expect(decodeMetadata(encodeMetadata('volume', 3, body), 'volume', 3, 'f')).toEqual({
      format: 'evenkeel/volume',
      version: 3,
      body,
    });
  });

  it('refuses a newer version and another kind as unsupported, and foreign text as damaged', () => {
    const file = encodeMetadata('volume', 2, {});
    const unsupported = expect.objectContaining({ code: 'FORMAT_UNSUPPORTED' });
    expect(() => decodeMetadata(file, 'volume', 1, 'f')).toThrow(unsupported);
    expect(() => decodeMetadata(file, 'position', 2, 'f')).toThrow(unsupported);
    const corrupt = expect.objectContaining({ code: 'FORMAT_CORRUPT' });
    expect(() => decodeMetadata(Buffer.from('{"lsn":1}'), 'volume', 2, 'f')).toThrow(corrupt);
    expect(() => decodeMetadata(Buffer.alloc(0), 'volume', 2, 'f')).toThrow(corrupt);
  });

  it('C06: takes every flipped bit and every cut for damage, never for a later version', () => {
    const file = Buffer.from(example);
    const corrupt = expect.objectContaining({ code: 'FORMAT_CORRUPT' });
    for (let at = 0; at < file.length; at++) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        const flipped = Buffer.from(file);
        flipped[at]! ^= bit;
        expect(() => decodeMetadata(flipped, 'position', 1, 'f')).toThrow(corrupt);
      }
      expect(() => decodeAnyMetadata(file.subarray(0, at), 'f')).toThrow(corrupt);
    }
  });
});
