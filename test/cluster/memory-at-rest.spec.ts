import { afterEach, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MIB } from '../../src/model/sizes.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodePair } from '../../src/tools/node-process/node-pair.js';

const AT_REST_BYTES = 150 * MIB;

let folder: string;
let pair: NodePair | null = null;

afterEach(async () => {
  await pair?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

it('gives memory back when hosts have gone: a node at rest holds less than 150 MiB', async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-rest-'));
  pair = await NodePair.start({ folder, sizeBytes: 64 * MIB, settings: { transferMode: 'Consistency' } });
  await pair.createSession();
  await pair.waitForEquivalent();
  const host = await pair.attach();
  const data = Buffer.alloc(MIB, 1);
  const pids = [pair.a.pid!, pair.b.pid!];
  let most = 0;
  for (let round = 0; round < 4; round++) {
    await Promise.all(Array.from({ length: 64 }, (_, index) => host.write(index * MIB, data)));
    most = Math.max(most, ...pids.map(residentBytes));
  }
  await host.disconnect();
  // Or it proves nothing.
  expect(most).toBeGreaterThan(AT_REST_BYTES);
  await eventually(
    'both nodes small again',
    () => pids.every((pid) => residentBytes(pid) < AT_REST_BYTES) || undefined,
  );
}, 60_000);
