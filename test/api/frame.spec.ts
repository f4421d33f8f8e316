import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_PASSWORD, testApi, type TestApi } from '../support/api.js';

describe('the frame of the API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi();
  });
  afterAll(() => api.close());

  it('opens a session, serves with its token, and no longer after its end', async () => {
    const login = { username: 'admin', password: ADMIN_PASSWORD };
    const { body } = await api.anyone.post('/api/v1/session').send(login).expect(201);
    expect(body).toEqual({ token: expect.any(String), expires_in: 1800 });
    const bearer = `Bearer ${body.token}`;
    await api.anyone
      .get('/api/v1/job')
      .set('Authorization', bearer)
      .expect(200, { total_count: 0, list_count: 0, job_list: [] });
    await api.anyone.delete('/api/v1/session').set('Authorization', bearer).expect(204);
    const after = await api.anyone.get('/api/v1/job').set('Authorization', bearer).expect(401);
    expect(after.body.internal_code).toBe('TOKEN_EXPIRED');
  });
});
