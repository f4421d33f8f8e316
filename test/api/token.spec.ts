import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { User, type Role } from '../../src/control-plane/session/user.entity.js';
import { ApiToken } from '../../src/control-plane/token/api-token.entity.js';
import { testApi, type TestApi } from '../support/api.js';

const PASSWORD = 'quite long enough';

describe('API tokens', () => {
  let api: TestApi;
  let admin: TestAgent;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
  });
  afterAll(() => api.close());

  const withToken = (token: string): TestAgent =>
    supertest.agent(api.app.getHttpServer()).auth(token, { type: 'bearer' });
  const make = async (
    role: Role,
    agent = admin,
    more: object = {},
  ): Promise<{ token: string; token_id: number; user_id: number }> =>
    (
      await agent
        .post('/api/v1/token')
        .send({ name: `of ${role}`, role, ...more })
        .expect(201)
    ).body;
  /** An admin beside the one of the test, with a session and a token. */
  const secondAdmin = async (name: string): Promise<{ id: number; agent: TestAgent; token: string }> => {
    const user = { name, password: PASSWORD, role: 'admin' };
    const id: number = (await admin.post('/api/v1/user').send(user).expect(201)).body.user_id;
    const login = await api.anyone.post('/api/v1/session').send({ username: name, password: PASSWORD }).expect(201);
    const agent = withToken(login.body.token);
    return { id, agent, token: (await make('admin', agent)).token };
  };

  it('C56: are shown once, listed without the secret, serve, and end', async () => {
    const { body: made } = await admin
      .post('/api/v1/token')
      .send({ name: 'backup', role: 'monitor', expires_at: '2099-01-01T00:00:00+01:00' })
      .expect(201);
    const { token, ...shown } = made;
    expect(token).toMatch(/^ek_[\w-]{43}$/);
    expect(shown).toEqual({
      token_id: expect.any(Number),
      name: 'backup',
      role: 'monitor',
      user_id: expect.any(Number),
      created_time: expect.stringMatching(/Z$/),
      last_used_time: null,
      expires_at: '2098-12-31T23:00:00.000Z',
    });
    const { body: list } = await admin.get('/api/v1/token?name=backup').expect(200);
    expect(list).toEqual({ total_count: 1, list_count: 1, token_list: [shown] });
    expect(JSON.stringify(await api.database.dataSource.getRepository(ApiToken).find())).not.toContain(token);
    await withToken(token).get('/api/v1/volume').expect(200);
    await admin.delete(`/api/v1/token/${made.token_id}`).expect(204);
    expect((await withToken(token).get('/api/v1/volume').expect(401)).body.internal_code).toBe('TOKEN_EXPIRED');
    const again = await admin.delete(`/api/v1/token/${made.token_id}`).expect(404);
    expect(again.body.internal_code).toBe('TOKEN_NOT_FOUND');
  });

  it('C56: may do what their own role may, and never more than their user may now', async () => {
    const operator = withToken((await make('operator')).token);
    await operator.get('/api/v1/user').expect(403);
    await operator.get('/api/v1/volume').expect(200);
    const { id, token } = await secondAdmin('lena');
    await withToken(token).get('/api/v1/user').expect(200);
    await admin.patch(`/api/v1/user/${id}`).send({ role: 'monitor' }).expect(200);
    await withToken(token).get('/api/v1/user').expect(403);
    await withToken(token).get('/api/v1/volume').expect(200);
    const { body: list } = await admin.get(`/api/v1/token?user_id=${id}`).expect(200);
    expect(list.token_list).toEqual([expect.objectContaining({ role: 'monitor', user_id: id })]);
  });

  for (const [what, end] of [
    ['is deleted', (id: number) => admin.delete(`/api/v1/user/${id}`)],
    ['is disabled', (id: number) => admin.patch(`/api/v1/user/${id}`).send({ is_enabled: false })],
    ['gets another password', (id: number) => admin.patch(`/api/v1/user/${id}`).send({ password: 'another one' })],
  ] as const) {
    it(`end with the sessions of their user when it ${what}`, async () => {
      const { id, agent, token } = await secondAdmin(`of.${what.replaceAll(' ', '')}`);
      await end(id);
      await withToken(token).get('/api/v1/volume').expect(401);
      await agent.get('/api/v1/volume').expect(401);
      expect(await api.database.dataSource.getRepository(ApiToken).countBy({ user: { id } })).toBe(0);
    });
  }

  it('are refused when they have expired, and cannot be made so', async () => {
    const { token, token_id: id } = await make('monitor', admin, { expires_at: '2099-01-01T00:00:00Z' });
    const tokens = api.database.dataSource.getRepository(ApiToken);
    await tokens.update({ id }, { expiresAt: new Date(Date.now() - 1) });
    await withToken(token).get('/api/v1/volume').expect(401);
    for (const expires_at of ['2001-01-01T00:00:00Z', '2099-02-30T00:00:00Z', '2099-01-01', 'never', 4e12, null]) {
      const { body } = await admin.post('/api/v1/token').send({ name: 'x', role: 'monitor', expires_at }).expect(400);
      expect(body.details).toEqual([expect.objectContaining({ parameter: 'expires_at' })]);
    }
  });

  it('tell when they were used last, and write that down at most once a minute', async () => {
    const { token, token_id: id } = await make('monitor');
    const tokens = api.database.dataSource.getRepository(ApiToken);
    const lastUsed = async (): Promise<Date | null> => (await tokens.findOneByOrFail({ id })).lastUsedTime;
    await withToken(token).get('/api/v1/volume').expect(200);
    const first = await lastUsed();
    expect(first).toBeInstanceOf(Date);
    // A use of half a minute ago is recent enough; one of two minutes ago is not.
    const recent = new Date(first!.getTime() - 30_000);
    await tokens.update({ id }, { lastUsedTime: recent });
    await withToken(token).get('/api/v1/volume').expect(200);
    expect(await lastUsed()).toEqual(recent);
    await tokens.update({ id }, { lastUsedTime: new Date(first!.getTime() - 120_000) });
    await withToken(token).get('/api/v1/volume').expect(200);
    expect((await lastUsed())!.getTime()).toBeGreaterThanOrEqual(first!.getTime());
  });

  it('have no session to log out from', async () => {
    const agent = withToken((await make('monitor')).token);
    expect((await agent.delete('/api/v1/session').expect(403)).body.internal_code).toBe('NOT_ALLOWED');
    await agent.get('/api/v1/volume').expect(200);
  });

  it('stand for their user in jobs', async () => {
    const agent = withToken((await make('admin')).token);
    await api.database.dataSource.query(
      `INSERT INTO storage_node (uid, name, address, fingerprint) VALUES (gen_random_uuid(), 'n', 'n:1', '')`,
    );
    const { body: job } = await agent.patch('/api/v1/node/1').send({ name: 'm' }).expect(202);
    const owner = await api.database.dataSource.getRepository(User).findOneByOrFail({ role: 'admin' });
    expect((await agent.get(`/api/v1/job/${job.job_id}`).expect(200)).body.requestor).toBe(owner.name);
  });
});
