/** Every call of the document, with every way of not being allowed to make it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { buildDocument } from '../../src/control-plane/openapi.js';
import { OPEN, ROLE_KEY } from '../../src/control-plane/session/caller.js';
import { Login } from '../../src/control-plane/session/login.entity.js';
import { ROLES, User, type Role } from '../../src/control-plane/session/user.entity.js';
import { ApiToken } from '../../src/control-plane/token/api-token.entity.js';
import { DatabaseSnapshot } from '../support/database-snapshot.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';

interface Call {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  readonly path: string;
  readonly role: Role | typeof OPEN;
}

describe('roles', () => {
  let api: TestApi;
  let admin: TestAgent;
  let calls: Call[];
  let snapshot: DatabaseSnapshot;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
    calls = Object.entries(buildDocument(api.app).paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Record<string, unknown>>).map(([method, operation]) => ({
        method: method as Call['method'],
        path: path.replaceAll(/\{[^}]+\}/g, '1'),
        role: operation['x-role'] as Role,
      })),
    );
    await makeSomething();
    snapshot = await DatabaseSnapshot.take(api.database.dataSource);
  });
  afterAll(() => api.close());

  /** So that calls that name an id have something that they could harm. */
  async function makeSomething(): Promise<void> {
    await api.database.dataSource.query(
      `INSERT INTO storage_node (uid, name, address, fingerprint) VALUES (gen_random_uuid(), 'n', 'n:1', '')`,
    );
    await admin.patch('/api/v1/node/1').send({ name: 'm' }).expect(202);
    await admin.post('/api/v1/token').send({ name: 't', role: 'monitor' }).expect(201);
  }

  const withToken = (token: string): TestAgent =>
    supertest.agent(api.app.getHttpServer()).auth(token, { type: 'bearer' });

  async function expectRefused(
    agent: TestAgent,
    refused: readonly Call[],
    status: number,
    code: string,
  ): Promise<void> {
    expect(refused.length).toBeGreaterThan(0);
    const before = await snapshot.digest();
    for (const { method, path } of refused) {
      const answer = await agent[method](path).send(method === 'get' ? undefined : {});
      expect([method, path, answer.status, answer.body.internal_code]).toEqual([method, path, status, code]);
    }
    expect(await snapshot.digest()).toEqual(before);
  }

  const closed = (): Call[] => calls.filter(({ role }) => role !== OPEN);

  it('C56: are given by every call of the document: reading is for all, users, tokens and nodes for admins', () => {
    const words = [OPEN, ...ROLES] as readonly string[];
    expect(calls.filter(({ role }) => !words.includes(role))).toEqual([]);
    expect(calls.filter(({ role }) => role === OPEN).map(({ path }) => path)).toEqual([
      '/api/v1/session',
      '/api/v1/session/refresh',
    ]);
    const isForAdmins = ({ method, path }: Call): boolean =>
      /^\/api\/v1\/(user|token|audit)\b/.test(path) || (/^\/api\/v1\/node\b/.test(path) && method !== 'get');
    const isForAll = ({ method, path }: Call): boolean =>
      (method === 'get' && !/^\/api\/v1\/(user|token|audit)\b/.test(path)) || path.startsWith('/api/v1/session');
    const expected = (call: Call): string => (isForAdmins(call) ? 'admin' : isForAll(call) ? 'monitor' : 'operator');
    expect(closed().filter((call) => call.role !== expected(call))).toEqual([]);
  });

  it('are said by every method of every controller itself', () => {
    const silent: string[] = [];
    for (const module of api.app.get(ModulesContainer).values()) {
      for (const { metatype } of module.controllers.values()) {
        const { prototype, name } = metatype as { prototype: Record<string, object>; name: string };
        for (const method of Object.getOwnPropertyNames(prototype)) {
          const handler = prototype[method]!;
          if (Reflect.getMetadata('method', handler) === undefined) continue;
          const role: unknown =
            Reflect.getMetadata(ROLE_KEY, handler) ?? Reflect.getMetadata(ROLE_KEY, metatype as object);
          if (role === undefined) silent.push(`${name}.${method}`);
        }
      }
    }
    expect(RequestMethod.GET).toBe(0);
    expect(silent).toEqual([]);
  });

  for (const role of ['monitor', 'operator'] as const) {
    it(`C56: ${role}: every call that needs more is refused and changes nothing, by session and by API token`, async () => {
      const tooHigh = calls.filter((call) => ROLES.indexOf(call.role as Role) > ROLES.indexOf(role));
      await expectRefused(await api.as(role), tooHigh, 403, 'NOT_ALLOWED');
      const { body } = await admin.post('/api/v1/token').send({ name: role, role }).expect(201);
      const agent = withToken(body.token);
      await agent.get('/api/v1/job').expect(200);
      await expectRefused(agent, tooHigh, 403, 'NOT_ALLOWED');
    });
  }

  it('C56: no token, or none that can be one: every call is refused and changes nothing', async () => {
    await expectRefused(api.anyone, closed(), 401, 'NOT_AUTHENTICATED');
    await expectRefused(withToken('short'), closed(), 401, 'NOT_AUTHENTICATED');
  });

  it('C56: a forged token: every call is refused and changes nothing', async () => {
    const { body: made } = await admin.post('/api/v1/token').send({ name: 'x', role: 'admin' }).expect(201);
    const other = made.token.endsWith('A') ? 'B' : 'A';
    await expectRefused(withToken(made.token.slice(0, -1) + other), closed(), 401, 'TOKEN_EXPIRED');
    const unsigned = `${btoa('{"alg":"none"}').replaceAll('=', '')}-${btoa('{"sub":"admin"}').replaceAll('=', '')}`;
    await expectRefused(withToken(unsigned), closed(), 401, 'TOKEN_EXPIRED');
    const [{ digest }] = await api.database.dataSource.query('SELECT digest FROM api_token LIMIT 1');
    await expectRefused(withToken(digest), closed(), 401, 'TOKEN_EXPIRED');
  });

  it('C56: an expired session or API token: every call is refused and changes nothing', async () => {
    const tokens = await tokensOf('expired');
    const past = new Date(Date.now() - 1000);
    await api.database.dataSource
      .getRepository(Login)
      .update({ user: { id: tokens.userId } }, { tokenExpiresAt: past });
    await api.database.dataSource.getRepository(ApiToken).update({ user: { id: tokens.userId } }, { expiresAt: past });
    for (const token of tokens.all) await expectRefused(withToken(token), closed(), 401, 'TOKEN_EXPIRED');
  });

  it('C56: a deleted user: its session and API token are refused by every call, which changes nothing', async () => {
    const tokens = await tokensOf('deleted');
    await admin.delete(`/api/v1/user/${tokens.userId}`).expect(204);
    for (const token of tokens.all) await expectRefused(withToken(token), closed(), 401, 'TOKEN_EXPIRED');
  });

  it('C56: a user disabled behind the back of the API: its session and API token are refused all the same', async () => {
    const tokens = await tokensOf('disabled');
    await api.database.dataSource.getRepository(User).update({ id: tokens.userId }, { isEnabled: false });
    for (const token of tokens.all) await expectRefused(withToken(token), closed(), 401, 'TOKEN_EXPIRED');
  });

  /** A new admin with a session and an API token. */
  async function tokensOf(name: string): Promise<{ userId: number; all: string[] }> {
    const user = { name, password: ADMIN_PASSWORD, role: 'admin' };
    const { body: made } = await admin.post('/api/v1/user').send(user).expect(201);
    const login = { username: name, password: ADMIN_PASSWORD };
    const session: string = (await api.anyone.post('/api/v1/session').send(login).expect(201)).body.token;
    const { body } = await withToken(session).post('/api/v1/token').send({ name, role: 'admin' }).expect(201);
    return { userId: made.user_id, all: [session, body.token] };
  }
});
