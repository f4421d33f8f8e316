import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createApi } from '../../src/control-plane/api.js';
import { openDatabase } from '../../src/control-plane/database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/control-plane/database/embedded-postgres.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { Jobs } from '../../src/control-plane/job/jobs.js';
import { WakeUps } from '../../src/control-plane/job/wake-ups.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import { eventually } from '../../src/tools/node-process/eventually.js';

describe('a database that goes away and comes back', () => {
  let home: string;
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'evenkeel-outage-'));
    chmodSync(home, 0o755);
    postgres = await startEmbeddedPostgres(home, ['fsync=off']);
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('is a 503 with Retry-After meanwhile, and afterwards sessions, jobs and wake-ups work as before', async () => {
    const database = await openDatabase(postgres.url, DATABASE_PARTS);
    const app = await createApi(database, { tls: null, logLevel: 'silent', requestsPerMinute: 1_000_000 });
    try {
      await app.get(Logins).ensureAdmin('correct horse');
      const { token } = await app.get(Logins).open('admin', 'correct horse', false, '');
      const anyone = supertest.agent(app.getHttpServer());
      const jobs = (): supertest.Test => anyone.get('/api/v1/job').set('Authorization', `Bearer ${token}`);
      await jobs().expect(200);

      await postgres.stop();
      for (let i = 0; i < 3; i++) {
        const { body, headers } = await jobs().expect(503);
        expect(body).toMatchObject({ error_code: 9002, internal_code: 'DATABASE_UNAVAILABLE' });
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      }
      await anyone.post('/api/v1/session').send({ username: 'admin', password: 'correct horse' }).expect(503);
      await anyone.get('/health/live').expect(200);
      const { body: report } = await anyone.get('/health/ready').expect(503);
      const reason = expect.stringMatching(/^The database does not answer: [A-Z0-9]+$|the connection ended$/);
      expect(report).toEqual({ status: 'failed', checks: [{ name: 'database', status: 'failed', reason }] });
      await anyone.get('/metrics').expect(200);

      postgres = await startEmbeddedPostgres(home, ['fsync=off']);
      await jobs().expect(200);
      await eventually('ready again', async () => (await anyone.get('/health/ready')).ok || undefined);
      const woken = Promise.withResolvers<void>();
      await app.get(WakeUps).listen(async () => woken.resolve());
      const order = { kind: 'x', description: 'x', resourceHrefs: [], operation: 'x' };
      await database.transaction((manager) => app.get(Jobs).create(manager, order));
      await woken.promise;
    } finally {
      await app.close();
      await database.destroy();
    }
  });
});
