/** What hosts, and whoever sits between them and the node, may try with TLS; with sockets of our own. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import {
  GREETING_BYTES,
  NBD_OPT_GO,
  NBD_OPT_STARTTLS,
  NBD_OPT_STRUCTURED_REPLY,
  OPTION_REPLY_HEADER_BYTES,
} from '../../src/format/nbd/messages.js';
import { MIB } from '../../src/model/sizes.js';
import { Budget, MEMORY_MIB_MIN } from '../../src/storage-node/config/budget.js';
import { NBD_TLS_STRANGERS_MAX } from '../../src/storage-node/config/limits.js';
import type { NbdServerOptions } from '../../src/storage-node/nbd/server.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { ServedDisk } from '../support/nbd-server.js';
import { clientFlags, optionBytes, rawSocket } from '../support/raw-host.js';
import { randomKey, TlsAuthority } from '../support/tls-authority.js';

const NO_DATA = Buffer.alloc(0);
const STARTTLS = Buffer.concat([clientFlags(), optionBytes(NBD_OPT_STARTTLS, NO_DATA)]);
const LOOK_MS = 50;

describe('NBD over TLS, misused', () => {
  let authority: TlsAuthority;
  let files: { certificate: string; key: string };
  let disk: ServedDisk;
  const clients: NbdClient[] = [];
  const sockets: Socket[] = [];

  beforeAll(async () => {
    authority = await TlsAuthority.make();
  });
  afterAll(() => authority.remove());

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    for (const socket of sockets.splice(0)) socket.destroy();
    await disk.stop();
  });

  async function renew(name: string, validForMs?: number): Promise<void> {
    const { certificate, key } = await authority.issue(name, 'server', validForMs);
    files = { certificate: authority.file('cert.pem', certificate), key: authority.file('key.pem', key) };
  }

  async function serve(
    options: Pick<NbdServerOptions, 'handshakeTimeoutMs' | 'budget'> = {},
    clientCa?: string,
  ): Promise<void> {
    await renew('node');
    disk = await ServedDisk.start(16 * MIB, {
      tls: { kind: 'x509', ...files, clientCa: clientCa ?? null },
      tlsLookMs: LOOK_MS,
      ...options,
    });
  }

  async function attach(tls: ConnectionOptions = {}): Promise<NbdClient> {
    const options = { tls: { ca: authority.certificate, ...tls } };
    const client = await NbdClient.connect('127.0.0.1', disk.port, 'disk', options);
    clients.push(client);
    return client;
  }

  /** @returns what the server said until it closed */
  async function closed(socket: Socket): Promise<Buffer> {
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    return Buffer.concat(heard);
  }

  async function raw(...bytes: Buffer[]): Promise<Socket> {
    const socket = await rawSocket(disk.port);
    sockets.push(socket);
    if (bytes.length > 0) socket.write(Buffer.concat(bytes));
    return socket;
  }

  /** A host that has asked for TLS and was told to begin. */
  async function atTls(): Promise<Socket> {
    const socket = await raw(STARTTLS);
    let missing = GREETING_BYTES + OPTION_REPLY_HEADER_BYTES;
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        missing -= chunk.length;
        if (missing === 0) resolve();
      });
    });
    return socket;
  }

  const logged = (text: string) => disk.logLines.filter((line) => line.includes(text)).length;

  function told(times: number, text: string): Promise<true> {
    return eventually(`${times} times "${text}"`, () => logged(text) === times || undefined);
  }

  it('C71: closes on plain bytes that were slipped in behind STARTTLS, and does nothing of what they say', async () => {
    await serve();
    const go = optionBytes(NBD_OPT_GO, Buffer.from('\0\0\0\x04disk\0\0'));
    for (const behind of [optionBytes(NBD_OPT_STRUCTURED_REPLY, NO_DATA), go]) {
      const heard = await closed(await raw(STARTTLS, behind));
      // The greeting alone: not even STARTTLS is acknowledged.
      expect(heard.length).toBe(GREETING_BYTES);
    }
    await told(2, 'bytes between STARTTLS and TLS');
    expect(disk.counters.protocolErrors).toBe(2);
  });

  it('C71: closes on anything but TLS after STARTTLS, and on a TLS that is too old', async () => {
    await serve();
    for (const bytes of [optionBytes(NBD_OPT_GO, Buffer.from('\0\0\0\x04disk\0\0')), Buffer.alloc(100_000, 0xff)]) {
      const socket = await atTls();
      socket.write(bytes);
      await closed(socket);
    }
    await expect(attach({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' })).rejects.toThrow();
    await told(3, 'connection closed: TLS: ');
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const client = await attach({ minVersion: version, maxVersion: version });
      await client.write(0, Buffer.from(version));
      expect((await client.read(0, 7)).toString()).toBe(version);
    }
  });

  it('C71: ends a handshake that is not gone on with, and lets an attached host be silent', async () => {
    await serve({ handshakeTimeoutMs: 3000 });
    const attached = await attach();
    const silent = await raw(STARTTLS);
    const halfway = await atTls();
    // The beginning of a record that never ends.
    halfway.write(Buffer.from('1603010200010001fc0303', 'hex'));
    await Promise.all([closed(silent), closed(halfway)]);
    await attached.write(0, Buffer.from('still here'));
    expect((await attached.read(0, 10)).toString()).toBe('still here');
    await told(2, 'no export was chosen in time');
  });

  it('C71: gives way to new hosts when too many handshakes stand still, and counts what they may cost', async () => {
    const budget = new Budget(MEMORY_MIB_MIN * MIB, setImmediate);
    await serve({ budget });
    const strangers = budget.pool('strangers');
    for (let i = 0; i < NBD_TLS_STRANGERS_MAX + 8; i++) await raw(STARTTLS);
    const client = await attach();
    await client.write(0, Buffer.from('served'));
    expect(strangers.usedBytes).toBeLessThan(strangers.bytesMax);
    expect(logged('too many connections have not chosen an export')).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    await eventually('strangers gone', () => strangers.usedBytes === 0 || undefined);
  });

  it('C71: outlives hosts that vanish at any moment, and stops at once with handshakes under way', async () => {
    const budget = new Budget(MEMORY_MIB_MIN * MIB, setImmediate);
    await serve({ budget }, authority.file('client-ca.pem', authority.certificate));
    const hello = Buffer.from('1603010200010001fc0303', 'hex');
    for (let round = 0; round < 4; round++) {
      const ends = [await raw(STARTTLS), await atTls(), await atTls()];
      ends[2]!.write(hello.subarray(0, 3 + 2 * round));
      for (const socket of ends) {
        if (round % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
      const { certificate: cert, key } = await authority.issue('host', 'client');
      const attached = await attach({ cert, key });
      const reads = [attached.read(0, 8 * MIB).catch(() => undefined), attached.write(0, Buffer.alloc(MIB))];
      attached.destroy();
      await Promise.allSettled(reads);
    }
    const { certificate: cert, key } = await authority.issue('host', 'client');
    const last = await attach({ cert, key });
    await last.write(0, Buffer.from('served'));
    await eventually(
      'all forgotten',
      () => (budget.pool('strangers').usedBytes === 0 && disk.counters.connections === 1) || undefined,
    );
    await last.disconnect();
    const silent = await atTls();
    await Promise.all([disk.server.stop(), closed(silent)]);
  });

  it('takes and gives the largest requests, side by side, and keeps to the limits of what is unread', async () => {
    await serve();
    const [one, other] = [await attach(), await attach()];
    const bytes = Buffer.alloc(8 * MIB);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE(at, at);
    await Promise.all([one.write(0, bytes), other.write(8 * MIB, bytes)]);
    const reads = [0, 8 * MIB, 0, 8 * MIB].map((at, n) => [one, other][n % 2]!.read(at, bytes.length));
    for (const read of reads) expect((await read).equals(bytes)).toBe(true);
    await Promise.all([one.disconnect(), other.disconnect()]);
    expect(disk.server.connections()).toEqual([]);
  });

  it('drops a host that never reads its answers, without a trace in memory', async () => {
    const budget = new Budget(MEMORY_MIB_MIN * MIB, setImmediate);
    await serve({ budget });
    const client = await attach();
    const reads = Array.from({ length: 64 }, () => client.read(0, MIB).catch(() => undefined));
    client.destroy();
    await Promise.all(reads);
    await told(1, 'host detached');
    await eventually('memory given back', () => budget.pool('host_replies').usedBytes === 0 || undefined);
    expect(budget.pool('host_connections').usedBytes).toBe(0);
  });

  it('takes a renewed certificate without a restart: hosts that are attached go on, new ones see it', async () => {
    await serve();
    const before = await attach();
    const firstExpiryMs = disk.counters.certificateExpiryMs!;
    await renew('renewed node', 7_200_000);
    await told(1, 'renewed credentials');
    let subject = '';
    const after = await attach({ checkServerIdentity: (_host, { subject: { CN } }) => void (subject = String(CN)) });
    expect(subject).toBe('renewed node');
    expect(disk.counters.certificateExpiryMs).toBeGreaterThan(firstExpiryMs);
    for (const client of [before, after]) await client.write(0, Buffer.from('served'));
  });

  it('goes on with what it has while a renewal cannot be used, and says so once', async () => {
    await serve();
    const { certificate } = await authority.issue('renewed node', 'server');
    authority.file('cert.pem', certificate);
    await told(1, 'credentials for hosts are not renewed: ');
    await attach();
    authority.file('key.pem', 'no key');
    await told(2, 'credentials for hosts are not renewed: ');
    await attach();
    await renew('renewed at last');
    await told(1, 'renewed credentials');
    await attach();
  });

  it('takes keys of users that were added, and no longer those of users that are gone', async () => {
    const [alice, bob] = [randomKey(), randomKey()];
    const keys = authority.file('keys.psk', `alice:${alice}\n`);
    disk = await ServedDisk.start(MIB, { tls: { kind: 'psk', keys }, tlsLookMs: LOOK_MS });
    const as = (identity: string, key: string): ConnectionOptions => ({
      pskCallback: () => ({ identity, psk: Buffer.from(key, 'hex') }),
      ciphers: 'TLS_AES_128_GCM_SHA256:PSK',
      checkServerIdentity: () => undefined,
    });
    const attached = await attach(as('alice', alice));
    for (const ciphers of ['ECDHE-PSK-CHACHA20-POLY1305', 'DHE-PSK-AES256-GCM-SHA384', 'DHE-PSK-AES128-GCM-SHA256']) {
      await attach({ ...as('alice', alice), maxVersion: 'TLSv1.2', ciphers });
    }
    // Without forward secrecy.
    await expect(
      attach({ ...as('alice', alice), maxVersion: 'TLSv1.2', ciphers: 'PSK-AES128-GCM-SHA256' }),
    ).rejects.toThrow();
    await expect(attach(as('bob', bob))).rejects.toThrow();
    authority.file('keys.psk', `bob:${bob}\n`);
    await told(1, 'renewed credentials');
    await attach(as('bob', bob));
    await expect(attach(as('alice', alice))).rejects.toThrow();
    await attached.write(0, Buffer.from('served'));
  });

  it('refuses a certificate of another authority although the host insists on showing it', async () => {
    await serve({}, authority.file('client-ca.pem', authority.certificate));
    const other = await TlsAuthority.make('another authority');
    try {
      const stranger = await other.issue('host', 'client');
      const expired = await authority.issue('host', 'client', -1000);
      for (const { certificate: cert, key } of [stranger, expired])
        await expect(attach({ cert, key })).rejects.toThrow();
      await told(2, 'certificate of the host is refused');
      const { certificate: cert, key } = await authority.issue('host', 'client');
      await attach({ cert, key });
    } finally {
      other.remove();
    }
  });
});
