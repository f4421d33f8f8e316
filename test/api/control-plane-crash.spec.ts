import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { createApi } from '../../src/control-plane/api.js';
import { makeDataSource } from '../../src/control-plane/database/data-source.js';
import { DATABASE_PARTS } from '../../src/control-plane/entities.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import { ADMIN_PASSWORD } from '../support/api.js';
import { CrashPoint } from '../support/crash-point.js';
import { CrashWorld } from '../support/crash-world.js';
import { DatabaseGate } from '../support/database-gate.js';
import { API } from '../support/fake-installation.js';
import { deathsOf, makeBase, prepareScenario, runScenario, SCENARIOS } from '../support/job-scenarios.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';

/** So many of all kinds of job, whichever the seed says. All steps of each: test/soak/control-plane.spec.ts. */
const SAMPLE = 14;

describe('a control plane that is killed under jobs', () => {
  let world: CrashWorld;
  const random = new SeededRandom(announceSeed('control plane killed under jobs'));
  beforeAll(async () => {
    world = await CrashWorld.make();
    await makeBase(world);
  });
  afterAll(() => world.close());

  const sample = SCENARIOS.map((scenario) => ({ scenario, rank: random.next() }))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, SAMPLE)
    .map(({ scenario }) => scenario);

  it.each(sample)('C54, C73: $name', async (scenario) => {
    await prepareScenario(world, scenario);
    await runScenario(world, scenario, deathsOf(random));
  });

  it('C73: a request whose API dies at any step makes one job, however often it is repeated', async () => {
    await world.putBack('base');
    const body = { name: 'once', node_id: 1, capacity: 4 };
    let at = 1;
    for (; await dies(at, body, `key ${at}`); at++) {
      const again = () => world.admin.post(`${API}/volume`).set('Idempotency-Key', `key ${at}`).send(body).expect(202);
      const { job_id } = (await again()).body;
      expect((await again()).body).toMatchObject({ job_id });
      expect(await world.sql(`SELECT id FROM volume WHERE name = 'once'`)).toHaveLength(1);
      expect(await world.sql(`SELECT id FROM job WHERE idempotency_key = $1`, [`key ${at}`])).toEqual([{ id: job_id }]);
      await world.admin.delete(`${API}/job/${job_id}`).expect(204);
    }
    expect(at).toBeGreaterThan(2);
  });

  /** @returns whether the API of its own that the request was sent to died */
  async function dies(at: number, body: object, key: string): Promise<boolean> {
    const point = new CrashPoint();
    const gate = await DatabaseGate.open(world.api.database.url, point);
    const database = makeDataSource(gate.url, DATABASE_PARTS);
    await database.initialize();
    const app = await createApi(database, { tls: null, logLevel: 'silent', requestsPerMinute: 1_000_000 });
    const { token } = await app.get(Logins).open('admin', ADMIN_PASSWORD, false, '');
    point.arm(at, () => gate.shut());
    await supertest(app.getHttpServer())
      .post(`${API}/volume`)
      .auth(token, { type: 'bearer' })
      .set('Idempotency-Key', key)
      .send(body);
    await app.close().catch(() => undefined);
    await database.destroy().catch(() => undefined);
    gate.shut();
    return point.died !== null;
  }
});
