/**
 * The database restored from a copy that is older than what the nodes know. Whatever the old copy wants, nothing is destroyed by it: what nodes
 * have is taken up, what they no longer have is shown, generations go on above what they know.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUid, type SessionUid, type VolumeUid } from '../../src/model/ids.js';
import type { KeyAndCertificate } from '../../src/node-api/certificate.js';
import { NodeClient } from '../../src/node-api/node-client.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { CrashWorld, until } from '../support/crash-world.js';
import { API } from '../support/fake-installation.js';
import type { FakeNode } from '../support/fake-node.js';
import { makeBase } from '../support/job-scenarios.js';

let world: CrashWorld;
beforeAll(async () => {
  world = await CrashWorld.make();
  await makeBase(world);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.putBack('base');
  for (const node of world.nodes) node.calls.length = 0;
  world.limits = {};
});

/** Of the first copy session of the base, at one node. */
function atNode(node: FakeNode, label = 1): SessionState | undefined {
  return [...node.sessions.values()].find(({ spec }) => spec.label === label);
}

async function volumeId(name: string): Promise<number> {
  const list = (await world.get(`/volume?name=${name}`))['volume_list'] as { volume_id: number }[];
  return list[0]!.volume_id;
}

function names(node: FakeNode): string[] {
  return [...node.volumes.values()].map(({ spec }) => spec.name).sort();
}

/** Lets everything happen that an old copy could bring about. */
async function restored(name = 'copy'): Promise<void> {
  await world.restoreDatabase(name);
  for (const node of world.nodes) node.calls.length = 0;
  await world.startWorker();
  await until(async () => {
    const rows = await world.sql('SELECT 1 FROM storage_node WHERE is_truth OR unreachable_since IS NOT NULL');
    expect(rows).toEqual([]);
    await world.requireQuiet();
  });
}

/** The nodes were told nothing that changes or deletes. */
function expectUntouched(): void {
  for (const node of world.nodes) expect(node.calls).toEqual([]);
}

async function shows(path: string, wanted: object): Promise<void> {
  expect(await world.get(path)).toMatchObject(wanted);
}

describe('C73: a database restored from an older copy', () => {
  it('takes up volumes and sessions made since, under their numbers', async () => {
    await world.keepDatabase('copy');
    await world.job('post', '/volume', { name: 'new', node_id: 1, capacity: 4 });
    await world.job('post', '/copysession/rec', {
      source_volume_id: await volumeId('new'),
      destination: { node_id: 2, name: 'mirror' },
      transfer_mode: 'Synchronous',
    });
    await world.job('post', '/copysession/3/suspend', {});
    const [id, sessions] = [await volumeId('new'), atNode(world.a, 3)];
    await restored();
    expectUntouched();
    expect(await volumeId('new')).toBe(id);
    await until(() => shows('/copysession/3', { source_volume_id: id, status: 'Suspend' }));
    expect(atNode(world.a, 3)).toEqual(sessions);
  });

  it('takes up what became of groups since: their first copies, and volumes that joined', async () => {
    await world.job('post', '/volume', { name: 'g', node_id: 1, capacity: 4, count: 3 });
    const ids = [await volumeId('g1'), await volumeId('g2'), await volumeId('g3')];
    await world.job('post', '/consistencygroup', { name: 'group', node_id: 1, volume_id_list: ids.slice(0, 2) });
    const { consistencygroup_list } = await world.get('/consistencygroup?name=group');
    const path = `/consistencygroup/${(consistencygroup_list as { consistencygroup_id: number }[])[0]!.consistencygroup_id}`;
    await world.keepDatabase('copy');
    await world.job('post', `${path}/copysession`, { destination_node_id: 2, transfer_mode: 'Consistency' });
    await world.startWorker();
    await world.keepDatabase('later');
    await world.job('patch', path, { volume_id_list: ids });
    for (const name of ['copy', 'later']) {
      await restored(name);
      expectUntouched();
      await until(() => shows(path, { name: 'group', volume_id_list: ids, stream_list: [{ status: 'Active' }] }));
    }
    expect(await world.get('/consistencygroup')).toMatchObject({ total_count: 1 });
    await world.job('post', `${path}/suspend`, {});
  });

  it('does not make a session again that was deleted since: its destination may be in use', async () => {
    await world.keepDatabase('copy');
    await world.job('delete', '/copysession/1');
    await world.restoreDatabase('copy');
    for (const node of world.nodes) node.calls.length = 0;
    await world.startWorker();
    await until(() => shows('/copysession/1', { status: 'Error', phase: 'No_Pair', error_code: 4015 }));
    await until(() => shows('/copysession/2', { status: 'Active', is_stale: false }));
    expectUntouched();
    for (const [method, path, body] of [
      ['patch', '', { split_mode: 'Manual' }],
      ['post', '/suspend', { force: true }],
      ['post', '/resume', {}],
      ['post', '/reverse', {}],
      ['delete', '', undefined],
    ] as const) {
      const refused = await world.admin[method](`${API}/copysession/1${path}`).send(body).expect(409);
      expect(refused.body.internal_code).toBe('SESSION_LOST');
    }
    await world.job('delete', '/copysession/1?force=true');
    await world.requireQuiet();
  });

  it('does not make half of a session whole that was deleted since with its other end away', async () => {
    await world.keepDatabase('copy');
    await world.job('post', '/copysession/rec', {
      source_volume_id: await volumeId('s3'),
      destination_volume_id: await volumeId('d3'),
      transfer_mode: 'Synchronous',
    });
    await world.a.goDown();
    await world.job('delete', '/copysession/3?force=true');
    await world.a.goUp();
    await world.restoreDatabase('copy');
    world.b.calls.length = 0;
    await world.startWorker();
    await until(() => shows('/copysession/3', { status: 'Error', error_code: 4015 }));
    expect(world.b.calls).toEqual([]);
    await world.job('delete', '/copysession/3?force=true');
    await world.requireQuiet();
    expect([atNode(world.a, 3), atNode(world.b, 3)]).toEqual([undefined, undefined]);
  });

  it('does not delete a volume whose deletion it holds and which failed since', async () => {
    await world.b.goDown();
    const id = await volumeId('d3');
    const job = await world.send('delete', `/volume/${id}`);
    await world.keepDatabase('copy');
    world.limits = { unreachableMs: 100 };
    await world.startWorker();
    expect(await world.ended(job)).toMatchObject({ status: 'Error' });
    await world.b.goUp();
    await until(() => shows(`/volume/${id}`, { is_stale: false }));
    await restored();
    expect(names(world.b)).toEqual(['d1', 'd2', 'd3']);
    expectUntouched();
    await shows(`/volume/${id}`, { status: 'Normal' });
    await shows(`/job/${job}`, { status: 'Error', error: { internal_code: 'DATABASE_RESTORED' } });
  });

  it('does not take back a creation that it holds unfinished and which has been in use since', async () => {
    const job = await world.send('post', '/copysession/rec', {
      source_volume_id: await volumeId('s3'),
      destination: { node_id: 2, name: 'made' },
      transfer_mode: 'Synchronous',
    });
    await world.keepDatabase('copy');
    await world.startWorker();
    expect(await world.ended(job)).toMatchObject({ status: 'Success' });
    await world.job('post', '/copysession/3/suspend', {});
    await world.job('post', '/copysession/3/reverse', {});
    await world.a.goDown();
    world.limits = { unreachableMs: 100 };
    await world.restoreDatabase('copy');
    await world.startWorker();
    await until(() => shows(`/job/${job}`, { status: 'Error' }));
    await world.a.goUp();
    await until(() => world.requireQuiet());
    await until(() => shows('/copysession/3', { status: 'Suspend', source_node_id: 2 }));
    expect(names(world.b)).toEqual(['d1', 'd2', 'd3', 'made']);
    expect(world.a.calls.concat(world.b.calls).filter((call) => call.startsWith('delete'))).toEqual([]);
  });

  it('does not resume by an order that failed since: the destination may have been written', async () => {
    await world.job('post', '/copysession/1/suspend', {});
    await world.endWorker();
    await world.b.goDown();
    const job = await world.send('post', '/copysession/1/resume');
    await world.keepDatabase('copy');
    world.limits = { unreachableMs: 100 };
    await world.startWorker();
    expect(await world.ended(job)).toMatchObject({ status: 'Error' });
    await world.b.goUp();
    await until(() => shows('/copysession/1', { is_stale: false }));
    await restored();
    expect([atNode(world.a)?.status, atNode(world.b)?.status]).toEqual(['Suspend', 'Suspend']);
    expectUntouched();
    await shows('/copysession/1', { status: 'Suspend' });
  });

  it('leaves volumes as they were changed since', async () => {
    const id = await volumeId('s3');
    await world.keepDatabase('copy');
    const change = { name: 'other', capacity: 8, write_cache: 'Writethrough', allowed_client_list: ['10.0.0.0/8'] };
    await world.job('patch', `/volume/${id}`, change);
    await restored();
    expectUntouched();
    await shows(`/volume/${id}`, change);
  });

  it('keeps a volume that a tombstone of the copy would remove', async () => {
    await world.keepDatabase('copy');
    await world.job('post', '/volume', { name: 'kept', node_id: 1, capacity: 4 });
    const [volume] = [...world.a.volumes.values()].filter(({ spec }) => spec.name === 'kept');
    await world.restoreDatabase('copy');
    await world.sql(`INSERT INTO tombstone (kind, uid, node_uid) VALUES ('volume', $1, $2)`, [
      volume!.spec.uid,
      world.a.uid,
    ]);
    await world.startWorker();
    await until(() => shows('/volume?name=kept', { total_count: 1 }));
    await until(() => world.requireQuiet());
    expect(names(world.a)).toContain('kept');
  });

  it('gives out generations above those that the nodes know', async () => {
    await world.keepDatabase('copy');
    await world.job('patch', '/copysession/1', { split_mode: 'Manual' });
    await world.job('patch', '/copysession/1', { recovery_mode: 'Manual' });
    await restored();
    await shows('/copysession/1', { split_mode: 'Manual', recovery_mode: 'Manual' });
    await world.job('patch', '/copysession/1', { split_mode: 'Automatic' });
    expect([atNode(world.a)!, atNode(world.b)!].map(({ spec }) => [spec.generation, spec.settings.splitMode])).toEqual([
      [4, 'Automatic'],
      [4, 'Automatic'],
    ]);
  });

  it('finds it out although more was changed in it since than in what was lost', async () => {
    await world.keepDatabase('copy');
    await world.job('patch', '/copysession/1', { split_mode: 'Manual' });
    await world.restoreDatabase('copy');
    for (let n = 0; n < 9; n++) await world.send('post', '/volume', { name: `w${n}`, node_id: 1, capacity: 4 });
    await world.startWorker();
    await until(() => shows('/copysession/1', { split_mode: 'Manual' }));
    const jobs = await world.sql(
      `SELECT DISTINCT error->>'code' AS code FROM job WHERE kind = 'volume.create' AND id > 4`,
    );
    expect(jobs).toEqual([{ code: 'DATABASE_RESTORED' }]);
  });

  it('a destination opened alone since stays open, whoever of the two is seen first', async () => {
    await world.keepDatabase('copy');
    await world.startWorker();
    await world.a.goDown();
    await until(() => shows('/node/1', { status: 'Offline' }));
    await world.job('post', '/copysession/1/suspend', { force: true });
    await world.b.goDown();
    await world.endWorker();
    await world.a.goUp();
    await world.restoreDatabase('copy');
    await world.startWorker();
    await until(() => shows('/copysession/1', { status: 'Active' }));
    await world.b.goUp();
    await until(() => shows('/copysession/1', { status: 'Suspend' }));
    await until(() => world.requireQuiet());
    for (const node of [world.a, world.b]) {
      await until(async () => expect(atNode(node)).toMatchObject({ status: 'Suspend', spec: { isAlone: true } }));
    }
  });

  it('two control planes over copies of one database do not fight over a node: who is started last has it', async () => {
    await world.job('patch', '/copysession/1', { split_mode: 'Manual' });
    const [credentials] = await world.sql(
      'SELECT key_pem AS "keyPem", certificate_pem AS "certificatePem" FROM controller_identity',
    );
    const revision = { number: 100_000, id: randomUUID() };
    const other = new NodeClient({
      address: world.a.address,
      fingerprint: world.a.identity().fingerprint,
      credentials: credentials as unknown as KeyAndCertificate,
      revision: () => revision,
    });
    await other.state();
    await until(() => shows('/node/1', { status_reason: 'CONTROLLER_OUTDATED' }));
    const job = await world.ended(await world.send('post', '/volume', { name: 'v', node_id: 1, capacity: 4 }));
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'CONTROLLER_OUTDATED' } });
    expect(world.a.calls.filter((call) => call.startsWith('putVolume'))).toEqual([]);
    await world.endWorker();
    await world.startWorker();
    await until(() => shows('/node/1', { status: 'Online', status_reason: null }));
    await world.job('post', '/volume', { name: 'v', node_id: 1, capacity: 4 });
    await expect(other.deleteVolume(newUid<VolumeUid>(), true)).rejects.toMatchObject({ code: 'CONTROLLER_OUTDATED' });
    other.close();
  });

  it('nothing happens to a database that is as new as its nodes', async () => {
    await world.startWorker();
    const uids = (): SessionUid[] => [...world.a.sessions.keys()];
    const before = uids();
    await world.job('patch', '/copysession/1', { split_mode: 'Manual' });
    await world.endWorker();
    await world.startWorker();
    await world.job('patch', '/copysession/1', { split_mode: 'Automatic' });
    expect(uids()).toEqual(before);
    expect(await world.sql('SELECT 1 FROM storage_node WHERE is_truth')).toEqual([]);
  });
});
