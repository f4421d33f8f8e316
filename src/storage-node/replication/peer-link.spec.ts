import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { FaultyLink } from '../../../test/support/faulty-link.js';
import { encodeMessage } from '../../format/peer/encode.js';
import type { Hello, PeerMessage, Records, Welcome } from '../../format/peer/messages.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { type GroupUid, newUid, type NodeUid } from '../../model/ids.js';
import { lsn, NO_LSN } from '../../model/position.js';
import { fingerprintOf, type KeyAndCertificate, makeCertificate } from '../../node-api/certificate.js';
import type { HostPort } from '../config/host-port.js';
import { PEER_STRANGERS_MAX } from '../config/limits.js';
import { systemClock } from './clock.js';
import type { CloseReason } from './close-reason.js';
import { LinkStatistics } from './link-statistics.js';
import type { PeerConnection } from './peer-connection.js';
import { PeerDialer } from './peer-dialer.js';
import { type Greeting, PeerListener } from './peer-listener.js';
import type { PeerSecurity } from './peer-security.js';

const source = newUid<NodeUid>();
const destination = newUid<NodeUid>();
const group = newUid<GroupUid>();
const certificates: Record<NodeUid, KeyAndCertificate> = {
  [source]: await makeCertificate('source'),
  [destination]: await makeCertificate('destination'),
};
const stranger = await makeCertificate('stranger');

function security(of: KeyAndCertificate, isPlain: boolean): PeerSecurity {
  return {
    isPlain,
    identity: of,
    expectedFingerprint: (node) => (certificates[node] ? fingerprintOf(certificates[node].certificatePem) : null),
  };
}

class MemoryLog {
  readonly lines: { reason?: string; text?: string; message: string }[] = [];
  info(): void {}
  warn(details: object, message: string): void {
    this.lines.push({ ...details, message });
  }
  get reasons(): unknown[] {
    return this.lines.map((line) => line.reason ?? line.text ?? line.message);
  }
}

const hello: Hello = {
  type: Type.Hello,
  versionMin: 1,
  versionMax: 1,
  nodeUid: source,
  runCounter: 1,
  groupUid: group,
  sessions: [],
  lineage: [],
  headLsn: lsn(10),
  oldestLsn: lsn(1),
};

const welcome: Omit<Welcome, 'type' | 'version'> = {
  nodeUid: destination,
  runCounter: 1,
  sessions: [],
  lineage: [],
  receivedLsn: NO_LSN,
  durableLsn: NO_LSN,
  dataState: 'Inconsistent',
  hasChanges: false,
  isBlank: true,
  windowBytes: 1 << 20,
};

/** Ends of things that a test opened, newest first. */
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Listening {
  readonly address: HostPort;
  readonly log: MemoryLog;
  readonly greetings: Greeting[];
}

interface ListenSettings {
  isPlain?: boolean;
  identity?: KeyAndCertificate;
  helloTimeoutMs?: number;
  heartbeatTimeoutMs?: number;
  greeted?: (greeting: Greeting) => void;
}

async function listen(settings: ListenSettings = {}): Promise<Listening> {
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
    clock: systemClock,
    log,
    ...(helloTimeoutMs ? { helloTimeoutMs } : {}),
    greeted: (greeting) => {
      greetings.push(greeting);
      (settings.greeted ?? ((it: Greeting) => it.welcome(welcome, heartbeatTimeoutMs)))(greeting);
    },
  });
  cleanups.push(() => listener.close('test ends'));
  return { address: await listener.listen({ host: '127.0.0.1', port: 0 }), log, greetings };
}

interface Dialed {
  readonly dialer: PeerDialer;
  readonly log: MemoryLog;
  readonly failures: CloseReason[];
  readonly statistics: LinkStatistics;
  readonly connections: PeerConnection[];
  readonly welcomes: Welcome[];
  /** Resolves at the next connection, or at the next failure. */
  next(): Promise<void>;
}

interface DialSettings {
  heartbeatTimeoutMs?: number;
  isPlain?: boolean;
  isPeerPlain?: boolean;
  identity?: KeyAndCertificate;
  hello?: Partial<Hello>;
  peerUid?: NodeUid;
}

function dial(addresses: HostPort[], settings: DialSettings = {}): Dialed {
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
      security: security(identity, isPlain),
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

function messagesOf(connection: PeerConnection, count: number): Promise<PeerMessage[]> {
  const messages: PeerMessage[] = [];
  return new Promise((resolve) => {
    connection.onMessage = (message) => {
      if (messages.push(message) === count) resolve(messages);
    };
  });
}

function closeOf(connection: PeerConnection): Promise<CloseReason> {
  return new Promise((resolve) => {
    connection.onClose = resolve;
  });
}

async function connectedPair(settings: ListenSettings & DialSettings = {}) {
  const listening = await listen(settings);
  const dialed = dial([listening.address], settings);
  await dialed.next();
  return { listening, dialed, near: dialed.connections[0]!, far: listening.greetings[0]!.connection };
}

describe.each([
  ['TLS', false],
  ['plain', true],
])('peer link over %s', (_name, isPlain) => {
  it('is connected when Hello was answered, and carries messages both ways in order', async () => {
    const { listening, dialed, near, far } = await connectedPair({ isPlain });
    expect(listening.greetings[0]!.hello).toEqual(hello);
    expect(dialed.welcomes).toEqual([{ type: Type.Welcome, version: 1, ...welcome }]);
    const atFar = messagesOf(far, 3);
    const atNear = messagesOf(near, 2);
    const records = [Buffer.alloc(100, 1), Buffer.alloc(3_000_000, 2), Buffer.alloc(7, 3)];
    near.send({ type: Type.TailRequest, fromLsn: lsn(3) });
    near.sendRecords(records, 3_000_107);
    near.send({ type: Type.MapRequest, aboveLsn: lsn(1) });
    far.send({ type: Type.Resend, fromLsn: lsn(4) });
    far.send({ type: Type.TailEnd, lastLsn: lsn(5) });
    const [first, second, third] = await atFar;
    expect(first).toEqual({ type: Type.TailRequest, fromLsn: lsn(3) });
    expect((second as Records).body.equals(Buffer.concat(records))).toBe(true);
    expect(third).toEqual({ type: Type.MapRequest, aboveLsn: lsn(1) });
    expect((await atNear).map(({ type }) => type)).toEqual([Type.Resend, Type.TailEnd]);
    expect(dialed.statistics).toMatchObject({ messagesSent: 4, messagesReceived: 3, reconnects: 0 });
  });

  it('makes one message of the acks of a turn, and none overtakes or is overtaken', async () => {
    const { near, far } = await connectedPair({ isPlain });
    const atNear = messagesOf(near, 3);
    const ack = (position: number) =>
      ({
        type: Type.Ack,
        receivedLsn: lsn(position),
        durableLsn: lsn(0),
        appliedLsn: lsn(0),
        syncedRegionSequence: 0,
        consumedBytes: 0,
      }) as const;
    far.send(ack(1));
    far.send(ack(2));
    far.send({ type: Type.MapEnd });
    far.send(ack(3));
    far.send(ack(4));
    expect(await atNear).toEqual([ack(2), { type: Type.MapEnd }, ack(4)]);
  });

  it('says Bye in order, and the reason arrives behind what was sent before', async () => {
    const { near, far } = await connectedPair({ isPlain });
    const atFar = messagesOf(far, 1);
    const closed = closeOf(far);
    near.sendRecords([Buffer.alloc(1_000_000)], 1_000_000);
    near.bye('maintenance');
    near.send({ type: Type.MapEnd });
    expect((await atFar)[0]!.type).toBe(Type.Records);
    expect(await closed).toEqual({ kind: 'bye', text: 'maintenance' });
    expect(near.closeReason).toEqual({ kind: 'local', text: 'maintenance' });
  });

  it('carries a refusal in place of Welcome', async () => {
    const listening = await listen({ isPlain, greeted: (greeting) => greeting.refuse('SHUTTING_DOWN', 'not now') });
    const dialed = dial([listening.address], { isPlain });
    await dialed.next();
    expect(dialed.failures).toEqual([{ kind: 'refused', code: 'SHUTTING_DOWN', text: 'not now' }]);
  });

  it('stops the sender while the peer does not read, and lets it go on afterwards', async () => {
    const { near, far } = await connectedPair({ isPlain });
    const socket = (far as unknown as { socket: Socket }).socket;
    socket.pause();
    const body = Buffer.alloc(1 << 20);
    // More than the system's own buffers take.
    for (let sent = 0; sent < 48; sent++) near.sendRecords([body], body.length);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(near.isWritable).toBe(false);
    const drained = new Promise<void>((resolve) => {
      near.onDrain = resolve;
    });
    const arrived = messagesOf(far, 48);
    socket.resume();
    await drained;
    expect(near.isWritable).toBe(true);
    await arrived;
  });

  it('C71: cuts off a peer that takes nothing of what it asked for', async () => {
    const { near, far } = await connectedPair({ isPlain });
    (far as unknown as { socket: Socket }).socket.pause();
    const body = Buffer.alloc(4 << 20);
    for (let sent = 0; sent < 32; sent++) near.sendRecords([body], body.length);
    expect(near.closeReason?.kind).toBe('overrun');
  });

  it('C06: ends on damaged bytes, counts them, and connects again', async () => {
    const { dialed, near, far } = await connectedPair({ isPlain });
    const closed = closeOf(far);
    const damaged = Buffer.concat(encodeMessage({ type: Type.MapRequest, aboveLsn: lsn(1) }));
    damaged[damaged.length - 1]! ^= 1;
    (near as unknown as { socket: Socket }).socket.write(damaged);
    expect((await closed).kind).toBe('protocol');
    expect(far.statistics.checksumErrors).toBe(1);
    dialed.dialer.start();
    await dialed.next();
    expect(dialed.statistics.reconnects).toBe(1);
  });

  it('ends when the other side sends what only its opposite may send', async () => {
    const { near, far } = await connectedPair({ isPlain });
    const closed = closeOf(far);
    near.send({ type: Type.LogStarted });
    expect((await closed).kind).toBe('protocol');
  });

  it('C71: closes garbage, oversized, early and slow strangers with one line each, and others do not notice', async () => {
    const { listening, near, far } = await connectedPair({ isPlain, helloTimeoutMs: 500 });
    const open = async () => {
      const socket = isPlain
        ? connect(listening.address.port, '127.0.0.1')
        : connectTls({
            ...listening.address,
            cert: stranger.certificatePem,
            key: stranger.keyPem,
            rejectUnauthorized: false,
          });
      socket.on('error', () => {});
      await once(socket, isPlain ? 'connect' : 'secureConnect');
      return socket;
    };
    const oversized = Buffer.from(encodeMessage(hello)[0]!);
    oversized.writeUInt32BE(0xffff_ffff, 8);
    const strangers = [
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
      oversized,
      Buffer.concat(encodeMessage({ type: Type.MapRequest, aboveLsn: lsn(1) })),
      Buffer.concat(encodeMessage(hello)).subarray(0, 60),
    ];
    for (const bytes of strangers) {
      const socket = await open();
      const closed = once(socket, 'close');
      socket.resume();
      socket.write(bytes);
      await closed;
    }
    expect(listening.log.reasons).toEqual([
      'not the peer protocol',
      'frame header is damaged',
      'message type 14 is not allowed now',
      'no Hello in time',
    ]);
    const atFar = messagesOf(far, 1);
    near.send({ type: Type.MapRequest, aboveLsn: lsn(8) });
    expect(await atFar).toEqual([{ type: Type.MapRequest, aboveLsn: lsn(8) }]);
    expect(listening.greetings.length).toBe(1);
  });

  it('C71: turns strangers away beyond a number, with one line for all of them', async () => {
    const listening = await listen({ isPlain });
    const idle: Socket[] = [];
    cleanups.push(() => idle.forEach((socket) => socket.destroy()));
    for (let i = 0; i < PEER_STRANGERS_MAX; i++) {
      const socket = connect(listening.address.port, '127.0.0.1').on('error', () => {});
      idle.push(socket);
      await once(socket, 'connect');
    }
    for (let i = 0; i < 3; i++) {
      const socket = connect(listening.address.port, '127.0.0.1').on('error', () => {});
      await once(socket.resume(), 'close');
    }
    expect(listening.log.reasons).toEqual(['peer connections turned away: too many without Hello']);
    for (const socket of idle) socket.destroy();
    const dialed = dial([listening.address], { isPlain });
    while (dialed.connections.length === 0) await dialed.next();
  });
});

describe('peer identity', () => {
  it('does not say Hello to a node with another certificate', async () => {
    const listening = await listen({ identity: stranger });
    const dialed = dial([listening.address]);
    await dialed.next();
    expect(dialed.failures[0]!.text).toContain('certificate');
    expect(listening.greetings).toEqual([]);
  });

  it('refuses a node with another certificate than the pinned one', async () => {
    const listening = await listen();
    const dialed = dial([listening.address], { identity: stranger });
    await dialed.next();
    expect(dialed.failures[0]).toMatchObject({ kind: 'refused', code: 'NODE_IDENTITY_CHANGED' });
    expect(listening.greetings).toEqual([]);
  });

  it('refuses a node that it shares no session with', async () => {
    const listening = await listen();
    const dialed = dial([listening.address], { hello: { nodeUid: newUid<NodeUid>() } });
    await dialed.next();
    expect(dialed.failures[0]).toMatchObject({ kind: 'refused', code: 'NODE_NOT_FOUND' });
  });

  it('does not take a Welcome of another node', async () => {
    const listening = await listen({
      greeted: (greeting) => greeting.welcome({ ...welcome, nodeUid: source }, 60_000),
    });
    const dialed = dial([listening.address]);
    await dialed.next();
    expect(dialed.failures[0]!.text).toBe('another storage node answers');
  });

  it('never dials when only one end is set to plain', async () => {
    const listening = await listen({ isPlain: true });
    const dialed = dial([listening.address], { isPlain: false, isPeerPlain: true });
    await dialed.next();
    expect(dialed.failures[0]!.text).toContain('plain');
    expect(listening.log.lines).toEqual([]);
  });

  it('refuses a version that it does not speak', async () => {
    const listening = await listen();
    const dialed = dial([listening.address], { hello: { versionMin: 2, versionMax: 3 } });
    await dialed.next();
    expect(dialed.failures[0]).toMatchObject({ kind: 'refused', code: 'NODE_VERSION_UNSUPPORTED' });
  });
});

describe('peer dialer', () => {
  it('tries all addresses in turn, again and again, and logs a lasting failure once', async () => {
    const dead = createServer().listen(0, '127.0.0.1');
    await once(dead, 'listening');
    const deadAddress = { host: '127.0.0.1', port: (dead.address() as { port: number }).port };
    await new Promise((resolve) => dead.close(resolve));
    const dialed = dial([deadAddress]);
    while (dialed.failures.length < 3) await dialed.next();
    expect(new Set(dialed.failures.map(({ text }) => text))).toEqual(new Set(['ECONNREFUSED']));
    expect(dialed.log.lines.length).toBe(1);
    const listening = await listen();
    dialed.dialer.change({
      addresses: [deadAddress, listening.address],
      isPeerPlain: false,
      heartbeatTimeoutMs: 60_000,
    });
    while (dialed.connections.length === 0) await dialed.next();
    expect(dialed.welcomes.length).toBe(1);
  });

  it('stops for good, also in the middle of an attempt', async () => {
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const accepted = once(mute, 'connection') as Promise<[Socket]>;
    const dialed = dial([{ host: '127.0.0.1', port: (mute.address() as { port: number }).port }]);
    const [socket] = await accepted;
    dialed.dialer.stop();
    await once(socket.resume(), 'close');
    await new Promise((resolve) => mute.close(resolve));
    expect(dialed.failures).toEqual([]);
    expect(dialed.connections).toEqual([]);
  });
});

describe('peer link that fails in silence', () => {
  const setUp = async () => {
    const { address, greetings } = await listen({ heartbeatTimeoutMs: 1000 });
    const link = await FaultyLink.open(address);
    cleanups.push(() => link.close());
    const dialed = dial([link.address], { heartbeatTimeoutMs: 1000 });
    await dialed.next();
    return { link, dialed, near: dialed.connections[0]!, far: greetings[0]!.connection };
  };

  it('C21: is ended for silence at both ends, and found again when it is back', async () => {
    const { link, dialed, near, far } = await setUp();
    const closes = Promise.all([closeOf(near), closeOf(far)]);
    link.pause();
    expect((await closes).map(({ kind }) => kind)).toEqual(['silence', 'silence']);
    expect([near.statistics.timeouts, far.statistics.timeouts]).toEqual([1, 1]);
    dialed.dialer.start();
    link.resume();
    while (dialed.connections.length < 2) await dialed.next();
    expect(dialed.statistics.reconnects).toBe(1);
  });

  it('C21: goes on after a pause below the timeout as if nothing had been', async () => {
    const { link, near, far } = await setUp();
    near.heartbeatLsn = () => lsn(77);
    link.pause();
    const atFar = new Promise<PeerMessage>((resolve) => {
      far.onMessage = (message) => {
        if (message.type === Type.MapRequest) resolve(message);
      };
    });
    near.send({ type: Type.MapRequest, aboveLsn: lsn(5) });
    await new Promise((resolve) => setTimeout(resolve, 400));
    link.resume();
    expect(await atFar).toEqual({ type: Type.MapRequest, aboveLsn: lsn(5) });
    while (far.peerLsn !== lsn(77) || near.statistics.roundTripMs === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect([near.closeReason, far.closeReason]).toEqual([null, null]);
    expect(far.confirmedMs).toBeLessThanOrEqual(performance.now());
  });
});

describe('peer listener', () => {
  it('refuses a port in use by name', async () => {
    const { address } = await listen();
    const second = new PeerListener({
      security: security(stranger, true),
      clock: systemClock,
      log: new MemoryLog(),
      greeted: () => {},
    });
    await expect(second.listen(address)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });

  it('says Bye to its peers when it stops', async () => {
    const listening = await listen();
    const dialed = dial([listening.address]);
    await dialed.next();
    const closed = closeOf(dialed.connections[0]!);
    const listenerCloses = cleanups[0]!();
    expect((await closed).kind).toBe('bye');
    await listenerCloses;
    cleanups.shift();
  });
});
