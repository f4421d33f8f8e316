import { afterEach, describe, expect, it } from '@jest/globals';
import { type Socket } from 'node:net';
import { FaultyLink } from '../../../test/support/faulty-link.js';
import { encodeMessage } from '../../format/peer/encode.js';
import type { PeerMessage, Records } from '../../format/peer/messages.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { lsn } from '../../model/position.js';
import { COMPRESSIONS } from '../../model/session.js';
import {
  cleanUp,
  cleanups,
  closeOf,
  connectedPair,
  dial,
  hello,
  listen,
  messagesOf,
  welcome,
} from '../../../test/support/peer-ends.js';

afterEach(cleanUp);

describe.each([
  ['TLS', false],
  ['plain', true],
])('peer link over %s', (_name, isPlain) => {
  it('is connected when Hello was answered, and carries messages both ways in order', async () => {
    const { listening, dialed, near, far } = await connectedPair({ isPlain });
    expect(listening.greetings[0]!.hello).toEqual(hello);
    expect(dialed.welcomes).toEqual([{ type: Type.Welcome, version: 1, compressions: COMPRESSIONS, ...welcome }]);
    const atFar = messagesOf(far, 3);
    const atNear = messagesOf(near, 2);
    const records = [Buffer.alloc(100, 1), Buffer.alloc(3_000_000, 2), Buffer.alloc(7, 3)];
    near.send({ type: Type.TailRequest, fromLsn: lsn(3) });
    near.sendRecords(records, 3_000_107, 3);
    near.send({ type: Type.MapRequest, aboveLsn: lsn(1) });
    far.send({ type: Type.Resend, fromLsn: lsn(4) });
    far.send({ type: Type.TailEnd, lastLsn: lsn(5) });
    const [first, second, third] = await atFar;
    expect(first).toEqual({ type: Type.TailRequest, fromLsn: lsn(3) });
    expect((second as Records).body.equals(Buffer.concat(records))).toBe(true);
    expect(third).toEqual({ type: Type.MapRequest, aboveLsn: lsn(1) });
    expect((await atNear).map(({ type }) => type)).toEqual([Type.Resend, Type.TailEnd]);
    const { messagesSent, messagesReceived, reconnects } = dialed.statistics;
    // Heartbeats count too, and there may have been time for some.
    expect([messagesSent >= 4, messagesReceived >= 3, reconnects]).toEqual([true, true, 0]);
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
    near.sendRecords([Buffer.alloc(1_000_000)], 1_000_000, 1);
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
    for (let sent = 0; sent < 48; sent++) near.sendRecords([body], body.length, 1);
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
    for (let sent = 0; sent < 32; sent++) near.sendRecords([body], body.length, 1);
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
    let heardLsn = 0;
    const atFar = new Promise<PeerMessage>((resolve) => {
      far.onMessage = (message) => {
        if (message.type === Type.MapRequest) resolve(message);
        if (message.type === Type.Heartbeat) heardLsn = message.lsn;
      };
    });
    near.send({ type: Type.MapRequest, aboveLsn: lsn(5) });
    await new Promise((resolve) => setTimeout(resolve, 400));
    link.resume();
    expect(await atFar).toEqual({ type: Type.MapRequest, aboveLsn: lsn(5) });
    while (heardLsn !== 77 || near.statistics.roundTripMs === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect([near.closeReason, far.closeReason]).toEqual([null, null]);
    expect(far.confirmedMs).toBeLessThanOrEqual(performance.now());
  });
});
