/** Volumes of one node, ordered through its admin API and attached over NBD, across ends of the process. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeMetadata } from '../../src/format/metadata/envelope.js';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import { MIB } from '../../src/model/sizes.js';
import type { VolumeSpec } from '../../src/node-api/contract.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';

function metricsOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `https://127.0.0.1:${port}/metrics`;
    const asked = get(url, { agent: false, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject);
  });
}

describe('volumes of a node', () => {
  let folder: string;
  let backing: string;
  let node: NodeProcess;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evenkeel-volumes-'));
    backing = path.join(folder, 'backing');
    await mkdir(backing);
    node = await NodeProcess.start({
      name: 'site-a',
      dataDirectory: path.join(folder, 'data'),
      flags: ['--backing-folder', backing],
    });
  });

  afterEach(async () => {
    await node.dispose();
    await rm(folder, { recursive: true });
  });

  function volume(changes: Partial<VolumeSpec> = {}): VolumeSpec {
    return {
      uid: newUid<VolumeUid>(),
      name: 'data',
      label: 1,
      sizeBytes: 8 * MIB,
      writeCache: 'Writeback',
      backing: { type: 'File' },
      isOverwrite: false,
      allowedClients: ['127.0.0.0/8'],
      isCopyProtected: false,
      createdTime: '2026-11-20T10:00:00.000Z',
      ...changes,
    };
  }

  async function stateOf({ uid }: VolumeSpec) {
    return (await node.client.state()).volumes.find(({ spec }) => spec.uid === uid);
  }

  it('makes a volume that hosts attach at once, and tells of it', async () => {
    const spec = volume();
    const made = await node.client.putVolume(spec);
    expect(made).toMatchObject({
      spec,
      status: 'Normal',
      access: 'Read_Write',
      accessReason: null,
      connectionCount: 0,
    });
    expect(await node.client.putVolume(spec)).toMatchObject({ spec });
    const host = await node.attach('data');
    expect((await host.read(0, 4096)).equals(Buffer.alloc(4096))).toBe(true);
    expect(await stateOf(spec)).toMatchObject({ connectionCount: 1 });
    const { capacityBytes, volumes } = await node.client.state();
    expect(capacityBytes).toBeGreaterThan(spec.sizeBytes);
    expect(volumes).toHaveLength(1);
    await host.disconnect();
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('C61: keeps what was acknowledged through %s', async (signal) => {
    await node.client.putVolume(volume());
    const written = randomBytes(MIB);
    const host = await node.attach('data');
    await host.write(3 * MIB, written);
    await node.kill(signal);
    await node.restart();
    const again = await node.attach('data');
    expect((await again.read(3 * MIB, MIB)).equals(written)).toBe(true);
    expect((await stateOf((await node.client.state()).volumes[0]!.spec))?.status).toBe('Normal');
    await again.disconnect();
  });

  it('gives nothing of a deleted volume to the next one of that name', async () => {
    const first = volume();
    await node.client.putVolume(first);
    const host = await node.attach('data');
    await host.write(0, Buffer.alloc(MIB, 0xaa), { fua: true });
    await host.disconnect();
    await node.client.deleteVolume(first.uid, false);
    await node.client.deleteVolume(first.uid, false);
    await node.client.putVolume(volume());
    const again = await node.attach('data');
    expect((await again.read(0, MIB)).equals(Buffer.alloc(MIB))).toBe(true);
    await again.disconnect();
  });

  it('leaves an attached volume alone until forced, and then drops its hosts', async () => {
    const spec = volume();
    await node.client.putVolume(spec);
    const host = await node.attach('data');
    await expect(node.client.deleteVolume(spec.uid, false)).rejects.toMatchObject({ code: 'VOLUME_CONNECTED' });
    await expect(node.client.putVolume({ ...spec, name: 'other' })).rejects.toMatchObject({ code: 'VOLUME_CONNECTED' });
    await host.write(0, Buffer.alloc(4096, 1));
    await node.client.deleteVolume(spec.uid, true);
    await expect(host.read(0, 4096)).rejects.toThrow();
    await expect(node.attach('data')).rejects.toThrow();
    expect((await node.client.state()).volumes).toEqual([]);
  });

  it('grows, never shrinks, and renames what no host uses', async () => {
    const spec = volume();
    await node.client.putVolume(spec);
    await expect(node.client.putVolume({ ...spec, sizeBytes: MIB })).rejects.toMatchObject({
      code: 'VOLUME_SHRINK_REFUSED',
    });
    await node.client.putVolume({ ...spec, name: 'larger', sizeBytes: 16 * MIB });
    await expect(node.attach('data')).rejects.toThrow();
    const host = await node.attach('larger');
    await host.write(15 * MIB, Buffer.alloc(MIB, 7));
    expect((await host.read(15 * MIB, MIB)).equals(Buffer.alloc(MIB, 7))).toBe(true);
    await host.disconnect();
  });

  it('refuses a name that is taken, and one that becomes free later', async () => {
    const [first, second] = [volume(), volume({ name: 'second' })];
    await node.client.putVolume(first);
    await expect(node.client.putVolume({ ...second, name: 'data' })).rejects.toMatchObject({
      code: 'VOLUME_NAME_IN_USE',
    });
    await node.client.putVolume(second);
    await expect(node.client.putVolume({ ...second, name: 'data' })).rejects.toMatchObject({
      code: 'VOLUME_NAME_IN_USE',
    });
    await node.client.putVolume({ ...first, name: 'elsewhere' });
    await node.client.putVolume({ ...second, name: 'data' });
    await (await node.attach('data')).disconnect();
  });

  it('keeps backing files to the folders that its own settings list', async () => {
    const outside = path.join(folder, 'outside.img');
    await expect(node.client.putVolume(volume({ backing: { type: 'File', path: outside } }))).rejects.toMatchObject({
      code: 'VOLUME_BACKING_REFUSED',
    });
    expect(existsSync(outside)).toBe(false);
    const inside = path.join(backing, 'inside.img');
    await node.client.putVolume(volume({ backing: { type: 'File', path: inside } }));
    expect(existsSync(inside)).toBe(true);
  });

  it('serves the other volumes when the file of one is gone, and says which', async () => {
    const [lost, kept] = [
      volume({ name: 'lost', backing: { type: 'File', path: path.join(backing, 'lost.img') } }),
      volume({ name: 'kept' }),
    ];
    await node.client.putVolume(lost);
    await node.client.putVolume(kept);
    await node.kill('SIGTERM');
    await rm(path.join(backing, 'lost.img'));
    await node.restart();
    expect(await stateOf(lost)).toMatchObject({ status: 'Error', access: 'None' });
    expect((await stateOf(lost))?.detail).toContain('lost.img');
    expect(await stateOf(kept)).toMatchObject({ status: 'Normal' });
    await (await node.attach('kept')).disconnect();
    await expect(node.attach('lost')).rejects.toThrow();
  });

  it('does not start on a catalogue of a newer format, and leaves it as it is', async () => {
    const spec = volume();
    await node.client.putVolume(spec);
    await node.kill('SIGTERM');
    const record = path.join(folder, 'data/volumes', spec.uid, 'volume.json');
    await writeFile(record, encodeMetadata('volume', 99, {}));
    node.launch();
    const reason = 'format that this version does not know';
    const ended = () => (node.log.includes(reason) && / ended: [1-9]/.test(node.log)) || undefined;
    await eventually('the node ending with the reason', ended);
  });

  it('counts in /metrics what hosts did', async () => {
    await node.client.putVolume(volume());
    const host = await node.attach('data');
    for (let block = 0; block < 3; block++) await host.write(block * 4096, Buffer.alloc(4096, 1));
    await host.read(0, 8192);
    await host.flush();
    const text = await metricsOf(node.adminPort);
    for (const line of [
      'evenkeel_node_up 1',
      'evenkeel_host_connections 1',
      'evenkeel_host_operations_total{operation="write"} 3',
      'evenkeel_host_bytes_total{operation="write"} 12288',
      'evenkeel_host_bytes_total{operation="read"} 8192',
      'evenkeel_host_operations_total{operation="flush"} 1',
      'evenkeel_host_failures_total{operation="write"} 0',
      'evenkeel_host_latency_seconds_count{operation="write"} 3',
      'evenkeel_host_latency_seconds_bucket{operation="write",le="+Inf"} 3',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    await host.disconnect();
  });

  it('gives a name to one of two volumes that ask for it at once', async () => {
    const [first, second] = [volume({ name: 'first' }), volume({ name: 'second' })];
    await Promise.all([node.client.putVolume(first), node.client.putVolume(second)]);
    const renames = [first, second].map((spec) => node.client.putVolume({ ...spec, name: 'data' }));
    const outcomes = await Promise.allSettled(renames);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'VOLUME_NAME_IN_USE' },
    });
  });

  it('takes orders for one volume in turn', async () => {
    const spec = volume();
    await Promise.all([node.client.putVolume(spec), node.client.putVolume(spec), node.client.putVolume(spec)]);
    await Promise.all([node.client.deleteVolume(spec.uid, false), node.client.deleteVolume(spec.uid, false)]);
    await Promise.all([node.client.putVolume(spec), node.client.deleteVolume(spec.uid, false)]);
    const state = await stateOf(spec);
    if (state) await (await node.attach('data')).disconnect();
    else await expect(node.attach('data')).rejects.toThrow();
  });
});
