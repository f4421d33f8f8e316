/** One resource's trouble is not the others': names, addresses and nodes that stand in the way of the reconciler. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUid, type VolumeUid } from '../../src/model/ids.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from '../support/fake-installation.js';
import { FakeNode } from '../support/fake-node.js';

let all: FakeInstallation;
beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());

const sql = (text: string, values: unknown[] = []): Promise<{ id: number }[]> =>
  all.api.database.dataSource.query(text, values);

/** Starts the job and does not wait for it; its id. */
async function start(method: 'post' | 'patch', path: string, body: object): Promise<number> {
  return (await all.admin[method](`${API}${path}`).send(body).expect(202)).body.job_id as number;
}

/** Waits until this part of a job has ended, and not yet the job. */
async function ended(kind: string, volumeId: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const rows = await sql(
      `SELECT o.id FROM job_operation o JOIN volume v ON v.uid = o.uid
       WHERE o.kind = $1 AND v.id = $2 AND o.ended_time IS NOT NULL`,
      [kind, volumeId],
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${kind} of volume ${volumeId} has not ended`);
}

describe('setbacks', () => {
  it.each(['10.0.0.1:70000', '[:::]:5'])('refuses the address %s, which cannot be called', async (address) => {
    const { body } = await all.admin.patch(`${API}/node/1`).send({ address }).expect(400);
    expect(body).toMatchObject({ internal_code: 'PARAMETER_INVALID', details: [{ parameter: 'address' }] });
  });

  it('a node that cannot be called fails its own jobs and holds up no others', async () => {
    const node = await FakeNode.start('site-x', all.nodes);
    const registered = await all.job('post', '/node', {
      name: 'site-x',
      address: node.address,
      enrolment_token: node.enrolmentToken,
    });
    const id = idIn(registered.resource_href_list[0]!);
    await sql("UPDATE storage_node SET address = '10.0.0.1:70000' WHERE id = $1", [id]);
    const job = await all.job('patch', `/node/${id}`, { is_in_maintenance: true });
    expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'PARAMETER_INVALID' } });
    await all.volume(all.a, 'beside');
    await all.job('delete', `/node/${id}?force=true`);
  });

  it('the old name of a volume or node is not given away until its renaming has succeeded', async () => {
    const id = await all.volume(all.a, 'old');
    const node_id = await idOf(all.admin, all.a);
    const letGo = all.a.hold();
    const renamings = [
      await start('patch', `/volume/${id}`, { name: 'new' }),
      await start('patch', `/node/${node_id}`, { name: 'site-new' }),
    ];
    const volume = await all.admin.post(`${API}/volume`).send({ name: 'old', node_id, capacity: 1 }).expect(409);
    expect(volume.body.internal_code).toBe('VOLUME_NAME_IN_USE');
    const other = await idOf(all.admin, all.b);
    const node = await all.admin.patch(`${API}/node/${other}`).send({ name: 'site-a' }).expect(409);
    expect(node.body.internal_code).toBe('NODE_NAME_IN_USE');
    letGo();
    for (const job of renamings) await all.until(`/job/${job}`, { status: 'Success' });
    await all.volume(all.a, 'old');
    await all.job('patch', `/node/${node_id}`, { name: 'site-a' });
  });

  it('a job that cannot be taken back holds up no others, and ends when it can be', async () => {
    const id = await all.volume(all.a, 'first');
    const squatter = await all.volume(all.a, 'squatter');
    all.a.refusals.set('putVolume', 'VOLUME_CAPACITY_EXCEEDED');
    const letGo = all.a.hold();
    const renaming = await start('patch', `/volume/${id}`, { name: 'second' });
    await sql("UPDATE volume SET name = 'first' WHERE id = $1", [squatter]);
    letGo();
    await all.volume(all.b, 'elsewhere');
    expect(await all.get(`/job/${renaming}`)).toMatchObject({ status: 'Running' });
    await sql("UPDATE volume SET name = 'squatter' WHERE id = $1", [squatter]);
    await all.until(`/job/${renaming}`, { status: 'Error' });
    all.a.refusals.clear();
    expect(await all.get(`/volume/${id}`)).toMatchObject({ name: 'first' });
  });

  it('what a creation may yet take back cannot be used meanwhile', async () => {
    all.limit({ operationMs: 60_000, unreachableMs: 60_000 });
    const node_id = await idOf(all.admin, all.b);
    const put = all.b.putVolume.bind(all.b);
    // The second of two does not come about, so that the first waits for it.
    all.b.putVolume = async (spec) => {
      const state = await put(spec);
      if (spec.name === 'half2') all.b.volumes.delete(spec.uid);
      return state;
    };
    const creation = await start('post', '/volume', { name: 'half', node_id, capacity: 4, count: 2 });
    const first = (await all.admin.get(`${API}/volume?name=half1`)).body.volume_list[0].volume_id as number;
    await ended('volume-create', first);
    const source = await all.volume(all.a, 'whole');
    const ends = { source_volume_id: source, destination_volume_id: first, transfer_mode: 'Synchronous' };
    const session = await all.admin.post(`${API}/copysession/rec`).send(ends).expect(409);
    expect(session.body.internal_code).toBe('VOLUME_BUSY');
    const change = await all.admin.patch(`${API}/volume/${first}`).send({ capacity: 8 }).expect(409);
    expect(change.body.internal_code).toBe('VOLUME_BUSY');
    all.b.putVolume = put;
    all.limit({});
    await all.until(`/job/${creation}`, { status: 'Success' });
  });

  it('a volume that turns up at a node under a name of another is taken up under a free one', async () => {
    const id = await all.volume(all.b, 'twin');
    const known = [...all.b.volumes.values()].find(({ spec }) => spec.label === id)!;
    const uid = newUid<VolumeUid>();
    await all.b.putVolume({ ...known.spec, uid });
    for (let tries = 0; all.b.volumes.get(uid)!.spec.name === 'twin' && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(all.b.volumes.get(uid)!.spec.name).toBe('twin-2');
    expect(await all.get(`/volume/${id}`)).toMatchObject({ name: 'twin' });
  });
});
