import { describe, expect, it } from '@jest/globals';
import { decodeInfoRequest, decodeMetaContextRequest } from './decode-options.js';
import { OptionParser, type ClientOption } from './option-parser.js';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

// By hand: client flags, STRUCTURED_REPLY, GO for "vol" asking for block sizes, and the first bytes of a request.
const FLAGS = hex('00000003');
const STRUCTURED = hex('49484156454f5054 00000008 00000000');
const GO = hex('49484156454f5054 00000007 0000000b 00000003 766f6c 0001 0003');
const REST = hex('25609513 0000');

function readAll(parser: OptionParser, chunks: readonly Buffer[]): ClientOption[] {
  const options: ClientOption[] = [];
  for (const chunk of chunks) {
    parser.push(chunk);
    if (options.length === 2) continue; // behind GO come requests
    for (let option = parser.next(); option !== null; option = options.length < 2 ? parser.next() : null) {
      options.push(option);
    }
  }
  return options;
}

describe('NBD option parser', () => {
  it('reads flags and options wherever the bytes are cut, and leaves what follows', () => {
    const bytes = Buffer.concat([FLAGS, STRUCTURED, GO, REST]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const parser = new OptionParser();
      const options = readAll(parser, [bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect(options.map(({ option }) => option)).toEqual([8, 7]);
      expect(decodeInfoRequest(options[1]!.data)).toEqual({ name: 'vol', infos: [3] });
      expect(parser.isNoZeroes).toBe(true);
      expect(Buffer.concat(parser.rest())).toEqual(REST);
    }
  });

  it('passes over data that no option needs, and reads on behind it', () => {
    const parser = new OptionParser();
    parser.push(Buffer.concat([FLAGS, hex('49484156454f5054 00000007 00100000')]));
    for (let sent = 0; sent < 16; sent++) {
      expect(parser.next()).toBeNull();
      parser.push(Buffer.alloc(65_536));
    }
    expect(parser.next()).toMatchObject({ option: 7, isTooLong: true });
    parser.push(STRUCTURED);
    expect(parser.next()).toMatchObject({ option: 8, isTooLong: false });
  });

  it('refuses unknown client flags and a wrong magic number', () => {
    const flags = new OptionParser();
    flags.push(hex('80000003'));
    expect(() => flags.next()).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    const magic = new OptionParser();
    magic.push(Buffer.concat([FLAGS, Buffer.alloc(16, 0x41)]));
    expect(() => magic.next()).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  });

  it('reads the queries of a meta context request', () => {
    const data = hex('00000001 61 00000002 0000000f 626173653a616c6c6f636174696f6e 00000001 78');
    expect(decodeMetaContextRequest(data)).toEqual({ name: 'a', queries: ['base:allocation', 'x'] });
  });

  it('answers null to data whose lengths do not fit', () => {
    for (const bytes of ['', '00000003', '00000003 766f6c', '00000003 766f6c 0002 0003', 'ffffffff 766f6c 0000']) {
      expect(decodeInfoRequest(hex(bytes))).toBeNull();
    }
    for (const bytes of ['00000000', '00000000 00000001', '00000000 ffffffff 00000000', '00000000 00000000 00']) {
      expect(decodeMetaContextRequest(hex(bytes))).toBeNull();
    }
  });
});
