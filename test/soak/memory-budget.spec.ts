/**
 * The memory of two real node processes with a hundred copy sessions between them, while a thousand hosts write, and none of them reads
 * more than it must. Moderate by default; `--runs N` repeats the load.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRequest } from '../../src/format/nbd/encode.js';
import { NBD_CMD_READ, NBD_CMD_WRITE } from '../../src/format/nbd/messages.js';
import { newUid, type GroupUid, type SessionUid, type VolumeUid } from '../../src/model/ids.js';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import { KIB, MIB, SRL_SIZE_MIN_BYTES } from '../../src/model/sizes.js';
import type { SessionSpec, VolumeSpec } from '../../src/node-api/contract.js';
import { MEMORY_MIB_DEFAULT } from '../../src/storage-node/config/budget.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { isEquivalent } from '../../src/tools/node-process/node-pair.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { attachRaw, requests } from '../support/raw-host.js';
import { soakInARow } from '../support/soak.js';

const VOLUMES = 100;
const HOSTS = 1000;
const SIZE_BYTES = 16 * MIB;
const LOAD_MS = 60_000;
const AT_REST_MIB = 150;

describe('the memory of two nodes', () => {
  let folder: string;
  let a: NodeProcess;
  let b: NodeProcess;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-memory-'));
    for (const name of ['a', 'b']) mkdirSync(path.join(folder, name));
    a = await NodeProcess.start({ name: 'site-a', dataDirectory: path.join(folder, 'a') });
    b = await NodeProcess.start({ name: 'site-b', dataDirectory: path.join(folder, 'b') });
    for (let index = 0; index < VOLUMES; index++) {
      const [source, destination] = [volume(index), volume(index)];
      await a.client.putVolume(source);
      await b.client.putVolume(destination);
      const spec = session(index, source.uid, destination.uid);
      await b.client.putSessions([spec]);
      await a.client.putSessions([spec]);
    }
    await eventually(
      'all Equivalent',
      async () => (await a.client.state()).sessions.every(isEquivalent) || undefined,
      120_000,
    );
  }, 300_000);

  afterAll(async () => {
    await a.dispose();
    await b.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('C71: stays at rest plus budget at both ends of a hundred sessions', async () => {
    await soakInARow('memory', 1, async (_seed, runs) => {
      for (let run = 0; run < runs; run++) await load();
    });
    for (const node of [a, b]) expect(peakMib(node)).toBeLessThan(AT_REST_MIB + MEMORY_MIB_DEFAULT);
    await eventually(
      'all Equivalent',
      async () => (await a.client.state()).sessions.every(isEquivalent) || undefined,
      120_000,
    );
  }, 1_800_000);

  async function load(): Promise<void> {
    const sockets: Socket[] = [];
    for (let i = 0; i < HOSTS; i += 50) {
      const batch = Array.from({ length: 50 }, (_, n) => attachRaw(a.nbdPort, nameOf((i + n) % VOLUMES)));
      sockets.push(...(await Promise.all(batch)));
    }
    const ends = sockets.map((socket, index) => work(socket, index));
    await sleep(LOAD_MS);
    process.stderr.write(`peak of the source ${peakMib(a)} MiB, of the destination ${peakMib(b)} MiB\n`);
    for (const end of ends) end();
  }

  function session(index: number, source: VolumeUid, destination: VolumeUid): SessionSpec {
    return {
      uid: newUid<SessionUid>(),
      label: index + 1,
      generation: 1,
      groupUid: newUid<GroupUid>(),
      slot: 0,
      source: a.endFor(source),
      destination: b.endFor(destination),
      settings: { ...DEFAULT_SESSION_SETTINGS, heartbeatTimeoutSeconds: 60, maxWriteDelayMs: 600_000 },
      srlSizeBytes: SRL_SIZE_MIN_BYTES,
      run: 'Active',
      resumedGeneration: 1,
      isForced: false,
      isAlone: false,
    };
  }
});

function peakMib(node: NodeProcess): number {
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))![1]) / KIB);
}

/** Small writes, large writes, and data that nobody reads. @returns what ends it */
function work(socket: Socket, index: number): () => void {
  const bytes = [512, 64 * KIB, MIB, 0][index % 4]!;
  if (bytes === 0) {
    socket.write(requests(64, NBD_CMD_READ, 0, MIB));
  } else {
    const write = Buffer.concat([
      encodeRequest(0, NBD_CMD_WRITE, 1n, (index % 8) * MIB, bytes),
      Buffer.alloc(bytes, index),
    ]);
    const some = Array<Buffer>(Math.ceil((128 * KIB) / write.length)).fill(write);
    const more = () => some.forEach((buffer) => socket.write(buffer));
    // Its answers are read: a host at work, and one of too many.
    socket.resume().on('drain', more);
    more();
  }
  return () => socket.destroy();
}

function nameOf(index: number): string {
  return `volume-${index}`;
}

function volume(index: number): VolumeSpec {
  return {
    uid: newUid<VolumeUid>(),
    name: nameOf(index),
    label: index + 1,
    sizeBytes: SIZE_BYTES,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: ['127.0.0.0/8'],
    isCopyProtected: false,
    createdTime: '2026-11-20T10:00:00.000Z',
  };
}
