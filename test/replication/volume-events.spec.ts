/** What becomes of a volume whose disk fails under its hosts is told once, through the NBD server and the volume that they use. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import type { VolumeSpec } from '../../src/node-api/contract.js';
import { Budget } from '../../src/storage-node/config/budget.js';
import { systemClock } from '../../src/storage-node/config/clock.js';
import { HOST_ERRORS_REST_MS } from '../../src/storage-node/config/limits.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';
import { EventJournal } from '../../src/storage-node/events/event-journal.js';
import { VolumeEvents } from '../../src/storage-node/events/volume-events.js';
import { HostedVolumes, type VolumeUses } from '../../src/storage-node/group/hosted-volumes.js';
import { HostCounters } from '../../src/storage-node/metrics/host-counters.js';
import { NbdServer } from '../../src/storage-node/nbd/server.js';
import { VolumeStore } from '../../src/storage-node/volume/volume-store.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { FaultyDisk } from '../support/faulty-disk.js';

const uses: VolumeUses = {
  isReplicated: () => false,
  connectionCount: () => 0,
  dropConnections: () => undefined,
  returned: () => Promise.resolve(),
};
const spec: VolumeSpec = {
  uid: newUid<VolumeUid>(),
  name: 'data',
  label: 1,
  sizeBytes: MIB,
  writeCache: 'Writeback',
  backing: { type: 'File' },
  isOverwrite: false,
  allowedClients: ['127.0.0.0/8'],
  isCopyProtected: false,
  createdTime: new Date(0).toISOString(),
};
const block = Buffer.alloc(4096, 7);

describe('a volume whose disk fails under its hosts', () => {
  let folder: string;
  let disk: FaultyDisk;
  let store: VolumeStore;
  let volumes: HostedVolumes;
  let server: NbdServer;
  let host: NbdClient;
  let journal: EventJournal;
  let events: VolumeEvents;
  let passedMs: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-volume-events-'));
    disk = new FaultyDisk(systemDisk);
    store = await VolumeStore.open(disk, folder, [], 'boot');
    volumes = new HostedVolumes(store, Budget.default().pool('volume_changes'));
    await volumes.put(spec, uses);
    const exports = { lookup: (name: string) => volumes.lookup(name), list: () => volumes.list() };
    server = new NbdServer({ exports, log: pino({ level: 'silent' }), counters: new HostCounters() });
    const { host: at, port } = await server.listen({ host: '127.0.0.1', port: 0 });
    host = await NbdClient.connect(at, port, 'data');
    journal = new EventJournal(systemClock);
    events = new VolumeEvents(journal);
    passedMs = 0;
  });
  afterEach(async () => {
    host.destroy();
    await server.stop();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  function told(): (string | null)[][] {
    events.look(volumes.conditions(performance.now() + passedMs));
    return journal.list().map(({ type, volumeUid }) => [type, volumeUid === spec.uid ? 'data' : volumeUid]);
  }

  /** Time passes, without anybody waiting for it. */
  function letPass(milliseconds: number): void {
    passedMs += milliseconds;
  }

  const status = () => volumes.states(uses).map((state) => [state.status, state.detail]);

  it('C54: is told once however many writes fail, and its recovery once, when writes succeed and go on doing so', async () => {
    await host.write(0, block);
    expect(told()).toEqual([]);
    disk.fail(['write'], /volumes/, 'EIO');
    for (let n = 0; n < 3; n++) {
      await expect(host.write(0, block)).rejects.toThrow();
      expect(told()).toEqual([['Volume_Failed', 'data']]);
    }
    expect(journal.list()[0]!.message).toBe('Hosts get errors: Device failed');
    expect(status()).toEqual([['Warning', 'Hosts get errors: Device failed']]);
    // Reads say nothing of writes.
    await host.read(0, 4096);
    expect(told()).toEqual([['Volume_Failed', 'data']]);

    disk.repair();
    await host.write(0, block);
    expect(status()).toEqual([['Normal', '']]);
    disk.fail(['write'], /volumes/, 'ENOSPC', 1);
    await expect(host.write(0, block)).rejects.toThrow();
    await host.write(0, block);
    // It failed a moment ago: that is the same trouble still.
    expect(told()).toEqual([['Volume_Failed', 'data']]);
    letPass(HOST_ERRORS_REST_MS);
    const both = [
      ['Volume_Failed', 'data'],
      ['Volume_Recovered', 'data'],
    ];
    expect(told()).toEqual(both);
    expect(told()).toEqual(both);
  });

  it('C54: is told once when it cannot be made durable: that is for good', async () => {
    await host.write(0, block);
    disk.fail(['sync'], /volumes/, 'EIO');
    await expect(host.flush()).rejects.toThrow();
    await expect(host.flush()).rejects.toThrow();
    await host.write(0, block);
    letPass(HOST_ERRORS_REST_MS);
    expect(told()).toEqual([['Volume_Failed', 'data']]);
    expect(status()).toEqual([['Error', expect.stringContaining('Device failed')]]);
  });

  it('is not told of what a host does wrong itself', async () => {
    await expect(host.write(MIB, block)).rejects.toThrow();
    await expect(host.read(MIB, 4096)).rejects.toThrow();
    expect(told()).toEqual([]);
    expect(status()).toEqual([['Normal', '']]);
  });
});
