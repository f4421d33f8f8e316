import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  ConsistencyGroupView,
  GroupStreamView,
} from '../../src/control-plane/consistencygroup/consistency-group-view.dto.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { API, fakeInstallation, idIn, idOf, register, type FakeInstallation } from '../support/fake-installation.js';
import { FakeNode } from '../support/fake-node.js';

let all: FakeInstallation;
let c: FakeNode;
let count = 0;
/** Three volumes of site-a, for each test its own. */
let volumes: number[];
let nodeIds: Map<FakeNode, number>;

beforeAll(async () => {
  all = await fakeInstallation();
  c = await FakeNode.start('site-c', all.nodes);
  await register(all, c);
  nodeIds = new Map();
  for (const node of [all.a, all.b, c]) nodeIds.set(node, await idOf(all.admin, node));
});
afterAll(() => all.close());
beforeEach(async () => {
  const name = `v${++count}-`;
  const job = await all.job('post', '/volume', { name, node_id: nodeIds.get(all.a), capacity: 4, count: 3 });
  volumes = job.resource_href_list.map(idIn);
});

async function group(volume_id_list = volumes.slice(0, 2), more: object = {}): Promise<number> {
  const body = { name: `group-${count}`, node_id: nodeIds.get(all.a), volume_id_list, ...more };
  const job = await all.job('post', '/consistencygroup', body);
  expect(job).toMatchObject({ status: 'Success', error: null });
  return idIn(job.resource_href_list[0]!);
}

function copy(id: number, to: FakeNode, more: object = {}) {
  const body = { destination_node_id: nodeIds.get(to), transfer_mode: 'Consistency', ...more };
  return all.job('post', `/consistencygroup/${id}/copysession`, body);
}

/** A group of two volumes with its copies at these nodes. */
async function copied(...to: FakeNode[]): Promise<number> {
  const id = await group();
  for (const node of to) expect(await copy(id, node)).toMatchObject({ status: 'Success', error: null });
  return id;
}

const view = (id: number) => all.get(`/consistencygroup/${id}`) as Promise<unknown> as Promise<ConsistencyGroupView>;

/** What a node has of the group's sessions, by slot. */
async function held(node: FakeNode, id: number): Promise<SessionState[]> {
  const { volume_id_list } = await view(id);
  const uids = await Promise.all(
    volume_id_list.map(async (each) => (await all.get(`/volume/${each}`))['uid'] as unknown as string),
  );
  const ofGroup = [...node.sessions.values()].filter(({ spec }) => uids.includes(spec.source.volumeUid));
  const groups = new Set(ofGroup.map(({ spec }) => spec.groupUid));
  return [...node.sessions.values()]
    .filter(({ spec }) => groups.has(spec.groupUid))
    .sort((one, other) => one.spec.slot - other.spec.slot);
}

/** Everything that the refusal names, as `parameter CODE`, or its code alone. */
async function refusal(method: 'post' | 'patch' | 'delete', path: string, body: object = {}): Promise<string[]> {
  const answer = await all.admin[method](`${API}${path}`).send(body);
  expect([400, 404, 409]).toContain(answer.status);
  const details = (answer.body.details ?? []) as { parameter?: string; internal_code: string }[];
  if (details.length === 0) return [answer.body.internal_code];
  return details.map(({ parameter, internal_code }) => `${parameter} ${internal_code}`);
}

describe('consistency groups', () => {
  it('C56: are made of volumes of one node, and shown with every documented field', async () => {
    const id = await group();
    expect(await view(id)).toEqual({
      consistencygroup_id: id,
      consistencygroup_href: `${API}/consistencygroup/${id}`,
      name: `group-${count}`,
      node_id: nodeIds.get(all.a),
      volume_id_list: volumes.slice(0, 2),
      srl_size_mb: 1024,
      srl_used: null,
      srl_used_bytes: null,
      stream_list: [],
      epoch: null,
    });
    expect(await all.get(`/volume/${volumes[0]}`)).toMatchObject({ consistencygroup_id: id });
    expect(await all.get(`/volume/${volumes[2]}`)).toMatchObject({ consistencygroup_id: null });
    const list = await all.get(`/volume?consistencygroup_id=${id}&fields=volume_id`);
    expect(list).toMatchObject({ total_count: 2 });
  });

  it('C56: are listed by pages, fields and filters, renamed, and deleted without their volumes', async () => {
    const one = await group(volumes.slice(0, 1));
    const other = await group(volumes.slice(1), { name: `other-${count}` });
    expect(await all.get(`/consistencygroup?max_records=1&last_get_id=${one}&fields=name`)).toMatchObject({
      list_count: 1,
      consistencygroup_list: [{ consistencygroup_id: other, name: `other-${count}` }],
    });
    const renamed = await all.job('patch', `/consistencygroup/${other}`, { name: `new-${count}` });
    expect(renamed).toMatchObject({ status: 'Success' });
    expect(await all.get(`/consistencygroup?name=new-${count}`)).toMatchObject({ total_count: 1 });
    expect(await all.job('delete', `/consistencygroup/${other}`)).toMatchObject({ status: 'Success' });
    await all.admin.get(`${API}/consistencygroup/${other}`).expect(404);
    expect(await all.get(`/volume/${volumes[1]}`)).toMatchObject({ consistencygroup_id: null });
  });

  it('C56: have the sessions of all their volumes made to one node at once, with the volumes for them', async () => {
    const id = await group();
    const job = await copy(id, all.b, { split_mode: undefined, bandwidth_limit_mbps: 10 });
    expect(job).toMatchObject({ status: 'Success', error: null });
    const { stream_list } = await view(id);
    expect(stream_list).toEqual([
      {
        destination_node_id: nodeIds.get(all.b),
        status: 'Active',
        phase: 'Equivalent',
        transfer_mode: 'Consistency',
        effective_mode: 'Synchronous',
        data_state: 'Up_To_Date',
        logging_to: 'Srl',
        lag: { writes: 0, bytes: 0, seconds: 0, is_stale: false },
        rpo_seconds: 0,
        is_rpo_breached: false,
        copysession_id_list: [expect.any(Number), expect.any(Number)],
      },
    ]);
    expect(all.b.calls.filter((call) => call.startsWith('putSessions')).at(-1)).toMatch(/\+/);
    for (const node of [all.a, all.b]) {
      expect((await held(node, id)).map(({ spec }) => [spec.slot, spec.generation])).toEqual([
        [0, 1],
        [1, 1],
      ]);
    }
    for (const session of stream_list[0]!.copysession_id_list) {
      expect(await all.get(`/copysession/${session}`)).toMatchObject({
        consistencygroup_id: id,
        bandwidth_limit_mbps: 10,
      });
    }
    expect(await all.get(`/copysession?consistencygroup_id=${id}`)).toMatchObject({ total_count: 2 });
  });

  it('C56: change, suspend, resume and reverse all their sessions as one, and every job names them all', async () => {
    const id = await copied(all.b);
    const before = await view(id);
    const [first] = before.stream_list[0]!.copysession_id_list;
    const hrefs = before.stream_list[0]!.copysession_id_list.map((n) => `${API}/copysession/${n}`);
    const changed = await all.job('patch', `/copysession/${first}`, { rpo_seconds: 60 });
    expect(changed).toMatchObject({ status: 'Success', resource_href_list: hrefs });
    const suspended = await all.job('post', `/consistencygroup/${id}/suspend`, {});
    expect(suspended).toMatchObject({ status: 'Success', resource_href_list: hrefs });
    expect((await view(id)).stream_list[0]!).toMatchObject({ status: 'Suspend', rpo_seconds: 60 });
    const reversed = await all.job('post', `/consistencygroup/${id}/reverse`, {});
    expect(reversed).toMatchObject({ status: 'Success', resource_href_list: hrefs });
    const after = await view(id);
    expect(after).toMatchObject({ node_id: nodeIds.get(all.b), name: before.name });
    expect(after.stream_list[0]!).toMatchObject({ destination_node_id: nodeIds.get(all.a) });
    expect(after.volume_id_list).not.toEqual(before.volume_id_list);
    expect(await all.get(`/volume/${volumes[0]}`)).toMatchObject({ consistencygroup_id: null });
    const again = { source_node_id: nodeIds.get(all.b) };
    expect(await all.job('post', `/consistencygroup/${id}/reverse`, again)).toMatchObject({ status: 'Success' });
    expect(await all.job('post', `/consistencygroup/${id}/resume`)).toMatchObject({ status: 'Success' });
    expect((await view(id)).stream_list[0]!).toMatchObject({ status: 'Active' });
    for (const state of await held(all.b, id)) expect(state).toMatchObject({ role: 'source', spec: { generation: 5 } });
  });

  it('C36: suspend all their streams at one point in time, and those that are left when asked again', async () => {
    const id = await copied(all.b, c);
    all.a.calls.length = 0;
    expect(await all.job('post', `/consistencygroup/${id}/suspend`, {})).toMatchObject({ status: 'Success' });
    const [call] = all.a.calls.filter((each) => each.startsWith('suspendSessions'));
    expect(call?.split('+')).toHaveLength(4);
    const { stream_list } = await view(id);
    expect(stream_list.map(({ status }) => status)).toEqual(['Suspend', 'Suspend']);
    const one = stream_list[1]!.copysession_id_list[0];
    expect(await all.job('post', `/copysession/${one}/resume`)).toMatchObject({ status: 'Success' });
    expect(await refusal('post', `/consistencygroup/${id}/reverse`)).toEqual(['SESSION_SOURCE_HAS_OTHERS']);
    expect(await all.job('post', `/consistencygroup/${id}/suspend`, {})).toMatchObject({ status: 'Success' });
    expect(await refusal('post', `/consistencygroup/${id}/suspend`)).toEqual(['SESSION_ALREADY_SUSPENDED']);
    expect(await all.job('post', `/consistencygroup/${id}/resume`)).toMatchObject({ status: 'Success' });
    expect(await refusal('post', `/consistencygroup/${id}/resume`)).toEqual(['SESSION_ALREADY_ACTIVE']);
  });

  it('C59: lose the sessions of a stream together, and keep the data', async () => {
    const id = await copied(all.b, c);
    const [first, second] = (await view(id)).stream_list as [GroupStreamView, GroupStreamView];
    const deleted = await all.job('delete', `/copysession/${first.copysession_id_list[1]}`);
    expect(deleted).toMatchObject({ status: 'Success' });
    expect(deleted.resource_href_list).toHaveLength(2);
    expect((await view(id)).stream_list).toMatchObject([{ copysession_id_list: second.copysession_id_list }]);
    expect(await held(all.b, id)).toEqual([]);
    expect(await held(c, id)).toHaveLength(2);
  });

  it('C59: end with the node that their volumes are on, and lose the stream to a node that is forgotten', async () => {
    const d = await FakeNode.start('site-d', all.nodes);
    await register(all, d);
    const node_id = await idOf(all.admin, d);
    nodeIds.set(d, node_id);
    const kept = await copied(all.b, d);
    const there = await all.volume(d, `there-${count}`);
    const lost = await group([there], { name: `lost-${count}`, node_id });
    await copy(lost, all.b);
    await all.job('delete', `/node/${node_id}?force=true`);
    expect((await view(kept)).stream_list).toMatchObject([{ destination_node_id: nodeIds.get(all.b) }]);
    await all.admin.get(`${API}/consistencygroup/${lost}`).expect(404);
    expect(await all.get(`/volume?name=there-${count}`)).toMatchObject({
      volume_list: [{ is_copy_destination_volume: false, node_id: nodeIds.get(all.b) }],
    });
    const isOfD = (node: FakeNode) => [...node.sessions.values()].some(({ spec }) => spec.source.nodeUid === d.uid);
    while (isOfD(all.b)) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('C52: are shown with a node dead, as they last were', async () => {
    const id = await copied(all.b);
    await all.kill(all.b);
    await all.kill(all.a);
    const [stream] = (await view(id)).stream_list;
    expect(stream).toMatchObject({ status: 'Active', phase: 'Equivalent', lag: { is_stale: true } });
    await all.a.goUp();
    await all.b.goUp();
    await all.until(`/node/${nodeIds.get(all.a)}`, { status: 'Online' });
    await all.until(`/node/${nodeIds.get(all.b)}`, { status: 'Online' });
  });

  it('C50: show what one member failed of as the state of the stream, and other streams as they are', async () => {
    const id = await copied(all.b, c);
    const [member] = await held(all.a, id);
    const failed = { code: 'DEVICE_FAILED' as const, message: 'no', time: new Date().toISOString() };
    for (const { spec } of (await held(all.a, id)).filter(
      ({ spec: { destination } }) => destination.nodeUid === all.b.uid,
    )) {
      all.a.set(spec.uid, { status: 'Error', error: failed });
    }
    expect(member).toBeDefined();
    await all.until(`/copysession/${member!.spec.label}`, { status: 'Error' });
    const streams = (await view(id)).stream_list;
    expect(streams.map(({ destination_node_id: node, status }) => [node, status])).toEqual([
      [nodeIds.get(all.b), 'Error'],
      [nodeIds.get(c), 'Active'],
    ]);
  });
});

describe('what a consistency group refuses', () => {
  const make = (body: object) =>
    refusal('post', '/consistencygroup', {
      name: `refused-${count}`,
      node_id: nodeIds.get(all.a),
      volume_id_list: volumes,
      ...body,
    });

  it('C56: volumes of two nodes, in two groups, with sessions of their own, or missing: all in one refusal', async () => {
    const elsewhere = await all.volume(all.b, `elsewhere-${count}`);
    await group(volumes.slice(0, 1));
    const rec = { source_volume_id: volumes[1], destination_volume_id: elsewhere, transfer_mode: 'Consistency' };
    await all.job('post', '/copysession/rec', rec);
    expect(await make({ volume_id_list: [...volumes.slice(0, 2), elsewhere, 999_999] })).toEqual([
      'volume_id_list VOLUME_IN_GROUP',
      'volume_id_list VOLUME_IN_SESSION',
      'volume_id_list VOLUME_ON_OTHER_NODE',
      'volume_id_list VOLUME_IN_SESSION',
      'volume_id_list VOLUME_NOT_FOUND',
    ]);
    expect(await all.get(`/volume/${volumes[2]}`)).toMatchObject({ consistencygroup_id: null });
  });

  it('C56: a taken name, a log too small, an empty list, a volume twice, an unknown node', async () => {
    const id = await group();
    expect(await make({ name: `group-${count}`, volume_id_list: [volumes[2]] })).toEqual(['GROUP_NAME_IN_USE']);
    expect(await make({ volume_id_list: [volumes[2]], srl_size_mb: 127 })).toEqual(['srl_size_mb SRL_TOO_SMALL']);
    expect(await make({ volume_id_list: [] })).toEqual(['volume_id_list PARAMETER_INVALID']);
    expect(await make({ volume_id_list: [volumes[2], volumes[2]] })).toEqual(['volume_id_list PARAMETER_INVALID']);
    expect(await make({ node_id: 999_999 })).toEqual(['NODE_NOT_FOUND']);
    await group([volumes[2]!], { name: `third-${count}` });
    expect(await refusal('patch', `/consistencygroup/${id}`, { name: `third-${count}` })).toEqual([
      'GROUP_NAME_IN_USE',
    ]);
    expect(await refusal('patch', `/consistencygroup/999999`, {})).toEqual(['GROUP_NOT_FOUND']);
  });

  it('C56: to lose its last volume, or one that is deleted', async () => {
    const id = await group(volumes.slice(0, 1));
    const path = `/consistencygroup/${id}`;
    expect(await refusal('patch', path, { volume_id_list: [] })).toEqual(['GROUP_LAST_VOLUME']);
    expect(await refusal('delete', `/volume/${volumes[0]}`)).toEqual(['VOLUME_IN_GROUP']);
    expect(await refusal('post', `${path}/suspend`)).toEqual(['GROUP_HAS_NO_SESSIONS']);
    expect(await refusal('post', `${path}/reverse`)).toEqual(['GROUP_HAS_NO_SESSIONS']);
  });

  it('C48: sessions of a volume in a group of several by themselves, but of one alone', async () => {
    const id = await group();
    const destination = { node_id: nodeIds.get(all.b) };
    const rec = (source_volume_id: number) => ({ source_volume_id, destination, transfer_mode: 'Stack' });
    expect(await refusal('post', '/copysession/rec', rec(volumes[0]!))).toEqual([
      'source_volume_id VOLUME_IN_GROUP_OF_SEVERAL',
    ]);
    const alone = await group(volumes.slice(2), { name: `alone-${count}` });
    expect(await all.job('post', '/copysession/rec', rec(volumes[2]!))).toMatchObject({ status: 'Success' });
    expect((await view(alone)).stream_list).toHaveLength(1);
    expect((await view(id)).stream_list).toEqual([]);
    expect(await refusal('delete', `/consistencygroup/${alone}`)).toEqual(['GROUP_HAS_SESSIONS']);
  });

  it('C48: destinations of other sizes, on other nodes, of other volumes, twice, in groups, or whose names are taken', async () => {
    const id = await group();
    const [first, second] = volumes as [number, number];
    const large = await all.volume(all.b, `large-${count}`, { capacity: 8 });
    const away = await all.volume(c, `away-${count}`);
    const right = await all.volume(all.b, `right-${count}`);
    const grouped = await all.volume(all.b, `grouped-${count}`);
    const ofGrouped = { name: `of-b-${count}`, node_id: nodeIds.get(all.b), volume_id_list: [grouped] };
    await all.job('post', '/consistencygroup', ofGrouped);
    const to = (list: [number, number][], node = all.b) =>
      refusal('post', `/consistencygroup/${id}/copysession`, {
        destination_node_id: nodeIds.get(node),
        transfer_mode: 'Consistency',
        destination_volume_list: list.map(([source_volume_id, destination_volume_id]) => ({
          source_volume_id,
          destination_volume_id,
        })),
      });
    const at = (index: number, code: string) => `destination_volume_list.${index}.destination_volume_id ${code}`;
    expect(
      await to([
        [first, large],
        [second, away],
      ]),
    ).toEqual([at(0, 'VOLUME_SIZE_DIFFERS'), at(1, 'VOLUME_ON_OTHER_NODE')]);
    expect(
      await to([
        [first, right],
        [second, right],
      ]),
    ).toEqual(['destination_volume_list.1 PARAMETER_INVALID']);
    expect(
      await to([
        [first, grouped],
        [999_999, right],
      ]),
    ).toEqual([at(0, 'VOLUME_IN_GROUP'), 'destination_volume_list.1.source_volume_id PARAMETER_INVALID']);
    await all.volume(c, `v${count}-2`);
    expect(await to([], c)).toEqual(['destination_volume_list VOLUME_NAME_IN_USE']);
    expect(await to([], all.a)).toEqual(expect.arrayContaining(['destination_node_id VOLUME_ON_SAME_NODE']));
    expect((await view(id)).stream_list).toEqual([]);
    const made = await copy(id, all.b, {
      destination_volume_list: [{ source_volume_id: second, destination_volume_id: right }],
    });
    expect(made).toMatchObject({ status: 'Success', error: null });
    expect(await all.get(`/volume/${right}`)).toMatchObject({ is_copy_destination_volume: true });
  });

  it('C57: a second stream to the same node', async () => {
    const id = await copied(all.b);
    const body = { destination_node_id: nodeIds.get(all.b), transfer_mode: 'Stack' };
    expect(await refusal('post', `/consistencygroup/${id}/copysession`, body)).toEqual(
      expect.arrayContaining(['destination_node_id VOLUME_SECOND_DESTINATION']),
    );
  });

  it('C36: that two of its destinations act alone', async () => {
    const id = await copied(all.b, c);
    await all.kill(all.a);
    expect(await refusal('post', `/consistencygroup/${id}/suspend`, { force: true })).toEqual([
      'SESSION_SOURCE_HAS_OTHERS',
    ]);
    const [first, second] = (await view(id)).stream_list as [GroupStreamView, GroupStreamView];
    const alone = await all.job('post', `/copysession/${first.copysession_id_list[0]}/suspend`, { force: true });
    expect(alone).toMatchObject({ status: 'Success' });
    expect(await refusal('post', `/copysession/${second.copysession_id_list[0]}/suspend`, { force: true })).toEqual([
      'SESSION_SOURCE_HAS_OTHERS',
    ]);
    await all.a.goUp();
    await all.until(`/node/${nodeIds.get(all.a)}`, { status: 'Online' });
  });
});
