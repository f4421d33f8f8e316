import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { FaultyDevice } from '../../src/storage-node/device/faulty-device.js';
import { FileDevice } from '../../src/storage-node/device/file-device.js';
import { HostCounters } from '../../src/storage-node/metrics/host-counters.js';
import { NbdServer, type NbdServerOptions } from '../../src/storage-node/nbd/server.js';
import { DeviceTarget } from './device-target.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';

/** An NBD server on a free port with one export `disk`, a sparse file whose faults can be scripted. */
export class ServedDisk {
  readonly target: DeviceTarget;
  port = 0;

  private constructor(
    private readonly folder: string,
    readonly device: FaultyDevice,
    readonly server: NbdServer,
    readonly counters: HostCounters,
    readonly logLines: string[],
    readonly exports: Map<string, DeviceTarget>,
  ) {
    this.target = exports.get('disk')!;
  }

  static async start(
    sizeBytes: number,
    options: Pick<NbdServerOptions, 'budget' | 'handshakeTimeoutMs' | 'tls' | 'tlsLookMs'> = {},
  ): Promise<ServedDisk> {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-served-disk-'));
    const device = new FaultyDevice(await FileDevice.create(systemDisk, join(folder, 'data'), sizeBytes));
    const exports = new Map([['disk', new DeviceTarget('disk', device)]]);
    const logLines: string[] = [];
    const counters = new HostCounters();
    const server = new NbdServer({
      exports: { lookup: (name) => exports.get(name), list: () => exports.values() },
      log: pino({}, { write: (line) => void logLines.push(line) }),
      counters,
      ...options,
    });
    const disk = new ServedDisk(folder, device, server, counters, logLines, exports);
    disk.port = (await server.listen({ host: '127.0.0.1', port: 0 })).port;
    return disk;
  }

  get uri(): string {
    return `nbd://127.0.0.1:${this.port}/disk`;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.device.close();
    rmSync(this.folder, { recursive: true });
  }
}
