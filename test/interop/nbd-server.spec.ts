/** The NBD server as a host sees it, over a socket, on a plain sparse file. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import * as nbd from '../../src/format/nbd/messages.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { NbdServer } from '../../src/storage-node/nbd/server.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { ByteReader } from '../../src/tools/nbd-client/byte-reader.js';
import { itWithIpv6 } from '../support/ipv6.js';
import { ServedDisk } from '../support/nbd-server.js';

const SIZE_BYTES = 64 * MIB;

describe('NBD server', () => {
  let disk: ServedDisk;
  const clients: NbdClient[] = [];

  beforeEach(async () => {
    disk = await ServedDisk.start(SIZE_BYTES);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await disk.stop();
  });

  async function attach(isStructured = true): Promise<NbdClient> {
    const client = await NbdClient.connect('127.0.0.1', disk.port, 'disk', { isStructured });
    clients.push(client);
    return client;
  }

  /** A socket behind the oldest handshake there is, for bytes that no client would send. */
  async function attachRaw(): Promise<{ socket: Socket; reader: ByteReader }> {
    const socket = connect(disk.port, '127.0.0.1');
    const option = Buffer.from('0000000349484156454f50540000000100000004', 'hex');
    socket.write(Buffer.concat([option, Buffer.from('disk')]));
    const reader = new ByteReader(socket);
    await reader.read(nbd.GREETING_BYTES + nbd.EXPORT_NAME_REPLY_BYTES);
    return { socket, reader };
  }

  /** The server may close before it read everything, which resets the connection: that is an end like any other. */
  function closed(socket: Socket): Promise<void> {
    return new Promise((resolve) => socket.on('error', () => undefined).once('close', () => resolve()));
  }

  async function readSimpleReplies(reader: ByteReader, count: number): Promise<[cookie: bigint, errno: number][]> {
    const replies: [bigint, number][] = [];
    while (replies.length < count) {
      const reply = await reader.read(nbd.SIMPLE_REPLY_BYTES);
      expect(reply.readUInt32BE(0)).toBe(nbd.NBD_SIMPLE_REPLY_MAGIC);
      replies.push([reply.readBigUInt64BE(8), reply.readUInt32BE(4)]);
    }
    return replies;
  }

  it('keeps whatever is written, zeroed and trimmed, as a model of bytes says', async () => {
    const window = 256 * KIB;
    const range = { offset: fc.nat(window - 1), length: fc.integer({ min: 1, max: 20_000 }) };
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('write' as const),
        ...range,
        fill: fc.integer({ min: 1, max: 255 }),
        fua: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('zero' as const), ...range, isNoHole: fc.boolean() }),
      fc.record({ kind: fc.constant('trim' as const), ...range }),
      fc.record({ kind: fc.constant('read' as const), ...range }),
      fc.record({ kind: fc.constant('flush' as const), ...range }),
    );
    const hosts = [await attach(true), await attach(false)];
    const model = Buffer.alloc(window);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { maxLength: 30 }), async (steps) => {
        for (const [host, one] of steps) {
          const client = hosts[host]!;
          const end = Math.min(window, one.offset + one.length);
          const length = end - one.offset;
          if (one.kind === 'write') {
            await client.write(one.offset, Buffer.alloc(length, one.fill), { fua: one.fua });
            model.fill(one.fill, one.offset, end);
          } else if (one.kind === 'zero') {
            await client.zero(one.offset, length, { isNoHole: one.isNoHole });
            model.fill(0, one.offset, end);
          } else if (one.kind === 'trim') {
            await client.trim(one.offset, length);
            model.fill(0, one.offset, end);
          } else if (one.kind === 'flush') {
            await client.flush();
          } else {
            expect((await client.read(one.offset, length)).equals(model.subarray(one.offset, end))).toBe(true);
          }
        }
        expect((await hosts[0]!.read(0, window)).equals(model)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('takes and gives the largest requests', async () => {
    const client = await attach();
    const bytes = Buffer.alloc(32 * MIB);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(at, at);
    await client.write(7, bytes);
    expect((await client.read(7, bytes.length)).equals(bytes)).toBe(true);
  });

  it('hands over the requests of one chunk in one call, and answers in one write', async () => {
    const { socket } = await attachRaw();
    const requests = [1n, 2n, 3n, 4n, 5n].map((cookie) =>
      Buffer.concat([encodeRequest(0, nbd.NBD_CMD_WRITE, cookie, Number(cookie) * 4096, 512), Buffer.alloc(512, 1)]),
    );
    socket.write(Buffer.concat(requests));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.length).toBe(5 * nbd.SIMPLE_REPLY_BYTES);
    expect(disk.target.batches).toEqual([5]);
    socket.destroy();
  });

  it('C56: answers a bad request by its errno, passes over its payload, and keeps the connection', async () => {
    const { socket, reader } = await attachRaw();
    const { EINVAL, ENOSPC, EOVERFLOW } = nbd.NBD_ERRNO;
    const huge = nbd.PAYLOAD_BYTES_MAX + 1;
    socket.write(encodeRequest(0, nbd.NBD_CMD_WRITE, 1n, SIZE_BYTES - 1, 1000));
    socket.write(Buffer.alloc(1000, 0x25));
    socket.write(encodeRequest(0, nbd.NBD_CMD_READ, 2n, SIZE_BYTES, 1));
    socket.write(encodeRequest(0x8000, nbd.NBD_CMD_WRITE, 3n, 0, 10));
    socket.write(Buffer.alloc(10, 0x25));
    socket.write(encodeRequest(0, 99, 4n, 0, 0));
    socket.write(encodeRequest(0, nbd.NBD_CMD_WRITE, 5n, 0, huge));
    for (let left = huge; left > 0; left -= MIB) socket.write(Buffer.alloc(Math.min(MIB, left), 0x25));
    socket.write(encodeRequest(0, nbd.NBD_CMD_BLOCK_STATUS, 6n, 0, 4096));
    socket.write(encodeRequest(0, nbd.NBD_CMD_READ, 7n, (1n << 64n) - 1n, 4096));
    socket.write(encodeRequest(0, nbd.NBD_CMD_FLUSH, 8n, 0, 0));
    const expected: [bigint, number][] = [
      [1n, ENOSPC],
      [2n, EINVAL],
      [3n, EINVAL],
      [4n, EINVAL],
      [5n, EOVERFLOW],
      [6n, EINVAL],
      [7n, EINVAL],
      [8n, 0],
    ];
    expect(await readSimpleReplies(reader, expected.length)).toEqual(expected);
    expect(disk.device.calls.write).toBe(0);
    socket.destroy();
  });

  it('C71: closes a connection that sends garbage with one log line; others do not notice', async () => {
    const client = await attach();
    const { socket: inTransmission } = await attachRaw();
    inTransmission.write('GET / HTTP/1.1\r\nHost: evenkeel\r\nAccept: */*\r\n\r\n');
    await closed(inTransmission);
    const inHandshake = connect(disk.port, '127.0.0.1').resume();
    inHandshake.write(Buffer.alloc(100_000, 0xff));
    await closed(inHandshake);
    expect(disk.logLines.filter((line) => line.includes('connection closed'))).toHaveLength(2);
    expect(disk.counters.protocolErrors).toBe(2);
    await client.write(0, Buffer.from('still here'));
    expect((await client.read(0, 10)).toString()).toBe('still here');
  });

  it('C71: survives a client that vanishes in the middle of a request', async () => {
    const { socket } = await attachRaw();
    socket.write(Buffer.concat([encodeRequest(0, nbd.NBD_CMD_WRITE, 1n, 0, 4096), Buffer.alloc(100, 7)]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.resetAndDestroy();
    const client = await attach();
    expect(await client.read(0, 4096)).toEqual(Buffer.alloc(4096));
    expect(disk.server.connections()).toHaveLength(1);
  });

  it('C71: stops reading from a host that does not read, and serves it on once it does', async () => {
    const { socket, reader } = await attachRaw();
    socket.pause();
    const count = 400;
    for (let cookie = 0; cookie < count; cookie++) {
      socket.write(encodeRequest(0, nbd.NBD_CMD_READ, BigInt(cookie), 0, MIB));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(disk.counters.operations[0]).toBeLessThan(40);
    socket.resume();
    for (let cookie = 0; cookie < count; cookie++) {
      expect((await readSimpleReplies(reader, 1))[0]).toEqual([BigInt(cookie), 0]);
      await reader.read(MIB);
    }
    socket.destroy();
  });

  it('does not hold back a warm read behind a cold one', async () => {
    const client = await attach();
    disk.device.isCold = true;
    const release = disk.device.hold('read');
    const order: string[] = [];
    const cold = client.read(0, 4096).then(() => order.push('cold'));
    while (disk.target.batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    disk.device.isCold = false;
    await client.write(8192, Buffer.alloc(4096, 1));
    await client.read(8192, 4096).then(() => order.push('warm'));
    release();
    await cold;
    expect(order).toEqual(['warm', 'cold']);
  });

  it('C41: refuses requests on open connections from the moment that hosts may no longer use the volume', async () => {
    const structured = await attach(true);
    const simple = await attach(false);
    await structured.write(0, Buffer.from('before'));
    disk.target.accessRefusal = 'ACCESS_DESTINATION';
    for (const client of [structured, simple]) {
      await expect(client.write(0, Buffer.from('after!'))).rejects.toMatchObject({ code: 'EPERM' });
      await expect(client.read(0, 6)).rejects.toMatchObject({ code: 'EPERM' });
    }
    disk.target.accessRefusal = null;
    expect((await simple.read(0, 6)).toString()).toBe('before');
  });

  it('tells data from holes, joined and cut to what was asked', async () => {
    const client = await attach();
    await client.write(MIB, Buffer.alloc(64 * KIB, 1));
    await client.write(MIB + 64 * KIB, Buffer.alloc(64 * KIB, 1));
    expect(await client.blockStatus(512 * KIB, MIB)).toEqual([
      { offset: 512 * KIB, length: 512 * KIB, isHole: true, isZero: true },
      { offset: MIB, length: 128 * KIB, isHole: false, isZero: false },
      { offset: MIB + 128 * KIB, length: 384 * KIB, isHole: true, isZero: true },
    ]);
  });

  it('answers what is under way before it closes after DISC', async () => {
    const client = await attach();
    const release = disk.device.hold('sync');
    const flushed = client.flush();
    const left = client.disconnect();
    while (disk.target.batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    release();
    await flushed;
    await left;
  });

  it('stops by answering what is under way and taking nothing new', async () => {
    const client = await attach();
    const release = disk.device.hold('sync');
    const flushed = client.flush();
    while (disk.target.batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const stopped = disk.server.stop();
    await expect(NbdClient.connect('127.0.0.1', disk.port, 'disk')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    release();
    await flushed;
    await client.closed;
    await stopped;
  });

  it('knows its connections and drops those of a volume', async () => {
    const client = await attach();
    await client.write(0, Buffer.alloc(4096));
    const [connection] = disk.server.connections(disk.target);
    expect(connection).toMatchObject({ requests: 1, bytes: 4096, target: disk.target });
    expect(connection!.client).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(disk.counters).toMatchObject({ connections: 1 });
    expect(disk.server.dropConnections(disk.target)).toBe(1);
    await client.closed;
    expect(disk.server.connections()).toEqual([]);
  });

  itWithIpv6('knows hosts by their own address where it takes IPv4 and IPv6 on one socket', async () => {
    const { target } = disk;
    const both = new NbdServer({
      exports: { lookup: () => target, list: () => [target] },
      log: pino({ level: 'silent' }),
    });
    const { port } = await both.listen({ host: '::', port: 0 });
    try {
      for (const [mine, other, shown] of [
        ['127.0.0.1', '::1', /^127\.0\.0\.1:\d+$/],
        ['::1', '127.0.0.1', /^\[::1\]:\d+$/],
      ] as const) {
        target.allowedClients = [mine];
        const client = await NbdClient.connect(mine, port, 'disk');
        clients.push(client);
        expect(both.connections()[0]!.client).toMatch(shown);
        await expect(NbdClient.connect(other, port, 'disk')).rejects.toMatchObject({ code: 'ERR_POLICY' });
        await client.disconnect();
      }
    } finally {
      await both.stop();
    }
  });

  it('refuses a port that is in use by name', async () => {
    const other = new NbdServer({
      exports: { lookup: () => undefined, list: () => [] },
      log: pino({ level: 'silent' }),
    });
    await expect(other.listen({ host: '127.0.0.1', port: disk.port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
