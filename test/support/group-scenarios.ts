/** Jobs on consistency groups: their copies, and volumes that they gain and lose. */
import { expect } from '@jest/globals';
import { until, type CrashWorld } from './crash-world.js';
import type { FakeNode } from './fake-node.js';
import { counts, session, shows, volumeId, type Scenario } from './scenario.js';

/** A group of g1 and g2 at a, with its copies at b, and g3 beside it. */
async function makeGroup(world: CrashWorld): Promise<void> {
  await world.job('post', '/volume', { name: 'g', node_id: 1, capacity: 4, count: 3 });
  const volume_id_list = [await volumeId(world, 'g1'), await volumeId(world, 'g2')];
  await world.job('post', '/consistencygroup', { name: 'group', node_id: 1, volume_id_list });
}

async function makeGroupCopy(world: CrashWorld): Promise<void> {
  await makeGroup(world);
  await world.job('post', await groupPath(world, '/copysession'), groupCopy);
}

/** With copies at c too. */
async function makeGroupCopies(world: CrashWorld): Promise<void> {
  await makeGroupCopy(world);
  await world.ended(await world.register(world.c));
  await world.job('post', await groupPath(world, '/copysession'), { ...groupCopy, destination_node_id: 3 });
}

const groupCopy = { destination_node_id: 2, transfer_mode: 'Consistency' };

async function groupPath(world: CrashWorld, more = ''): Promise<string> {
  const list = await world.get('/consistencygroup?name=group');
  const [group] = list['consistencygroup_list'] as { consistencygroup_id: number }[];
  return `/consistencygroup/${group!.consistencygroup_id}${more}`;
}

/** Changes the volumes of the group to those of these numbers. */
async function setGroup(world: CrashWorld, ...numbers: number[]): Promise<number> {
  const volume_id_list = await Promise.all(numbers.map((n) => volumeId(world, `g${n}`)));
  return world.send('patch', await groupPath(world), { volume_id_list });
}

/** The group has so many volumes, and each of its nodes as many sessions of each stream; nothing else is left. */
async function groupOf(world: CrashWorld, volumeCount: number, ...nodes: FakeNode[]): Promise<void> {
  const group = (await world.get(await groupPath(world))) as { volume_id_list: number[]; stream_list: object[] };
  expect([group.volume_id_list.length, group.stream_list.length]).toEqual([volumeCount, nodes.length]);
  const slots = (node: FakeNode) => [...node.sessions.values()].filter(({ spec }) => spec.label > 2).length;
  for (const node of nodes) expect(slots(node)).toBe(volumeCount);
  expect(slots(world.a)).toBe(volumeCount * nodes.length);
}

export const groupScenarios: Scenario[] = [
  {
    name: 'group copy',
    prepare: makeGroup,
    act: async (world) => world.send('post', await groupPath(world, '/copysession'), groupCopy),
    check: async (world) => {
      await counts(world, 11, 4);
      await groupOf(world, 2, world.b);
    },
  },
  {
    name: 'group copy, refused by the source',
    prepare: makeGroup,
    act: async (world) => {
      world.a.refusals.set('putSessions', 'DEVICE_FULL');
      return world.send('post', await groupPath(world, '/copysession'), groupCopy);
    },
    status: 'Error',
    check: async (world) => {
      await counts(world, 9, 2);
      await groupOf(world, 2);
    },
  },
  {
    name: 'group gains a volume at two destinations',
    prepare: makeGroupCopies,
    act: (world) => setGroup(world, 1, 2, 3),
    check: async (world) => {
      await counts(world, 15, 8);
      await groupOf(world, 3, world.b, world.c);
    },
  },
  ...(['a', 'b', 'c'] as const).map((node) => ({
    name: `group gains a volume, refused by ${node}`,
    prepare: makeGroupCopies,
    act: (world: CrashWorld) => {
      world[node].refusals.set('putSessions', 'DEVICE_FULL');
      return setGroup(world, 1, 2, 3);
    },
    status: 'Error',
    afterwards: async (world: CrashWorld) => world[node].refusals.clear(),
    check: async (world: CrashWorld) => {
      await counts(world, 13, 6);
      await groupOf(world, 2, world.b, world.c);
    },
  })),
  {
    name: 'group gains a volume with a destination gone',
    limits: { unreachableMs: 100 },
    prepare: async (world) => {
      await makeGroupCopies(world);
      await world.c.goDown();
    },
    act: (world) => setGroup(world, 1, 2, 3),
    status: 'Error',
    afterwards: (world) => world.c.goUp(),
    check: async (world) => {
      await counts(world, 13, 6);
      await groupOf(world, 2, world.b, world.c);
    },
  },
  {
    name: 'group loses a volume',
    prepare: makeGroupCopies,
    act: (world) => setGroup(world, 1),
    check: async (world) => {
      await counts(world, 13, 4);
      await groupOf(world, 1, world.b, world.c);
    },
  },
  {
    name: 'group loses a volume, refused by a destination',
    prepare: makeGroupCopies,
    act: (world) => {
      world.c.refusals.set('putSessions', 'DEVICE_FULL');
      return setGroup(world, 1);
    },
    status: 'Error',
    afterwards: async (world) => world.c.refusals.clear(),
    check: async (world) => {
      await counts(world, 13, 6);
      await groupOf(world, 2, world.b, world.c);
    },
  },
  {
    name: 'group suspend at two destinations',
    prepare: makeGroupCopies,
    act: async (world) => world.send('post', await groupPath(world, '/suspend'), {}),
    check: async (world) => {
      await groupOf(world, 2, world.b, world.c);
      await shows(world, await groupPath(world), { stream_list: [{ status: 'Suspend' }, { status: 'Suspend' }] });
    },
  },
  {
    name: 'group reverse',
    prepare: async (world) => {
      await makeGroupCopy(world);
      await world.job('post', await groupPath(world, '/suspend'), {});
    },
    act: async (world) => world.send('post', await groupPath(world, '/reverse'), {}),
    check: (world) =>
      groupPath(world).then((path) =>
        shows(world, path, { node_id: 2, stream_list: [{ destination_node_id: 1, status: 'Suspend' }] }),
      ),
  },
  {
    name: 'group resume',
    prepare: async (world) => {
      await makeGroupCopies(world);
      await world.job('post', await groupPath(world, '/suspend'), {});
    },
    act: async (world) => world.send('post', await groupPath(world, '/resume'), {}),
    check: async (world) => {
      await groupOf(world, 2, world.b, world.c);
      await shows(world, await groupPath(world), { stream_list: [{ status: 'Active' }, { status: 'Active' }] });
    },
  },
  {
    name: 'group rename',
    prepare: makeGroupCopies,
    act: async (world) => world.send('patch', await groupPath(world), { name: 'other' }),
    check: async (world) => {
      await shows(world, '/consistencygroup?name=other', { total_count: 1 });
      const known = () =>
        world.nodes.flatMap(({ sessions }) => [...sessions.values()].map(({ spec }) => spec.group?.name));
      // Nodes hear of it after the job, with the next generation.
      await until(async () => {
        await world.requireQuiet();
        expect(new Set(known())).toEqual(new Set([undefined, 'other']));
      });
    },
  },
  {
    name: 'group copy delete',
    prepare: makeGroupCopies,
    act: (world) => world.send('delete', session(3)),
    check: async (world) => {
      await counts(world, 13, 4);
      await groupOf(world, 2, world.c);
    },
  },
];
