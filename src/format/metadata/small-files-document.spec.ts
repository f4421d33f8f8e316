import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { decodeAnyMetadata } from './envelope.js';

describe('docs/formats/metadata.md', () => {
  it('gives examples of small files that decode to what it says', () => {
    const document = readFileSync('docs/formats/metadata.md', 'utf8');
    const examples = [
      ...document.matchAll(/^ {4}(\{"format":"evenkeel\/[a-z-]+","version":\d.*)\n {4}(.*)\n {4}\}$/gm),
    ];
    const decoded = examples.map(([, first, body]) =>
      decodeAnyMetadata(Buffer.from(`${first}\n${body}\n}\n`), 'the example'),
    );
    expect(decoded.map(({ format, body }) => [format, body])).toEqual([
      ['evenkeel/position', { lsn: '42' }],
      ['evenkeel/peer', { counter: 3, id: '6f1d2c3b4a596877' }],
      ['evenkeel/in-use', { bootId: '9f86d081-884c-4d65-9a2f-eaa0c55ad015' }],
    ]);
  });
});
