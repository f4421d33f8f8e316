import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VolumeUid } from '../../src/model/ids.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from '../support/fake-installation.js';

let all: FakeInstallation;
let nodeId: number;
beforeAll(async () => {
  all = await fakeInstallation();
  nodeId = await idOf(all.admin, all.a);
});
afterAll(() => all.close());

async function uidOf(id: number): Promise<VolumeUid> {
  return (await all.get(`/volume/${id}`))['uid']! as VolumeUid;
}

/** As if hosts were attached; the change makes the control plane look. */
async function attach(id: number, connectionCount: number): Promise<void> {
  const uid = await uidOf(id);
  all.a.volumes.set(uid, { ...all.a.volumes.get(uid)!, connectionCount });
  await all.job('patch', `/volume/${id}`, { write_cache: 'Writethrough' });
}

describe('volumes', () => {
  it('C56: creates a volume and shows it with every documented field', async () => {
    const id = await all.volume(all.a, 'data one', { is_copy_protection_enabled: true });
    expect(await all.get(`/volume/${id}`)).toEqual({
      volume_id: id,
      volume_number: 1,
      volume_href: `${API}/volume/${id}`,
      name: 'data one',
      node_id: nodeId,
      boxid: expect.stringMatching(/^[0-9A-F]{32}#{8}$/),
      status: 'Normal',
      detail_status: '',
      type: 'Standard',
      capacity: 4,
      capacity_bytes: 4 << 20,
      used_capacity: 0,
      used_capacity_bytes: 0,
      usage: 'Block',
      uid: expect.any(String),
      nbd_uri: 'nbd://127.0.0.1:10809/data%20one',
      access: 'Read_Write',
      access_reason: null,
      write_cache: 'Writeback',
      backing: { type: 'File', path: null },
      allowed_client_list: ['127.0.0.0/8', '::1/128'],
      is_copy_protection_enabled: true,
      is_copy_source_volume: false,
      is_copy_destination_volume: false,
      consistencygroup_id: null,
      created_time: expect.any(String),
      last_seen_time: expect.any(String),
      is_stale: false,
    });
  });

  it('says nbds: in the address of a volume whose node wants TLS of hosts', async () => {
    const id = await all.volume(all.b, 'secret');
    expect(await all.get(`/volume/${id}`)).toMatchObject({ nbd_uri: 'nbd://127.0.0.1:10809/secret' });
    all.b.isNbdTls = true;
    await all.until(`/volume/${id}`, { nbd_uri: 'nbds://127.0.0.1:10809/secret' });
  });

  it('C56: creates several with numbers appended, lists them by pages, and deletes all or none', async () => {
    const job = await all.job('post', '/volume', { name: 'bulk', node_id: nodeId, capacity_bytes: 1 << 20, count: 5 });
    expect(job).toMatchObject({ status: 'Success', error: null });
    const ids = job.resource_href_list.map(idIn);
    const { body } = await all.admin.get(`${API}/volume?max_records=2&last_get_id=${ids[0]! - 1}&fields=name`);
    expect(body.volume_list).toEqual([
      { volume_id: ids[0], name: 'bulk1' },
      { volume_id: ids[1], name: 'bulk2' },
    ]);
    expect(body.next_href).toContain(`last_get_id=${ids[1]}`);
    const refused = await all.admin.post(`${API}/volume/delete`).send({ volume_id_list: [...ids, 999_999] });
    expect([refused.status, refused.body.internal_code]).toEqual([404, 'VOLUME_NOT_FOUND']);
    expect(await all.job('delete', '/volume', { volume_id_list: ids.slice(0, 2) })).toMatchObject({
      status: 'Success',
    });
    expect(await all.job('post', '/volume/delete', { volume_id_list: ids.slice(2) })).toMatchObject({
      status: 'Success',
    });
    for (const id of ids) await all.admin.get(`${API}/volume/${id}`).expect(404);
  });

  it('never uses an id or a number again', async () => {
    const first = await all.volume(all.a, 'once');
    const { volume_number } = await all.get(`/volume/${first}`);
    await all.job('delete', `/volume/${first}`);
    const second = await all.volume(all.a, 'once');
    expect(second).toBeGreaterThan(first);
    expect((await all.get(`/volume/${second}`))['volume_number']).toBeGreaterThan(volume_number!);
  });

  it('C56: changes a volume at its node', async () => {
    const id = await all.volume(all.a, 'before');
    const change = { name: 'after', capacity: 8, write_cache: 'Writethrough', allowed_client_list: ['10.0.0.0/8'] };
    expect(await all.job('patch', `/volume/${id}`, change)).toMatchObject({ status: 'Success' });
    expect(await all.get(`/volume/${id}`)).toMatchObject(change);
    expect(all.a.volumes.get(await uidOf(id))?.spec).toMatchObject({ name: 'after', sizeBytes: 8 << 20 });
  });

  it.each([
    [{ name: 'a,b' }, ['name']],
    [{ name: 'x'.repeat(33) }, ['name']],
    [{ capacity: 0, count: 0 }, ['capacity', 'count']],
    [{ capacity: 1, capacity_bytes: 512 }, ['capacity_bytes']],
    [{ capacity: undefined }, ['capacity']],
    [{ capacity: undefined, capacity_bytes: 513 }, ['capacity_bytes']],
    [{ write_cache: 'None', node_id: 'one' }, ['write_cache', 'node_id']],
    [{ allowed_client_list: ['10.0.0.0/33'] }, ['allowed_client_list']],
    [{ backing: { type: 'Tape' } }, ['backing.type']],
    [{ backing: { type: 'Block' } }, ['backing.path']],
    [{ backing: { type: 'File', path: '/srv/x' }, count: 2 }, ['count']],
    [{ colour: 'red' }, ['colour']],
  ])('C56: refuses %j, naming every wrong field', async (wrong, parameters) => {
    const { body, status } = await all.admin
      .post(`${API}/volume`)
      .send({ name: 'v', node_id: nodeId, capacity: 1, ...wrong });
    expect(status).toBe(400);
    const named = (body.details as { parameter: string }[]).map(({ parameter }) => parameter);
    expect(named.sort()).toEqual(parameters.sort());
  });

  it('refuses an unknown node, a taken name, a smaller size, and what hosts or sessions use', async () => {
    const id = await all.volume(all.a, 'used');
    const code = async (request: Promise<{ body: { internal_code?: string } }>) => (await request).body.internal_code;
    const post = (body: object) => code(all.admin.post(`${API}/volume`).send({ name: 'used', capacity: 1, ...body }));
    const patch = (body: object) => code(all.admin.patch(`${API}/volume/${id}`).send(body));
    expect(await post({ node_id: 999_999 })).toBe('NODE_NOT_FOUND');
    expect(await post({ node_id: nodeId })).toBe('VOLUME_NAME_IN_USE');
    expect(await patch({ name: 'data one' })).toBe('VOLUME_NAME_IN_USE');
    expect(await patch({ capacity: 1 })).toBe('VOLUME_SHRINK_REFUSED');
    await attach(id, 1);
    expect(await patch({ name: 'other' })).toBe('VOLUME_CONNECTED');
    expect(await code(all.admin.delete(`${API}/volume/${id}`))).toBe('VOLUME_CONNECTED');
    expect(await all.job('delete', `/volume/${id}?force=true`)).toMatchObject({ status: 'Success' });
    expect(await code(all.admin.delete(`${API}/volume/${id}?force=perhaps`))).toBe('PARAMETER_INVALID');
  });

  it('ends in the error of the node, and leaves nothing', async () => {
    all.a.refusals.set('putVolume', 'VOLUME_CAPACITY_EXCEEDED');
    const job = await all.job('post', '/volume', { name: 'big', node_id: nodeId, capacity: 1, count: 2 });
    all.a.refusals.delete('putVolume');
    expect(job).toMatchObject({
      status: 'Error',
      error: { internal_code: 'VOLUME_CAPACITY_EXCEEDED', error_code: 3015 },
    });
    const { body } = await all.admin.get(`${API}/volume?name=big1&name=big2`);
    expect(body.total_count).toBe(0);
  });

  it('puts a change back that its node refuses', async () => {
    const id = await all.volume(all.a, 'steady');
    all.a.refusals.set('putVolume', 'DEVICE_FULL');
    const job = await all.job('patch', `/volume/${id}`, { capacity: 100 });
    all.a.refusals.delete('putVolume');
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FULL' } });
    expect(await all.get(`/volume/${id}`)).toMatchObject({ capacity: 4 });
  });

  it('ends in NODE_UNREACHABLE when the node stays away, and removes later what the node has of it', async () => {
    all.limit({ unreachableMs: 500 });
    await all.b.goDown();
    const body = { name: 'away', node_id: await idOf(all.admin, all.b), capacity: 1 };
    const job = await all.job('post', '/volume', body);
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_UNREACHABLE' } });
    all.limit({});
    await all.b.goUp();
    await all.until(`/node/${body.node_id}`, { status: 'Online' });
    expect(await all.job('post', '/volume', body)).toMatchObject({ status: 'Success' });
  });

  it('shows a volume that its node lost as an error, and never makes an empty one in its place', async () => {
    const id = await all.volume(all.a, 'lost');
    all.a.volumes.delete(await uidOf(id));
    await all.until(`/volume/${id}`, { status: 'Error', access_reason: 'VOLUME_LOST', access: 'None' });
    expect([...all.a.volumes.values()].map(({ spec }) => spec.name)).not.toContain('lost');
    expect(await all.job('delete', `/volume/${id}`)).toMatchObject({ status: 'Success' });
  });

  describe('C75: a held volume', () => {
    let id: number;
    beforeAll(async () => {
      id = await all.volume(all.a, 'held');
      all.a.holdVolume(await uidOf(id));
      await all.until(`/volume/${id}`, { access: 'Held', access_reason: 'ACCESS_HELD', status: 'Warning' });
      expect(await all.get('/storagesystem')).toMatchObject({ health: 'Warning' });
    });
    const refusal = async (path: string) => (await all.admin.post(`${API}${path}`)).body.internal_code as string;

    it('is released by operators only', async () => {
      const monitor = await all.api.as('monitor');
      await monitor.post(`${API}/volume/${id}/release`).expect(403);
    });

    it('is released once: until the job has ended others are refused, and then it is not held', async () => {
      const letGo = all.a.hold();
      const { body } = await all.admin.post(`${API}/volume/${id}/release`).expect(202);
      expect(await refusal(`/volume/${id}/release`)).toBe('VOLUME_BUSY');
      letGo();
      await all.until(`/job/${body.job_id}`, { status: 'Success' });
      expect(await all.get(`/job/${body.job_id}`)).toMatchObject({
        description: 'Release volume held',
        resource_href_list: [`${API}/volume/${id}`],
      });
      expect(await all.get(`/volume/${id}`)).toMatchObject({ access: 'Read_Write', access_reason: null });
      expect(await refusal(`/volume/${id}/release`)).toBe('VOLUME_NOT_HELD');
      expect(await refusal('/volume/999999/release')).toBe('VOLUME_NOT_FOUND');
    });

    it('that its node opens by itself needs no release: the job ends well', async () => {
      const uid = await uidOf(id);
      all.a.holdVolume(uid);
      await all.until(`/volume/${id}`, { access: 'Held' });
      const calls = all.a.calls.length;
      // Not seen by the control plane before the request.
      all.a.volumes.set(uid, { ...all.a.volumes.get(uid)!, access: 'Read_Write', accessReason: null });
      expect(await all.job('post', `/volume/${id}/release`)).toMatchObject({ status: 'Success' });
      expect(all.a.calls.slice(calls).filter((call) => call.startsWith('releaseVolume')).length).toBeLessThanOrEqual(1);
    });

    it('stays held when its node cannot release it, or is away', async () => {
      all.a.holdVolume(await uidOf(id));
      await all.until(`/volume/${id}`, { access: 'Held' });
      all.a.refusals.set('releaseVolume', 'DEVICE_FAILED');
      const failed = await all.job('post', `/volume/${id}/release`);
      all.a.refusals.delete('releaseVolume');
      expect(failed).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FAILED' } });
      expect(await all.get(`/volume/${id}`)).toMatchObject({ access: 'Held' });

      all.limit({ unreachableMs: 300 });
      await all.kill(all.a);
      const away = await all.job('post', `/volume/${id}/release`);
      all.limit({});
      await all.a.goUp();
      await all.until(`/node/${nodeId}`, { status: 'Online' });
      expect(away).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_UNREACHABLE' } });
      expect(await all.get(`/volume/${id}`)).toMatchObject({ access: 'Held' });
    });
  });

  it('makes one job of the same request sent twice with one Idempotency-Key', async () => {
    const send = () =>
      all.admin
        .post(`${API}/volume?wait=20`)
        .set('Idempotency-Key', 'k1')
        .send({ name: 'idem', node_id: nodeId, capacity: 1 });
    const [one, two] = await Promise.all([send(), send()]);
    expect(one.body.job_id).toBe(two.body.job_id);
  });
});
