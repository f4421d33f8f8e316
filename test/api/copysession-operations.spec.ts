import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionUid } from '../../src/model/ids.js';
import type { SessionPhase, SessionStatus } from '../../src/model/session.js';
import { API, fakeInstallation, idIn, type FakeInstallation } from '../support/fake-installation.js';

let all: FakeInstallation;
let count = 0;
let id: number;
let uid: SessionUid;
let volumes: { source: number; destination: number };

beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());
beforeEach(async () => {
  if (!all.a.isUp) await all.a.goUp();
  if (!all.b.isUp) await all.b.goUp();
  ({ id, uid, volumes } = await newSession());
});

async function newSession() {
  const source = await all.volume(all.a, `s${++count}`);
  const destination = await all.volume(all.b, `d${count}`);
  const ends = { source_volume_id: source, destination_volume_id: destination };
  const known = new Set(all.a.sessions.keys());
  const job = await all.job('post', '/copysession/rec', { ...ends, transfer_mode: 'Synchronous' });
  expect(job).toMatchObject({ status: 'Success', error: null });
  const made = [...all.a.sessions.keys()].find((key) => !known.has(key))!;
  return { id: idIn(job.resource_href_list[0]!), uid: made, volumes: { source, destination } };
}

/** Puts both ends into a state that only a data plane could bring about, and waits until the control plane has seen it. */
async function put(status: SessionStatus, phase: SessionPhase): Promise<void> {
  const changes = { status, phase, dataState: phase === 'Equivalent' ? 'Up_To_Date' : 'Inconsistent' } as const;
  for (const node of [all.a, all.b]) node.set(uid, changes);
  await all.until(`/copysession/${id}`, { status, phase });
}

describe('operations on a copy session', () => {
  it('suspends, reverses and resumes', async () => {
    expect(await all.job('post', `/copysession/${id}/suspend`, {})).toMatchObject({ status: 'Success' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ status: 'Suspend', backup_time: expect.any(String) });
    expect(await all.job('post', `/copysession/${id}/reverse`, {})).toMatchObject({ status: 'Success' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({
      source_volume_id: volumes.destination,
      destination_volume_id: volumes.source,
      status: 'Suspend',
    });
    expect([all.a.sessions.get(uid)?.role, all.b.sessions.get(uid)?.role]).toEqual(['destination', 'source']);
    expect(await all.job('post', `/copysession/${id}/resume`)).toMatchObject({ status: 'Success' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ status: 'Active' });
  });

  it('reverse towards a named source is success when it is so already', async () => {
    await all.job('post', `/copysession/${id}/suspend`, {});
    const towards = (source_volume_id: number) => all.job('post', `/copysession/${id}/reverse`, { source_volume_id });
    expect(await towards(volumes.destination)).toMatchObject({ status: 'Success' });
    expect(await towards(volumes.destination)).toMatchObject({ status: 'Success' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ source_volume_id: volumes.destination });
    const other = await all.admin.post(`${API}/copysession/${id}/reverse`).send({ source_volume_id: 999_999 });
    expect(other.body.internal_code).toBe('PARAMETER_INVALID');
  });

  it('C12: a change of settings leaves a waiting session waiting; resume ends the wait', async () => {
    await put('Halt', 'Equivalent');
    await all.job('patch', `/copysession/${id}`, { recovery_mode: 'Manual' });
    await all.job('patch', `/copysession/${id}`, { recovery_mode: 'Automatic', srl_share_mb: 256 });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({
      status: 'Halt',
      recovery_mode: 'Automatic',
      srl_share_mb: 256,
    });
    await all.job('post', `/copysession/${id}/resume`);
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ status: 'Active' });
  });

  it('C36: suspends several sessions of one source node in one call, and none across nodes', async () => {
    const second = await newSession();
    const list = { copysession_id_list: [id, second.id] };
    all.a.calls.length = 0;
    const job = await all.job('post', '/copysession/suspend', list);
    expect(job).toMatchObject({
      status: 'Success',
      resource_href_list: [id, second.id].map((one) => `${API}/copysession/${one}`),
    });
    expect(all.a.calls).toEqual([`suspendSessions ${uid}+${second.uid}`]);
    expect(await all.get(`/copysession/${id}`)).toMatchObject({
      status: 'Suspend',
      concurrent_suspend_result: 'Success',
    });
    await all.job('post', `/copysession/${id}/reverse`, {});
    await all.job('post', `/copysession/${id}/resume`);
    await all.job('post', `/copysession/${second.id}/resume`);
    const across = await all.admin.post(`${API}/copysession/suspend`).send(list);
    expect(across.body.internal_code).toBe('SESSION_SOURCES_DIFFER');
    const unknown = await all.admin.post(`${API}/copysession/suspend`).send({ copysession_id_list: [id, 999_999] });
    expect(unknown.body.internal_code).toBe('SESSION_NOT_FOUND');
  });

  it('C36: with the source dead, a forced suspend is done by the destination alone', async () => {
    await all.a.goDown();
    all.b.set(uid, { status: 'Halt', isLinkUp: false });
    await all.until(`/copysession/${id}`, { status: 'Halt' });
    const refused = await all.admin.post(`${API}/copysession/${id}/suspend`).send({});
    expect(refused.body.internal_code).toBe('SESSION_NOT_EQUIVALENT');
    expect(await all.job('post', `/copysession/${id}/suspend`, { force: true })).toMatchObject({ status: 'Success' });
    expect(all.b.sessions.get(uid)).toMatchObject({ status: 'Suspend', spec: { isAlone: true } });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ status: 'Suspend' });
    await all.a.goUp();
    await all.until(`/copysession/${id}`, { status: 'Suspend', is_stale: false });
    for (let tries = 0; all.a.sessions.get(uid)!.status !== 'Suspend' && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(all.a.sessions.get(uid)).toMatchObject({ status: 'Suspend', spec: { isAlone: true } });
  });

  it('C52: shows the end that went on, and not the source that has not learnt of it', async () => {
    await all.kill(all.a);
    await all.job('post', `/copysession/${id}/suspend`, { force: true });
    all.a.refusals.set('putSessions', 'INTERNAL');
    await all.a.goUp();
    await all.until(`/volume/${volumes.source}`, { is_stale: false });
    expect(all.a.sessions.get(uid)).toMatchObject({ status: 'Active' });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ status: 'Suspend' });
    all.a.refusals.clear();
  });

  it('C36: a forced suspend sent just after the source died is done by the destination all the same', async () => {
    all.limit({ aloneMs: 300 });
    await all.a.goDown();
    expect(await all.job('post', `/copysession/${id}/suspend`, { force: true })).toMatchObject({ status: 'Success' });
    all.limit({});
    expect(all.b.sessions.get(uid)).toMatchObject({ status: 'Suspend', spec: { isAlone: true } });
  });

  it('refuses a forced suspend by a destination that holds no point in time', async () => {
    await put('Active', 'Copying');
    await all.kill(all.a);
    const refused = await all.admin.post(`${API}/copysession/${id}/suspend`).send({ force: true });
    expect(refused.body.internal_code).toBe('SESSION_DESTINATION_INCONSISTENT');
  });

  it('refuses a second operation while one is unfinished, but for a forced deletion, which replaces it', async () => {
    const letGo = all.a.hold();
    const first = await all.admin.post(`${API}/copysession/${id}/suspend`).send({}).expect(202);
    const busy = await all.admin.patch(`${API}/copysession/${id}`).send({ split_mode: 'Manual' });
    expect(busy.body.internal_code).toBe('SESSION_BUSY');
    const deletion = all.job('delete', `/copysession/${id}?force=true`);
    const replaced = await all.until(`/job/${first.body.job_id}`, { status: 'Error' });
    letGo();
    expect(replaced).toMatchObject({ error: { internal_code: 'SESSION_SUPERSEDED' } });
    expect(await deletion).toMatchObject({ status: 'Success' });
    expect([all.a.sessions.has(uid), all.b.sessions.has(uid)]).toEqual([false, false]);
  });

  it('puts back what a node refused', async () => {
    all.a.refusals.set('putSessions', 'DEVICE_FULL');
    const job = await all.job('patch', `/copysession/${id}`, { split_mode: 'Manual' });
    all.a.refusals.delete('putSessions');
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FULL' } });
    expect(await all.get(`/copysession/${id}`)).toMatchObject({ split_mode: 'Automatic' });
    const isBack = () => all.b.sessions.get(uid)!.spec.settings.splitMode === 'Automatic';
    for (let tries = 0; !isBack() && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isBack()).toBe(true);
  });

  it('keeps a session whose deletion its node refused', async () => {
    all.a.refusals.set('deleteSession', 'DEVICE_FAILED');
    const job = await all.job('delete', `/copysession/${id}`);
    all.a.refusals.delete('deleteSession');
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'DEVICE_FAILED' } });
    expect(await all.job('patch', `/copysession/${id}`, { split_mode: 'Manual' })).toMatchObject({ status: 'Success' });
    expect([all.a.sessions.has(uid), all.b.sessions.has(uid)]).toEqual([true, true]);
  });

  it('reverse needs both nodes', async () => {
    await all.job('post', `/copysession/${id}/suspend`, {});
    await all.kill(all.b);
    const refused = await all.admin.post(`${API}/copysession/${id}/reverse`).send({});
    expect(refused.body.internal_code).toBe('NODE_UNREACHABLE');
  });

  it('C52: shows a session with its source, its destination, or both dead', async () => {
    await all.a.goDown();
    all.b.set(uid, { status: 'Halt', isLinkUp: false });
    await all.until(`/copysession/${id}`, { status: 'Halt', is_stale: false });
    await all.b.goDown();
    const both = await all.until(`/copysession/${id}`, { is_stale: true });
    expect(both).toMatchObject({ phase: 'Equivalent', last_seen_time: expect.any(String), lag: { is_stale: true } });
    await all.admin.get(`${API}/copysession`).expect(200);
    await all.a.goUp();
    await all.until(`/copysession/${id}`, { status: 'Active', is_stale: false });
  });

  it('C56: shows statistics, and volumes with their copies', async () => {
    const statistics = await all.get(`/copysession/${id}/statistics`);
    expect(statistics).toMatchObject({
      copysession_id: id,
      end: 'source',
      messages_sent: 7,
      round_trip_ms: 0.4,
      gaps: 0,
    });
    const view = await all.get(`/volume/${volumes.source}/copysession`);
    expect(view).toMatchObject({
      volume_id: volumes.source,
      is_copy_source_volume: true,
      backup_volume_list: [
        { volume_id: volumes.destination, copysession_id: id, status: 'Active', phase: 'Equivalent' },
      ],
    });
    const { body } = await all.admin.get(`${API}/volume/copysession?name=s${count}`).expect(200);
    expect(body).toMatchObject({ total_count: 1, volume_list: [{ volume_id: volumes.source }] });
    await all.admin.get(`${API}/volume/999999/copysession`).expect(404);
    const refused = await all.admin.delete(`${API}/volume/${volumes.source}`);
    expect(refused.body.internal_code).toBe('VOLUME_IN_SESSION');
  });

  it('C59: deletes with either end gone; what is left goes when the end returns, and the volumes stay', async () => {
    for (const gone of [all.a, all.b]) {
      const session = await newSession();
      await all.kill(gone);
      expect(await all.job('delete', `/copysession/${session.id}?force=true`)).toMatchObject({ status: 'Success' });
      await all.admin.get(`${API}/copysession/${session.id}`).expect(404);
      expect(gone.sessions.has(session.uid)).toBe(true);
      await gone.goUp();
      for (let tries = 0; gone.sessions.has(session.uid) && tries < 100; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(gone.sessions.has(session.uid)).toBe(false);
      expect(await all.get(`/volume/${session.volumes.source}`)).toMatchObject({ is_copy_source_volume: false });
    }
  });

  it('C59: deletes with both ends gone', async () => {
    await all.a.goDown();
    await all.b.goDown();
    expect(await all.job('delete', `/copysession/${id}?force=true`)).toMatchObject({ status: 'Success' });
  });
});
