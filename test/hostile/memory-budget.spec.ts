/** The memory of a real node process under more than a thousand hosts that want more than it has. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { get } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import { NBD_CMD_READ, NBD_CMD_WRITE, PAYLOAD_BYTES_MAX } from '../../src/format/nbd/messages.js';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { MEMORY_MIB_DEFAULT } from '../../src/storage-node/config/budget.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { attachRaw, requests } from '../support/raw-host.js';

const VOLUMES = 100;
const HOSTS = 1000;
const AT_REST_BYTES_MAX = 150 * MIB;
const BUDGET_BYTES = MEMORY_MIB_DEFAULT * MIB;
const CHUNK = Buffer.alloc(MIB, 0x5a);

describe('the memory of a node', () => {
  let folder: string;
  let node: NodeProcess;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-memory-'));
    node = await NodeProcess.start({ name: 'site-a', dataDirectory: path.join(folder, 'a') });
    for (let i = 0; i < VOLUMES; i++) await node.client.putVolume(volume(i));
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await node.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('C71: stays at rest plus budget under 1 000 hosts on 100 volumes, and a good host goes on', async () => {
    expect(residentBytes('VmRSS')).toBeLessThan(AT_REST_BYTES_MAX);
    for (let i = 0; i < HOSTS; i += 50) {
      const batch = Array.from({ length: 50 }, (_, n) => attachRaw(node.nbdPort, nameOf((i + n) % VOLUMES)));
      sockets.push(...(await Promise.all(batch)));
    }
    const good = await node.attach(nameOf(0), { timeoutMs: 60_000 });
    sockets.forEach(misuse);
    for (let i = 0; i < 40; i++) {
      const data = Buffer.alloc(4096, i);
      await good.write(32 * MIB + i * 4096, data);
      expect((await good.read(32 * MIB + i * 4096, 4096)).equals(data)).toBe(true);
      await sleep(50);
    }
    expect(residentBytes('VmHWM')).toBeLessThan(AT_REST_BYTES_MAX + BUDGET_BYTES);
    // What they wanted is far beyond what there is, so it must have bitten.
    const [used, limit, waiting] = await Promise.all(['used_bytes', 'limit_bytes', 'waiting'].map(memoryMetric));
    for (const part of ['host_writes', 'host_replies']) {
      expect(used!.get(part)).toBeLessThanOrEqual(limit!.get(part)!);
      expect(waiting!.get(part)).toBeGreaterThan(0);
    }
    await good.disconnect();
  }, 120_000);

  it('C71: gives all of it back when they are gone', async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually(
      'nothing in use',
      async () => {
        const used = await memoryMetric('used_bytes');
        return [...used.values()].every((bytes) => bytes === 0) || undefined;
      },
      90_000,
    );
  }, 100_000);

  /** By part of the budget. */
  async function memoryMetric(name: string): Promise<Map<string, number>> {
    const text = await scrape(node.adminPort);
    const lines = text.matchAll(new RegExp(`^evenkeel_memory_${name}\\{part="(\\w+)"\\} (\\S+)$`, 'gm'));
    return new Map([...lines].map(([, part, value]) => [part!, Number(value)]));
  }

  function residentBytes(field: 'VmRSS' | 'VmHWM'): number {
    const line = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'));
    return Number(line![1]) * KIB;
  }
});

/** None of them reads what it is answered. */
function misuse(socket: Socket, index: number): void {
  switch (index % 4) {
    case 0:
      // More data than any socket takes.
      return void socket.write(requests(64, NBD_CMD_READ, 0, 2 * MIB));
    case 1:
      return void socket.write(requests(8, NBD_CMD_READ, 0, PAYLOAD_BYTES_MAX));
    case 2:
      // The largest writes, one after the other, as far as they are taken.
      return pour(socket, () => [
        encodeRequest(0, NBD_CMD_WRITE, 1n, 0, PAYLOAD_BYTES_MAX),
        ...Array<Buffer>(PAYLOAD_BYTES_MAX / MIB).fill(CHUNK),
      ]);
    default:
      // Small writes whose answers nobody takes.
      return pour(socket, () => Array.from({ length: 256 }, () => SMALL_WRITE));
  }
}

const SMALL_WRITE = Buffer.concat([encodeRequest(0, NBD_CMD_WRITE, 1n, 8 * MIB, 512), CHUNK.subarray(0, 512)]);

function pour(socket: Socket, next: () => Buffer[]): void {
  const more = () => {
    for (const buffer of next()) socket.write(buffer);
  };
  socket.on('drain', more);
  more();
}

function nameOf(index: number): string {
  return `volume-${index}`;
}

function scrape(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get(`https://127.0.0.1:${port}/metrics`, { agent: false, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject);
  });
}

function volume(index: number) {
  return {
    uid: newUid<VolumeUid>(),
    name: nameOf(index),
    label: index + 1,
    sizeBytes: 64 * MIB,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8'],
    isCopyProtected: false,
    createdTime: '2026-11-20T10:00:00.000Z',
  } as const;
}
