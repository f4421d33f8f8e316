/** Both ends of peer links for tests: a listener and a dialer that know each other's certificates. */
import { fingerprintOf, type KeyAndCertificate, makeCertificate } from '../../src/node-api/certificate.js';
import type { Hello, PeerMessage, Welcome } from '../../src/format/peer/messages.js';
import { PeerMessageType as Type } from '../../src/format/peer/messages.js';
import { type GroupUid, newUid, type NodeUid } from '../../src/model/ids.js';
import { lsn, NO_LSN } from '../../src/model/position.js';
import type { Compression } from '../../src/model/session.js';
import type { HostPort } from '../../src/storage-node/config/host-port.js';
import { Budget } from '../../src/storage-node/config/budget.js';
import { systemClock } from '../../src/storage-node/config/clock.js';
import type { CloseReason } from '../../src/storage-node/replication/close-reason.js';
import { LinkStatistics } from '../../src/storage-node/replication/link-statistics.js';
import type { PeerConnection } from '../../src/storage-node/replication/peer-connection.js';
import { PathProbes } from '../../src/storage-node/replication/path-probes.js';
import { PeerDialer } from '../../src/storage-node/replication/peer-dialer.js';
import { type Greeting, PeerListener } from '../../src/storage-node/replication/peer-listener.js';
import type { PeerSecurity } from '../../src/storage-node/replication/peer-security.js';
import { systemNetwork } from '../../src/storage-node/replication/system-network.js';

export const source = newUid<NodeUid>();
export const destination = newUid<NodeUid>();
const group = newUid<GroupUid>();
export const certificates: Record<NodeUid, KeyAndCertificate> = {
  [source]: await makeCertificate('source'),
  [destination]: await makeCertificate('destination'),
};
export const stranger = await makeCertificate('stranger');

export function security(of: KeyAndCertificate, isPlain: boolean): PeerSecurity {
  return {
    isPlain,
    identity: of,
    expectedFingerprint: (node) => (certificates[node] ? fingerprintOf(certificates[node].certificatePem) : null),
  };
}

export class MemoryLog {
  readonly lines: { reason?: string; text?: string; message: string }[] = [];
  info(): void {}
  warn(details: object, message: string): void {
    this.lines.push({ ...details, message });
  }
  get reasons(): unknown[] {
    return this.lines.map((line) => line.reason ?? line.text ?? line.message);
  }
}

export const hello: Hello = {
  type: Type.Hello,
  versionMin: 1,
  versionMax: 1,
  nodeUid: source,
  runCounter: 1,
  runIds: ['00000000000000a1'],
  groupUid: group,
  sessions: [],
  lineage: [],
  headLsn: lsn(10),
  oldestLsn: lsn(1),
};

export const welcome: Omit<Welcome, 'type' | 'version' | 'compressions'> = {
  nodeUid: destination,
  runCounter: 1,
  runIds: ['00000000000000b1'],
  continuityId: '00000000000000b0',
  sessions: [],
  lineage: [],
  receivedLsn: NO_LSN,
  durableLsn: NO_LSN,
  dataState: 'Inconsistent',
  hasChanges: false,
  isBlank: true,
  sizes: [],
  windowBytes: 1 << 20,
};

/** Ends of things that a test opened, newest first. */
export const cleanups: (() => unknown)[] = [];

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export interface Listening {
  readonly address: HostPort;
  readonly log: MemoryLog;
  readonly greetings: Greeting[];
}

export interface ListenSettings {
  isPlain?: boolean;
  identity?: KeyAndCertificate;
  helloTimeoutMs?: number;
  heartbeatTimeoutMs?: number;
  greeted?: (greeting: Greeting) => void;
}

export async function listen(settings: ListenSettings = {}): Promise<Listening> {
  const log = new MemoryLog();
  const greetings: Greeting[] = [];
  const {
    isPlain = false,
    identity = certificates[destination]!,
    helloTimeoutMs,
    heartbeatTimeoutMs = 60_000,
  } = settings;
  const listener = new PeerListener({
    security: security(identity, isPlain),
    network: systemNetwork,
    clock: systemClock,
    log,
    memory: Budget.default().pool('strangers'),
    ...(helloTimeoutMs ? { helloTimeoutMs } : {}),
    greeted: (greeting) => {
      greetings.push(greeting);
      (settings.greeted ?? ((it: Greeting) => it.welcome(welcome, heartbeatTimeoutMs)))(greeting);
    },
  });
  cleanups.push(() => listener.close('test ends'));
  return { address: await listener.listen({ host: '127.0.0.1', port: 0 }), log, greetings };
}

export interface Dialed {
  readonly dialer: PeerDialer;
  readonly log: MemoryLog;
  readonly failures: CloseReason[];
  readonly statistics: LinkStatistics;
  readonly connections: PeerConnection[];
  readonly welcomes: Welcome[];
  /** Resolves at the next connection, or at the next failure. */
  next(): Promise<void>;
}

export interface DialSettings {
  heartbeatTimeoutMs?: number;
  isPlain?: boolean;
  isPeerPlain?: boolean;
  compression?: Compression;
  bandwidthLimitMbps?: number;
  identity?: KeyAndCertificate;
  hello?: Partial<Hello>;
  peerUid?: NodeUid;
}

export function dial(addresses: HostPort[], settings: DialSettings = {}): Dialed {
  const { isPlain = false, identity = certificates[source]!, peerUid = destination } = settings;
  const log = new MemoryLog();
  const statistics = new LinkStatistics();
  let wake = () => {};
  const dialed = {
    log,
    statistics,
    failures: [] as CloseReason[],
    connections: [] as PeerConnection[],
    welcomes: [] as Welcome[],
  };
  const dialer = new PeerDialer(
    {
      peerUid,
      addresses,
      isPeerPlain: settings.isPeerPlain ?? isPlain,
      heartbeatTimeoutMs: settings.heartbeatTimeoutMs ?? 60_000,
      compression: settings.compression ?? 'None',
      bandwidthLimitMbps: settings.bandwidthLimitMbps ?? 0,
      security: security(identity, isPlain),
      network: systemNetwork,
      probes: new PathProbes({ security: security(identity, isPlain), network: systemNetwork, clock: systemClock }),
      clock: systemClock,
      random: () => 0.5,
      log,
      statistics,
    },
    {
      makeHello: () => ({ ...hello, ...settings.hello }),
      connected: (connection, answer) => {
        dialed.connections.push(connection);
        dialed.welcomes.push(answer);
        cleanups.push(() => connection.destroy('test ends'));
        wake();
      },
      attemptFailed: (_address, reason) => {
        dialed.failures.push(reason);
        wake();
      },
    },
  );
  cleanups.push(() => dialer.stop());
  dialer.start();
  return { ...dialed, dialer, next: () => new Promise((resolve) => (wake = resolve)) };
}

export function messagesOf(connection: PeerConnection, count: number): Promise<PeerMessage[]> {
  const messages: PeerMessage[] = [];
  return new Promise((resolve) => {
    connection.onMessage = (message) => {
      if (messages.push(message) === count) resolve(messages);
    };
  });
}

export function closeOf(connection: PeerConnection): Promise<CloseReason> {
  return new Promise((resolve) => {
    connection.onClose = resolve;
  });
}

export async function connectedPair(settings: ListenSettings & DialSettings = {}) {
  const listening = await listen(settings);
  const dialed = dial([listening.address], settings);
  await dialed.next();
  return { listening, dialed, near: dialed.connections[0]!, far: listening.greetings[0]!.connection };
}
