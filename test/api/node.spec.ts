import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API, fakeInstallation, idIn, idOf, register, type FakeInstallation } from '../support/fake-installation.js';
import { testApi } from '../support/api.js';
import { FakeNode } from '../support/fake-node.js';

let all: FakeInstallation;
beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());

function newNode(name: string): Promise<FakeNode> {
  return FakeNode.start(name, all.nodes);
}

describe('storage nodes', () => {
  it('C56: shows a registered node with every documented field', async () => {
    const node = await all.get(`/node/${await idOf(all.admin, all.a)}`);
    expect(node).toEqual({
      node_id: expect.any(Number),
      node_href: expect.stringMatching(/^\/api\/v1\/node\/\d+$/),
      name: 'site-a',
      boxid: expect.stringMatching(/^[0-9A-F]{32}#{8}$/),
      status: 'Online',
      status_reason: null,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      address: all.a.address,
      nbd_address: '127.0.0.1:10809',
      peer_address_list: ['127.0.0.1:5701'],
      srl_used: 0,
      srl_used_bytes: 0,
      capacity: 102_400,
      capacity_bytes: 100 * 2 ** 30,
      used_capacity: 0,
      used_capacity_bytes: 0,
      volume_count: 0,
      last_seen_time: expect.any(String),
      is_stale: false,
      copy_concurrency: 20,
    });
  });

  it('C56: lists nodes, by name and by status', async () => {
    const { body } = await all.admin.get(`${API}/node?status=Online&fields=name`).expect(200);
    expect(body.node_list.map((node: { name: string }) => node.name)).toEqual(['site-a', 'site-b']);
    expect(body).toMatchObject({ total_count: 2, list_count: 2 });
  });

  it('C56: counts what there is by state', async () => {
    const { body } = await all.admin.get(`${API}/storagesystem`).expect(200);
    expect(body).toEqual({
      name: 'Evenkeel',
      version: expect.any(String),
      health: 'Normal',
      node_count: { Online: 2, Offline: 0, Maintenance: 0, Error: 0 },
      volume_count: { Normal: 0, Warning: 0, Error: 0, Maintenance: 0 },
      copysession_count: { Reserved: 0, Active: 0, Suspend: 0, Halt: 0, Error: 0 },
    });
  });

  it('C56: registers nodes for administrators only, and never shows the token', async () => {
    const node = await newNode('site-c');
    const body = { name: 'site-c', address: node.address, enrolment_token: node.enrolmentToken };
    const operator = await all.api.as('operator');
    const refused = await operator.post(`${API}/node`).send(body).expect(403);
    expect(refused.body.internal_code).toBe('NOT_ALLOWED');
    expect(await register(all, node)).toMatchObject({ status: 'Success' });
    const shown = await all.get(`/node/${await idOf(all.admin, node)}`);
    expect(JSON.stringify(shown)).not.toContain('token');
  });

  it('refuses a known node, a taken name and a token that no node printed', async () => {
    const post = (body: object) => all.admin.post(`${API}/node`).send(body);
    const { address, enrolmentToken } = all.a;
    const known = await post({ name: 'again', address, enrolment_token: enrolmentToken }).expect(409);
    expect(known.body.internal_code).toBe('NODE_ALREADY_REGISTERED');
    const node = await newNode('site-d');
    const taken = await post({ name: 'site-a', address, enrolment_token: node.enrolmentToken }).expect(409);
    expect(taken.body.internal_code).toBe('NODE_NAME_IN_USE');
    const rubbish = await post({ name: 'x', address, enrolment_token: 'rubbish' }).expect(409);
    expect(rubbish.body.internal_code).toBe('NODE_TOKEN_REFUSED');
  });

  it('ends in the error of the connection, and leaves nothing, when another node answers or nobody does', async () => {
    const node = await newNode('site-e');
    const body = { name: 'site-e', address: all.a.address, enrolment_token: node.enrolmentToken };
    const wrongNode = await all.job('post', '/node', body);
    expect(wrongNode).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_IDENTITY_CHANGED' } });
    all.limit({ unreachableMs: 300 });
    await node.goDown();
    const nobody = await all.job('post', '/node', { ...body, address: node.address });
    all.limit({});
    expect(nobody).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_UNREACHABLE' } });
    const { body: list } = await all.admin.get(`${API}/node?name=site-e`);
    expect(list.total_count).toBe(0);
  });

  it('changes name and maintenance, which the node learns; in maintenance it takes no new volumes', async () => {
    const id = await idOf(all.admin, all.b);
    const change = { name: 'site-b2', is_in_maintenance: true };
    expect(await all.job('patch', `/node/${id}`, change)).toMatchObject({ status: 'Success' });
    expect(await all.get(`/node/${id}`)).toMatchObject({ name: 'site-b2', status: 'Maintenance' });
    expect([all.b.name, all.b.isInMaintenance]).toEqual(['site-b2', true]);
    const refused = await all.admin.post(`${API}/volume`).send({ name: 'v', node_id: id, capacity: 1 });
    expect(refused.body.internal_code).toBe('NODE_MAINTENANCE');
    await all.job('patch', `/node/${id}`, { name: 'site-b', is_in_maintenance: false });
  });

  it('C58: changes how many volumes a node copies at once, which the node learns', async () => {
    const id = await idOf(all.admin, all.b);
    expect(await all.get(`/node/${id}`)).toMatchObject({ copy_concurrency: 20 });
    expect(await all.job('patch', `/node/${id}`, { copy_concurrency: 3 })).toMatchObject({ status: 'Success' });
    expect(await all.get(`/node/${id}`)).toMatchObject({ copy_concurrency: 3 });
    expect(all.b.copyConcurrency).toBe(3);
    for (const copy_concurrency of [0, 1001, 1.5, '3', null]) {
      await all.admin.patch(`${API}/node/${id}`).send({ copy_concurrency }).expect(400);
    }
    expect(all.b.copyConcurrency).toBe(3);
  });

  it('C54: tells nobody that a node in maintenance goes away and comes back', async () => {
    const node = await newNode('site-m');
    await register(all, node);
    const id = await idOf(all.admin, node);
    const told = async (): Promise<unknown[]> => {
      const { event_list } = await all.get('/event?max_records=1000');
      const events = event_list as unknown as { type: string; resource_href_list?: string[]; message: string }[];
      return events.filter(({ message }) => message.includes('site-m')).map(({ type }) => type);
    };
    await all.job('patch', `/node/${id}`, { is_in_maintenance: true });
    await node.goDown();
    expect(await all.until(`/node/${id}`, { is_stale: true })).toMatchObject({ status: 'Maintenance' });
    await node.goUp();
    await all.until(`/node/${id}`, { is_stale: false, status: 'Maintenance' });
    expect(await told()).toEqual([]);
    await all.job('patch', `/node/${id}`, { is_in_maintenance: false });
    await node.goDown();
    await all.until(`/node/${id}`, { status: 'Offline' });
    expect(await told()).toEqual(['Node_Offline']);
  });

  it('puts the old address back when nobody answers at the new one', async () => {
    const id = await idOf(all.admin, all.b);
    all.limit({ unreachableMs: 300 });
    const job = await all.job('patch', `/node/${id}`, { address: '127.0.0.1:1' });
    all.limit({});
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_UNREACHABLE' } });
    expect(await all.until(`/node/${id}`, { status: 'Online' })).toMatchObject({ address: all.b.address });
  });

  it('C56: follows a node that moved, and tells the other ends of its sessions where it is now', async () => {
    const node = await newNode('site-w');
    await register(all, node);
    const id = await idOf(all.admin, node);
    const source_volume_id = await all.volume(all.a, 'moving');
    const body = { source_volume_id, destination: { node_id: id }, transfer_mode: 'Consistency' };
    const job = await all.job('post', '/copysession/rec', body);
    expect(job).toMatchObject({ status: 'Success' });
    await node.move('127.0.0.1:5799');
    await all.until(`/node/${id}`, { status: 'Offline' });
    expect(await all.job('patch', `/node/${id}`, { address: node.address })).toMatchObject({ status: 'Success' });
    const shown = await all.until(`/node/${id}`, { status: 'Online' });
    expect(shown).toMatchObject({ address: node.address, peer_address_list: ['127.0.0.1:5799'] });
    const told = () => [...all.a.sessions.values()].map(({ spec }) => spec.destination.peerAddresses[0]);
    for (let tries = 0; !told().includes('127.0.0.1:5799') && tries < 400; tries++) await pause();
    expect(told()).toContain('127.0.0.1:5799');
    const session = job.resource_href_list.find((href) => href.includes('/copysession/'))!;
    await all.job('delete', `/copysession/${idIn(session)}?force=true`);
  });

  it('C52: shows a dead node with what was last known, and its age', async () => {
    const node = await newNode('site-f');
    await register(all, node);
    const id = await idOf(all.admin, node);
    await node.goDown();
    const shown = await all.until(`/node/${id}`, { status: 'Offline' });
    expect(shown).toMatchObject({ is_stale: true, capacity: 102_400, last_seen_time: expect.any(String) });
    expect(await all.get('/storagesystem')).toMatchObject({ health: 'Warning' });
    await node.goUp();
    expect(await all.until(`/node/${id}`, { status: 'Online' })).toMatchObject({ is_stale: false });
  });

  it('names a node of another version, commands nothing to it, and goes on when it is of ours again', async () => {
    const node = await newNode('site-j');
    await register(all, node);
    const id = await idOf(all.admin, node);
    node.apiVersion = 2;
    const shown = await all.until(`/node/${id}`, { status: 'Error' });
    expect(shown).toMatchObject({ status_reason: 'NODE_VERSION_UNSUPPORTED' });
    const calls = node.calls.length;
    const job = await all.job('post', '/volume', { name: 'v', node_id: id, capacity: 1 });
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_VERSION_UNSUPPORTED' } });
    expect(node.calls).toHaveLength(calls);
    node.apiVersion = 1;
    expect(await all.until(`/node/${id}`, { status: 'Online' })).toMatchObject({ status_reason: null });
    await all.job('delete', `/node/${id}?force=true`);
  });

  it('C76: neither believes nor commands a node that went back in time, until it is registered anew', async () => {
    const node = await newNode('site-h');
    await register(all, node);
    const id = await idOf(all.admin, node);
    const volume = await all.volume(node, 'of-h');
    const goBack = node.snapshot();
    await node.restart();
    await all.until(`/node/${id}`, { status: 'Online', is_stale: false });
    // Seen in its second run: by then this is known.
    await all.job('patch', `/volume/${volume}`, { name: 'of-h2' });
    await goBack();
    expect(await all.until(`/node/${id}`, { status: 'Error' })).toMatchObject({ status_reason: 'NODE_CLONED' });
    await node.restart();
    await node.restart();
    const calls = node.calls.length;
    const job = await all.job('patch', `/volume/${volume}`, { name: 'of-h3' });
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_CLONED' } });
    expect(await all.get('/storagesystem')).toMatchObject({ health: 'Error' });
    expect(node.calls).toHaveLength(calls);

    await all.job('delete', `/node/${id}?force=true`);
    await register(all, node);
    expect(await all.job('patch', `/volume/${volume}`, { name: 'of-h4' })).toMatchObject({ status: 'Success' });
    await all.job('delete', `/node/${await idOf(all.admin, node)}?force=true`);
  });

  it('C76: names a node whose data directory has a lower run than was seen', async () => {
    const node = await newNode('site-i');
    await register(all, node);
    const id = await idOf(all.admin, node);
    const goBack = node.snapshot();
    await node.restart();
    await node.restart();
    // Any job that succeeds on it has seen its present run.
    await all.volume(node, 'of-i');
    await goBack();
    expect(await all.until(`/node/${id}`, { status: 'Error' })).toMatchObject({ status_reason: 'NODE_ROLLED_BACK' });
    await all.job('delete', `/node/${id}?force=true`);
  });

  it('C52: does not call itself Normal when nobody looks at the nodes any more', async () => {
    const api = await testApi();
    try {
      await api.database.dataSource.query(
        `INSERT INTO storage_node (uid, name, address, fingerprint, is_enrolled, status, last_seen_time)
         VALUES (gen_random_uuid(), 'n', '127.0.0.1:1', '', true, 'Online', now() - interval '1 minute')`,
      );
      const { body } = await (await api.as('monitor')).get(`${API}/storagesystem`).expect(200);
      expect(body).toMatchObject({ health: 'Warning', node_count: { Online: 1 } });
    } finally {
      await api.close();
    }
  });

  it('takes up again what a forgotten node has when it is registered anew, under the old numbers', async () => {
    const node = await newNode('site-g');
    await register(all, node);
    const kept = await all.volume(node, 'kept');
    const peer = await all.volume(all.a, 'peer');
    const made = await all.job('post', '/copysession/rec', {
      source_volume_id: peer,
      destination_volume_id: kept,
      transfer_mode: 'Synchronous',
    });
    const sessionHref = made.resource_href_list[0]!;
    const id = await idOf(all.admin, node);
    const refused = await all.admin.delete(`${API}/node/${id}`).expect(409);
    expect(refused.body.internal_code).toBe('NODE_HAS_VOLUMES');
    await all.job('delete', `/node/${id}?force=true`);
    await all.admin.get(`${API}/node/${id}`).expect(404);
    await all.admin.get(sessionHref).expect(404);
    expect(await register(all, node)).toMatchObject({ status: 'Success' });
    await all.until(`/volume/${kept}`, { name: 'kept', status: 'Normal', is_copy_destination_volume: false });
    // The session was deleted with the node: what is left of it goes at both ends.
    for (let tries = 0; all.a.sessions.size + node.sessions.size > 0 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(all.a.sessions.size + node.sessions.size).toBe(0);
  });
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
