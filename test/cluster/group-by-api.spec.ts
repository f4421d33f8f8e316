/** A consistency group from the API to the bytes: real nodes, and hosts that write to its volumes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsistencyGroupView } from '../../src/control-plane/consistencygroup/consistency-group-view.dto.js';
import { compareVolumes } from '../../src/tools/demo/host-writer.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { startInstallation, type RunningInstallation } from '../support/installation.js';

const CELL_BYTES = 4096;
/** Ids of site-a and site-b. */
const [SOURCE, DESTINATION] = [1, 2];

describe('a consistency group between real nodes', () => {
  let system: RunningInstallation;
  beforeAll(async () => {
    system = await startInstallation();
  }, 60_000);
  afterAll(() => system?.stop());

  /** Ids of what a job made. */
  async function made(path: string, body: Record<string, unknown>): Promise<number[]> {
    const job = await system.api.job('POST', path, body);
    expect(job).toMatchObject({ status: 'Success', error: null });
    return job.resource_href_list.map((href) => Number(href.split('/').at(-1)));
  }

  async function groupUntil(id: number, wanted: object): Promise<void> {
    for (const deadline = Date.now() + 30_000; ; await sleep(100)) {
      const { stream_list } = await system.api.call<ConsistencyGroupView>('GET', `/consistencygroup/${id}`);
      try {
        return expect(stream_list).toMatchObject([wanted]);
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  async function write(node: string, volume: string, bytes: readonly number[]): Promise<void> {
    const { host, port, exportName } = system.at(node, volume);
    const client = await NbdClient.connect(host, port, exportName);
    for (const [cell, byte] of bytes.entries()) await client.write(cell * CELL_BYTES, Buffer.alloc(CELL_BYTES, byte));
    await client.disconnect();
  }

  async function requireEqual(volume: string): Promise<void> {
    const { differing } = await compareVolumes(system.at('site-a', volume), system.at('site-b', volume));
    expect([volume, differing]).toEqual([volume, 0]);
  }

  /** A group of two volumes at site-a, Equivalent at site-b. */
  async function makeGroup(name: string): Promise<{ path: string; group: number; volume_id_list: number[] }> {
    const volume_id_list = await made('/volume', { name, node_id: SOURCE, capacity: 16, count: 3 });
    const body = { name, node_id: SOURCE, volume_id_list: volume_id_list.slice(0, 2) };
    const [group] = (await made('/consistencygroup', body)) as [number];
    const path = `/consistencygroup/${group}`;
    const to = { destination_node_id: DESTINATION, transfer_mode: 'Consistency', heartbeat_timeout_seconds: 1 };
    await made(`${path}/copysession`, to);
    await groupUntil(group, { status: 'Active', phase: 'Equivalent' });
    return { path, group, volume_id_list };
  }

  it('C47: gains a volume that holds data already, and loses one, while hosts write to all of them', async () => {
    const { path, group, volume_id_list } = await makeGroup('live');
    await write('site-a', 'live3', [9, 8, 7]);
    let isWriting = true;
    const writers = ['live1', 'live2', 'live3'].map(async (volume) => {
      for (let n = 1; isWriting; n++) await write('site-a', volume, [n % 200, (n + 1) % 200]);
    });
    const joined = await system.api.job('PATCH', path, { volume_id_list });
    expect(joined).toMatchObject({ status: 'Success', error: null });
    const { stream_list } = await system.api.call<ConsistencyGroupView>('GET', path);
    const last = stream_list[0]!.copysession_id_list.at(-1);
    for (;;) {
      const { is_joining: isJoining } = await system.api.call('GET', `/copysession/${last}`);
      if (isJoining === false) break;
      await sleep(100);
    }
    const left = await system.api.job('PATCH', path, { volume_id_list: volume_id_list.slice(1) });
    expect(left).toMatchObject({ status: 'Success', error: null });
    isWriting = false;
    await Promise.all(writers);
    await groupUntil(group, { status: 'Active', phase: 'Equivalent', lag: { writes: 0 } });
    await made(`${path}/suspend`, {});
    for (const volume of ['live2', 'live3']) await requireEqual(volume);
    // What left is open at both sides, with the data that it had.
    const { volume_list } = await system.api.call<{ volume_list: { access: string }[] }>('GET', '/volume?name=live1');
    expect(volume_list.map(({ access }) => access)).toEqual(['Read_Write', 'Read_Write']);
    const deleted = await system.api.job('DELETE', `/volume/${volume_id_list[0]}`);
    expect(deleted).toMatchObject({ status: 'Success', error: null });
  }, 120_000);

  it('C56: is copied, suspended at one point, turned round and carried back, all its volumes as one', async () => {
    const { path, group } = await makeGroup('data');
    for (const volume of ['data1', 'data2']) await write('site-a', volume, [1, 2, 3]);
    await groupUntil(group, { lag: { writes: 0 } });
    await made(`${path}/suspend`, {});
    await groupUntil(group, { status: 'Suspend' });
    for (const volume of ['data1', 'data2']) await requireEqual(volume);

    for (const volume of ['data1', 'data2']) await write('site-b', volume, [4, 5]);
    await made(`${path}/reverse`, {});
    await made(`${path}/resume`, {});
    await groupUntil(group, { status: 'Active', phase: 'Equivalent', destination_node_id: SOURCE });
    for (const volume of ['data1', 'data2']) await write('site-b', volume, [6]);
    await groupUntil(group, { lag: { writes: 0 } });
    await made(`${path}/suspend`, {});
    for (const volume of ['data1', 'data2']) await requireEqual(volume);

    const { stream_list } = await system.api.call<ConsistencyGroupView>('GET', path);
    const ended = await system.api.job('DELETE', `/copysession/${stream_list[0]!.copysession_id_list[0]}`);
    expect(ended).toMatchObject({ status: 'Success' });
    expect(await system.api.call('GET', path)).toMatchObject({ stream_list: [] });
    for (const volume of ['data1', 'data2']) await requireEqual(volume);
  }, 120_000);
});
