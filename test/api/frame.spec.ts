import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Login } from '../../src/control-plane/session/login.entity.js';
import { User } from '../../src/control-plane/session/user.entity.js';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';

const LOGIN = { username: 'admin', password: ADMIN_PASSWORD };

describe('sessions of users', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi();
  });
  afterAll(() => api.close());

  const jobs = (token: string): ReturnType<TestApi['anyone']['get']> =>
    api.anyone.get('/api/v1/job').set('Authorization', `Bearer ${token}`);

  it('C56: open with a token of 30 minutes, serve with it, and end', async () => {
    const { body } = await api.anyone.post('/api/v1/session').send(LOGIN).expect(201);
    expect(body).toEqual({ token: expect.any(String), expires_in: 1800 });
    await jobs(body.token).expect(200, { total_count: 0, list_count: 0, job_list: [] });
    await api.anyone.delete('/api/v1/session').set('Authorization', `Bearer ${body.token}`).expect(204);
    const after = await jobs(body.token).expect(401);
    expect(after.body.internal_code).toBe('TOKEN_EXPIRED');
    expect(after.headers['www-authenticate']).toBe('Bearer');
  });

  it('C56: are renewed with a refresh token, which works once and ends the session it came with', async () => {
    const first = (
      await api.anyone
        .post('/api/v1/session')
        .send({ ...LOGIN, refresh: true })
        .expect(201)
    ).body;
    const renew = (token: string): ReturnType<TestApi['anyone']['post']> =>
      api.anyone.post('/api/v1/session/refresh').send({ refresh_token: token });
    const second = (await renew(first.refresh_token).expect(201)).body;
    expect(second).toEqual({ token: expect.any(String), expires_in: 1800, refresh_token: expect.any(String) });
    await jobs(second.token).expect(200);
    await jobs(first.token).expect(401);
    expect((await renew(first.refresh_token).expect(401)).body.internal_code).toBe('TOKEN_EXPIRED');
    const together = await Promise.all([renew(second.refresh_token), renew(second.refresh_token)]);
    expect(together.map(({ status }) => status).sort()).toEqual([201, 401]);
  });

  it('C56: expire after 30 minutes whether used or not; the refresh token after 10 hours', async () => {
    const { token, refresh_token } = (await api.anyone.post('/api/v1/session').send({ ...LOGIN, refresh: true })).body;
    const logins = api.database.dataSource.getRepository(Login);
    const [login] = await logins.find({ order: { id: 'DESC' }, take: 1 });
    const minutesLeft = (time: Date): number => Math.round((time.getTime() - Date.now()) / 60_000);
    expect(minutesLeft(login!.tokenExpiresAt)).toBe(30);
    expect(minutesLeft(login!.expiresAt)).toBe(600);
    await logins.update({ id: login!.id }, { tokenExpiresAt: new Date(Date.now() - 1000) });
    await jobs(token).expect(401);
    await logins.update({ id: login!.id }, { expiresAt: new Date(Date.now() - 1000) });
    await api.anyone.post('/api/v1/session/refresh').send({ refresh_token }).expect(401);
    await api.anyone.post('/api/v1/session').send(LOGIN).expect(201);
    expect(await logins.existsBy({ id: login!.id })).toBe(false);
  });

  it('keep neither passwords nor tokens readable in the database', async () => {
    const { token } = (await api.anyone.post('/api/v1/session').send(LOGIN)).body;
    const rows = JSON.stringify([
      await api.database.dataSource.getRepository(User).find(),
      await api.database.dataSource.getRepository(Login).find(),
    ]);
    expect(rows).toContain('$argon2id$');
    expect(rows).not.toContain(token);
    expect(rows).not.toContain(ADMIN_PASSWORD);
  });

  it('C56: are refused alike for a wrong password and an unknown user', async () => {
    const wrong = await api.anyone
      .post('/api/v1/session')
      .send({ ...LOGIN, password: 'wrong' })
      .expect(401);
    const unknown = await api.anyone.post('/api/v1/session').send({ username: 'who', password: 'x' }).expect(401);
    expect(wrong.body.internal_code).toBe('CREDENTIALS_WRONG');
    expect({ ...unknown.body, request_id: '' }).toEqual({ ...wrong.body, request_id: '' });
  });

  it('end at once for a user who is no longer enabled', async () => {
    const monitor = await api.as('monitor');
    await monitor.get('/api/v1/job').expect(200);
    await api.database.dataSource.getRepository(User).update({ name: 'monitor' }, { isEnabled: false });
    await monitor.get('/api/v1/job').expect(401);
    const login = { username: 'monitor', password: ADMIN_PASSWORD };
    await api.anyone.post('/api/v1/session').send(login).expect(401);
  });

  for (const header of ['', 'Bearer', 'Bearer ', 'Basic YTpi', `Bearer ${'x'.repeat(10_000)}`, 'Bearer a b']) {
    it(`C56: answer "${header.slice(0, 20)}" with 401`, async () => {
      const { body } = await api.anyone.get('/api/v1/job').set('Authorization', header).expect(401);
      expect(body.internal_code).toBe('NOT_AUTHENTICATED');
    });
  }

  it('C56: are refused for a while after ten wrong passwords, also with the right one then', async () => {
    const guess = (password: string): ReturnType<TestApi['anyone']['post']> =>
      api.anyone.post('/api/v1/session').send({ username: 'operator', password });
    for (let i = 0; i < 10; i++) await guess('wrong').expect(401);
    const { body, headers } = await guess('wrong').expect(429);
    expect(body.internal_code).toBe('RATE_LIMITED');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await guess(ADMIN_PASSWORD).expect(429);
    await api.anyone.post('/api/v1/session').send(LOGIN).expect(201);
  });
});

describe('the frame of the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi();
  });
  afterAll(() => api.close());

  it('gives every request an id, or takes the tame one that it brings', async () => {
    const own = await api.anyone.get('/api/v1/job').set('X-Request-Id', 'my-7').expect(401);
    expect([own.headers['x-request-id'], own.body.request_id]).toEqual(['my-7', 'my-7']);
    const made = await api.anyone.get('/nothing').set('X-Request-Id', 'a'.repeat(65)).expect(404);
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.body.request_id).toBe(made.headers['x-request-id']);
  });

  it('serves the console with its own scripts, and the document, to anyone', async () => {
    const page = await api.anyone.get('/docs').redirects(1).expect(200);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources.length).toBeGreaterThan(2);
    expect(sources.filter((source) => /^(https?:)?\/\//.test(source))).toEqual([]);
    for (const source of sources) await api.anyone.get(new URL(source, 'http://x/docs/').pathname).expect(200);
    expect(page.text).not.toMatch(/<script>|<script [^>]*>[^<\s]/);
    const { text } = await api.anyone.get('/docs/swagger-ui-init.js').expect(200);
    expect(text).toContain('/api/v1/job/{job_id}');
    await api.anyone.get('/docs/nothing').expect(404);
    expect(page.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    const { body } = await api.anyone.get('/openapi.json').expect(200);
    expect(body.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
    expect(Object.keys(body.paths)).toContain('/api/v1/job/{job_id}');
  });

  it('tells its health and its metrics without a token', async () => {
    await api.anyone.get('/health/live').expect(200, { status: 'ok' });
    const { text } = await api.anyone.get('/metrics').expect(200);
    expect(text).toMatch(/evenkeel_http_request_seconds_count\{method="GET",route="\/health\/live",status="200"\} 1/);
  });

  it('C56: slows down who asks too much, but never its health', async () => {
    const busy = await testApi({ requestsPerMinute: 3 });
    for (let i = 0; i < 3; i++) await busy.anyone.get('/api/v1/job').expect(401);
    const { body, headers } = await busy.anyone.get('/api/v1/job').expect(429);
    expect(body.internal_code).toBe('RATE_LIMITED');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await busy.anyone.get('/health/live').expect(200);
    await busy.anyone.get('/metrics').expect(200);
    await busy.close();
  });
});
