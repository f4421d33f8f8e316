/** The database is lost, and a new control plane learns from real storage nodes what there is, while hosts go on writing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compareVolumes, HostWriter, type HostAddress } from '../../src/tools/demo/host-writer.js';
import { ImageModel } from '../../src/tools/demo/image-model.js';
import { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { MIB } from '../../src/model/sizes.js';
import { ControlPlane } from '../support/control-plane.js';

const WAIT_MS = 60_000;
const SIZE_MB = 16;

/** What changes by itself, and what only the database knew. */
const PASSING = [
  ...['last_seen_time', 'last_heard_time', 'lag', 'transferred_bytes', 'path_list', 'throttle', 'srl_used', 'srl_used_bytes'],
  ...['used_capacity', 'used_capacity_bytes', 'uncopied_data_size', 'uncopied_data_size_bytes', 'progress', 'phase', 'data_state'],
  ...['is_stale', 'elapsed_time', 'requestor', 'backup_time', 'concurrent_suspend_result', 'capacity', 'effective_mode', 'logging_to'],
]; // prettier-ignore

function lasting(view: unknown): unknown {
  if (Array.isArray(view)) return view.map(lasting);
  if (typeof view !== 'object' || view === null) return view;
  const kept = Object.entries(view).filter(([name]) => !PASSING.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, lasting(value)]));
}

describe('a new database', () => {
  let folder: string;
  let a: NodeProcess;
  let b: NodeProcess;
  let plane: ControlPlane;
  const writers = new Map<string, HostWriter>();

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evenkeel-adoption-'));
    const start = (name: string) => NodeProcess.start({ name, dataDirectory: path.join(folder, name) });
    [a, b] = await Promise.all([start('site-a'), start('site-b')]);
    plane = await ControlPlane.start();
    for (const node of [a, b]) await plane.register(node);
  }, 60_000);
  afterAll(async () => {
    for (const writer of writers.values()) await writer.detach().catch(() => undefined);
    await plane?.stop();
    await Promise.all([a?.dispose(), b?.dispose()]);
    await rm(folder, { recursive: true });
  });

  function at(node: NodeProcess, exportName: string): HostAddress {
    return { host: '127.0.0.1', port: node.nbdPort, exportName };
  }

  async function attachHost(node: NodeProcess, volume: string): Promise<void> {
    const writer = await HostWriter.attach(at(node, volume), new ImageModel(SIZE_MB * MIB));
    writer.start();
    writers.set(volume, writer);
  }

  async function volume(node_id: number, name: string, more: object = {}): Promise<number> {
    const [id] = await plane.job('post', '/volume', { name, node_id, capacity: SIZE_MB, ...more });
    return id!;
  }

  async function mirror(source_volume_id: number, node_id: number, more: object): Promise<number> {
    const made = { source_volume_id, destination: { node_id }, heartbeat_timeout_seconds: 1, ...more };
    const ids = await plane.job('post', '/copysession/rec', made);
    return ids.at(-1)!;
  }

  /** Sessions of every kind and state that lasts, groups with names; ids with gaps. */
  async function makeEverything(): Promise<{ group: number; solo: number; turned: number }> {
    await plane.job('delete', `/volume/${await volume(1, 'gone')}`);
    await volume(1, 'plain', {
      write_cache: 'Writethrough',
      allowed_client_list: ['127.0.0.1/32', '10.0.0.0/8'],
      is_copy_protection_enabled: true,
    });
    const solo = await mirror(await volume(1, 'solo'), 2, {
      transfer_mode: 'Synchronous',
      split_mode: 'Manual',
      rpo_seconds: 60,
    });
    const ledger = [await volume(1, 'ledger'), await volume(1, 'journal')];
    const body = { name: 'the ledger', node_id: 1, volume_id_list: ledger, srl_size_mb: 256 };
    const [group] = await plane.job('post', '/consistencygroup', body);
    const to = { destination_node_id: 2, transfer_mode: 'Consistency', compression: 'Lz4', srl_share_mb: 64 };
    await plane.job('post', `/consistencygroup/${group}/copysession`, to);
    // Nodes hear of the new name by the way.
    await plane.job('patch', `/consistencygroup/${group}`, { name: 'ledger' });
    const single = await volume(2, 'single');
    const [named] = await plane.job('post', '/consistencygroup', {
      name: 'of one',
      node_id: 2,
      volume_id_list: [single],
    });
    await plane.job('post', `/consistencygroup/${named}/copysession`, {
      destination_node_id: 1,
      transfer_mode: 'Stack',
    });
    const turned = await mirror(await volume(1, 'turned'), 2, { transfer_mode: 'Stack', bandwidth_limit_mbps: 100 });
    await plane.until(`/copysession/${turned}`, { phase: 'Equivalent' });
    for (const action of ['suspend', 'reverse']) await plane.job('post', `/copysession/${turned}/${action}`);
    for (const id of [solo, turned - 1]) await plane.until(`/copysession/${id}`, { phase: 'Equivalent' });
    await plane.until(`/consistencygroup/${group}`, { stream_list: [{ status: 'Active', phase: 'Equivalent' }] });
    return { group: group!, solo, turned };
  }

  it('C69, C52: takes up volumes, groups, sessions and their settings under their numbers, and everything goes on', async () => {
    const { group, solo, turned } = await makeEverything();
    for (const name of ['solo', 'journal']) await attachHost(a, name);
    const resources = ['node', 'volume', 'copysession', 'consistencygroup'];
    const everything = async () => Promise.all(resources.map((resource) => plane.list(resource)));
    // The rename has reached the nodes.
    for (const deadline = Date.now() + WAIT_MS; ; await sleep(50)) {
      const { sessions } = await a.client.state();
      if (sessions.some(({ spec }) => spec.group?.name === 'ledger')) break;
      expect(Date.now()).toBeLessThan(deadline);
    }
    const before = await everything();

    await plane.stop();
    plane = await ControlPlane.start();
    await plane.register(a);
    // With one node alone there are its volumes; what goes to the other is known when that is.
    expect((await plane.list('volume')).map(({ name }) => name)).toContain('ledger');
    expect(await plane.list('copysession')).toEqual([]);
    await plane.register(b);
    await plane.until('/copysession', { total_count: before[2]!.length });
    await plane.until('/copysession?status=Active', { total_count: before[2]!.length - 1 });
    await plane.until(`/copysession/${turned}`, { status: 'Suspend', is_stale: false });
    expect(lasting(await everything())).toEqual(lasting(before));

    for (const writer of writers.values()) await writer.acknowledge(50, WAIT_MS);
    await plane.until(`/copysession/${solo}`, { phase: 'Equivalent', data_state: 'Up_To_Date' });
    await plane.job('post', `/consistencygroup/${group}/suspend`);
    for (const writer of writers.values()) {
      await writer.stop();
      expect(writer.failures).toEqual([]);
    }
    await plane.job('post', `/consistencygroup/${group}/resume`);
    await plane.until(`/consistencygroup/${group}`, {
      stream_list: [{ status: 'Active', phase: 'Equivalent', lag: { writes: 0 } }],
    });
    await plane.job('post', `/consistencygroup/${group}/suspend`);
    await plane.job('post', `/copysession/${solo}/suspend`);
    for (const name of ['solo', 'ledger', 'journal']) {
      expect([name, await compareVolumes(at(a, name), at(b, name))]).toMatchObject([name, { differing: 0 }]);
    }
    await plane.job('post', `/copysession/${turned}/resume`);
    await plane.until(`/copysession/${turned}`, { phase: 'Equivalent', source_node_id: 2 });
    // Numbers go on above what was taken up.
    const known = (await plane.list('volume')).map(({ volume_id }) => volume_id as number);
    const made = await volume(1, 'new');
    expect(made).toBeGreaterThan(Math.max(...known));
    expect(await plane.get(`/volume/${made}`)).toMatchObject({ volume_number: 8 });
    for (const id of [solo, turned]) await plane.job('delete', `/copysession/${id}`);
    await plane.until('/copysession', { total_count: before[2]!.length - 2 });
  }, 180_000);
});
