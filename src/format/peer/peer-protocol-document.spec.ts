import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { lsn } from '../../model/position.js';
import { FROM_DESTINATION, FROM_SOURCE } from './directions.js';
import { BODY_LIMITS } from './frame.js';
import { FrameParser } from './frame-parser.js';
import type { PeerMessage } from './messages.js';
import { PeerMessageType as Type } from './messages.js';

const document = readFileSync('docs/formats/peer-protocol.md', 'utf8');

describe('docs/formats/peer-protocol.md', () => {
  it('gives an example whose bytes decode to what it says', () => {
    const [, example] = /```hex\n([^`]*)```/.exec(document)!;
    const hex = example!
      .split('\n')
      .map((line) => /^((?:[0-9a-f]{2})+(?: (?:[0-9a-f]{2})+)*)(?= {2}|$)/.exec(line)?.[1] ?? '')
      .join('')
      .replaceAll(' ', '');
    const parser = new FrameParser();
    parser.push(Buffer.from(hex, 'hex'));
    const messages: PeerMessage[] = [];
    for (let message = parser.next(); message; message = parser.next()) messages.push(message);
    expect(messages).toEqual([
      {
        type: Type.Region,
        sequence: 1,
        slot: 0,
        offset: 65_536,
        lengthBytes: 8,
        isZero: false,
        payload: Buffer.from('EVENKEEL'),
      },
      {
        type: Type.Ack,
        receivedLsn: lsn(43),
        durableLsn: lsn(42),
        appliedLsn: lsn(40),
        syncedRegionSequence: 1,
        consumedBytes: 52,
      },
      { type: Type.Resend, fromLsn: lsn(43) },
    ]);
  });

  it('names every message type with its number and its direction', () => {
    const rows = [...document.matchAll(/^\| (\d+) \| (\w+) \| (source|destination|either) \|/gm)].map(
      ([, number, name, from]) => ({ type: Number(number) as Type, name, from }),
    );
    expect(rows.map(({ type }) => type)).toEqual(Object.keys(BODY_LIMITS).map(Number));
    for (const { type, name, from } of rows) {
      expect(name).toBe(Type[type]);
      if (type === Type.Hello || type === Type.Welcome) continue;
      expect([FROM_SOURCE.includes(type), FROM_DESTINATION.includes(type)]).toEqual([
        from !== 'destination',
        from !== 'source',
      ]);
    }
  });
});
