import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import { Login } from '../../src/control-plane/session/login.entity.js';
import { User } from '../../src/control-plane/session/user.entity.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';

const PASSWORD = 'quite long enough';

describe('users', () => {
  let api: TestApi;
  let admin: TestAgent;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
  });
  afterAll(() => api.close());

  const make = async (name: string, more: object = {}): Promise<{ user_id: number; role: string }> =>
    (
      await admin
        .post('/api/v1/user')
        .send({ name, password: PASSWORD, role: 'operator', ...more })
        .expect(201)
    ).body;
  const logIn = (username: string, password: string): ReturnType<TestAgent['post']> =>
    api.anyone.post('/api/v1/session').send({ username, password, refresh: true });
  const withToken = (token: string): TestAgent =>
    supertest.agent(api.app.getHttpServer()).auth(token, { type: 'bearer' });
  const code = (answer: { body: { internal_code: string } }): string => answer.body.internal_code;

  it('C56: are made, listed, shown, changed and deleted by an admin', async () => {
    const alice = await make('alice');
    expect(alice).toEqual({
      user_id: expect.any(Number),
      name: 'alice',
      role: 'operator',
      is_enabled: true,
      created_time: expect.stringMatching(/^\d{4}-.*Z$/),
      locked_until: null,
    });
    const { body: list } = await admin.get('/api/v1/user?role=operator&name=alice&is_enabled=true').expect(200);
    expect(list).toEqual({ total_count: 1, list_count: 1, user_list: [alice] });
    await admin.get(`/api/v1/user/${alice.user_id}`).expect(200, alice);
    const { body: changed } = await admin
      .patch(`/api/v1/user/${alice.user_id}`)
      .send({ name: 'Alice.B', role: 'monitor' })
      .expect(200);
    expect(changed).toEqual({ ...alice, name: 'Alice.B', role: 'monitor' });
    await admin.delete(`/api/v1/user/${alice.user_id}`).expect(204);
    for (const gone of [
      admin.get(`/api/v1/user/${alice.user_id}`),
      admin.patch(`/api/v1/user/${alice.user_id}`).send({}),
      admin.delete(`/api/v1/user/${alice.user_id}`),
    ]) {
      expect(code(await gone.expect(404))).toBe('USER_NOT_FOUND');
    }
  });

  it('C56: have names that are unique whatever the case of their letters, also for logging in', async () => {
    const { user_id: bob } = await make('Bob');
    const again = { name: 'bOB', password: PASSWORD, role: 'monitor' };
    expect(code(await admin.post('/api/v1/user').send(again).expect(409))).toBe('USER_NAME_IN_USE');
    const { user_id: carol } = await make('carol');
    expect(code(await admin.patch(`/api/v1/user/${carol}`).send({ name: 'BOB' }).expect(409))).toBe('USER_NAME_IN_USE');
    await admin.patch(`/api/v1/user/${bob}`).send({ name: 'BOB' }).expect(200);
    await logIn('bob', PASSWORD).expect(201);
    const twice = { name: 'dora', password: PASSWORD, role: 'monitor' };
    const together = await Promise.all([1, 2].map(() => admin.post('/api/v1/user').send(twice)));
    expect(together.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  for (const [what, body, parameter, message] of [
    ['a short password', { password: '1234567' }, 'password', 'password must have 8 to 256 characters'],
    ['a long password', { password: 'x'.repeat(257) }, 'password', 'password must have 8 to 256 characters'],
    ['a password that is no text', { password: 12345678 }, 'password', 'password must have 8 to 256 characters'],
    ['a name with a blank', { name: 'a b' }, 'name', 'name must be 1 to 64 of'],
    ['a name of letters that look alike', { name: 'аdmin' }, 'name', 'name must be 1 to 64 of'],
    ['no such role', { role: 'root' }, 'role', 'role must be one of'],
    ['a field that does not exist', { password_hash: '$argon2id$' }, 'password_hash', 'is not known'],
  ] as const) {
    it(`C56: are refused with ${what}`, async () => {
      const user = { ...{ name: 'eve', password: PASSWORD, role: 'monitor' }, ...body };
      const { body: answer } = await admin.post('/api/v1/user').send(user).expect(400);
      expect(answer.details).toEqual([
        expect.objectContaining({ parameter, message: expect.stringContaining(message) }),
      ]);
      expect(await api.database.dataSource.getRepository(User).existsBy({ name: user.name })).toBe(false);
    });
  }

  it('may write their passwords in letters of any encoding, to the length that is allowed', async () => {
    const password = `pässwörd-${'x'.repeat(245)}`;
    await make('frida', { password: password.normalize('NFD') });
    await logIn('frida', password.normalize('NFC')).expect(201);
  });

  it('lose their sessions and refresh tokens at once when their password changes', async () => {
    const { user_id: id } = await make('gina');
    const { body: session } = await logIn('gina', PASSWORD).expect(201);
    await withToken(session.token).get('/api/v1/job').expect(200);
    await admin.patch(`/api/v1/user/${id}`).send({ password: 'another password' }).expect(200);
    await withToken(session.token).get('/api/v1/job').expect(401);
    await api.anyone.post('/api/v1/session/refresh').send({ refresh_token: session.refresh_token }).expect(401);
    await logIn('gina', PASSWORD).expect(401);
    await logIn('gina', 'another password').expect(201);
  });

  it('lose them for good when they are disabled, and when they are deleted', async () => {
    const { user_id: id } = await make('hugo');
    const { body: first } = await logIn('hugo', PASSWORD).expect(201);
    await admin.patch(`/api/v1/user/${id}`).send({ is_enabled: false }).expect(200);
    await logIn('hugo', PASSWORD).expect(401);
    await admin.patch(`/api/v1/user/${id}`).send({ is_enabled: true }).expect(200);
    await withToken(first.token).get('/api/v1/job').expect(401);
    const { body: second } = await logIn('hugo', PASSWORD).expect(201);
    await admin.delete(`/api/v1/user/${id}`).expect(204);
    await withToken(second.token).get('/api/v1/job').expect(401);
    expect(await api.database.dataSource.getRepository(Login).existsBy({ user: { id } })).toBe(false);
  });

  it('have their new role at once, also in open sessions', async () => {
    const { user_id: id } = await make('iris', { role: 'admin' });
    const iris = withToken((await logIn('iris', PASSWORD).expect(201)).body.token);
    await iris.get('/api/v1/user').expect(200);
    await admin.patch(`/api/v1/user/${id}`).send({ role: 'monitor' }).expect(200);
    expect(code(await iris.get('/api/v1/user').expect(403))).toBe('NOT_ALLOWED');
  });

  it('change their own password by the present one, which ends their sessions', async () => {
    await make('jane', { role: 'monitor' });
    const jane = withToken((await logIn('jane', PASSWORD).expect(201)).body.token);
    const change = (current_password: string, new_password: string): ReturnType<TestAgent['post']> =>
      jane.post('/api/v1/session/password').send({ current_password, new_password });
    expect(code(await change('wrong', 'my new password').expect(403))).toBe('PASSWORD_WRONG');
    expect((await change(PASSWORD, 'short').expect(400)).body.details[0].message).toBe(
      'new_password must have 8 to 256 characters',
    );
    await jane.get('/api/v1/job').expect(200);
    await change(PASSWORD, 'my new password').expect(204);
    await jane.get('/api/v1/job').expect(401);
    await logIn('jane', PASSWORD).expect(401);
    await logIn('jane', 'my new password').expect(201);
  });

  it('change their own password in no other way, so that an open session alone takes no account over', async () => {
    const { user_id: id } = await make('kate', { role: 'admin' });
    const kate = withToken((await logIn('kate', PASSWORD).expect(201)).body.token);
    const refused = await kate.patch(`/api/v1/user/${id}`).send({ password: 'another password' }).expect(403);
    expect(code(refused)).toBe('PASSWORD_WRONG');
    await logIn('kate', PASSWORD).expect(201);
  });

  for (const [what, start] of [
    ['a login', () => logIn('olga', PASSWORD)],
    ['a refresh', (refresh_token: string) => api.anyone.post('/api/v1/session/refresh').send({ refresh_token })],
    [
      'an API token',
      (_: string, token: string) => withToken(token).post('/api/v1/token').send({ name: 't', role: 'monitor' }),
    ],
  ] as const) {
    it(`refuse ${what} that was under way when their password changed`, async () => {
      const { dataSource } = api.database;
      const users = dataSource.getRepository(User);
      if (!(await users.existsBy({ name: 'olga' }))) await make('olga', { role: 'admin' });
      const { id, passwordHash } = await users.findOneByOrFail({ name: 'olga' });
      const { body: session } = await logIn('olga', PASSWORD).expect(201);
      let attempt: Promise<{ status: number }>;
      await dataSource.transaction(async (manager) => {
        await manager.update(User, { id }, { passwordHash: '' });
        attempt = start(session.refresh_token, session.token).then((answer) => answer);
        const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        while ((await dataSource.query<unknown[]>(waiting)).length === 0) await sleep(10);
        await api.app.get(Logins).endAll(manager, id);
      });
      expect((await attempt!).status).toBe(401);
      expect(await dataSource.getRepository(Login).existsBy({ user: { id } })).toBe(false);
      await users.update({ id }, { passwordHash });
    });
  }

  it('keep no session and no token from before a change of their password, however the requests fall', async () => {
    const { user_id: id } = await make('nora', { role: 'admin' });
    for (let round = 0; round < 2; round++) {
      const [now, next] = [`password ${round}`, `password ${round + 1}`];
      await admin.patch(`/api/v1/user/${id}`).send({ password: now }).expect(200);
      const { body: first } = await logIn('nora', now).expect(201);
      const attempts = await Promise.all([
        logIn('nora', now),
        api.anyone.post('/api/v1/session/refresh').send({ refresh_token: first.refresh_token }),
        withToken(first.token).post('/api/v1/token').send({ name: 't', role: 'monitor' }),
        admin.patch(`/api/v1/user/${id}`).send({ password: next }),
        logIn('nora', now),
        withToken(first.token).post('/api/v1/token').send({ name: 't', role: 'monitor' }),
      ]);
      expect(attempts[3]!.status).toBe(200);
      const given = attempts.flatMap(({ body }) => (body as { token?: string }).token ?? []);
      for (const token of [first.token, ...given]) await withToken(token).get('/api/v1/job').expect(401);
      const refresh = attempts.flatMap(({ body }) => (body as { refresh_token?: string }).refresh_token ?? []);
      for (const refresh_token of refresh)
        await api.anyone.post('/api/v1/session/refresh').send({ refresh_token }).expect(401);
    }
  });
});

describe('the last enabled admin', () => {
  let api: TestApi;
  let admin: TestAgent;
  let id: number;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
    id = (await admin.get('/api/v1/user').expect(200)).body.user_list[0].user_id;
  });
  afterAll(() => api.close());

  it('C56: can be neither deleted, disabled nor demoted', async () => {
    const disabled = { name: 'spare', password: PASSWORD, role: 'admin', is_enabled: false };
    await admin.post('/api/v1/user').send(disabled).expect(201);
    for (const attempt of [
      admin.delete(`/api/v1/user/${id}`),
      admin.patch(`/api/v1/user/${id}`).send({ is_enabled: false }),
      admin.patch(`/api/v1/user/${id}`).send({ role: 'operator' }),
    ]) {
      expect((await attempt.expect(409)).body.internal_code).toBe('USER_LAST_ADMIN');
    }
    const login = { username: 'admin', password: ADMIN_PASSWORD };
    await api.anyone.post('/api/v1/session').send(login).expect(201);
  });

  it('is left over when two admins remove each other at once', async () => {
    const other = { name: 'other', password: PASSWORD, role: 'admin' };
    const { user_id: otherId } = (await admin.post('/api/v1/user').send(other).expect(201)).body;
    const together = await Promise.all([
      admin.patch(`/api/v1/user/${id}`).send({ role: 'monitor' }),
      admin.delete(`/api/v1/user/${otherId}`),
    ]);
    expect(together.filter(({ status }) => status < 300)).toHaveLength(1);
    expect(await api.database.dataSource.getRepository(User).countBy({ role: 'admin', isEnabled: true })).toBe(1);
  });

  it('is made anew by the next start when the database has none, and by no other', async () => {
    const users = api.database.dataSource.getRepository(User);
    const logins = api.app.get(Logins);
    expect(await logins.ensureAdmin('another password')).toBeNull();
    await api.anyone.post('/api/v1/session').send({ username: 'admin', password: 'another password' }).expect(401);
    for (const gone of [{ role: 'admin' }, { name: 'admin' }] as const) await users.delete(gone);
    await users.insert({ name: 'still.here', role: 'monitor', passwordHash: '' });
    await logins.ensureAdmin('another password');
    await api.anyone.post('/api/v1/session').send({ username: 'admin', password: 'another password' }).expect(201);
  });
});
