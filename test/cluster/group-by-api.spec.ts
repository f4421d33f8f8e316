/** A consistency group from the API to the bytes: real nodes, and hosts that write to its volumes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsistencyGroupView } from '../../src/control-plane/consistencygroup/consistency-group-view.dto.js';
import { compareVolumes } from '../../src/tools/demo/host-writer.js';
import { NbdClient } from '../../src/tools/nbd-client/client.js';
import { startInstallation, type RunningInstallation } from '../support/installation.js';

const CELL_BYTES = 4096;

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

  it('C56: is copied, suspended at one point, turned round and carried back, all its volumes as one', async () => {
    const [source, destination] = [1, 2];
    const volume_id_list = await made('/volume', { name: 'data', node_id: source, capacity: 16, count: 2 });
    const [group] = (await made('/consistencygroup', { name: 'db', node_id: source, volume_id_list })) as [number];
    const path = `/consistencygroup/${group}`;
    const body = { destination_node_id: destination, transfer_mode: 'Consistency', heartbeat_timeout_seconds: 1 };
    await made(`${path}/copysession`, body);
    await groupUntil(group, { status: 'Active', phase: 'Equivalent' });
    for (const volume of ['data1', 'data2']) await write('site-a', volume, [1, 2, 3]);
    await groupUntil(group, { lag: { writes: 0 } });
    await made(`${path}/suspend`, {});
    await groupUntil(group, { status: 'Suspend' });
    for (const volume of ['data1', 'data2']) await requireEqual(volume);

    for (const volume of ['data1', 'data2']) await write('site-b', volume, [4, 5]);
    await made(`${path}/reverse`, {});
    await made(`${path}/resume`, {});
    await groupUntil(group, { status: 'Active', phase: 'Equivalent', destination_node_id: source });
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
