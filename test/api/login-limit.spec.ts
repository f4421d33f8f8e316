import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import supertest, { type Response, type Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { createApi } from '../../src/control-plane/api.js';
import { LoginFailure } from '../../src/control-plane/session/login-failure.entity.js';
import {
  FAILURES_FROM_ADDRESS_MAX,
  FAILURES_OF_NAME_MAX,
  LoginLimit,
} from '../../src/control-plane/session/login-limit.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';

const LOCKED_SECONDS = 15 * 60;

describe('failed logins', () => {
  let api: TestApi;
  let admin: TestAgent;
  /** Another process of the API would be just this: another application over the same database. */
  let other: NestExpressApplication;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
    const settings = { tls: null, logLevel: 'error', requestsPerMinute: 1_000_000 } as const;
    other = await createApi(api.database.dataSource, settings);
    await other.listen(0, '127.0.0.1');
    for (const name of ['alice', 'bob', 'carol']) {
      const user = { name, password: ADMIN_PASSWORD, role: 'monitor' };
      await admin.post('/api/v1/user').send(user).expect(201);
    }
  });
  afterEach(() => api.database.dataSource.getRepository(LoginFailure).clear());
  afterAll(async () => {
    await other.close();
    await api.close();
  });

  const logIn = (username: string, password: string, app = api.app): Test =>
    supertest(app.getHttpServer()).post('/api/v1/session').send({ username, password });
  const fail = async (username: string, times: number): Promise<Response[]> => {
    const answers: Response[] = [];
    for (let i = 0; i < times; i++) answers.push(await logIn(username, 'wrong'));
    return answers;
  };
  const expectLocked = async (attempt: Test): Promise<void> => {
    const { body, headers } = await attempt.expect(429);
    expect(body).toMatchObject({ internal_code: 'RATE_LIMITED', message: 'Too many requests (failed logins)' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(LOCKED_SECONDS);
  };
  const user = async (name: string): Promise<{ user_id: number; locked_until: string | null }> =>
    (await admin.get(`/api/v1/user?name=${name}`).expect(200)).body.user_list[0];

  it('C56: ten with one name lock it, also for the right password, in whatever case and in every process', async () => {
    const answers = await fail('alice', FAILURES_OF_NAME_MAX);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    await expectLocked(logIn('alice', 'wrong'));
    await expectLocked(logIn('Alice', ADMIN_PASSWORD));
    await expectLocked(logIn('alice', ADMIN_PASSWORD, other));
    await logIn('bob', ADMIN_PASSWORD).expect(201);
  });

  it('do not tell by their answers whether a user exists', async () => {
    const shown = ({ status, body }: Response): unknown => [status, { ...body, request_id: '' }];
    const known = await fail('alice', FAILURES_OF_NAME_MAX + 1);
    const unknown = await fail('nobody', FAILURES_OF_NAME_MAX + 1);
    expect(unknown.map(shown)).toEqual(known.map(shown));
  });

  it('lock for a quarter of an hour, and are forgotten after a right password', async () => {
    await fail('alice', FAILURES_OF_NAME_MAX);
    const failures = api.database.dataSource.getRepository(LoginFailure);
    const past = new Date(Date.now() - 1);
    await failures.updateAll({ lockedUntil: past, windowEnds: past });
    await fail('alice', FAILURES_OF_NAME_MAX - 1);
    await logIn('alice', ADMIN_PASSWORD).expect(201);
    await fail('alice', FAILURES_OF_NAME_MAX - 1);
    await logIn('alice', ADMIN_PASSWORD).expect(201);
    await failures.updateAll({ lockedUntil: past, windowEnds: past });
    await api.app.get(LoginLimit).removeOld();
    expect(await failures.count()).toBe(0);
  });

  it('are no more by guessing at once', async () => {
    const together = await Promise.all(Array.from({ length: 30 }, () => logIn('alice', 'wrong')));
    const guesses = together.filter(({ status }) => status === 401).length;
    // Of two that are looked at at the same time, the other may be the tenth.
    expect(guesses).toBeGreaterThanOrEqual(FAILURES_OF_NAME_MAX);
    expect(guesses).toBeLessThanOrEqual(FAILURES_OF_NAME_MAX + 1);
    expect(together.filter(({ status }) => status === 429)).toHaveLength(30 - guesses);
  });

  it('C56: fifty from one address lock it for every name, and a right password in between changes nothing about that', async () => {
    const failures = api.database.dataSource.getRepository(LoginFailure);
    const windowEnds = new Date(Date.now() + 60_000);
    const key = 'address:127.0.0.1';
    await failures.insert({ key, failures: FAILURES_FROM_ADDRESS_MAX - 1, windowEnds, lockedUntil: null });
    await logIn('bob', ADMIN_PASSWORD).expect(201);
    await logIn('nobody', 'wrong').expect(401);
    await expectLocked(logIn('bob', ADMIN_PASSWORD));
    await expectLocked(logIn('carol', ADMIN_PASSWORD, other));
    await admin.get('/api/v1/volume').expect(200);
    const { body } = await admin.get('/api/v1/event?type=Login_Locked&resource=/api/v1/session').expect(200);
    expect(body.event_list.map(({ message }: { message: string }) => message)).toEqual([
      'Address 127.0.0.1 is locked for 15 minutes after failed logins',
    ]);
  });

  it('C56: are told of once, and an admin unlocks the user', async () => {
    const { user_id: id } = await user('carol');
    await fail('carol', FAILURES_OF_NAME_MAX + 2);
    const href = `/api/v1/user/${id}`;
    const { body } = await admin.get(`/api/v1/event?type=Login_Locked&resource=${href}`).expect(200);
    expect(body.event_list).toEqual([
      expect.objectContaining({
        severity: 'Warning',
        resource_href: href,
        message: 'User carol is locked for 15 minutes after failed logins',
      }),
    ]);
    expect(Date.parse((await user('carol')).locked_until!)).toBeGreaterThan(Date.now());
    const { body: audit } = await admin.get('/api/v1/audit?result=RATE_LIMITED&max_records=1000').expect(200);
    expect(audit.audit_list.at(-1)).toMatchObject({ path: '/api/v1/session', client: '127.0.0.1', user: null });
    expect((await admin.post(`${href}/unlock`).expect(200)).body).toMatchObject({ user_id: id, locked_until: null });
    await logIn('carol', ADMIN_PASSWORD).expect(201);
    await fail('carol', FAILURES_OF_NAME_MAX);
    await admin.patch(href).send({ password: 'a new password' }).expect(200);
    await logIn('carol', 'a new password').expect(201);
  });

  it('count also where somebody with an open session guesses its password', async () => {
    const { body } = await logIn('bob', ADMIN_PASSWORD).expect(201);
    const guess = (): Test =>
      api.anyone
        .post('/api/v1/session/password')
        .set('Authorization', `Bearer ${body.token}`)
        .send({ current_password: 'wrong', new_password: 'another password' });
    for (let i = 0; i < FAILURES_OF_NAME_MAX; i++) await guess().expect(403);
    await expectLocked(guess());
    await expectLocked(logIn('bob', ADMIN_PASSWORD));
  });

  it('C56: in a flood are bounded, and the API goes on beside them', async () => {
    const flood = Array.from({ length: 100 }, (_, i) => logIn(`nobody${i}`, 'wrong'));
    const answers = Promise.all(flood);
    await admin.get('/api/v1/volume').expect(200);
    const statuses = (await answers).map(({ status }) => status);
    const looked = statuses.filter((status) => status === 401).length;
    expect(looked).toBeLessThanOrEqual(FAILURES_FROM_ADDRESS_MAX + 1);
    expect(statuses.filter((status) => status === 429)).toHaveLength(100 - looked);
    const retries = (await answers).flatMap(({ headers }) => headers['retry-after'] ?? []);
    expect(retries).toHaveLength(100 - looked);
  });
});
