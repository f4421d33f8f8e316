/** Every kind of job, each from a start that it needs, and what must hold once it has ended. */
import { expect } from '@jest/globals';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import type { SessionPhase } from '../../src/model/session.js';
import { until, type CrashWorld } from './crash-world.js';
import { groupScenarios } from './group-scenarios.js';
import type { SeededRandom } from './seeded-random.js';
import { counts, rows, session, shows, volumeId, type Scenario } from './scenario.js';

export async function makeBase(world: CrashWorld): Promise<void> {
  await world.startWorker();
  for (const node of [world.a, world.b]) {
    expect(await world.ended(await world.register(node))).toMatchObject({ status: 'Success' });
  }
  for (const [node_id, prefix] of [
    [1, 's'],
    [2, 'd'],
  ]) {
    await world.job('post', '/volume', { name: prefix, node_id, capacity: 4, count: 3 });
  }
  for (const n of [1, 2]) await world.job('post', '/copysession/rec', await ends(world, n));
  await world.keep('base');
}

async function ends(world: CrashWorld, n: number) {
  return {
    source_volume_id: await volumeId(world, `s${n}`),
    destination_volume_id: await volumeId(world, `d${n}`),
    transfer_mode: 'Synchronous',
  };
}

/** Exactly so many changes since it was made: none was done twice. */
async function generation(world: CrashWorld, wanted: number): Promise<void> {
  expect(await world.sql('SELECT generation, issued_generation FROM stream WHERE id = 1')).toEqual([
    { generation: wanted, issued_generation: wanted },
  ]);
}

/** As only a data plane could bring about. */
function makePhase(world: CrashWorld, phase: SessionPhase): void {
  for (const node of [world.a, world.b]) {
    for (const [uid, state] of node.sessions) {
      if (state.spec.label !== 1) continue;
      node.set(uid, { phase, dataState: phase === 'Equivalent' ? 'Up_To_Date' : 'Inconsistent' });
    }
  }
}

async function seePhase(world: CrashWorld, phase: SessionPhase): Promise<void> {
  makePhase(world, phase);
  await world.startWorker();
  await until(() => shows(world, session(), { phase }));
}

const suspend = (world: CrashWorld) => world.job('post', `${session()}/suspend`, {});

const nodeScenarios: Scenario[] = [
  {
    name: 'node add',
    act: (world) => world.register(world.c),
    check: async (world) => {
      await shows(world, '/node?name=site-c', { total_count: 1, node_list: [{ status: 'Online' }] });
    },
  },
  {
    name: 'node add with what is on it',
    prepare: async (world) => {
      const [known] = world.a.volumes.values();
      const uid = newUid<VolumeUid>();
      world.c.volumes.set(uid, { ...known!, spec: { ...known!.spec, uid, name: 'brought', label: 4711 } });
    },
    act: (world) => world.register(world.c),
    check: (world) => shows(world, '/volume/4711', { name: 'brought', status: 'Normal' }),
  },
  {
    name: 'node add, refused',
    act: (world) => {
      const { a, c } = world;
      const body = { name: 'site-c', address: a.address, enrolment_token: c.enrolmentToken };
      return world.send('post', '/node', body);
    },
    status: 'Error',
    check: async (world) => expect(await rows(world, 'storage_node')).toBe(2),
  },
  {
    name: 'node patch',
    act: (world) => world.send('patch', '/node/1', { name: 'other', is_in_maintenance: true, copy_concurrency: 7 }),
    check: async (world) => {
      await shows(world, '/node/1', { name: 'other', status: 'Maintenance', copy_concurrency: 7 });
      expect([world.a.name, world.a.isInMaintenance, world.a.copyConcurrency]).toEqual(['other', true, 7]);
    },
  },
  {
    name: 'node patch, refused',
    act: (world) => world.send('patch', '/node/1', { name: 'other', address: world.c.address }),
    status: 'Error',
    check: async (world, { error }) => {
      expect(error).toMatchObject({ internal_code: 'NODE_IDENTITY_CHANGED' });
      await until(() => shows(world, '/node/1', { name: 'site-a', status: 'Online', address: world.a.address }));
    },
  },
  {
    name: 'node delete by force',
    act: (world) => world.send('delete', '/node/2?force=true'),
    check: async (world) => {
      await counts(world, 3, 0);
      expect(world.a.sessions.size).toBe(0);
    },
  },
];

const volumeScenarios: Scenario[] = [
  {
    name: 'volume create',
    act: (world) => world.send('post', '/volume', { name: 'v', node_id: 1, capacity: 4 }),
    check: (world) => counts(world, 7, 2),
  },
  {
    name: 'volume create, three',
    act: (world) => world.send('post', '/volume', { name: 'v', node_id: 1, capacity: 4, count: 3 }),
    check: (world) => counts(world, 9, 2),
  },
  {
    name: 'volume create, refused',
    act: (world) => {
      world.a.refusals.set('putVolume', 'VOLUME_CAPACITY_EXCEEDED');
      return world.send('post', '/volume', { name: 'v', node_id: 1, capacity: 4, count: 2 });
    },
    status: 'Error',
    check: (world) => counts(world, 6, 2),
  },
  {
    name: 'volume patch',
    act: async (world) => {
      const change = { name: 'other', write_cache: 'Writethrough', allowed_client_list: ['10.0.0.0/8'] };
      return world.send('patch', `/volume/${await volumeId(world, 's3')}`, change);
    },
    check: (world) => shows(world, '/volume?name=other', { volume_list: [{ write_cache: 'Writethrough' }] }),
  },
  {
    name: 'volume patch, refused',
    act: async (world) => {
      world.a.refusals.set('putVolume', 'VOLUME_CAPACITY_EXCEEDED');
      return world.send('patch', `/volume/${await volumeId(world, 's3')}`, { name: 'other' });
    },
    status: 'Error',
    check: (world) => shows(world, '/volume?name=s3', { total_count: 1 }),
  },
  {
    name: 'volume grow',
    act: async (world) => world.send('patch', `/volume/${await volumeId(world, 's3')}`, { capacity: 8 }),
    check: (world) => shows(world, '/volume?name=s3', { volume_list: [{ capacity: 8 }] }),
  },
  {
    name: 'volume release',
    prepare: async (world) => {
      const held = [...world.a.volumes.values()].find(({ spec }) => spec.name === 's3')!;
      world.a.holdVolume(held.spec.uid);
      await world.startWorker();
      await until(() => shows(world, '/volume?name=s3', { volume_list: [{ access: 'Held' }] }));
    },
    act: async (world) => world.send('post', `/volume/${await volumeId(world, 's3')}/release`),
    check: (world) => shows(world, '/volume?name=s3', { volume_list: [{ access: 'Read_Write' }] }),
  },
  {
    name: 'volume delete',
    act: async (world) => world.send('delete', `/volume/${await volumeId(world, 'd3')}`),
    check: (world) => counts(world, 5, 2),
  },
  {
    name: 'volume delete, bulk',
    act: async (world) => {
      const volume_id_list = [await volumeId(world, 's3'), await volumeId(world, 'd3')];
      return world.send('post', '/volume/delete', { volume_id_list });
    },
    check: (world) => counts(world, 4, 2),
  },
  {
    name: 'volume delete, bulk, half of it refused',
    act: async (world) => {
      world.b.refusals.set('deleteVolume', 'VOLUME_CONNECTED');
      const volume_id_list = [await volumeId(world, 's3'), await volumeId(world, 'd3')];
      return world.send('post', '/volume/delete', { volume_id_list });
    },
    status: 'Partial_Error',
    check: (world) => counts(world, 5, 2),
  },
];

const creationScenarios: Scenario[] = [
  {
    name: 'session create',
    act: async (world) => world.send('post', '/copysession/rec', await ends(world, 3)),
    check: (world) => counts(world, 6, 3),
  },
  {
    name: 'session create with its destination',
    act: async (world) =>
      world.send('post', '/copysession/rec', {
        source_volume_id: await volumeId(world, 's3'),
        destination: { node_id: 2, name: 'made' },
        transfer_mode: 'Synchronous',
      }),
    check: async (world) => {
      await counts(world, 7, 3);
      await shows(world, '/volume?name=made', { volume_list: [{ is_copy_destination_volume: true }] });
    },
  },
  {
    name: 'session create with its destination, refused by the source',
    act: async (world) => {
      world.a.refusals.set('putSessions', 'DEVICE_FULL');
      return world.send('post', '/copysession/rec', {
        source_volume_id: await volumeId(world, 's3'),
        destination: { node_id: 2, name: 'made' },
        transfer_mode: 'Synchronous',
      });
    },
    status: 'Error',
    check: (world) => counts(world, 6, 2),
  },
];

const changeScenarios: Scenario[] = [
  {
    name: 'session patch',
    act: (world) => world.send('patch', session(), { split_mode: 'Manual' }),
    check: async (world) => {
      await generation(world, 2);
      await shows(world, session(), { split_mode: 'Manual', status: 'Active' });
    },
  },
  {
    name: 'session patch, refused',
    act: (world) => {
      world.a.refusals.set('putSessions', 'DEVICE_FULL');
      return world.send('patch', session(), { split_mode: 'Manual' });
    },
    status: 'Error',
    afterwards: async (world) => world.a.refusals.clear(),
    check: (world) => shows(world, session(), { split_mode: 'Automatic', status: 'Active' }),
  },
  {
    name: 'session patch with the destination away',
    prepare: (world) => world.b.goDown(),
    act: (world) => world.send('patch', session(), { split_mode: 'Manual' }),
    afterwards: (world) => world.b.goUp(),
    check: async (world) => {
      await generation(world, 2);
      await shows(world, session(), { split_mode: 'Manual' });
    },
  },
  {
    name: 'session suspend',
    act: (world) => world.send('post', `${session()}/suspend`, {}),
    check: async (world) => {
      await generation(world, 2);
      await shows(world, session(), { status: 'Suspend', backup_time: expect.any(String) });
    },
  },
  {
    name: 'session suspend, bulk',
    act: (world) => world.send('post', '/copysession/suspend', { copysession_id_list: [1, 2] }),
    check: async (world) => {
      await generation(world, 2);
      for (const n of [1, 2])
        await shows(world, session(n), { status: 'Suspend', concurrent_suspend_result: 'Success' });
    },
  },
  {
    name: 'session suspend by force',
    prepare: (world) => seePhase(world, 'Copying'),
    act: (world) => world.send('post', `${session()}/suspend`, { force: true }),
    check: async (world) => {
      await generation(world, 2);
      await shows(world, session(), { status: 'Suspend', phase: 'Copying' });
    },
  },
  {
    name: 'session suspend by the destination alone',
    prepare: async (world) => {
      await world.startWorker();
      await world.a.goDown();
      await until(() => shows(world, '/node/1', { status: 'Offline' }));
    },
    act: (world) => world.send('post', `${session()}/suspend`, { force: true }),
    afterwards: (world) => world.a.goUp(),
    check: async (world) => {
      await generation(world, 2);
      const [state] = [...world.a.sessions.values()].filter(({ spec }) => spec.label === 1);
      expect(state).toMatchObject({ status: 'Suspend', spec: { isAlone: true } });
    },
  },
  {
    name: 'session suspend by force, whose source dies meanwhile',
    limits: { aloneMs: 100 },
    prepare: (world) => world.a.goDown(),
    act: (world) => world.send('post', `${session()}/suspend`, { force: true }),
    afterwards: (world) => world.a.goUp(),
    check: (world) => shows(world, session(), { status: 'Suspend' }),
  },
  {
    name: 'session resume',
    prepare: suspend,
    act: (world) => world.send('post', `${session()}/resume`),
    check: async (world) => {
      await generation(world, 3);
      await shows(world, session(), { status: 'Active' });
    },
  },
  {
    name: 'session reverse',
    prepare: suspend,
    act: (world) => world.send('post', `${session()}/reverse`, {}),
    check: async (world) => {
      await generation(world, 3);
      await shows(world, session(), { status: 'Suspend', source_node_id: 2, destination_node_id: 1 });
    },
  },
];

const deletionScenarios: Scenario[] = [
  {
    name: 'session delete',
    act: (world) => world.send('delete', session()),
    check: (world) => counts(world, 6, 1),
  },
  {
    name: 'session delete of an asynchronous one, which drains',
    prepare: (world) => world.job('patch', session(), { transfer_mode: 'Consistency' }),
    act: (world) => world.send('delete', session()),
    check: (world) => counts(world, 6, 1),
  },
  {
    name: 'session delete of an asynchronous one that cannot drain',
    prepare: (world) => world.job('patch', session(), { transfer_mode: 'Stack' }),
    act: (world) => {
      world.a.refusals.set('putSessions', 'SESSION_NOT_EQUIVALENT');
      return world.send('delete', session());
    },
    status: 'Error',
    afterwards: async (world) => world.a.refusals.clear(),
    check: async (world) => {
      await counts(world, 6, 2);
      await shows(world, session(), { status: 'Active' });
    },
  },
  {
    name: 'session delete by force',
    prepare: (world) => seePhase(world, 'Copying'),
    act: (world) => world.send('delete', `${session()}?force=true`),
    check: (world) => counts(world, 6, 1),
  },
  {
    name: 'session delete, refused by the source',
    act: (world) => {
      world.a.refusals.set('deleteSession', 'DEVICE_FAILED');
      return world.send('delete', session());
    },
    status: 'Error',
    check: (world) => counts(world, 6, 2),
  },
  {
    name: 'session delete with the destination gone',
    prepare: (world) => world.b.goDown(),
    act: (world) => world.send('delete', `${session()}?force=true`),
    afterwards: (world) => world.b.goUp(),
    check: (world) => counts(world, 6, 1),
  },
  {
    name: 'session delete with the source gone',
    prepare: (world) => world.a.goDown(),
    act: (world) => world.send('delete', `${session()}?force=true`),
    afterwards: (world) => world.a.goUp(),
    check: (world) => counts(world, 6, 1),
  },
  {
    name: 'session delete by force in place of a suspend',
    act: async (world) => {
      const replaced = await world.send('post', `${session()}/suspend`, {});
      const id = await world.send('delete', `${session()}?force=true`);
      await shows(world, `/job/${replaced}`, { status: 'Error', error: { internal_code: 'SESSION_SUPERSEDED' } });
      return id;
    },
    check: (world) => counts(world, 6, 1),
  },
];

export const SCENARIOS: readonly Scenario[] = [
  ...nodeScenarios,
  ...volumeScenarios,
  ...creationScenarios,
  ...changeScenarios,
  ...deletionScenarios,
  ...groupScenarios,
];

/** Makes what the scenario starts from; it is put back by every run. */
export async function prepareScenario(world: CrashWorld, { limits = {}, prepare }: Scenario): Promise<void> {
  await world.putBack('base');
  world.limits = limits;
  await prepare?.(world);
  await world.keep('start');
}

/**
 * Runs it once, with workers that die at these steps.
 * @returns whether they all did: no step that far is false
 */
export async function runScenario(world: CrashWorld, scenario: Scenario, deaths: readonly number[]): Promise<boolean> {
  await world.putBack('start');
  const id = await scenario.act(world);
  const jobCount = await rows(world, 'job');
  const left = [...deaths];
  try {
    await world.workDying(left, () => world.requireEnded(id));
    const job = await world.ended(id);
    expect(job).toMatchObject({ status: scenario.status ?? 'Success' });
    await scenario.afterwards?.(world);
    await world.workDying(left, () => world.requireQuiet());
    await scenario.check(world, job);
    expect(await rows(world, 'job')).toBe(jobCount);
    return left.length === 0;
  } catch (error) {
    const places = world.died.join(', then at ') || 'no step';
    throw new Error(`${scenario.name}, killed at ${places}: ${(error as Error).message}`, { cause: error });
  }
}

/** Up to four deaths, most of them early: each worker has less left to do. */
export function deathsOf(random: SeededRandom): number[] {
  return Array.from({ length: 1 + random.below(4) }, () => 1 + random.below(9));
}
