/** The API over a database of its own. */
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import supertest from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { createApi } from '../../src/control-plane/api.js';
import type { Certificate } from '../../src/control-plane/certificate.js';
import { hashPassword } from '../../src/control-plane/session/passwords.js';
import { Logins } from '../../src/control-plane/session/logins.js';
import { User, type Role } from '../../src/control-plane/session/user.entity.js';
import { testDatabase, type TestDatabase } from './postgres.js';

export const ADMIN_PASSWORD = 'correct horse';

export interface TestApi {
  readonly app: NestExpressApplication;
  readonly database: TestDatabase;
  /** Without a token. */
  readonly anyone: TestAgent;
  /** With a token of a user of this role. */
  as(role: Role): Promise<TestAgent>;
  close(): Promise<void>;
}

/** @param more modules that stand beside the real ones, for tests of the frame itself */
export async function testApi(
  settings: { requestsPerMinute?: number; metricsToken?: string; tls?: Certificate | null } = {},
  more: Type[] = [],
): Promise<TestApi> {
  const database = await testDatabase();
  const quiet = { tls: null, logLevel: 'error', requestsPerMinute: 1_000_000 } as const;
  const app = await createApi(database.dataSource, { ...quiet, ...settings }, more);
  await app.listen(0, '127.0.0.1');
  await app.get(Logins).ensureAdmin(ADMIN_PASSWORD);
  return {
    app,
    database,
    anyone: supertest.agent(app.getHttpServer()),
    as: async (role) => {
      const { token } = await app.get(Logins).open(await userOf(database, role), ADMIN_PASSWORD, false, '');
      return supertest.agent(app.getHttpServer()).auth(token, { type: 'bearer' });
    },
    close: async () => {
      await app.close();
      await database.close();
    },
  };
}

async function userOf(database: TestDatabase, role: Role): Promise<string> {
  const users = database.dataSource.getRepository(User);
  if (!(await users.existsBy({ name: role }))) {
    await users.insert({ name: role, role, passwordHash: await hashPassword(ADMIN_PASSWORD) });
  }
  return role;
}
