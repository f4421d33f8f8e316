import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../../src/cli/processes/free-ports.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { HostWorkload, readImage } from './host-workload.js';
import { announceSeed } from './seeded-random.js';
import { itWithTools } from './tools.js';
import { VolumeModel } from './volume-model.js';

const sizeBytes = 4 * 1024 * 1024;

describe('a random host against qemu-nbd, judged by the oracle', () => {
  let folder: string;
  let server: ChildProcess;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-workload-'));
    writeFileSync(path.join(folder, 'image'), '');
    truncateSync(path.join(folder, 'image'), sizeBytes);
  });
  afterEach(() => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  async function attach(): Promise<NbdClient> {
    const [port = 0] = await freePorts(1);
    const image = path.join(folder, 'image');
    const listen = ['-b', '127.0.0.1', '-p', String(port), '-x', 'disk', '-t'];
    server = spawn('qemu-nbd', [...listen, '-f', 'raw', '--discard=unmap', image]);
    for (;;) {
      try {
        return await NbdClient.connect('127.0.0.1', port, 'disk');
      } catch (error) {
        if ((error as { code?: string }).code !== 'CONNECTION_LOST') throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  itWithTools(['qemu-nbd'], 'finds nothing wrong with a correct server, also after it was killed', async () => {
    const model = new VolumeModel(sizeBytes, announceSeed('host-workload'));
    const workload = new HostWorkload(model, { depth: 16 });
    let client = await attach();
    await workload.run(client, 500);
    expect(model.check(await readImage(client))).toBeNull();
    expect(workload.counts.acknowledged + workload.counts.flushed).toBe(500);

    const running = workload.run(client);
    setTimeout(() => server.kill('SIGKILL'), 200);
    await running;
    expect(workload.counts.lost).toBeGreaterThan(0);
    client = await attach();
    expect(model.check(await readImage(client))).toBeNull();
    await workload.run(client, 200);
    expect(model.check(await readImage(client))).toBeNull();
    await client.disconnect();
  });

  itWithTools(['qemu-nbd'], 'finds one changed byte', async () => {
    const model = new VolumeModel(sizeBytes, 1);
    const client = await attach();
    await new HostWorkload(model).run(client, 300);
    const image = await readImage(client);
    const offset = image.findIndex((byte) => byte !== 0);
    image[offset]! ^= 0x80;
    expect(model.check(image)?.offset).toBe(offset - (offset % 512));
    await client.disconnect();
  });
});
