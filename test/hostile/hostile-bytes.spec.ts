/**
 * Hostile bytes on the ports of two real node processes with a Synchronous session between them, while a host writes, reads back and
 * compares all the time.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import {
  NBD_CMD_READ,
  NBD_CMD_WRITE,
  NBD_OPT_GO,
  NBD_OPT_LIST,
  PAYLOAD_BYTES_MAX,
} from '../../src/format/nbd/messages.js';
import { encodeMessage } from '../../src/format/peer/encode.js';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import { lsn } from '../../src/model/position.js';
import { KIB, MIB, SRL_SIZE_MIN_BYTES } from '../../src/model/sizes.js';
import { type KeyAndCertificate, makeCertificate } from '../../src/node-api/certificate.js';
import { MEMORY_MIB_DEFAULT } from '../../src/storage-node/config/budget.js';
import { isEquivalent, NodePair, PAIR_EXPORT } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { attachBytes, attachRaw, clientFlags, optionBytes, rawSocket, requests } from '../support/raw-host.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';
import { VerifiedHost } from '../support/verified-host.js';

const IDLE_SOCKETS = 3000;
const FLOOD_SOCKETS = 300;
/** Lines that one port may write about what came to it here, however much that was. */
const LINES_MAX = 400;

let folder: string;
let pair: NodePair;
let host: VerifiedHost;
let stranger: KeyAndCertificate;
let random: SeededRandom;
const opened: Socket[] = [];

beforeAll(async () => {
  random = new SeededRandom(announceSeed('hostile bytes'));
  stranger = await makeCertificate('stranger');
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-hostile-'));
  pair = await NodePair.start({
    folder,
    sizeBytes: 32 * MIB,
    srlSizeBytes: SRL_SIZE_MIN_BYTES,
    isPeerTls: true,
    settings: { heartbeatTimeoutSeconds: 20 },
  });
  await pair.createSession();
  await pair.waitForEquivalent();
  host = new VerifiedHost(await pair.attach(), random.seed);
});

afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await pair.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Each port where it matters most: hosts and control plane at the source, peers at the destination. */
const ports: Record<string, () => { node: NodeProcess; port: number }> = {
  NBD: () => ({ node: pair.a, port: pair.a.nbdPort }),
  peer: () => ({ node: pair.b, port: pair.b.peerPort }),
  admin: () => ({ node: pair.a, port: pair.a.adminPort }),
};

async function open(port: number): Promise<Socket> {
  const socket = await rawSocket(port);
  opened.push(socket);
  return socket;
}

async function openTls(port: number): Promise<Socket> {
  const identity = { key: stranger.keyPem, cert: stranger.certificatePem, rejectUnauthorized: false };
  const socket = connectTls({ port, host: '127.0.0.1', ...identity }).on('error', () => {});
  opened.push(socket);
  await once(socket, 'secureConnect');
  return socket;
}

/** Resolves when the other end has closed it, whatever it said before. */
async function closed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
}

function randomBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

function hasLine(node: NodeProcess, text: string): boolean {
  return node.log.split('\n').some((line) => line.includes(text));
}

describe.each(Object.entries(ports))('C71: the %s port', (name, where) => {
  it('closes garbage with a line in the log', async () => {
    const { node, port } = where();
    for (let i = 0; i < 40; i++) {
      const socket = await open(port);
      socket.write(randomBytes(64 + random.below(4000)));
      await closed(socket);
    }
    expect(hasLine(node, 'closed')).toBe(true);
    await host.goesOn(10);
  });

  it('does not notice clients that come and vanish', async () => {
    const { port } = where();
    for (let i = 0; i < 100; i++) {
      const socket = await open(port);
      if (random.isOneIn(2)) socket.write(randomBytes(1 + random.below(3)));
      if (random.isOneIn(2)) socket.resetAndDestroy();
      else await closed(socket.end());
    }
    await host.goesOn(10);
  });

  it(`stays reachable with ${IDLE_SOCKETS} silent connections and a flood of garbage`, async () => {
    const { node, port } = where();
    const linesBefore = node.log.split('\n').length;
    for (let i = 0; i < IDLE_SOCKETS; i += 100) await Promise.all(Array.from({ length: 100 }, () => open(port)));
    const garbage = randomBytes(2000);
    for (let i = 0; i < FLOOD_SOCKETS; i += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const socket = await open(port);
          socket.write(garbage);
          await closed(socket);
        }),
      );
    }
    await host.goesOn(10);
    if (name === 'NBD') await (await node.attach(PAIR_EXPORT)).disconnect();
    if (name === 'admin') expect((await node.client.state()).volumes.length).toBe(1);
    expect(node.log.split('\n').length - linesBefore).toBeLessThan(LINES_MAX);
    for (const socket of opened.splice(0)) socket.destroy();
  });
});

describe('C71: the NBD port', () => {
  it('attaches a client that speaks byte by byte', async () => {
    const socket = await open(pair.a.nbdPort);
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
    for (const byte of attachBytes(PAIR_EXPORT)) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const byte of encodeRequest(0, NBD_CMD_READ, 1n, 0, 512)) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (bytes < 18 + 10 + 16 + 512) await once(socket, 'data');
    socket.destroy();
    await host.goesOn(5);
  });

  it.each<[string, () => Buffer]>([
    ['another magic in an option', () => Buffer.concat([clientFlags(), Buffer.alloc(16, 'x')])],
    [
      'options without end',
      () => Buffer.concat([clientFlags(), ...Array<Buffer>(2000).fill(optionBytes(99, NOTHING))]),
    ],
    ['a request with another magic', () => Buffer.concat([attachBytes(PAIR_EXPORT), Buffer.alloc(28, 'x')])],
    ['a name that is no volume', () => attachBytes('no such volume')],
    [
      'a name of 4 GiB that ends early',
      () => Buffer.concat([clientFlags(), optionBytes(NBD_OPT_GO, NOTHING, 0xffff_ffff)]),
    ],
    ['half an option', () => Buffer.concat([clientFlags(), optionBytes(NBD_OPT_GO, Buffer.alloc(10), 100)])],
  ])('closes %s', async (_what, bytes) => {
    const socket = await open(pair.a.nbdPort);
    socket.end(bytes());
    await closed(socket);
    await host.goesOn(3);
  });

  it('passes over writes that are too large or out of range, and answers', async () => {
    const socket = await attachRaw(pair.a.nbdPort, PAIR_EXPORT);
    opened.push(socket);
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length)).resume();
    const megabyte = Buffer.alloc(MIB);
    socket.write(encodeRequest(0, NBD_CMD_WRITE, 1n, 0, PAYLOAD_BYTES_MAX + 1));
    for (let i = 0; i < PAYLOAD_BYTES_MAX / MIB; i++) socket.write(megabyte);
    socket.write(Buffer.alloc(1));
    socket.write(encodeRequest(0, NBD_CMD_WRITE, 2n, 2 ** 52, MIB));
    socket.write(megabyte);
    while (bytes < 2 * 16) await once(socket, 'data');
    socket.destroy();
    await host.goesOn(5);
  });

  it('gives back what half a request took when its host is gone', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = await attachRaw(pair.a.nbdPort, PAIR_EXPORT);
      socket.write(encodeRequest(0, NBD_CMD_WRITE, 1n, 0, PAYLOAD_BYTES_MAX));
      socket.write(Buffer.alloc(random.below(100 * KIB)));
      opened.push(socket);
    }
    await host.goesOn(10);
    for (const socket of opened.splice(0)) socket.resetAndDestroy();
    await host.goesOn(10);
  });

  it('rests a host that asks and does not read', async () => {
    const asking = await open(pair.a.nbdPort);
    asking
      .pause()
      .write(Buffer.concat([clientFlags(), ...Array<Buffer>(900).fill(optionBytes(NBD_OPT_LIST, NOTHING))]));
    const reading = await attachRaw(pair.a.nbdPort, PAIR_EXPORT);
    opened.push(reading);
    reading.write(requests(500, NBD_CMD_READ, 0, MIB));
    await host.goesOn(20);
  });
});

describe('C71: the peer port, behind its TLS', () => {
  it.each<[string, () => Buffer]>([
    ['garbage', () => Buffer.concat([Buffer.of(1), randomBytes(3000)])],
    ['a frame that tells 4 GiB', () => oversizedFrame()],
    ['a message before Hello', () => Buffer.concat(encodeMessage({ type: PeerMessageType.SyncRequest, lsn: lsn(1) }))],
    ['HTTP', () => Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
  ])('closes %s', async (_what, bytes) => {
    const socket = await openTls(pair.b.peerPort);
    socket.write(bytes());
    await closed(socket);
    await host.goesOn(3);
  });
});

describe('C71: the admin port, behind its TLS', () => {
  it.each<[string, string | (() => Buffer)]>([
    ['garbage', () => Buffer.concat([Buffer.of(1), randomBytes(3000)])],
    ['headers without end', `GET /healthz HTTP/1.1\r\n${'x: y\r\n'.repeat(20_000)}`],
    ['one header of a megabyte', `GET /healthz HTTP/1.1\r\nx: ${'y'.repeat(MIB)}\r\n\r\n`],
    ['a body that is too large', post(`content-length: ${1 << 30}`, '{')],
    ['two lengths', post('content-length: 2\r\ncontent-length: 3', '{}')],
    ['a body in rubbish chunks', post('transfer-encoding: chunked', 'rubbish\r\n')],
  ])('closes %s', async (_what, text) => {
    const socket = await openTls(pair.a.adminPort);
    socket.write(typeof text === 'string' ? text : text());
    await closed(socket);
    expect((await pair.a.client.state()).volumes.length).toBe(1);
    await host.goesOn(3);
  });

  it('does not hold the control plane up while strangers take no answers', async () => {
    for (let i = 0; i < 100; i++) {
      const socket = await openTls(pair.a.adminPort);
      socket.pause().write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100));
    }
    expect((await pair.a.client.state()).volumes.length).toBe(1);
    await host.goesOn(10);
  });
});

describe('C71: after all of it', () => {
  it('the host saw only its own bytes, the link never broke, and memory is as budgeted', async () => {
    await host.stop();
    const state = await pair.state();
    expect(isEquivalent(state)).toBe(true);
    expect(state.statistics).toMatchObject({ timeouts: 0, reconnects: 0, checksumErrors: 0, gaps: 0 });
    for (const node of [pair.a, pair.b]) {
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))![1];
      expect(Number(peak) / KIB).toBeLessThan(150 + MEMORY_MIB_DEFAULT);
      expect(node.log).not.toContain('broken invariant');
    }
  });
});

const NOTHING = Buffer.alloc(0);

function oversizedFrame(): Buffer {
  const frame = Buffer.concat(encodeMessage({ type: PeerMessageType.SyncRequest, lsn: lsn(1) }));
  frame.writeUInt32BE(0xffff_ffff, 8);
  return frame;
}

function post(header: string, body: string): string {
  return `POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${header}\r\n\r\n${body}`;
}
