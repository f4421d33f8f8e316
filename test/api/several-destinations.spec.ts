/** A volume, in no group or alone in one, that is copied to several nodes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DESTINATIONS_MAX } from '../../src/model/session.js';
import { API, fakeInstallation, idIn, idOf, register, type FakeInstallation } from '../support/fake-installation.js';
import { FakeNode } from '../support/fake-node.js';

let all: FakeInstallation;
/** Ids of the nodes that are not the source: one more than a volume can be copied to. */
let others: number[];
beforeAll(async () => {
  all = await fakeInstallation();
  const more = await Promise.all(
    Array.from({ length: DESTINATIONS_MAX }, (_, index) => FakeNode.start(`site-${index}`, all.nodes)),
  );
  await Promise.all(more.map((node) => register(all, node)));
  others = await Promise.all([all.b, ...more].map((node) => idOf(all.admin, node)));
});
afterAll(() => all.close());

async function refusal(body: object): Promise<string[]> {
  const answer = await all.admin.post(`${API}/copysession/rec`).send({ transfer_mode: 'Stack', ...body });
  expect(answer.status).toBe(409);
  return answer.body.details.map(
    ({ parameter, internal_code }: Record<string, string>) => `${parameter} ${internal_code}`,
  );
}

function create(source_volume_id: number, node_id: number, more: object = {}) {
  const body = { source_volume_id, destination: { node_id }, transfer_mode: 'Consistency', ...more };
  return all.job('post', '/copysession/rec', body);
}

describe('several destinations of one volume', () => {
  it('C57: takes eight, of any modes, which share one log; refuses the ninth and a second to one node by name', async () => {
    const volume = await all.volume(all.a, 'many');
    const modes = ['Synchronous', 'Consistency', 'Stack'];
    const node = (index: number): number => others[index]!;
    const made = await Promise.all(
      Array.from({ length: DESTINATIONS_MAX }, (_, index) =>
        create(volume, node(index), { transfer_mode: modes[index % modes.length] }),
      ),
    );
    for (const job of made) expect(job).toMatchObject({ status: 'Success', error: null });
    const ninth = { source_volume_id: volume, destination: { node_id: node(DESTINATIONS_MAX) } };
    expect(await refusal(ninth)).toEqual(['source_volume_id VOLUME_DESTINATIONS_MAX']);
    expect(await refusal({ ...ninth, destination: { node_id: node(0), name: 'again' } })).toEqual([
      'source_volume_id VOLUME_DESTINATIONS_MAX',
      'destination.node_id VOLUME_SECOND_DESTINATION',
    ]);
    const specs = [...all.a.sessions.values()].map(({ spec }) => spec);
    expect(specs).toHaveLength(DESTINATIONS_MAX);
    expect(new Set(specs.map(({ groupUid }) => groupUid)).size).toBe(1);
    expect(new Set(specs.map(({ destination }) => destination.nodeUid)).size).toBe(DESTINATIONS_MAX);
    const { backup_volume_list } = await all.get(`/volume/${volume}/copysession`);
    expect(backup_volume_list).toHaveLength(DESTINATIONS_MAX);
  });

  it('C57: changes and deletes one without the others', async () => {
    const volume = await all.volume(all.a, 'apart');
    const made = await create(volume, others[0]!);
    const session = idIn(made.resource_href_list[1]!);
    const again = { source_volume_id: volume, destination: { node_id: others[0], name: 'again' } };
    expect(await refusal(again)).toEqual(['destination.node_id VOLUME_SECOND_DESTINATION']);
    await create(volume, others[1]!);
    await all.job('patch', `/copysession/${session}`, { rpo_seconds: 5 });
    const { copysession_list } = await all.get(`/copysession?source_volume_id=${volume}&fields=rpo_seconds`);
    expect((copysession_list as unknown as { rpo_seconds: number }[]).map(({ rpo_seconds }) => rpo_seconds)).toEqual([
      5, 0,
    ]);
    await all.job('delete', `/copysession/${session}`);
    expect(await all.get(`/copysession?source_volume_id=${volume}`)).toMatchObject({ total_count: 1 });
    expect(
      await create(volume, others[0]!, { destination: { node_id: others[0], name: 'apart again' } }),
    ).toMatchObject({
      status: 'Success',
    });
  });

  it('refuses to reverse while there are others, and a log of another size than theirs', async () => {
    const volume = await all.volume(all.a, 'sized');
    const made = await create(volume, others[0]!, { srl_size_mb: 256 });
    const session = idIn(made.resource_href_list[1]!);
    const other = { source_volume_id: volume, destination: { node_id: others[1] }, srl_size_mb: 512 };
    const answer = await all.admin.post(`${API}/copysession/rec`).send({ transfer_mode: 'Stack', ...other });
    expect(answer.body).toMatchObject({ internal_code: 'PARAMETER_INVALID', details: [{ parameter: 'srl_size_mb' }] });
    const second = await create(volume, others[1]!);
    const secondSession = idIn(second.resource_href_list[1]!);
    expect(await all.get(`/copysession/${secondSession}`)).toMatchObject({ srl_size_mb: 256, srl_share_mb: 256 });
    await all.job('post', `/copysession/${session}/suspend`, {});
    const reverse = await all.admin.post(`${API}/copysession/${session}/reverse`).send({});
    expect(reverse.body.internal_code).toBe('SESSION_SOURCE_HAS_OTHERS');
    await all.job('delete', `/copysession/${secondSession}`);
    expect(await all.job('post', `/copysession/${session}/reverse`, {})).toMatchObject({ status: 'Success' });
    const cascade = { source_volume_id: volume, destination: { node_id: others[2] } };
    expect(await refusal(cascade)).toEqual(['source_volume_id VOLUME_ALREADY_DESTINATION']);
  });
});
