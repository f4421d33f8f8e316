import { describe, expect, it } from '@jest/globals';
import type { VolumeSpec } from '../../node-api/contract.js';
import { commandCauses } from './command-cause.js';
import type { Command, Desired } from './desired.js';

const desired = {
  operations: [
    { id: '1', jobId: '7', requestId: 'r-7', kind: 'volume-create', uid: 'volume', startedMs: 0 },
    { id: '2', jobId: '8', requestId: null, kind: 'stream-leave', uid: 'stream', startedMs: 0 },
    { id: '3', jobId: '9', requestId: 'r-9', kind: 'node-change', uid: 'node', startedMs: 0 },
  ],
  streams: [
    { uid: 'stream', specs: [{ uid: 'staying' }], leaving: ['leaving'] },
    { uid: 'other', specs: [{ uid: 'bystander' }], leaving: [] },
  ],
} as unknown as Desired;

const nodeUid = 'node';
const rows: [object, object | null][] = [
  [
    { call: 'putVolume', spec: { uid: 'volume' } as VolumeSpec },
    { jobId: '7', requestId: 'r-7' },
  ],
  [
    { call: 'deleteVolume', uid: 'volume', isForced: false },
    { jobId: '7', requestId: 'r-7' },
  ],
  [
    { call: 'putSessions', specs: [{ uid: 'staying' }] },
    { jobId: '8', requestId: null },
  ],
  [
    { call: 'deleteSession', uid: 'leaving', isForced: true },
    { jobId: '8', requestId: null },
  ],
  [{ call: 'suspendSessions', specs: [{ uid: 'bystander' }] }, null],
  [
    { call: 'putNode', spec: {} },
    { jobId: '9', requestId: 'r-9' },
  ],
  [{ call: 'enrol' }, { jobId: '9', requestId: 'r-9' }],
  [{ call: 'deleteVolume', uid: 'left over', isForced: true }, null],
];

describe('what a command is sent for', () => {
  it.each(rows)('is found for %j', (command, cause) => {
    expect(commandCauses(desired)({ nodeUid, ...command } as Command)).toEqual(cause);
  });
});
