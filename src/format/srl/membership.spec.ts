import { describe, expect, it } from '@jest/globals';
import type { SessionUid } from '../../model/ids.js';
import { makeLogEntry } from './log-entry.js';
import { decodeMembership, encodeMembership, type Membership } from './membership.js';
import { RecordParser } from './record-parser.js';
import { RecordType, encodeRecordHeader } from './record.js';

/** The record of docs/formats/srl.md: the volume in slot 2 has joined, LSN 8, epoch 3. */
const example = [
  '454b4c52 01 05 0000 00000002 0000001d 0000000000000003 0000000000000008 0000000000000000',
  '00000000 0000019f00000000 0000000000000272 9703f179 7c97d57b bcf9d144',
  '7b226368616e6765223a224a6f696e6564222c2273696e6365223a377d',
]
  .join('')
  .replaceAll(' ', '');

function entryOf(payload: Buffer) {
  return makeLogEntry(RecordType.Membership, 2, 0, 0, [payload], payload.length, 0x19f00000000, 3);
}

describe('payload of a membership record', () => {
  it('has the bytes that docs/formats/srl.md shows', () => {
    const entry = entryOf(encodeMembership({ change: 'Joined', since: 7 }));
    Object.assign(entry, { lsn: 8, runningBytes: 626 });
    encodeRecordHeader(entry, 0x9703f179);
    expect(Buffer.concat([entry.header, ...entry.payload]).toString('hex')).toBe(example);
    const [decoded] = new RecordParser('test').push(Buffer.from(example, 'hex'));
    expect(decodeMembership(decoded!)).toEqual({ change: 'Joined', since: 7 });
  });

  it.each<Membership>([
    { change: 'Joining', sessions: ['0190b4a2-7c1e-4d5f-8a3b-2c6d9e0f1a7b' as SessionUid] },
    { change: 'Left', since: 12 },
  ])('comes back as it was', (membership) => {
    expect(decodeMembership(entryOf(encodeMembership(membership)))).toEqual(membership);
  });

  it('passes over fields that a later version adds', () => {
    expect(decodeMembership(entryOf(Buffer.from('{"change":"Left","since":1,"why":"x"}')))).toEqual({
      change: 'Left',
      since: 1,
    });
  });

  it.each([
    '',
    'null',
    '[]',
    '{"change":"Gone"}',
    '{"change":"Left"}',
    '{"change":"Joined","since":-1}',
    '{"change":"Joining","sessions":["x"]}',
  ])('refuses %j', (text) => {
    expect(() => decodeMembership(entryOf(Buffer.from(text)))).toThrow(
      expect.objectContaining({ code: 'FORMAT_CORRUPT' }),
    );
  });
});
