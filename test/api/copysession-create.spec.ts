import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { FakeNode } from '../support/fake-node.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from '../support/fake-installation.js';

let all: FakeInstallation;
let count = 0;
let source: number;
let destination: number;
beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());
beforeEach(async () => {
  source = await all.volume(all.a, `source-${++count}`);
  destination = await all.volume(all.b, `destination-${count}`);
});

const mode = { transfer_mode: 'Synchronous' };

/** Everything that the refusal names, as `parameter CODE`. */
async function refusalOf(body: object): Promise<string[]> {
  const answer = await all.admin.post(`${API}/copysession/rec`).send({ ...mode, ...body });
  expect([400, 404, 409]).toContain(answer.status);
  const details = answer.body.details as { parameter: string; internal_code: string }[];
  expect(answer.body.internal_code).toBe(details[0]!.internal_code);
  return details.map(({ parameter, internal_code }) => `${parameter} ${internal_code}`);
}

function create(body: object = {}) {
  const ends = { source_volume_id: source, destination_volume_id: destination };
  return all.job('post', '/copysession/rec', { ...mode, ...ends, ...body });
}

describe('creating a copy session', () => {
  it('C56: shows it with every documented field', async () => {
    const job = await create({ split_mode: 'Manual' });
    expect(job).toMatchObject({ status: 'Success', error: null });
    const href = job.resource_href_list[0]!;
    const { body } = await all.admin.get(href).expect(200);
    const [from, to] = [await all.get(`/volume/${source}`), await all.get(`/volume/${destination}`)];
    expect(body).toEqual({
      copysession_id: idIn(href),
      copysession_href: href,
      type: 'REC',
      status: 'Active',
      phase: 'Equivalent',
      error_code: null,
      error_message: null,
      error_occurrence_time: null,
      transfer_mode: 'Synchronous',
      effective_mode: 'Synchronous',
      split_mode: 'Manual',
      recovery_mode: 'Automatic',
      copy_range: 'Totally',
      source_volume_id: source,
      source_volume_number: from['volume_number'],
      source_volume_href: `${API}/volume/${source}`,
      source_volume_name: from['name'],
      source_node_id: from['node_id'],
      source_boxid: from['boxid'],
      destination_volume_id: destination,
      destination_volume_number: to['volume_number'],
      destination_volume_href: `${API}/volume/${destination}`,
      destination_volume_name: to['name'],
      destination_node_id: to['node_id'],
      destination_boxid: to['boxid'],
      consistencygroup_id: null,
      elapsed_time: expect.any(Number),
      total_data_size: 4,
      total_data_size_bytes: 4 << 20,
      uncopied_data_size: 0,
      uncopied_data_size_bytes: 0,
      progress: 100,
      transferred_bytes: 4 << 20,
      backup_time: null,
      concurrent_suspend_result: null,
      remain_time_to_finish_suspend: null,
      requestor: 'admin',
      resolution: 65_536,
      data_state: 'Up_To_Date',
      logging_to: 'Srl',
      lag: { writes: 0, bytes: 0, seconds: 0, is_stale: false },
      rpo_seconds: 0,
      is_rpo_breached: false,
      throttle: 'None',
      is_joining: false,
      path_list: [],
      epoch: 1,
      last_heard_time: expect.any(String),
      srl_protection: 'Autodcm',
      srl_share_mb: 512,
      srl_size_mb: 1024,
      heartbeat_timeout_seconds: 10,
      max_write_delay_ms: 30_000,
      startup_wait_seconds: 30,
      latency_protection: { policy: 'Off', high_mark: 10_000, low_mark: 9_950 },
      bandwidth_limit_mbps: 0,
      compression: 'None',
      initial_copy: 'Full',
      last_seen_time: expect.any(String),
      is_stale: false,
    });
  });

  it('C27: skips the initial copy only when asked by that name, only onto a volume that exists, and warns of it', async () => {
    const node_id = await idOf(all.admin, all.b);
    const made = { destination_volume_id: undefined, destination: { node_id, name: `made-${count}` } };
    const ends = { source_volume_id: source, destination_volume_id: destination, transfer_mode: 'Synchronous' };
    expect(await refusalOf({ ...ends, ...made, initial_copy: 'Skip' })).toEqual(['initial_copy PARAMETER_INVALID']);
    expect(await create({ initial_copy: 'Skip' })).toMatchObject({ status: 'Success' });
    const { copysession_list } = await all.get(`/copysession?source_volume_id=${source}`);
    expect(copysession_list).toMatchObject([{ initial_copy: 'Skip' }]);
    const told = [...all.a.sessions.values()].filter(({ spec }) => spec.settings.initialCopy === 'Skip');
    expect(told).toHaveLength(1);
    const document = JSON.parse(readFileSync('openapi/openapi.json', 'utf8'));
    for (const name of ['CreateSessionBody', 'CreateGroupSessionsBody']) {
      const { initial_copy } = document.components.schemas[name].properties;
      expect(JSON.stringify(initial_copy)).toContain('they stay different, unnoticed');
    }
  });

  it('C56: has a volume of the same size made at the destination, and takes it back if the session fails', async () => {
    const node_id = await idOf(all.admin, all.b);
    const body = { destination_volume_id: undefined, destination: { node_id, name: `made-${count}` } };
    all.b.refusals.set('putSessions', 'DEVICE_FULL');
    expect(await create(body)).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FULL' } });
    all.b.refusals.delete('putSessions');
    const job = await create(body);
    expect(job).toMatchObject({ status: 'Success' });
    const session = (await all.admin.get(job.resource_href_list[1]!)).body;
    expect(session).toMatchObject({ destination_volume_name: `made-${count}`, destination_node_id: node_id });
    expect([...all.b.volumes.values()].filter(({ spec }) => spec.name === `made-${count}`)).toHaveLength(1);
  });

  it('tells the destination before the source', async () => {
    const isToldTo = (node: FakeNode) => node.calls.some((call) => call.startsWith('putSessions'));
    all.a.calls.length = all.b.calls.length = 0;
    const letGo = all.b.hold();
    const made = create();
    while (!isToldTo(all.b)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isToldTo(all.a)).toBe(false);
    letGo();
    expect(await made).toMatchObject({ status: 'Success' });
    expect(isToldTo(all.a)).toBe(true);
  });

  it('C48: refuses volumes of different sizes, a protected destination and one in use, all in one refusal', async () => {
    const other = await all.volume(all.b, `other-${count}`, { capacity: 8, is_copy_protection_enabled: true });
    const uid = (await all.get(`/volume/${other}`))['uid']!;
    all.b.volumes.set(uid, { ...all.b.volumes.get(uid)!, connectionCount: 1 });
    await all.job('patch', `/volume/${other}`, { write_cache: 'Writethrough' });
    const wrong = {
      source_volume_id: source,
      destination_volume_id: other,
      source_boxid: '#'.repeat(40),
      destination_boxid: 'X'.repeat(40),
    };
    expect(await refusalOf(wrong)).toEqual([
      'source_boxid SESSION_BOXID_DIFFERS',
      'destination_boxid SESSION_BOXID_DIFFERS',
      'destination_volume_id VOLUME_SIZE_DIFFERS',
      'destination_volume_id VOLUME_COPY_PROTECTED',
      'destination_volume_id VOLUME_CONNECTED',
    ]);
  });

  it('C48: refuses missing volumes, an own copy and an own node', async () => {
    expect(await refusalOf({ source_volume_id: 999_998, destination_volume_id: 999_999 })).toEqual([
      'source_volume_id VOLUME_NOT_FOUND',
      'destination_volume_id VOLUME_NOT_FOUND',
    ]);
    expect(await refusalOf({ source_volume_id: source, destination_volume_id: source })).toEqual([
      'destination_volume_id VOLUME_IS_OWN_COPY',
    ]);
    const neighbour = await all.volume(all.a, `neighbour-${count}`);
    expect(await refusalOf({ source_volume_id: source, destination_volume_id: neighbour })).toEqual([
      'destination_volume_id VOLUME_ON_SAME_NODE',
    ]);
  });

  it('C48: refuses a second destination, a second source, a cascade and a loop', async () => {
    await create();
    const third = await all.volume(all.b, `third-${count}`);
    const fourth = await all.volume(all.a, `fourth-${count}`);
    expect(await refusalOf({ source_volume_id: source, destination_volume_id: third })).toEqual([
      'destination_volume_id VOLUME_SECOND_DESTINATION',
    ]);
    expect(await refusalOf({ source_volume_id: fourth, destination_volume_id: destination })).toEqual([
      'destination_volume_id VOLUME_ALREADY_DESTINATION',
    ]);
    expect(await refusalOf({ source_volume_id: destination, destination_volume_id: fourth })).toEqual([
      'source_volume_id VOLUME_ALREADY_DESTINATION',
    ]);
    expect(await refusalOf({ source_volume_id: third, destination_volume_id: source })).toEqual([
      'destination_volume_id VOLUME_IS_SOURCE',
    ]);
    expect(await refusalOf({ source_volume_id: destination, destination_volume_id: source })).toEqual([
      'source_volume_id VOLUME_ALREADY_DESTINATION',
      'destination_volume_id VOLUME_IS_SOURCE',
    ]);
  });

  it('C48: refuses a new destination on an unknown node, on the own node, or under a taken name', async () => {
    const own = await idOf(all.admin, all.a);
    const other = await idOf(all.admin, all.b);
    const to = (more: object) => refusalOf({ source_volume_id: source, destination: more });
    expect(await to({ node_id: 999_999 })).toEqual(['destination.node_id NODE_NOT_FOUND']);
    expect(await to({ node_id: own, name: 'free' })).toEqual(['destination.node_id VOLUME_ON_SAME_NODE']);
    expect(await to({ node_id: other, name: `destination-${count}` })).toEqual(['destination.name VOLUME_NAME_IN_USE']);
    const both = { source_volume_id: source, destination_volume_id: destination, destination: { node_id: other } };
    expect(await refusalOf(both)).toEqual(['destination_volume_id PARAMETER_INVALID']);
    expect(await refusalOf({ source_volume_id: source })).toEqual(['destination_volume_id PARAMETER_INVALID']);
  });

  it('C16: refuses a log smaller than 128 MiB with the reason', async () => {
    const ends = { source_volume_id: source, destination_volume_id: destination };
    expect(await refusalOf({ ...ends, srl_size_mb: 127 })).toEqual(['srl_size_mb SRL_TOO_SMALL']);
    expect(await create({ srl_size_mb: 128 })).toMatchObject({ status: 'Success' });
  });

  it.each([
    [{ transfer_mode: 'Periodic' }, 'transfer_mode PARAMETER_INVALID'],
    [{ transfer_mode: undefined }, 'transfer_mode PARAMETER_INVALID'],
    [{ split_mode: 'Sometimes' }, 'split_mode PARAMETER_INVALID'],
    [{ heartbeat_timeout_seconds: 61 }, 'heartbeat_timeout_seconds PARAMETER_INVALID'],
    [{ max_write_delay_ms: 10_000 }, 'max_write_delay_ms PARAMETER_INVALID'],
    [{ srl_share_mb: 2048 }, 'srl_share_mb PARAMETER_INVALID'],
    [{ initial_copy: 'Difference' }, 'initial_copy PARAMETER_INVALID'],
    [{ period: { interval_seconds: 60 } }, 'period PARAMETER_UNKNOWN'],
  ])('C56: refuses %j', async (wrong, named) => {
    const ends = { source_volume_id: source, destination_volume_id: destination };
    expect(await refusalOf({ ...ends, ...wrong })).toEqual([named]);
  });

  it('ends in NODE_UNREACHABLE when a node stays away, and leaves no session behind', async () => {
    all.limit({ unreachableMs: 500 });
    await all.b.goDown();
    expect(await create()).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_UNREACHABLE' } });
    all.limit({});
    await all.b.goUp();
    expect(await all.get(`/volume/${source}`)).toMatchObject({ is_copy_source_volume: false });
    expect(await create()).toMatchObject({ status: 'Success' });
  });
});
