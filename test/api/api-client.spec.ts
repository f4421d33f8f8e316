import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerOf, EvenkeelClient, madeIds, type Job } from '../../src/api-client/client.js';
import { ApiError, JobError, Unreachable } from '../../src/api-client/errors.js';
import { apiSchema } from '../../src/tools/api-schema.js';
import { ADMIN_PASSWORD } from '../support/api.js';
import { fakeInstallation, idOf, type FakeInstallation } from '../support/fake-installation.js';

const SCHEMA = 'src/api-client/schema.ts';

describe('the generated client', () => {
  let system: FakeInstallation;
  let client: EvenkeelClient;
  let url: string;
  let node_id: number;
  beforeAll(async () => {
    system = await fakeInstallation();
    const { port } = system.api.app.getHttpServer().address() as AddressInfo;
    url = `http://127.0.0.1:${port}`;
    client = new EvenkeelClient({ url, user: 'admin', password: ADMIN_PASSWORD });
    node_id = await idOf(system.admin, system.a);
  });
  afterAll(() => system.close());

  const getVolume = (volume_id: number) =>
    answerOf(client.rest.GET('/api/v1/volume/{volume_id}', { params: { path: { volume_id } } }));
  const logins = () => system.api.database.dataSource.query<object[]>('SELECT * FROM login');

  it('has the types that npm run write-api-client makes of the document', async () => {
    const types = await apiSchema(readFileSync('openapi/openapi.json', 'utf8'), SCHEMA);
    expect(readFileSync(SCHEMA, 'utf8')).toBe(types);
  });

  it('makes a change, waits for its job, and finds what it made', async () => {
    const body = { name: 'made', node_id, capacity: 4 };
    const job = await client.change(client.rest.POST('/api/v1/volume', { body }));
    const [id] = madeIds(job, 'volume');
    expect(await getVolume(id!)).toMatchObject({ name: 'made', capacity: 4, volume_id: id });
  });

  it('reads a list page after page', async () => {
    const body = { name: 'many', node_id, capacity: 4, count: 5 };
    const job = await client.change(client.rest.POST('/api/v1/volume', { body, params: { query: { wait: 40 } } }));
    const pages = { max_records: 2, node_id: [node_id] };
    const found: number[] = [];
    for await (const { volume_id } of client.every('/api/v1/volume', pages)) found.push(volume_id);
    expect(found).toEqual(expect.arrayContaining(madeIds(job, 'volume')));
    expect(new Set(found).size).toBe(found.length);
  });

  it('throws what the API refuses as an error with its codes', async () => {
    const refused = await getVolume(999_999).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 404, internalCode: 'VOLUME_NOT_FOUND', requestId: expect.any(String) });
    const body = { name: '', node_id: -1, capacity: 4 };
    const wrong = client.rest.POST('/api/v1/volume', { body });
    await expect(wrong).rejects.toMatchObject({ status: 400, details: [{}, {}], message: expect.stringMatching(/;/) });
  });

  it('throws a job that ended badly, with the reason of the node', async () => {
    system.b.refusals.set('putVolume', 'DEVICE_FULL');
    const body = { name: 'too-much', node_id: await idOf(system.admin, system.b), capacity: 4 };
    const failed = client.change(client.rest.POST('/api/v1/volume', { body }));
    await expect(failed).rejects.toBeInstanceOf(JobError);
    await expect(failed).rejects.toMatchObject({ errorCode: expect.any(Number), job: { status: 'Error' } });
    system.b.refusals.clear();
  });

  it('renews its session once when the token is over, whoever asks first', async () => {
    const patient = new EvenkeelClient({ url, user: 'admin', password: ADMIN_PASSWORD });
    const jobs = (): Promise<{ job_list: Job[] }> => answerOf(patient.rest.GET('/api/v1/job'));
    await jobs();
    await system.api.database.dataSource.query("UPDATE login SET token_expires_at = now() - interval '1 second'");
    const before = (await logins()).length;
    await Promise.all([jobs(), jobs(), jobs()]);
    // A refresh takes the place of the login that it came with.
    expect((await logins()).length).toBe(before);
    await patient.logOut();
    expect((await logins()).length).toBe(before - 1);
  });

  it('says why it could not log in, and who does not answer', async () => {
    const stranger = new EvenkeelClient({ url, user: 'admin', password: 'wrong' });
    await expect(stranger.rest.GET('/api/v1/job')).rejects.toMatchObject({ internalCode: 'CREDENTIALS_WRONG' });
    const nowhere = new EvenkeelClient({ url: 'http://127.0.0.1:1', token: 'x' });
    const unheard = nowhere.rest.GET('/api/v1/job');
    await expect(unheard).rejects.toBeInstanceOf(Unreachable);
    await expect(unheard).rejects.toThrow('http://127.0.0.1:1 does not answer: bad port');
    const forged = new EvenkeelClient({ url, token: 'x' });
    await expect(forged.rest.GET('/api/v1/job')).rejects.toMatchObject({ status: 401 });
  });
});
