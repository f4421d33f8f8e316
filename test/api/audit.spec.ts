import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest, { type Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { createApi } from '../../src/control-plane/api.js';
import type { AuditView } from '../../src/control-plane/audit/audit.dto.js';
import { AuditRow } from '../../src/control-plane/audit/audit.entity.js';
import { AuditTrail } from '../../src/control-plane/audit/audit-trail.js';
import { User } from '../../src/control-plane/session/user.entity.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';

const LATER = { name: 'x', password: 'quite long enough', role: 'monitor' };

describe('the audit trail', () => {
  let api: TestApi;
  let admin: TestAgent;
  beforeAll(async () => {
    api = await testApi();
    admin = await api.as('admin');
    await api.database.dataSource.query(
      `INSERT INTO storage_node (uid, name, address, fingerprint) VALUES (gen_random_uuid(), 'n', 'n:1', '')`,
    );
  });
  afterAll(() => api.close());

  const list = async (query = ''): Promise<AuditView[]> =>
    (await admin.get(`/api/v1/audit?max_records=1000&${query}`).expect(200)).body.audit_list;
  /** What is refused before it is served is written down after its answer. */
  const rowOf = async (request: Test): Promise<AuditView> => {
    const { headers } = await request;
    for (;;) {
      const row = (await list()).find(({ request_id: id }) => id === headers['x-request-id']);
      if (row && row.result !== 'Unknown') return row;
      await sleep(10);
    }
  };

  it('C56: has who did what from where, and what it was about', async () => {
    const row = await rowOf(
      admin
        .post('/api/v1/user')
        .send({ ...LATER, name: 'alice' })
        .expect(201),
    );
    const alice = await api.database.dataSource.getRepository(User).findOneByOrFail({ name: 'alice' });
    expect(row).toEqual({
      audit_id: expect.any(Number),
      time: expect.stringMatching(/Z$/),
      user: 'admin',
      role: 'admin',
      token_id: null,
      client: '127.0.0.1',
      method: 'POST',
      path: '/api/v1/user',
      resource_href: `/api/v1/user/${alice.id}`,
      job_href: null,
      result: 'Success',
      request_id: expect.any(String),
    });
  });

  it('C56: has the job that a call made, and the API token that it came by', async () => {
    const { body: made } = await admin.post('/api/v1/token').send({ name: 't', role: 'admin' }).expect(201);
    const agent = api.anyone.patch('/api/v1/node/1?wait=0').set('Authorization', `Bearer ${made.token}`);
    expect(await rowOf(agent.send({ name: 'm' }).expect(202))).toMatchObject({
      user: 'admin',
      token_id: made.token_id,
      path: '/api/v1/node/1',
      resource_href: '/api/v1/node/1',
      job_href: expect.stringMatching(/^\/api\/v1\/job\/\d+$/),
      result: 'Success',
    });
  });

  it('C56: has what was refused: to whom it may not be done, what cannot be done, what is wrong, and what nobody may', async () => {
    const monitor = await api.as('monitor');
    const attempts: [Test, Partial<AuditView>][] = [
      [monitor.delete('/api/v1/volume/7'), { user: 'monitor', role: 'monitor', result: 'NOT_ALLOWED', resource_href: '/api/v1/volume/7' }],
      [admin.delete('/api/v1/user/1'), { user: 'admin', result: 'USER_LAST_ADMIN', resource_href: '/api/v1/user/1' }],
      [admin.post('/api/v1/user').send({}), { user: 'admin', result: 'PARAMETER_INVALID' }],
      [admin.post('/api/v1/volume/7/release').send({}), { user: 'admin', result: 'VOLUME_NOT_FOUND', resource_href: '/api/v1/volume/7' }],
      [admin.post('/api/v1/nothing').send({}), { result: 'RESOURCE_NOT_FOUND' }],
      [api.anyone.post('/api/v1/user').send(LATER), { user: null, role: null, result: 'NOT_AUTHENTICATED' }],
      [api.anyone.delete('/api/v1/token/1').set('Authorization', `Bearer ${'x'.repeat(43)}`), { user: null, result: 'TOKEN_EXPIRED' }],
      [api.anyone.post('/api/v1/user').set('Content-Type', 'text/plain').send('{}'), { user: null, result: 'MEDIA_TYPE_UNSUPPORTED' }],
      [api.anyone.post('/api/v1/user').set('Content-Type', 'application/json').send('{'), { user: null, result: 'BODY_MALFORMED' }],
    ]; // prettier-ignore
    for (const [attempt, expected] of attempts) expect(await rowOf(attempt)).toMatchObject(expected);
  });

  it('C56: has logins and failed ones, and never a name that no user has: people type their passwords there', async () => {
    const logIn = (username: string, password: string): Test =>
      api.anyone.post('/api/v1/session').send({ username, password, refresh: true });
    const path = '/api/v1/session';
    const right = logIn('admin', ADMIN_PASSWORD);
    expect(await rowOf(right)).toMatchObject({ path, user: 'admin', role: 'admin', result: 'Success' });
    expect(await rowOf(logIn('admin', 'wrong'))).toMatchObject({ path, user: 'admin', result: 'CREDENTIALS_WRONG' });
    expect(await rowOf(logIn('correct horse', 'x'))).toMatchObject({ path, user: null, result: 'CREDENTIALS_WRONG' });
    const { refresh_token } = (await logIn('admin', ADMIN_PASSWORD)).body;
    const refresh = (): Test => api.anyone.post('/api/v1/session/refresh').send({ refresh_token });
    expect(await rowOf(refresh())).toMatchObject({ user: 'admin', result: 'Success' });
    expect(await rowOf(refresh())).toMatchObject({ user: null, result: 'TOKEN_EXPIRED' });
  });

  it('has the address that a proxy names only when the proxy is one to be believed', async () => {
    const settings = { tls: null, logLevel: 'error', requestsPerMinute: 1_000_000 } as const;
    const trusting = await createApi(api.database.dataSource, { ...settings, trustedProxies: ['127.0.0.0/8'] });
    await trusting.listen(0, '127.0.0.1');
    for (const [app, client] of [
      [trusting, '192.0.2.7'],
      [api.app, '127.0.0.1'],
    ] as const) {
      const attempt = supertest(app.getHttpServer()).post('/api/v1/user').set('X-Forwarded-For', '6.6.6.6, 192.0.2.7');
      expect(await rowOf(attempt.send({}).expect(401))).toMatchObject({ client });
    }
    await trusting.close();
  });

  it('has no call that only reads', async () => {
    const before = await list();
    for (const path of ['volume', 'user', 'nothing', 'audit']) await admin.get(`/api/v1/${path}`);
    expect(await list()).toHaveLength(before.length);
  });

  it('C56: is listed by user, method, resource, result and time, page by page', async () => {
    const all = await list();
    expect(all.map(({ audit_id: id }) => id)).toEqual(all.map(({ audit_id: id }) => id).sort((a, b) => a - b));
    const expectSame = async (query: string, is: (row: AuditView) => boolean): Promise<void> => {
      const expected = all.filter(is);
      expect(expected.length).toBeGreaterThan(0);
      expect(await list(query)).toEqual(expected);
    };
    await expectSame('user=monitor', ({ user }) => user === 'monitor');
    await expectSame('method=DELETE&method=PATCH', ({ method }) => method !== 'POST');
    await expectSame('resource=/api/v1/user/1', ({ resource_href: href }) => href === '/api/v1/user/1');
    await expectSame('result=CREDENTIALS_WRONG', ({ result }) => result === 'CREDENTIALS_WRONG');
    await api.database.dataSource.getRepository(AuditRow).update({ id: all[2]!.audit_id }, { time: new Date(0) });
    expect((await list('before_time=2001-01-01T00:00:00Z')).map(({ audit_id: id }) => id)).toEqual([all[2]!.audit_id]);
    expect(await list('after_time=2001-01-01T00:00:00Z')).toHaveLength(all.length - 1);
    const { body: page } = await admin.get('/api/v1/audit?max_records=2&fields=result').expect(200);
    expect(page.audit_list).toEqual(all.slice(0, 2).map(({ audit_id, result }) => ({ audit_id, result })));
    const { body: next } = await admin.get(page.next_href).expect(200);
    expect(next.audit_list[0].audit_id).toBe(all[2]!.audit_id);
    for (const query of [
      'after_time=yesterday',
      'after_time=2026-01-01T00:00:00Z&after_time=2026-01-01T00:00:00Z',
      'method=GET',
    ]) {
      await admin.get(`/api/v1/audit?${query}`).expect(400);
    }
  });

  it('lets nothing be changed that it cannot write down first, and lets be read what there is', async () => {
    const { dataSource } = api.database;
    await dataSource.query('ALTER TABLE audit RENAME TO audit_away');
    try {
      await admin
        .post('/api/v1/user')
        .send({ ...LATER, name: 'nobody.saw' })
        .expect(500);
      await admin.patch('/api/v1/node/1').send({ name: 'unseen' }).expect(500);
      const login = { username: 'admin', password: ADMIN_PASSWORD };
      const { body } = await api.anyone.post('/api/v1/session').send(login).expect(500);
      expect(body.token).toBeUndefined();
      await admin.get('/api/v1/volume').expect(200);
    } finally {
      await dataSource.query('ALTER TABLE audit_away RENAME TO audit');
    }
    expect(await dataSource.getRepository(User).existsBy({ name: 'nobody.saw' })).toBe(false);
    expect((await admin.get('/api/v1/node/1').expect(200)).body.name).toBe('m');
  });

  it('says Unknown of a change whose end it could not write down', async () => {
    const { dataSource } = api.database;
    await dataSource.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
       CREATE TRIGGER refuse BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const { headers } = await admin
      .post('/api/v1/user')
      .send({ ...LATER, name: 'bert' })
      .expect(201);
    await dataSource.query('DROP TRIGGER refuse ON audit');
    const row = (await list()).find(({ request_id: id }) => id === headers['x-request-id']);
    expect(row).toMatchObject({ user: 'admin', path: '/api/v1/user', result: 'Unknown' });
    expect(await list('result=Unknown')).toEqual([row]);
  });

  it('is kept for 400 days, of nobody known for 30', async () => {
    const rows = api.database.dataSource.getRepository(AuditRow);
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 3_600_000);
    const base = { client: 'old', method: 'POST', path: '/', requestId: '', result: 'Success' };
    for (const days of [399, 401, 31, 29]) {
      for (const userName of ['admin', null]) {
        await rows.insert({ ...base, userName, time: daysAgo(days), resourceHref: `${days}` });
      }
    }
    await api.app.get(AuditTrail).removeOld();
    const left = await rows.find({ where: { client: 'old' }, order: { id: 'ASC' } });
    expect(left.map(({ userName, resourceHref }) => [userName, resourceHref])).toEqual([
      ['admin', '399'],
      ['admin', '31'],
      ['admin', '29'],
      [null, '29'],
    ]);
  });
});
