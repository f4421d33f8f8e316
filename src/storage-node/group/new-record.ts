import type { SessionSpec } from '../../node-api/contract.js';
import type { GroupRecord, StreamRecord } from './group-record.js';

/** What a member knows of a group that is just made, or made anew. */
export function newRecord(sessions: readonly SessionSpec[], role: GroupRecord['role']): GroupRecord {
  return {
    groupUid: sessions[0]!.groupUid,
    role,
    members: sessions.map((spec) => ({ slot: spec.slot, volumeUid: spec[role].volumeUid, addedLsn: 0, joinedLsn: 0 })),
    streams: [firstStream(sessions)],
    lineage: [],
    floorLsn: 0,
    durableLsn: 0,
    lostLog: null,
    isFenced: false,
    rejection: null,
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

/** A stream to a destination that has nothing yet. */
export function firstStream(sessions: readonly SessionSpec[]): StreamRecord {
  const isCopySkipped = sessions[0]!.settings.initialCopy === 'Skip';
  return {
    ...newStream(sessions, 0),
    dataState: 'Inconsistent',
    phase: 'Copying',
    mustAskForChanges: false,
    isCopySkipped,
  };
}

/** A stream that begins from what the maps say, and with the other side's own changes. */
export function newStream(sessions: readonly SessionSpec[], mapsFromLsn: number): StreamRecord {
  return {
    sessions: [...sessions],
    appliedGeneration: sessions[0]!.generation,
    proof: null,
    dataState: 'Consistent',
    phase: 'Equivalent',
    reliesFromLsn: null,
    mapsFromLsn,
    isCopySkipped: false,
    isFalling: false,
    mustAskForChanges: true,
    isHalted: false,
    isWaitingForResume: false,
    error: null,
    behindSinceMs: null,
    transferredBytes: 0,
    resyncBytes: 0,
  };
}
