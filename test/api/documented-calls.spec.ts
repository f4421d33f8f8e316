/**
 * Every call of the OpenAPI document, each of its parameters and each field of its bodies is served at least once. The calls stand in
 * an order in which each finds what it needs.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logins } from '../../src/control-plane/session/logins.js';
import type { VolumeUid } from '../../src/model/ids.js';
import { ADMIN_PASSWORD } from '../support/api.js';
import { CallCoverage } from '../support/call-coverage.js';
import { fakeInstallation, idIn, idOf, type FakeInstallation, type JobAnswer } from '../support/fake-installation.js';
import { FakeNode } from '../support/fake-node.js';

const PAGE = { max_records: 1000, last_get_id: 0 };
const KEY = { 'Idempotency-Key': 'once' };
const HREF = '/api/v1/copysession/1';
const SETTINGS = {
  transfer_mode: 'Synchronous',
  split_mode: 'Manual',
  recovery_mode: 'Manual',
  srl_protection: 'Dcm',
  srl_share_mb: 256,
  heartbeat_timeout_seconds: 5,
  max_write_delay_ms: 20_000,
  startup_wait_seconds: 20,
  latency_protection: { policy: 'Fail', high_mark: 100, low_mark: 50 },
  bandwidth_limit_mbps: 100,
  compression: 'Lz4',
  rpo_seconds: 60,
};

interface Volume {
  readonly uid: VolumeUid;
  readonly boxid: string;
}

interface SessionList {
  readonly copysession_list: readonly { readonly copysession_id: number }[];
}

describe('the documented calls', () => {
  let all: FakeInstallation;
  let calls: CallCoverage;
  let a: number;
  let b: number;
  beforeAll(async () => {
    all = await fakeInstallation();
    await all.api.as('admin');
    calls = new CallCoverage(all.api, (await all.api.app.get(Logins).open('admin', ADMIN_PASSWORD, false, '')).token);
    [a, b] = [await idOf(all.admin, all.a), await idOf(all.admin, all.b)];
  });
  afterAll(() => all.close());

  /** The id of what a job made. */
  async function made(operationId: string, resource: string, given: object): Promise<number> {
    const job = await calls.make<JobAnswer>(operationId, { headers: KEY, ...given });
    KEY['Idempotency-Key'] += '+';
    return idIn(job.resource_href_list.find((href) => href.includes(`/${resource}/`))!);
  }

  const volume = (name: string, node_id: number): Promise<number> =>
    made('createVolume', 'volume', { body: { name, node_id, capacity: 4 } });
  const settled = (id: number): Promise<object> =>
    all.until(`/copysession/${id}`, { status: 'Active', phase: 'Equivalent' });

  it('C56: users, tokens and sessions', async () => {
    const user = { name: 'alice', password: ADMIN_PASSWORD, role: 'operator', is_enabled: true };
    const { user_id } = await calls.make<{ user_id: number }>('createUser', { body: user });
    await calls.make('listUsers', { query: { ...PAGE, fields: 'name,role', name: 'alice', role: 'operator', is_enabled: true } }); // prettier-ignore
    await calls.make('getUser', { ids: { user_id } });
    await calls.make('unlockUser', { ids: { user_id } });
    await calls.make('changeUser', { ids: { user_id }, body: { ...user, name: 'bob', role: 'admin' } });
    const login = { username: 'bob', password: ADMIN_PASSWORD, refresh: true };
    const { refresh_token } = await calls.make<{ refresh_token: string }>('openSession', { body: login });
    const { token } = await calls.make<{ token: string }>('refreshSession', { body: { refresh_token } });
    const passwords = { current_password: ADMIN_PASSWORD, new_password: `${ADMIN_PASSWORD}!` };
    await calls.make('changeOwnPassword', { token, body: passwords });
    const changed = await calls.make<{ token: string }>('openSession', {
      body: { ...login, password: `${ADMIN_PASSWORD}!` },
    });
    await calls.make('closeSession', { token: changed.token });
    const machine = { name: 'backup', role: 'monitor', expires_at: '2099-01-01T00:00:00Z' };
    const { token_id } = await calls.make<{ token_id: number }>('createToken', { body: machine });
    await calls.make('listTokens', { query: { ...PAGE, fields: 'name', name: 'backup', user_id: 1 } });
    await calls.make('deleteToken', { ids: { token_id } });
    await calls.make('deleteUser', { ids: { user_id } });
  });

  it('C56: storage nodes', async () => {
    const c = await FakeNode.start('site-c', all.nodes);
    const node = { name: c.name, address: c.address, enrolment_token: c.enrolmentToken };
    const node_id = await made('createNode', 'node', { body: node });
    await calls.make('listNodes', { query: { ...PAGE, fields: 'name,status', status: 'Online', name: 'site-c' } });
    const change = { name: 'site-d', address: c.address, is_in_maintenance: false, copy_concurrency: 3 };
    await calls.make('changeNode', { ids: { node_id }, body: change });
    await calls.make('getNode', { ids: { node_id } });
    await calls.make('getStorageSystem');
    await calls.make('deleteNode', { ids: { node_id }, query: { force: true } });
  });

  it('C56: volumes and their connections', async () => {
    const plain = {
      write_cache: 'Writethrough',
      allowed_client_list: ['10.0.0.0/8'],
      is_copy_protection_enabled: true,
    };
    const many = { ...plain, name: 'many', node_id: a, capacity_bytes: 1 << 22, count: 2 };
    const first = await made('createVolume', 'volume', { body: many });
    const backing = { type: 'File', path: '/nowhere/disk' };
    const volume_id = await made('createVolume', 'volume', { body: { name: 'own', node_id: a, capacity: 4, backing, overwrite: true } }); // prettier-ignore
    await calls.make('changeVolume', { ids: { volume_id }, body: { ...plain, name: 'renamed', capacity: 8 } });
    await calls.make('changeVolume', { ids: { volume_id }, body: { capacity_bytes: 1 << 24 } });
    const { uid } = await calls.make<Volume>('getVolume', { ids: { volume_id } });
    const group = await made('createConsistencyGroup', 'consistencygroup', { body: { name: 'solo', node_id: a, volume_id_list: [volume_id], srl_size_mb: 256 } }); // prettier-ignore
    const filters = { name: 'renamed', node_id: a, status: 'Normal', uid, consistencygroup_id: group };
    await calls.make('listVolumes', { query: { ...PAGE, fields: 'name,uid', ...filters } });
    await calls.make('deleteConsistencyGroup', { ids: { consistencygroup_id: group } });

    const host = {
      id: 7,
      client: '10.0.0.9',
      since: '2026-11-20T10:00:00.000Z',
      isTls: false,
      requests: 1,
      bytes: 512,
    };
    all.a.hosts.set(uid, [host as never]);
    await calls.make('listHostConnections', { ids: { volume_id }, query: { ...PAGE, fields: 'client' } });
    await calls.make('dropHostConnection', { ids: { volume_id, connection_id: 7 } });
    all.a.holdVolume(uid);
    await all.until(`/volume/${volume_id}`, { access: 'Held' });
    await calls.make('releaseVolume', { ids: { volume_id }, headers: { 'Idempotency-Key': 'release' } });
    await calls.make('deleteVolume', { ids: { volume_id }, query: { force: true } });
    await calls.make('deleteVolumes', { query: { force: true }, body: { volume_id_list: [first] } });
    const again = { query: { force: true }, headers: { 'Idempotency-Key': 'delete' } };
    await calls.make('deleteVolumesByPost', { ...again, body: { volume_id_list: [first + 1] } });
  });

  it('C56: copy sessions', async () => {
    const [source, target] = [await volume('source', a), await volume('target', b)];
    const boxid = async (volume_id: number) => (await calls.make<Volume>('getVolume', { ids: { volume_id } })).boxid;
    const ends = { source_volume_id: source, destination_volume_id: target };
    const boxes = { source_boxid: await boxid(source), destination_boxid: await boxid(target) };
    const full = { ...ends, ...boxes, ...SETTINGS, srl_size_mb: 512, initial_copy: 'Full' };
    const copysession_id = await made('createRecCopySession', 'copysession', { body: full });
    const other = { source_volume_id: await volume('other', a), destination: { node_id: b, name: 'mirror' }, transfer_mode: 'Stack' }; // prettier-ignore
    const second = await made('createRecCopySession', 'copysession', { body: other });
    for (const id of [copysession_id, second]) await settled(id);
    const filters = { status: 'Active', phase: 'Equivalent', ...ends, source_node_id: a, destination_node_id: b };
    await calls.make('listCopySessions', { query: { ...PAGE, fields: 'status', ...filters, consistencygroup_id: 1 } });
    await calls.make('getCopySession', { ids: { copysession_id } });
    await calls.make('getCopySessionStatistics', { ids: { copysession_id }, query: { interval: 60 } });
    await calls.make('listVolumeCopySessions', { query: { ...PAGE, fields: 'name', node_id: a, name: 'source' } });
    await calls.make('getVolumeCopySessions', { ids: { volume_id: source } });
    await calls.make('changeCopySession', { ids: { copysession_id }, body: { ...SETTINGS, rpo_seconds: 30 } });

    const once = (key: string) => ({ ids: { copysession_id }, headers: { 'Idempotency-Key': key } });
    await calls.make('suspendCopySession', { ...once('suspend'), body: { force: false } });
    await calls.make('reverseCopySession', { ...once('reverse'), body: { source_volume_id: target } });
    await calls.make('resumeCopySession', { ...once('resume'), body: {} });
    await settled(copysession_id);
    const both = { copysession_id_list: [copysession_id], force: false };
    await calls.make('suspendCopySessions', { headers: { 'Idempotency-Key': 'both' }, body: both });
    await calls.make('deleteCopySession', { ids: { copysession_id }, query: { force: true } });
  });

  it('C56: consistency groups', async () => {
    const volumes = [await volume('data', a), await volume('redo', a)];
    const target = await volume('data-copy', b);
    const group = { name: 'orders', node_id: a, volume_id_list: volumes };
    const consistencygroup_id = await made('createConsistencyGroup', 'consistencygroup', { body: group });
    await calls.make('listConsistencyGroups', { query: { ...PAGE, fields: 'name', name: 'orders', node_id: a } });
    const existing = [{ source_volume_id: volumes[0], destination_volume_id: target }];
    const copies = { ...SETTINGS, destination_node_id: b, initial_copy: 'Full', destination_volume_list: existing };
    const session = await made('createConsistencyGroupSessions', 'copysession', { ids: { consistencygroup_id }, body: copies }); // prettier-ignore
    await settled(session);
    const [more, copy] = [await volume('more', a), await volume('more-copy', b)];
    const change = {
      name: 'all-orders',
      volume_id_list: [...volumes, more],
      destination_volume_list: [{ source_volume_id: more, destination_volume_id: copy }],
    };
    await calls.make('changeConsistencyGroup', { ids: { consistencygroup_id }, body: change });
    const once = (key: string) => ({ ids: { consistencygroup_id }, headers: { 'Idempotency-Key': key } });
    const { copysession_list: sessions } = (await all.get('/copysession')) as unknown as SessionList;
    for (const { copysession_id } of sessions)
      await all.until(`/copysession/${copysession_id}`, { phase: 'Equivalent' });
    await calls.make('suspendConsistencyGroup', { ...once('g-suspend'), body: { force: false } });
    await calls.make('reverseConsistencyGroup', { ...once('g-reverse'), body: { source_node_id: b } });
    await calls.make('resumeConsistencyGroup', { ...once('g-resume'), body: {} });
    await calls.make('getConsistencyGroup', { ids: { consistencygroup_id } });
  });

  it('C56: jobs, events and the audit trail', async () => {
    const job = { status: 'Success', requestor: 'admin' };
    await calls.make('listJobs', { query: { ...PAGE, fields: 'status', ...job } });
    await calls.make('getJob', { ids: { job_id: 1 } });
    await calls.make('deleteJob', { ids: { job_id: 1 } });
    const about = { type: 'Rpo_Breached', severity: 'Warning', resource: HREF };
    await calls.make('listEvents', { query: { ...PAGE, after: 0, fields: 'type', ...about } });
    await calls.make('streamEvents', { query: { after: 0, ...about }, headers: { 'Last-Event-ID': '0' } });
    const between = { after_time: '2026-01-01T00:00:00Z', before_time: '2099-01-01T00:00:00Z' };
    const who = { user: 'admin', method: 'POST', resource: HREF, result: 'Success' };
    await calls.make('listAuditEntries', { query: { ...PAGE, after: 0, fields: 'result', ...who, ...between } });
  });

  it('C56: every call of the document was served, with each of its parameters and fields', () => {
    expect(calls.missing()).toEqual([]);
  });
});
