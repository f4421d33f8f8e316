/** What a simulated node shows of volumes and sessions that are as they should be. */
import { GIB, MIB } from '../../model/sizes.js';
import type { SessionSpec, SessionState, VolumeSpec, VolumeState } from '../../node-api/contract.js';

export function freshVolume(spec: VolumeSpec): VolumeState {
  return {
    spec,
    status: 'Normal',
    detail: '',
    usedBytes: 64 * MIB,
    access: 'Read_Write',
    accessReason: null,
    connectionCount: 0,
  };
}

export function freshSession(spec: SessionSpec, role: SessionState['role']): SessionState {
  return {
    spec,
    role,
    appliedGeneration: spec.generation,
    status: 'Active',
    phase: 'Equivalent',
    dataState: 'Up_To_Date',
    effectiveMode: spec.settings.transferMode,
    loggingTo: 'Srl',
    error: null,
    isJoining: false,
    throttle: 'None',
    isRpoBreached: false,
    isLinkUp: true,
    paths: role === 'source' ? [{ address: '127.0.0.1:5701', isUp: true, isInUse: true }] : [],
    lastHeardTime: null,
    epoch: { number: 1, id: '0123456789abcdef' },
    headLsn: '4711',
    durableLsn: '4711',
    totalBytes: GIB,
    uncopiedBytes: 0,
    transferredBytes: GIB,
    resyncBytes: 0,
    lag: { writes: 0, bytes: 0, seconds: 0 },
    statistics: {
      messagesSent: 0,
      messagesReceived: 0,
      roundTripMs: 0.4,
      timeouts: 0,
      gaps: 0,
      checksumErrors: 0,
      reconnects: 0,
      stalls: 0,
      blocksSent: 4711,
      retries: 0,
      payloadBytes: GIB,
      wireBytes: GIB,
      overflows: 0,
      throttles: 0,
      throttledMs: 0,
    },
  };
}
