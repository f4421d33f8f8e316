/** What may be done with a volume in which use: every cell of the table. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  judgeVolume,
  VOLUME_OPERATIONS,
  VOLUME_TABLE,
  VOLUME_USES,
  type VolumeOperation,
  type VolumeUse,
} from '../../src/model/volume-operations.js';
import { API, fakeInstallation, idIn, idOf, type FakeInstallation } from '../support/fake-installation.js';

let all: FakeInstallation;
beforeAll(async () => {
  all = await fakeInstallation();
});
afterAll(() => all.close());

function requestOf(operation: VolumeOperation, id: number): ['patch' | 'delete', string, object?] {
  const path = `/volume/${id}`;
  switch (operation) {
    case 'rename':
      return ['patch', path, { name: `renamed ${id}` }];
    case 'grow':
      return ['patch', path, { capacity: 8 }];
    case 'settings':
      return ['patch', path, { write_cache: 'Writethrough' }];
    case 'delete':
      return ['delete', path];
    case 'delete-force':
      return ['delete', `${path}?force=true`];
  }
}

/** A volume of its own in this use. */
async function place(use: VolumeUse, name: string): Promise<number> {
  const id = await all.volume(all.a, name);
  if (use === 'In_Session') {
    const destination = { node_id: await idOf(all.admin, all.b) };
    await all.job('post', '/copysession/rec', { source_volume_id: id, destination, transfer_mode: 'Consistency' });
  } else if (use === 'In_Group') {
    const group = { name, node_id: await idOf(all.admin, all.a), volume_id_list: [id] };
    await all.job('post', '/consistencygroup', group);
  } else if (use === 'Attached') {
    const [uid, state] = [...all.a.volumes].find(([, { spec }]) => spec.name === name)!;
    all.a.volumes.set(uid, { ...state, connectionCount: 1 });
    await untilAttached(id);
  }
  return id;
}

/** How many hosts there are is no field of a volume. */
async function untilAttached(id: number): Promise<void> {
  const rows = () => all.api.database.dataSource.query('SELECT observed FROM volume WHERE id = $1', [id]);
  for (let tries = 0; tries < 400; tries++) {
    const [{ observed }]: [{ observed: { connectionCount: number } }] = await rows();
    if (observed.connectionCount > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the host was never seen');
}

describe('C51: what may be done with a volume', () => {
  for (const use of VOLUME_USES) {
    const refused = VOLUME_OPERATIONS.filter((operation) => VOLUME_TABLE[use][operation] !== 'yes');
    const allowed = VOLUME_OPERATIONS.filter((operation) => VOLUME_TABLE[use][operation] === 'yes');

    if (refused.length > 0) {
      it(`C51: ${use} refuses ${refused.join(', ')}, each by its code, and nothing changes`, async () => {
        const id = await place(use, `${use} no`);
        const before = [...all.a.volumes.values()].map(({ spec }) => spec);
        for (const operation of refused) {
          const [method, path, body] = requestOf(operation, id);
          const answer = await all.admin[method](`${API}${path}`).send(body);
          const seen = [operation, answer.status, answer.body.internal_code];
          expect(seen).toEqual([operation, 409, VOLUME_TABLE[use][operation]]);
        }
        expect([...all.a.volumes.values()].map(({ spec }) => spec)).toEqual(before);
      });
    }

    it(`C51: ${use} allows ${allowed.join(', ')}`, async () => {
      const name = `${use} yes`;
      let id = await place(use, name);
      for (const [index, operation] of allowed.entries()) {
        // What was deleted by force is not there for the next.
        if (operation === 'delete-force' && index > 0 && allowed[index - 1] === 'delete') id = await place(use, name);
        const [method, path, body] = requestOf(operation, id);
        const job = await all.job(method, path, body);
        expect([operation, job]).toMatchObject([operation, { status: 'Success', error: null }]);
        const { spec } = [...all.a.volumes.values()].find((volume) => volume.spec.label === id) ?? {};
        const effect = {
          rename: { name: `renamed ${id}` },
          grow: { sizeBytes: 8 << 20 },
          settings: { writeCache: 'Writethrough' },
        };
        if (method === 'delete') expect(spec).toBeUndefined();
        else expect(spec).toMatchObject(effect[operation as keyof typeof effect]);
        expect(job.resource_href_list.map(idIn)).toEqual([id]);
      }
    });
  }

  it('C51: of several uses the first that forbids says why', () => {
    expect(judgeVolume('delete', new Set(['Attached', 'In_Group', 'In_Session']))).toBe('VOLUME_IN_SESSION');
    expect(judgeVolume('rename', new Set(['Attached', 'In_Session']))).toBe('VOLUME_CONNECTED');
    expect(judgeVolume('delete-force', new Set(['Attached', 'In_Group']))).toBe('VOLUME_IN_GROUP');
    expect(judgeVolume('settings', new Set(VOLUME_USES))).toBe('yes');
  });
});
