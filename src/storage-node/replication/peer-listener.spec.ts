import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { announceSeed, SeededRandom } from '../../../test/support/seeded-random.js';
import { encodeMessage } from '../../format/peer/encode.js';
import { PeerMessageType as Type } from '../../format/peer/messages.js';
import { newUid, type NodeUid } from '../../model/ids.js';
import { lsn } from '../../model/position.js';
import { Budget } from '../config/budget.js';
import { COMPLAINTS_MAX, PEER_STRANGERS_MAX } from '../config/limits.js';
import { systemClock } from '../config/clock.js';
import { PeerListener } from './peer-listener.js';
import { systemNetwork } from './system-network.js';
import {
  cleanUp,
  cleanups,
  closeOf,
  connectedPair,
  dial,
  hello,
  listen,
  MemoryLog,
  messagesOf,
  security,
  source,
  stranger,
  welcome,
} from '../../../test/support/peer-ends.js';

afterEach(cleanUp);

describe.each([
  ['TLS', false],
  ['plain', true],
])('peer listener over %s', (_name, isPlain) => {
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

  it('C71: outlives random bytes, with few lines', async () => {
    const listening = await listen({ isPlain });
    const random = new SeededRandom(announceSeed('random strangers'));
    for (let i = 0; i < 30; i++) {
      const socket = connect(listening.address.port, '127.0.0.1').on('error', () => {});
      socket.resume().end(Buffer.from(Array.from({ length: 1 + random.below(400) }, () => random.below(256))));
      await once(socket, 'close');
    }
    while (listening.log.lines.length <= COMPLAINTS_MAX) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(listening.log.lines.length).toBe(COMPLAINTS_MAX + 1);
    const dialed = dial([listening.address], { isPlain });
    await dialed.next();
    expect(dialed.connections.length).toBe(1);
  });

  it('C71: closes the oldest stranger beyond a number, so that a node that speaks still comes in', async () => {
    const listening = await listen({ isPlain });
    const idle: Socket[] = [];
    cleanups.push(() => idle.forEach((socket) => socket.destroy()));
    for (let i = 0; i < 2 * PEER_STRANGERS_MAX; i++) {
      const socket = connect(listening.address.port, '127.0.0.1').on('error', () => {});
      idle.push(socket.resume());
      await once(socket, 'connect');
    }
    const dialed = dial([listening.address], { isPlain });
    while (dialed.connections.length === 0) await dialed.next();
    await Promise.all(idle.slice(0, PEER_STRANGERS_MAX).map((socket) => socket.closed || once(socket, 'close')));
    expect(idle.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(PEER_STRANGERS_MAX);
    expect(new Set(listening.log.reasons.slice(0, COMPLAINTS_MAX))).toEqual(
      new Set(['too many connections without Hello']),
    );
    expect(listening.log.lines.length).toBeLessThanOrEqual(COMPLAINTS_MAX + 1);
  });
});

describe('peer listener', () => {
  it('refuses a port in use by name', async () => {
    const { address } = await listen();
    const second = new PeerListener({
      security: security(stranger, true),
      network: systemNetwork,
      clock: systemClock,
      log: new MemoryLog(),
      memory: Budget.default().pool('strangers'),
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
