/** How long the NBD server waits for whom, in one process with a real server. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import { NBD_CMD_READ, NBD_CMD_WRITE, PAYLOAD_BYTES_MAX } from '../../src/format/nbd/messages.js';
import { MIB } from '../../src/model/sizes.js';
import { Budget, MEMORY_MIB_MIN } from '../../src/storage-node/config/budget.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { ServedDisk } from '../support/nbd-server.js';
import { attachRaw, clientFlags, rawSocket, requests } from '../support/raw-host.js';
import { itWithTools } from '../support/tools.js';

const HANDSHAKE_TIMEOUT_MS = 1500;

describe('C71: the NBD server', () => {
  let disk: ServedDisk;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await disk.stop();
  });

  function isClosed(socket: Socket): Promise<void> {
    socket.resume();
    return socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once('close', () => resolve()));
  }

  it('ends a handshake that takes too long, byte by byte or silent, and lets an attached host be silent', async () => {
    disk = await ServedDisk.start(64 * MIB, { handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS });
    const attached = await attachRaw(disk.port, 'disk');
    sockets.push(attached);
    const silent = await rawSocket(disk.port);
    const slow = await rawSocket(disk.port);
    sockets.push(silent, slow);
    // An option without end, a byte at a time.
    const trickle = setInterval(() => slow.write(Buffer.of(0)), 50);
    slow.write(Buffer.concat([clientFlags(), Buffer.from('IHAVEOPT'), Buffer.from([0, 0, 0, 7, 0xff, 0, 0, 0])]));
    await Promise.all([isClosed(silent), isClosed(slow)]);
    clearInterval(trickle);
    expect(disk.logLines.filter((line) => line.includes('no export was chosen in time')).length).toBe(2);
    await sleep(HANDSHAKE_TIMEOUT_MS);
    attached.write(encodeRequest(0, NBD_CMD_READ, 1n, 0, 512));
    await new Promise((resolve) => attached.resume().once('data', resolve));
  });

  it('cuts off hosts that stand still with memory that others wait for, and nobody else', async () => {
    const budget = new Budget(MEMORY_MIB_MIN * MIB, setImmediate);
    disk = await ServedDisk.start(64 * MIB, { budget });
    const silent = await attachRaw(disk.port, 'disk');
    const halves: Socket[] = [];
    // More than there is: half of the largest write each, and reads that nobody takes.
    for (let i = 0; i < 3; i++) {
      const socket = await attachRaw(disk.port, 'disk');
      halves.push(socket);
      socket.write(encodeRequest(0, NBD_CMD_WRITE, 1n, 0, PAYLOAD_BYTES_MAX));
      socket.write(Buffer.alloc(MIB));
    }
    for (let i = 0; i < 2; i++) {
      const socket = await attachRaw(disk.port, 'disk');
      halves.push(socket);
      socket.write(requests(4, NBD_CMD_READ, 0, 16 * MIB));
    }
    sockets.push(silent, ...halves);
    const good = await NbdClient.connect('127.0.0.1', disk.port, 'disk');
    const data = Buffer.alloc(16 * MIB, 7);
    await good.write(0, data);
    expect((await good.read(0, data.length)).equals(data)).toBe(true);
    expect(disk.logLines.some((line) => line.includes('others wait for the memory'))).toBe(true);
    expect(disk.server.connections().length).toBeGreaterThanOrEqual(2);
    expect(silent.destroyed).toBe(false);
    await good.disconnect();
  });

  itWithTools(['ss'], 'asks by TCP whether a silent host is still there', async () => {
    disk = await ServedDisk.start(MIB);
    sockets.push(await attachRaw(disk.port, 'disk'));
    const isAsked = () =>
      execFileSync('ss', ['-tnoH', `sport = :${disk.port}`], { encoding: 'utf8' }).includes('keepalive');
    // As soon as what was sent has been acknowledged.
    await eventually('the timer of TCP', () => isAsked() || undefined);
  });
});
