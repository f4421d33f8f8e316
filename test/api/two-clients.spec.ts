/** Two clients change one thing at the same time: one of them wins, the other is refused by name, and nothing is half done. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorName } from '../../src/errors/registry.js';
import { CrashWorld, until } from '../support/crash-world.js';
import { API } from '../support/fake-installation.js';
import { makeBase } from '../support/job-scenarios.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';

type Request = readonly ['post' | 'patch' | 'delete', string, object?];

interface Race {
  readonly name: string;
  /** What both start from, beside the base: volumes 1 to 3 at node 1, 4 to 6 at node 2; sessions 1 from 1 to 4, 2 from 2 to 5. */
  readonly before?: readonly Request[];
  readonly requests: readonly [Request, Request];
  /** What the second is refused with when the first wins, and the first when the second does. */
  readonly refusals: readonly [ErrorName, ErrorName];
}

const volume = (name: string, node_id = 1): Request => ['post', '/volume', { name, node_id, capacity: 4 }];
const mirror = (source_volume_id: number, destination_volume_id: number): Request => [
  'post',
  '/copysession/rec',
  { source_volume_id, destination_volume_id, transfer_mode: 'Consistency' },
];
const group = (name: string, ...volume_id_list: number[]): Request => [
  'post',
  '/consistencygroup',
  { name, node_id: 1, volume_id_list },
];
const groupCopy: Request = [
  'post',
  '/consistencygroup/{g}/copysession',
  { destination_node_id: 2, transfer_mode: 'Stack' },
];
const suspend: Request = ['post', '/copysession/1/suspend', {}];
const twice = (request: Request): readonly [Request, Request] => [request, request];
const both = (name: ErrorName): readonly [ErrorName, ErrorName] => [name, name];

const RACES: readonly Race[] = [
  { name: 'make a volume of one name', requests: twice(volume('v')), refusals: both('VOLUME_NAME_IN_USE') },
  {
    name: 'give a volume the name that another one is made with',
    requests: [['patch', '/volume/3', { name: 'v' }], volume('v')],
    refusals: both('VOLUME_NAME_IN_USE'),
  },
  {
    name: 'change and delete a volume',
    requests: [
      ['patch', '/volume/3', { capacity: 8 }],
      ['delete', '/volume/3'],
    ],
    refusals: both('VOLUME_BUSY'),
  },
  { name: 'delete a volume', requests: twice(['delete', '/volume/3']), refusals: both('VOLUME_BUSY') },
  {
    name: 'delete several volumes and one of them',
    requests: [
      ['post', '/volume/delete', { volume_id_list: [3, 6] }],
      ['delete', '/volume/6'],
    ],
    refusals: both('VOLUME_BUSY'),
  },
  {
    name: 'delete a volume and make it a source',
    requests: [['delete', '/volume/3'], mirror(3, 6)],
    refusals: ['VOLUME_BUSY', 'VOLUME_IN_SESSION'],
  },
  { name: 'mirror a volume to another', requests: twice(mirror(3, 6)), refusals: both('VOLUME_SECOND_DESTINATION') },
  {
    name: 'mirror two volumes to each other',
    requests: [mirror(3, 6), mirror(6, 3)],
    refusals: both('VOLUME_ALREADY_DESTINATION'),
  },
  { name: 'suspend a session', requests: twice(suspend), refusals: both('SESSION_BUSY') },
  {
    name: 'suspend two sessions together and one of them',
    requests: [['post', '/copysession/suspend', { copysession_id_list: [1, 2] }], suspend],
    refusals: both('SESSION_BUSY'),
  },
  {
    name: 'suspend a session and change its mode',
    requests: [suspend, ['patch', '/copysession/1', { transfer_mode: 'Consistency' }]],
    refusals: both('SESSION_BUSY'),
  },
  {
    name: 'suspend and delete a session',
    requests: [suspend, ['delete', '/copysession/1']],
    refusals: both('SESSION_BUSY'),
  },
  {
    name: 'resume and reverse a session',
    before: [suspend],
    requests: [
      ['post', '/copysession/1/resume'],
      ['post', '/copysession/1/reverse', {}],
    ],
    refusals: both('SESSION_BUSY'),
  },
  {
    name: 'make a group of one name',
    before: [volume('v')],
    requests: [group('g', 3), group('g', 7)],
    refusals: both('GROUP_NAME_IN_USE'),
  },
  { name: 'take a volume into a group', requests: [group('g', 3), group('h', 3)], refusals: both('VOLUME_IN_GROUP') },
  {
    name: 'mirror a group to a node',
    before: [group('g', 3)],
    requests: twice(groupCopy),
    refusals: both('VOLUME_SECOND_DESTINATION'),
  },
  {
    name: 'mirror and delete a group',
    before: [group('g', 3)],
    requests: [groupCopy, ['delete', '/consistencygroup/{g}']],
    refusals: ['GROUP_HAS_SESSIONS', 'GROUP_NOT_FOUND'],
  },
  {
    name: 'give two nodes one name',
    requests: [
      ['patch', '/node/1', { name: 'x' }],
      ['patch', '/node/2', { name: 'x' }],
    ],
    refusals: both('NODE_NAME_IN_USE'),
  },
  {
    name: 'rename a node, and take it into maintenance',
    requests: [
      ['patch', '/node/1', { name: 'x' }],
      ['patch', '/node/1', { is_in_maintenance: true }],
    ],
    refusals: both('NODE_BUSY'),
  },
];

describe('C51: two clients at once', () => {
  let world: CrashWorld;
  const random = new SeededRandom(announceSeed('two clients'));
  beforeAll(async () => {
    world = await CrashWorld.make();
    await makeBase(world);
  });
  afterAll(() => world.close());

  /** With the id of the group g, which is another one in every test. */
  async function send([method, path, body]: Request) {
    const [row] = await world.sql(`SELECT id FROM consistency_group WHERE name = 'g'`);
    return world.admin[method](`${API}${path.replace('{g}', String(row?.['id'] ?? ''))}`).send(body);
  }

  it.each(RACES)('C51: $name: one does, the other is told why not', async ({ before = [], requests, refusals }) => {
    await world.putBack('base');
    for (const request of before) await world.job(...(request as [...Request]));
    await until(() => world.requireQuiet());
    await world.endWorker();
    const jobCount = (await world.sql('SELECT id FROM job')).length;
    const isTurned = random.isOneIn(2);
    const [first, second] = isTurned ? [requests[1], requests[0]] : requests;
    const sent = await Promise.all([send(first!), send(second!)]);
    const [one, other] = isTurned ? [sent[1]!, sent[0]!] : [sent[0]!, sent[1]!];
    const [won, lost, refusal] = one.status === 202 ? [one, other, refusals[0]] : [other, one, refusals[1]];
    expect([won.status, lost.body.internal_code]).toEqual([202, refusal]);
    expect([404, 409]).toContain(lost.status);
    expect(await world.sql('SELECT id FROM job')).toHaveLength(jobCount + 1);
    expect(await world.ended(await started(won.body.job_id))).toMatchObject({ status: 'Success', error: null });
    await until(() => world.requireQuiet());
  });

  async function started(id: number): Promise<number> {
    await world.startWorker();
    return id;
  }

  it('C51: register a node: it is registered once', async () => {
    await world.putBack('base');
    const { name, address, enrolmentToken: enrolment_token } = world.c;
    const request: Request = ['post', '/node', { name, address, enrolment_token }];
    const sent = await Promise.all([send(request), send(request)]);
    const seen = sent.map(({ status, body }) => [status, body.internal_code]);
    expect(seen.sort()).toEqual([
      [202, undefined],
      [409, 'NODE_ALREADY_REGISTERED'],
    ]);
  });

  it('C51: forget a node by force while a volume is made there: what was to be made is not', async () => {
    await world.putBack('base');
    const [made, forgotten] = await Promise.all([send(volume('v', 2)), send(['delete', '/node/2?force=true'])]);
    expect(forgotten.status).toBe(202);
    await world.startWorker();
    if (made.status === 202) {
      const job = await world.ended(made.body.job_id);
      expect(job).toMatchObject({ status: 'Error', error: { internal_code: 'NODE_NOT_FOUND' } });
    } else expect(made.body.internal_code).toBe('NODE_NOT_FOUND');
    expect(await world.sql(`SELECT id FROM volume WHERE name = 'v'`)).toEqual([]);
    await until(() => world.requireQuiet());
  });
});
