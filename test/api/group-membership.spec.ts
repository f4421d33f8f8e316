/** Volumes that are added to a group with copy sessions, and taken away: at all its nodes, or at none. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsistencyGroupView } from '../../src/control-plane/consistencygroup/consistency-group-view.dto.js';
import { API, fakeInstallation, idIn, idOf, register, type FakeInstallation } from '../support/fake-installation.js';
import { FakeNode } from '../support/fake-node.js';

let all: FakeInstallation;
let c: FakeNode;
let count = 0;
/** Of site-a, for each test its own; the first two are in the group. */
let volumes: [number, number, number];
let group: number;
let nodeIds: Map<FakeNode, number>;

/** Of so many tests, each with a group of its own; they are made at once, since each takes its time. */
const GROUPS = 15;
const prepared: { volumes: typeof volumes; group: number }[] = [];

beforeAll(async () => {
  all = await fakeInstallation();
  c = await FakeNode.start('site-c', all.nodes);
  await register(all, c);
  nodeIds = new Map();
  for (const node of [all.a, all.b, c]) nodeIds.set(node, await idOf(all.admin, node));
  prepared.push(...(await Promise.all(Array.from({ length: GROUPS }, (_, index) => prepare(index + 1)))));
});
afterAll(() => all.close());

beforeEach(() => {
  ({ volumes, group } = prepared[count++]!);
  for (const node of [all.a, all.b, c]) node.calls.length = 0;
});

/** Three volumes, two of them in a group with copies at site-b and site-c. */
async function prepare(number: number): Promise<(typeof prepared)[number]> {
  const node_id = nodeIds.get(all.a);
  const made = await all.job('post', '/volume', { name: `v${number}-`, node_id, capacity: 4, count: 3 });
  const ids = made.resource_href_list.map(idIn) as typeof volumes;
  const body = { name: `group-${number}`, node_id, volume_id_list: ids.slice(0, 2) };
  const id = idIn((await all.job('post', '/consistencygroup', body)).resource_href_list[0]!);
  for (const node of [all.b, c]) {
    const to = { destination_node_id: nodeIds.get(node), transfer_mode: 'Consistency' };
    expect(await all.job('post', `/consistencygroup/${id}/copysession`, to)).toMatchObject({ status: 'Success' });
  }
  return { volumes: ids, group: id };
}

const nodes = () => [all.a, all.b, c];
const view = () => all.get(`/consistencygroup/${group}`) as Promise<unknown> as Promise<ConsistencyGroupView>;
const change = (volume_id_list: number[], more: object = {}) =>
  all.job('patch', `/consistencygroup/${group}`, { volume_id_list, ...more });

/** What the node has of this test: names of volumes, slots of sessions by destination. */
function held(node: FakeNode): { volumes: string[]; slots: Record<string, number[]> } {
  const ofTest = [...node.volumes.values()].filter(({ spec }) => spec.name.startsWith(`v${count}-`));
  const uids = new Set<string>(ofTest.map(({ spec }) => spec.uid));
  const specs = [...node.sessions.values()]
    .map(({ spec }) => spec)
    .filter(({ source, destination }) => uids.has(source.volumeUid) || uids.has(destination.volumeUid));
  const byName = Map.groupBy(specs, ({ destination }) => all.nodes.get(destination.nodeUid)!.name);
  const slots = [...byName].map(([name, some]) => [name, some.map(({ slot }) => slot).sort()] as const);
  return { volumes: ofTest.map(({ spec }) => spec.name).sort(), slots: Object.fromEntries(slots.sort()) };
}

/** All ends of each stream of the group hold the same generation of the same sessions. */
function areInStep(): boolean {
  const specs = nodes().flatMap((node) => [...node.sessions.values()].map(({ spec }) => spec));
  const generations = Map.groupBy(specs, ({ uid }) => uid);
  return [...generations.values()].every((some) => new Set(some.map(({ generation }) => generation)).size === 1);
}

async function until(isSo: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() > deadline) throw new Error('is not so');
  }
}

async function requireNoTrace(before: unknown): Promise<void> {
  const isAsBefore = (): boolean => JSON.stringify(nodes().map(held)) === JSON.stringify(before) && areInStep();
  await until(isAsBefore).catch(() => expect(nodes().map(held)).toEqual(before));
  expect(await view()).toMatchObject({ volume_id_list: volumes.slice(0, 2) });
  expect(await all.get(`/copysession?consistencygroup_id=${group}`)).toMatchObject({ total_count: 4 });
  expect(await all.get(`/volume/${volumes[2]}`)).toMatchObject({
    consistencygroup_id: null,
    is_copy_source_volume: false,
  });
  expect(await all.get(`/volume?name=v${count}-3`)).toMatchObject({ total_count: 1 });
}

describe('adding a volume to a live group', () => {
  it('C47: makes its destinations and sessions in every stream, told to every destination before the source', async () => {
    const letGo = c.hold();
    const made = change(volumes);
    await until(() => all.b.calls.some((call) => call.startsWith('putVolume')));
    await until(() => c.calls.some((call) => call.startsWith('putVolume')));
    expect(all.a.calls).toEqual([]);
    letGo();
    expect(await made).toMatchObject({ status: 'Success', error: null });
    expect(nodes().map(held)).toEqual([
      { volumes: [1, 2, 3].map((n) => `v${count}-${n}`), slots: { 'site-b': [0, 1, 2], 'site-c': [0, 1, 2] } },
      { volumes: [1, 2, 3].map((n) => `v${count}-${n}`), slots: { 'site-b': [0, 1, 2] } },
      { volumes: [1, 2, 3].map((n) => `v${count}-${n}`), slots: { 'site-c': [0, 1, 2] } },
    ]);
    expect(await view()).toMatchObject({ volume_id_list: volumes });
    for (const { copysession_id_list } of (await view()).stream_list) expect(copysession_id_list).toHaveLength(3);
  });

  it('C47: tells no source while one destination does not know', async () => {
    const isTold = (node: FakeNode) => node.calls.some((call) => call.startsWith('putSessions'));
    const [right] = [await all.volume(c, `v${count}-3`)];
    const letGo = c.hold();
    const made = change(volumes, {
      destination_volume_list: [{ source_volume_id: volumes[2], destination_volume_id: right }],
    });
    await until(() => isTold(all.b) && isTold(c));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isTold(all.a)).toBe(false);
    letGo();
    expect(await made).toMatchObject({ status: 'Success' });
    expect(isTold(all.a)).toBe(true);
    expect(await all.get(`/volume/${right}`)).toMatchObject({ is_copy_destination_volume: true });
  });

  it('C47: succeeds when every node has taken it; that it joins is progress, shown by its session', async () => {
    for (const node of nodes()) node.isCopyingAtOnce = false;
    const job = await change(volumes);
    for (const node of nodes()) node.isCopyingAtOnce = true;
    expect(job).toMatchObject({ status: 'Success' });
    const [stream] = (await view()).stream_list;
    const shown = await Promise.all(stream!.copysession_id_list.map((id) => all.get(`/copysession/${id}`)));
    expect(shown.map(({ is_joining, phase }) => [is_joining, phase])).toEqual([
      [false, 'Equivalent'],
      [false, 'Equivalent'],
      [true, 'Copying'],
    ]);
    expect(stream).toMatchObject({ status: 'Active', phase: 'Copying' });
    const answer = await all.admin.post(`${API}/consistencygroup/${group}/suspend`).send({});
    expect(answer.body.internal_code).toBe('SESSION_NOT_EQUIVALENT');
  });

  it.each(['site-a', 'site-b', 'site-c'])('C47: leaves no trace anywhere when %s refuses it', async (name) => {
    const before = nodes().map(held);
    const failing = nodes().find((node) => node.name === name)!;
    failing.refusals.set('putSessions', 'DEVICE_FULL');
    const job = await change(volumes);
    failing.refusals.clear();
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FULL' } });
    await requireNoTrace(before);
    // And nothing stands in the way of the next try.
    expect(await change(volumes)).toMatchObject({ status: 'Success' });
    expect(held(c).slots).toEqual({ 'site-c': [0, 1, 3] });
  });

  it('C47: leaves no trace anywhere when a destination cannot be made', async () => {
    const before = nodes().map(held);
    c.refusals.set('putVolume', 'VOLUME_CAPACITY_EXCEEDED');
    const job = await change(volumes);
    c.refusals.clear();
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'VOLUME_CAPACITY_EXCEEDED' } });
    await requireNoTrace(before);
    const ofThree = all.a.calls.filter((call) => call.split('+').length === 3);
    expect(ofThree).toEqual([]);
  });

  it('C47: leaves no trace anywhere when a node is lost in the middle of it', async () => {
    const before = nodes().map(held);
    all.limit({ unreachableMs: 300 });
    const letGo = c.hold();
    const made = change(volumes);
    await until(() => c.calls.some((call) => call.startsWith('putVolume')));
    // It does what it was told last, and nobody hears of it.
    const down = c.goDown();
    letGo();
    await down;
    expect(await made).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_UNREACHABLE' } });
    all.limit({});
    await c.goUp();
    await requireNoTrace(before);
    await all.until(`/node/${nodeIds.get(c)}`, { status: 'Online' });
  });

  it('C47: is put back in whole when a forced deletion takes the place of it in one stream', async () => {
    all.a.refusals.set('putSessions', 'NODE_STARTING');
    const answer = await all.admin.patch(`${API}/consistencygroup/${group}`).send({ volume_id_list: volumes });
    expect(answer.status).toBe(202);
    await until(() => held(c).slots['site-c']?.length === 3);
    const [first] = (await view()).stream_list;
    const deleting = all.job('delete', `/copysession/${first!.copysession_id_list[0]}?force=true`);
    all.a.refusals.clear();
    expect(await deleting).toMatchObject({ status: 'Success' });
    expect(await all.get(`/job/${answer.body.job_id}`)).toMatchObject({ status: 'Error' });
    await until(() => areInStep() && held(c).slots['site-c']!.length === 2);
    expect(nodes().map(({ name }, index) => [name, held(nodes()[index]!).slots])).toEqual([
      ['site-a', { 'site-c': [0, 1] }],
      ['site-b', {}],
      ['site-c', { 'site-c': [0, 1] }],
    ]);
    expect(await view()).toMatchObject({ volume_id_list: volumes.slice(0, 2) });
  });
});

describe('taking a volume out of a live group', () => {
  it('C47: ends its sessions, the source first, and keeps the data of both sides', async () => {
    const letGo = all.a.hold();
    const made = change([volumes[0]]);
    await until(() => all.a.calls.length > 0);
    expect([...all.b.calls, ...c.calls]).toEqual([]);
    letGo();
    const job = await made;
    expect(job).toMatchObject({ status: 'Success' });
    expect(job.resource_href_list).toHaveLength(5);
    expect(nodes().map(held)).toMatchObject([
      { slots: { 'site-b': [0], 'site-c': [0] } },
      { volumes: [`v${count}-1`, `v${count}-2`], slots: { 'site-b': [0] } },
      { volumes: [`v${count}-1`, `v${count}-2`], slots: { 'site-c': [0] } },
    ]);
    expect(await view()).toMatchObject({ volume_id_list: [volumes[0]] });
    expect(await all.get(`/copysession?consistencygroup_id=${group}`)).toMatchObject({ total_count: 2 });
    expect(await all.get(`/volume/${volumes[1]}`)).toMatchObject({
      consistencygroup_id: null,
      is_copy_source_volume: false,
    });
  });

  it('C47: keeps a stream that is done from other operations while another is not; a forced one takes all of it back', async () => {
    const letGo = c.hold();
    const answer = await all.admin.patch(`${API}/consistencygroup/${group}`).send({ volume_id_list: [volumes[0]] });
    const job = `/job/${answer.body.job_id}`;
    await until(() => held(all.b).slots['site-b']?.length === 1 && c.calls.length > 0);
    const [first, second] = (await view()).stream_list;
    const path = `/copysession/${first!.copysession_id_list[0]}`;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const refused = await all.admin.post(`${API}${path}/suspend`).send({});
    expect(refused.body.internal_code).toBe('SESSION_BUSY');
    expect(await all.get(job)).toMatchObject({ status: 'Running' });
    const deleted = all.job('delete', `${path}?force=true`);
    await until(() => held(all.a).slots['site-b'] === undefined);
    letGo();
    expect(await deleted).toMatchObject({ status: 'Success' });
    expect(await all.get(job)).toMatchObject({ status: 'Error', error: { internal_code: 'SESSION_SUPERSEDED' } });
    await until(() => areInStep() && held(c).slots['site-c']?.length === 2);
    expect(await view()).toMatchObject({
      volume_id_list: volumes.slice(0, 2),
      stream_list: [{ copysession_id_list: second!.copysession_id_list }],
    });
  });

  it.each(['site-a', 'site-c'])('C47: takes nothing away when %s refuses it', async (name) => {
    const before = nodes().map(held);
    const failing = nodes().find((node) => node.name === name)!;
    failing.refusals.set('putSessions', 'DEVICE_FULL');
    const job = await change([volumes[1]]);
    failing.refusals.clear();
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FULL' } });
    await requireNoTrace(before);
  });
});

describe('what a change of a live group refuses', () => {
  async function refusal(body: object): Promise<string> {
    const answer = await all.admin.patch(`${API}/consistencygroup/${group}`).send(body);
    expect(answer.status).toBe(409);
    return answer.body.internal_code;
  }

  it('C56: to gain and lose at once, to lose all, a name that is taken at a destination, a size that differs', async () => {
    const before = nodes().map(held);
    expect(await refusal({ volume_id_list: [volumes[0], volumes[2]] })).toBe('GROUP_CHANGE_MIXED');
    expect(await refusal({ volume_id_list: [] })).toBe('GROUP_LAST_VOLUME');
    const large = await all.volume(all.b, `large-${count}`, { capacity: 8 });
    const list = [{ source_volume_id: volumes[2], destination_volume_id: large }];
    expect(await refusal({ volume_id_list: volumes, destination_volume_list: list })).toBe('VOLUME_SIZE_DIFFERS');
    await all.volume(c, `v${count}-3`);
    expect(await refusal({ volume_id_list: volumes })).toBe('VOLUME_NAME_IN_USE');
    await all.job(
      'delete',
      `/volume/${(await all.get(`/volume?name=v${count}-3&node_id=${nodeIds.get(c)}`))['volume_list']![0]!['volume_id']}`,
    );
    await requireNoTrace(before);
  });

  it('C51: while a stream is suspended, a node is away, or another change is unfinished', async () => {
    const [first] = (await view()).stream_list;
    const session = `/copysession/${first!.copysession_id_list[0]}`;
    await all.job('post', `${session}/suspend`, {});
    expect(await refusal({ volume_id_list: volumes })).toBe('SESSION_NOT_ACTIVE');
    await all.job('post', `${session}/resume`);
    await all.kill(c);
    expect(await refusal({ volume_id_list: volumes })).toBe('NODE_UNREACHABLE');
    expect(await refusal({ volume_id_list: [volumes[0]] })).toBe('NODE_UNREACHABLE');
    await c.goUp();
    await all.until(`/node/${nodeIds.get(c)}`, { status: 'Online' });
    all.b.calls.length = 0;
    const letGo = all.b.hold();
    const made = change(volumes);
    await until(() => all.b.calls.length > 0);
    expect(await refusal({ volume_id_list: [volumes[0]] })).toBe('GROUP_BUSY');
    letGo();
    expect(await made).toMatchObject({ status: 'Success' });
  });
});
