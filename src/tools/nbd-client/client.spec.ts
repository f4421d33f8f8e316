import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { itWithTools } from '../../../test/support/tools.js';
import { freePorts } from '../../cli/processes/free-ports.js';
import { NbdClient } from './client.js';

const sizeBytes = 8 * 1024 * 1024;

describe('the NBD client against qemu-nbd', () => {
  let folder: string;
  let port: number;
  let server: ChildProcess | null = null;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-nbd-client-'));
    [port = 0] = await freePorts(1);
  });
  afterEach(() => {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Connects once the server listens. */
  async function attach(isStructured: boolean): Promise<NbdClient> {
    const image = path.join(folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, sizeBytes);
    server = spawn('qemu-nbd', ['-f', 'raw', '-x', 'disk', '-b', '127.0.0.1', '-p', String(port), '-t', image]);
    for (;;) {
      try {
        return await NbdClient.connect('127.0.0.1', port, 'disk', { isStructured });
      } catch (error) {
        if ((error as { code?: string }).code !== 'CONNECTION_LOST') throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  for (const isStructured of [false, true]) {
    itWithTools(['qemu-nbd'], `reads back what it wrote, pipelined, structured replies ${isStructured}`, async () => {
      const client = await attach(isStructured);
      expect(client.sizeBytes).toBe(sizeBytes);
      await Promise.all(
        Array.from({ length: 64 }, (_, n) => client.write(n * 5000, Buffer.alloc(5000, n + 1), { fua: n % 2 === 0 })),
      );
      await client.zero(5000, 5000);
      await client.trim(4 * 1024 * 1024, 65536);
      await client.flush();
      const read = await Promise.all(Array.from({ length: 64 }, (_, n) => client.read(n * 5000, 5000)));
      read.forEach((data, n) => expect(data.equals(Buffer.alloc(5000, n === 1 ? 0 : n + 1))).toBe(true));
      expect((await client.read(7 * 1024 * 1024, 512)).equals(Buffer.alloc(512))).toBe(true);
      await client.disconnect();
    });
  }

  itWithTools(['qemu-nbd'], 'tells holes from data by block status', async () => {
    const client = await attach(true);
    await client.write(1024 * 1024, Buffer.alloc(65536, 1));
    await client.flush();
    const extents = await client.blockStatus(0, 2 * 1024 * 1024);
    expect(extents[0]).toEqual({ offset: 0, length: 1024 * 1024, isHole: true, isZero: true });
    expect(extents[1]).toMatchObject({ offset: 1024 * 1024, isHole: false });
    await client.disconnect();
  });

  itWithTools(['qemu-nbd'], 'gives the errno of a refused request and lives on', async () => {
    const client = await attach(false);
    await expect(client.write(sizeBytes, Buffer.alloc(512))).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(client.read(sizeBytes, 512)).rejects.toMatchObject({ code: 'EINVAL' });
    await client.write(0, Buffer.alloc(512, 7));
    expect((await client.read(0, 1))[0]).toBe(7);
    await client.disconnect();
  });

  itWithTools(['qemu-nbd'], 'names the refusal of an unknown export', async () => {
    await (await attach(false)).disconnect();
    await expect(NbdClient.connect('127.0.0.1', port, 'other')).rejects.toMatchObject({ code: 'ERR_UNKNOWN' });
  });

  itWithTools(['qemu-nbd'], 'fails what is in flight when the server dies, with a class of its own', async () => {
    const client = await attach(false);
    server!.kill('SIGSTOP');
    const writes = Array.from({ length: 8 }, (_, n) => client.write(n * 4096, Buffer.alloc(4096, 1)));
    const settled = Promise.allSettled(writes);
    server!.kill('SIGKILL');
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CONNECTION_LOST' } });
    }
    await expect(client.flush()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
