import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import {
  INITIAL_COPIES,
  RECOVERY_MODES,
  SPLIT_MODES,
  SRL_PROTECTIONS,
  type SessionSettings,
  TRANSFER_MODES,
} from '../../model/session.js';
import { MIB } from '../../model/sizes.js';
import type { SessionEnd, SessionSpec, SuspendRequest } from '../../node-api/contract.js';
import { parseHostPort } from '../config/host-port.js';
import { type Check, checkShape, fingerprint, flag, integer, list, object, oneOf, text, uid } from './shape.js';

const PEER_ADDRESSES_MAX = 8;
const SESSIONS_MAX = 4096;
/** 1 TiB of log for one group. */
const SRL_MB_MAX = 1024 * 1024;
const HOUR_SECONDS = 3600;

const peerAddress = text(300, 'must be host:port', (value) => {
  const parsed = parseHostPort(value);
  return parsed !== null && parsed.port > 0;
});

const sessionEnd: Check<SessionEnd> = object<SessionEnd>({
  nodeUid: uid<NodeUid>(),
  volumeUid: uid<VolumeUid>(),
  peerAddresses: list(peerAddress, 1, PEER_ADDRESSES_MAX),
  fingerprint,
  isPeerPlain: flag,
});

const sessionSettings: Check<SessionSettings> = object<SessionSettings>(
  {
    transferMode: oneOf(TRANSFER_MODES),
    splitMode: oneOf(SPLIT_MODES),
    recoveryMode: oneOf(RECOVERY_MODES),
    srlProtection: oneOf(SRL_PROTECTIONS),
    srlShareMb: integer(1, SRL_MB_MAX),
    heartbeatTimeoutSeconds: integer(1, 60),
    maxWriteDelayMs: integer(0, HOUR_SECONDS * 1000),
    startupWaitSeconds: integer(0, HOUR_SECONDS),
    initialCopy: oneOf(INITIAL_COPIES),
  },
  (settings, at, complain) => {
    const { maxWriteDelayMs, heartbeatTimeoutSeconds } = settings;
    if (maxWriteDelayMs !== 0 && maxWriteDelayMs <= heartbeatTimeoutSeconds * 1000) {
      complain(`${at}.maxWriteDelayMs`, 'must be 0 or longer than the heartbeat timeout');
    }
  },
);

export const sessionSpec: Check<SessionSpec> = object<SessionSpec>(
  {
    uid: uid<SessionUid>(),
    label: integer(0, Number.MAX_SAFE_INTEGER),
    generation: integer(1, Number.MAX_SAFE_INTEGER),
    groupUid: uid<GroupUid>(),
    slot: integer(0, 0xffff),
    source: sessionEnd,
    destination: sessionEnd,
    settings: sessionSettings,
    // The smallest useful log is the group's rule, with a code of its own.
    srlSizeBytes: integer(0, SRL_MB_MAX * MIB),
    run: oneOf(['Active', 'Suspend']),
    resumedGeneration: integer(1, Number.MAX_SAFE_INTEGER),
    isForced: flag,
    isAlone: flag,
  },
  (spec, _at, complain) => {
    if (spec.source.volumeUid === spec.destination.volumeUid) {
      complain('destination.volumeUid', 'must differ from source.volumeUid', 'VOLUME_IS_OWN_COPY');
    }
    if (spec.source.nodeUid === spec.destination.nodeUid) {
      complain('destination.nodeUid', 'must differ from source.nodeUid', 'VOLUME_ON_SAME_NODE');
    }
    if (spec.resumedGeneration > spec.generation) complain('resumedGeneration', 'must not be above generation');
    if (spec.isAlone && spec.run !== 'Suspend') complain('isAlone', 'belongs to run Suspend');
  },
);

/**
 * Session specs that a peer sent along: its word is no better than anybody's.
 * @throws Refusal PARAMETER_INVALID naming every wrong field
 */
export function checkSessionSpecs(sessions: readonly object[]): readonly SessionSpec[] {
  return checkShape(list(sessionSpec, 0, SESSIONS_MAX), sessions);
}

export const suspendRequest: Check<SuspendRequest> = object<SuspendRequest>({
  sessions: list(sessionSpec, 1, SESSIONS_MAX),
});
