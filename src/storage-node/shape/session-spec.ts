import { isDeepStrictEqual } from 'node:util';
import type { GroupUid, NodeUid, SessionUid, VolumeUid } from '../../model/ids.js';
import {
  BANDWIDTH_MBPS_MAX,
  COMPRESSIONS,
  INITIAL_COPIES,
  LATENCY_MARK_MAX,
  LATENCY_POLICIES,
  type LatencyProtection,
  RECOVERY_MODES,
  RPO_SECONDS_MAX,
  SPLIT_MODES,
  SRL_PROTECTIONS,
  type SessionSettings,
  TRANSFER_MODES,
} from '../../model/session.js';
import { MIB } from '../../model/sizes.js';
import type { GroupName, SessionEnd, SessionSpec, SuspendRequest } from '../../node-api/contract.js';
import { parseHostPort } from '../config/host-port.js';
import {
  type Check,
  type Complain,
  checkShape,
  fingerprint,
  flag,
  integer,
  join,
  list,
  object,
  oneOf,
  optional,
  text,
  uid,
} from './shape.js';

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
    latencyProtection: object<LatencyProtection>(
      {
        policy: oneOf(LATENCY_POLICIES),
        highMark: integer(2, LATENCY_MARK_MAX),
        lowMark: integer(1, LATENCY_MARK_MAX),
      },
      ({ highMark, lowMark }, at, complain) => {
        if (lowMark >= highMark) complain(`${at}.lowMark`, 'must be below highMark');
      },
    ),
    bandwidthLimitMbps: integer(0, BANDWIDTH_MBPS_MAX),
    compression: oneOf(COMPRESSIONS),
    rpoSeconds: integer(0, RPO_SECONDS_MAX),
  },
  (settings, at, complain) => {
    const { maxWriteDelayMs, heartbeatTimeoutSeconds } = settings;
    if (maxWriteDelayMs !== 0 && maxWriteDelayMs <= heartbeatTimeoutSeconds * 1000) {
      complain(`${at}.maxWriteDelayMs`, 'must be 0 or longer than the heartbeat timeout');
    }
  },
);

const groupName = object<GroupName>({ name: text(64), label: integer(1, Number.MAX_SAFE_INTEGER) });

export const sessionSpec: Check<SessionSpec> = object<SessionSpec>(
  {
    uid: uid<SessionUid>(),
    label: integer(0, Number.MAX_SAFE_INTEGER),
    generation: integer(1, Number.MAX_SAFE_INTEGER),
    groupUid: uid<GroupUid>(),
    group: optional(groupName),
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
  (spec, at, complain) => {
    if (spec.source.volumeUid === spec.destination.volumeUid) {
      complain(join(at, 'destination.volumeUid'), 'must differ from source.volumeUid', 'VOLUME_IS_OWN_COPY');
    }
    if (spec.source.nodeUid === spec.destination.nodeUid) {
      complain(join(at, 'destination.nodeUid'), 'must differ from source.nodeUid', 'VOLUME_ON_SAME_NODE');
    }
    if (spec.resumedGeneration > spec.generation)
      complain(join(at, 'resumedGeneration'), 'must not be above generation');
    if (spec.isAlone && spec.run !== 'Suspend') complain(join(at, 'isAlone'), 'belongs to run Suspend');
  },
);

/** Volumes of one group. */
const MEMBERS_MAX = 1024;
/** What the sessions of one stream have in common. */
const OF_STREAM = [
  'generation',
  'groupUid',
  'group',
  'settings',
  'srlSizeBytes',
  'run',
  'resumedGeneration',
  'isForced',
  'isAlone',
] as const;
const OF_END = ['nodeUid', 'peerAddresses', 'fingerprint', 'isPeerPlain'] as const;

/** All sessions of one stream: they differ in who they are and in their volumes alone. */
export const streamSpecs: Check<readonly SessionSpec[]> = (value, at, complain) => {
  let isRight = true;
  const specs = list(sessionSpec, 1, MEMBERS_MAX)(value, at, (...complaint) => {
    isRight = false;
    complain(...complaint);
  });
  if (isRight) checkStream(specs, at, complain);
  return specs;
};

function checkStream(specs: readonly SessionSpec[], at: string, complain: Complain): void {
  const [first] = specs;
  const taken = new Set<unknown>();
  specs.forEach((spec, index) => {
    const here = `${at}[${index}]`;
    const differing = OF_STREAM.find((field) => !isDeepStrictEqual(spec[field], first![field]));
    if (differing !== undefined) complain(`${here}.${differing}`, 'must be the same in all sessions of a stream');
    for (const end of ['source', 'destination'] as const) {
      const wrong = OF_END.find((field) => !isDeepStrictEqual(spec[end][field], first![end][field]));
      if (wrong !== undefined) complain(`${here}.${end}.${wrong}`, 'must be the same in all sessions of a stream');
    }
    for (const own of [spec.uid, spec.slot, spec.source.volumeUid, spec.destination.volumeUid]) {
      if (taken.has(own)) complain(here, 'names a session, slot or volume twice');
      taken.add(own);
    }
  });
}

/**
 * The sessions of a stream that a peer sent along: its word is no better than anybody's.
 * @throws Refusal PARAMETER_INVALID naming every wrong field
 */
export function checkSessionSpecs(sessions: readonly object[]): readonly SessionSpec[] {
  return sessions.length === 0 ? [] : checkShape(streamSpecs, sessions);
}

export const suspendRequest: Check<SuspendRequest> = object<SuspendRequest>({
  sessions: list(sessionSpec, 1, SESSIONS_MAX),
});
