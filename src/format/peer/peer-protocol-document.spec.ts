import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { GroupUid, NodeUid } from '../../model/ids.js';
import { lsn } from '../../model/position.js';
import { FROM_DESTINATION, FROM_SOURCE } from './directions.js';
import { BODY_LIMITS } from './frame.js';
import { FrameParser } from './frame-parser.js';
import type { PeerMessage } from './messages.js';
import { PeerMessageType as Type } from './messages.js';

const document = readFileSync('docs/formats/peer-protocol.md', 'utf8');

const lineage = [{ number: 1, id: '00000000000000e1', startLsn: lsn(0) }];
/** What the example says that its bytes are. */
const told: readonly PeerMessage[] = [
  {
    type: Type.Hello,
    versionMin: 1,
    versionMax: 1,
    nodeUid: '11111111-1111-4111-8111-111111111111' as NodeUid,
    runCounter: 2,
    runIds: ['00000000000000a2', '00000000000000a1'],
    groupUid: '33333333-3333-4333-8333-333333333333' as GroupUid,
    sessions: [],
    lineage,
    headLsn: lsn(43),
    oldestLsn: lsn(1),
  },
  {
    type: Type.Welcome,
    version: 1,
    nodeUid: '22222222-2222-4222-8222-222222222222' as NodeUid,
    runCounter: 1,
    runIds: ['00000000000000b1'],
    continuityId: '00000000000000bc',
    sessions: [],
    lineage,
    receivedLsn: lsn(42),
    durableLsn: lsn(42),
    dataState: 'Consistent',
    hasChanges: false,
    isBlank: false,
    windowBytes: 33_554_432,
    compressions: ['None', 'Lz4', 'Zstd'],
    sizes: [{ slot: 0, sizeBytes: 1_073_741_824 }],
  },
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
    type: Type.Region,
    sequence: 2,
    slot: 0,
    offset: 131_072,
    lengthBytes: 512,
    isZero: false,
    payload: Buffer.from('EVENKEEL'.repeat(64)),
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
];

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
    expect(messages).toEqual(told);
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
