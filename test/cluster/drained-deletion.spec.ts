/** An asynchronous session that is deleted without force leaves its destination with every write that the source had. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareVolumes } from '../../src/tools/demo/host-writer.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { ControlPlane } from '../support/control-plane.js';

/** Two seconds' worth of the line. */
const PIECES = 16;
const PIECE_BYTES = 64 * 1024;

describe('deleting an asynchronous session', () => {
  let folder: string;
  let a: NodeProcess;
  let b: NodeProcess;
  let plane: ControlPlane;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evenkeel-drained-'));
    const start = (name: string) => NodeProcess.start({ name, dataDirectory: path.join(folder, name) });
    [a, b] = await Promise.all([start('site-a'), start('site-b')]);
    plane = await ControlPlane.start();
    for (const node of [a, b]) await plane.register(node);
  }, 60_000);
  afterAll(async () => {
    await plane?.stop();
    await Promise.all([a?.dispose(), b?.dispose()]);
    await rm(folder, { recursive: true });
  });

  it('C59: drains what is outstanding first, however thin the line', async () => {
    const [volume] = await plane.job('post', '/volume', { name: 'data', node_id: 1, capacity: 8 });
    const body = { source_volume_id: volume, destination: { node_id: 2 }, transfer_mode: 'Consistency' };
    const session = (await plane.job('post', '/copysession/rec', body)).at(-1)!;
    await plane.until(`/copysession/${session}`, { phase: 'Equivalent' });
    await plane.job('patch', `/copysession/${session}`, { bandwidth_limit_mbps: 4 });
    const host = await a.attach('data');
    const pieces = Array.from({ length: PIECES }, (_none, piece) =>
      host.write(piece * PIECE_BYTES, Buffer.alloc(PIECE_BYTES, 1 + piece)),
    );
    await Promise.all(pieces);
    await host.disconnect();
    await plane.job('delete', `/copysession/${session}`);
    expect(await plane.get('/copysession')).toMatchObject({ total_count: 0 });
    const at = ({ nbdPort: port }: NodeProcess) => ({ host: '127.0.0.1', port, exportName: 'data' });
    expect(await compareVolumes(at(a), at(b))).toMatchObject({ differing: 0 });
  }, 120_000);
});
