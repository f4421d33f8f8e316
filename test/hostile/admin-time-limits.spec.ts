/** How long the admin API waits for whom, over a real server with a short limit. */
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { pino } from 'pino';
import { AdminServer } from '../../src/storage-node/admin/admin-server.js';
import { Budget } from '../../src/storage-node/config/budget.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodeHome } from '../../src/storage-node/identity/node-home.js';

const REQUEST_TIMEOUT_MS = 500;

describe('C71: the admin API', () => {
  let folder: string;
  let home: NodeHome;
  let server: AdminServer;
  let port: number;
  const budget = Budget.default();
  const sockets: Socket[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-admin-'));
    home = await NodeHome.open(systemDisk, folder, 'site-a');
    server = new AdminServer({
      home,
      logger: pino({ level: 'silent' }),
      budget,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      identity: () => Promise.reject(new Error('not asked')) as never,
      metrics: () => Promise.resolve({ contentType: 'text/plain', text: 'x'.repeat(1000) }),
      health: () => ({ status: 'ok', checks: [] }),
    });
    ({ port } = await server.listen({ host: '127.0.0.1', port: 0 }));
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.stop();
    await home.close(true);
    rmSync(folder, { recursive: true });
  });

  function closed(socket: Socket): Promise<void> {
    socket.resume();
    return new Promise((resolve) => socket.once('close', () => resolve()));
  }

  async function openTls(): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {});
    sockets.push(socket);
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    return socket;
  }

  it.each([
    ['headers that come byte by byte', 'GET /healthz HTTP/1.1\r\nx: ', 'y'],
    [
      'a body that comes byte by byte',
      'POST /v1/enrol HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n',
      ' ',
    ],
  ])('ends %s', async (_what, start, rest) => {
    const socket = await openTls();
    socket.write(start);
    const trickle = setInterval(() => socket.write(rest), 50);
    await closed(socket);
    clearInterval(trickle);
    await eventually('its memory given back', () => budget.pool('strangers').usedBytes === 0 || undefined);
  });

  it('ends a TLS handshake that never comes to its end', async () => {
    const socket = connectPlain(port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    // A record of a ClientHello, and no more.
    socket.write(Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 0xfc]));
    await closed(socket);
  });
});
