import type { SessionSpec } from '../../node-api/contract.js';
import type { GroupRecord } from './group-record.js';

/** What a member knows of a group that is just made, or made anew. */
export function newRecord(spec: SessionSpec, role: 'source' | 'destination'): GroupRecord {
  return {
    groupUid: spec.groupUid,
    role,
    sessions: [spec],
    appliedGeneration: spec.generation,
    lineage: [],
    floorLsn: 0,
    durableLsn: 0,
    lostLog: null,
    isFenced: false,
    rejection: null,
    stream: { ...newStream(0), dataState: 'Inconsistent', phase: 'Copying', mustAskForChanges: false },
    mirror: {
      dataState: 'Inconsistent',
      consistentAtLsn: 0,
      leftAtLsn: 0,
      resyncFromLsn: 0,
      lostThroughLsn: 0,
      isLogVoid: role === 'destination',
    },
  };
}

/** A stream that begins from what the maps say, and with the other side's own changes. */
export function newStream(mapsFromLsn: number): GroupRecord['stream'] {
  return {
    proof: null,
    dataState: 'Consistent',
    phase: 'Equivalent',
    reliesFromLsn: null,
    mapsFromLsn,
    isFalling: false,
    mustAskForChanges: true,
    isHalted: false,
    isWaitingForResume: false,
    error: null,
    transferredBytes: 0,
    resyncBytes: 0,
  };
}
