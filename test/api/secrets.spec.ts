/** Secrets that are easy to recognise, sent through every call that takes one, and looked for wherever something is written or answered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { decodeEnrolmentToken, encodeEnrolmentToken } from '../../src/node-api/enrolment-token.js';
import { ControlPlaneProcess } from '../support/control-plane-process.js';
import { FakeNode } from '../support/fake-node.js';
import { freshDatabaseUrl } from '../support/postgres.js';

const ADMIN_PASSWORD = 'hush-admin-password';
const METRICS_TOKEN = 'hush-metrics-token';
const SHORT = 'hush-ab';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, never>;
}

describe('secrets', () => {
  let folder: string;
  let process: ControlPlaneProcess;
  let database: pg.Client;
  let node: FakeNode;
  let url: string;
  const secrets = new Set([ADMIN_PASSWORD, METRICS_TOKEN, SHORT]);
  const errors: Answer[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-secrets-'));
    const DATABASE_URL = await freshDatabaseUrl();
    database = new pg.Client({ connectionString: DATABASE_URL });
    await database.connect();
    node = await FakeNode.start('site-a', new Map());
    process = await ControlPlaneProcess.start(['api'], folder, {
      DATABASE_URL,
      EVENKEEL_ADMIN_PASSWORD: ADMIN_PASSWORD,
      EVENKEEL_METRICS_TOKEN: METRICS_TOKEN,
      EVENKEEL_LOG_LEVEL: 'trace',
    });
    url = await process.url();
  });
  afterAll(async () => {
    await process.kill();
    await node.remove();
    await database.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const secret = (text: string): string => {
    secrets.add(text);
    return text;
  };
  async function call(method: string, where: string, token: string | null, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${url}${where}`, {
      method,
      headers: {
        ...(token !== null && { Authorization: token.includes(' ') ? token : `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const got = { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
    if (got.status >= 400) errors.push(got);
    return got;
  }
  const expectStatus = async (status: number, answer: Promise<Answer>): Promise<Answer> => {
    const got = await answer;
    expect([got.status, got.text]).toEqual([status, got.text]);
    return got;
  };

  async function logIn(username: string, password: string): Promise<{ token: string; refresh: string }> {
    const { body } = await expectStatus(
      201,
      call('POST', '/api/v1/session', null, { username, password, refresh: true }),
    );
    return { token: secret(body['token']!), refresh: secret(body['refresh_token']!) };
  }

  async function tryPasswords(token: string): Promise<void> {
    const wrong = secret('hush-wrong-password');
    await expectStatus(401, call('POST', '/api/v1/session', null, { username: 'admin', password: wrong }));
    await expectStatus(401, call('POST', '/api/v1/session', null, { username: wrong, password: wrong }));
    await expectStatus(400, call('POST', '/api/v1/session', null, { username: 'admin', password: [wrong] }));
    await expectStatus(400, call('POST', '/api/v1/session', null, { username: 'a', pasword: wrong }));
    await expectStatus(400, call('POST', '/api/v1/session', null, `{"username":"admin","password":"${wrong}"`));
    await expectStatus(
      400,
      call('POST', `/api/v1/session?password=${wrong}`, null, { username: 'a', password: wrong }),
    );
    await expectStatus(401, call('GET', '/api/v1/user', `Basic ${secret(btoa(`admin:${ADMIN_PASSWORD}`))}`));
    const chosen = secret('hush-chosen-password');
    const alice = { name: 'alice', role: 'operator', password: chosen };
    const { body } = await expectStatus(201, call('POST', '/api/v1/user', token, alice));
    await expectStatus(409, call('POST', '/api/v1/user', token, alice));
    await expectStatus(400, call('POST', '/api/v1/user', token, { ...alice, password: SHORT }));
    await expectStatus(403, call('POST', '/api/v1/user', (await logIn('alice', chosen)).token, alice));
    const next = secret('hush-next-password');
    const href = `/api/v1/user/${String(body['user_id'])}`;
    await expectStatus(200, call('PATCH', href, token, { password: next }));
    await expectStatus(400, call('PATCH', href, token, { password: SHORT }));
    await expectStatus(404, call('PATCH', '/api/v1/user/999', token, { password: next }));
    const change = { current_password: next, new_password: secret('hush-own-password') };
    const own = (await logIn('alice', next)).token;
    await expectStatus(403, call('POST', '/api/v1/session/password', own, { ...change, current_password: wrong }));
    await expectStatus(204, call('POST', '/api/v1/session/password', own, change));
  }

  async function tryTokens(token: string, refresh: string): Promise<void> {
    const next = await expectStatus(201, call('POST', '/api/v1/session/refresh', null, { refresh_token: refresh }));
    for (const name of ['token', 'refresh_token']) secret(next.body[name]!);
    await expectStatus(401, call('POST', '/api/v1/session/refresh', null, { refresh_token: refresh }));
    await expectStatus(400, call('POST', '/api/v1/session/refresh', null, { refresh_token: [refresh] }));
    await expectStatus(401, call('GET', '/api/v1/volume', token));
    const { token: admin } = await logIn('admin', ADMIN_PASSWORD);
    const made = await expectStatus(201, call('POST', '/api/v1/token', admin, { name: 't', role: 'admin' }));
    const apiToken = secret(made.body['token']!);
    await expectStatus(200, call('GET', '/api/v1/token', apiToken));
    await expectStatus(400, call('DELETE', `/api/v1/token/${apiToken}`, apiToken));
    await expectStatus(404, call('DELETE', `/api/v1/${apiToken}`, apiToken));
    await expectStatus(400, call('GET', `/api/v1/volume?token=${apiToken}`, apiToken));
    await expectStatus(204, call('DELETE', `/api/v1/token/${String(made.body['token_id'])}`, apiToken));
    await expectStatus(401, call('GET', '/api/v1/volume', apiToken));
  }

  async function tryEnrolment(token: string): Promise<void> {
    const right = secret(node.enrolmentToken);
    secret(decodeEnrolmentToken(right).secret);
    const enrol = (name: string, enrolment_token: unknown, address = node.address): Promise<Answer> =>
      call('POST', '/api/v1/node?wait=30', token, { name, address, enrolment_token });
    const ended = async (answer: Promise<Answer>): Promise<unknown> => (await expectStatus(200, answer)).body['status'];
    const forged = { ...decodeEnrolmentToken(right), secret: secret('hush-enrolment-secret') };
    expect(await ended(enrol('forged', secret(encodeEnrolmentToken(forged))))).toBe('Error');
    await expectStatus(409, enrol('none', secret('hush-no-enrolment-token')));
    await expectStatus(400, enrol('list', [right]));
    expect(await ended(enrol('site-a', right))).toBe('Success');
    await expectStatus(409, enrol('site-a', right));
  }

  it('C56: in calls that take them, right or wrong, appear in no log, error, table, list, metric or document', async () => {
    const { token, refresh } = await logIn('admin', ADMIN_PASSWORD);
    await tryPasswords(token);
    await tryEnrolment(token);
    await tryTokens(token, refresh);
    await expectStatus(401, call('GET', '/metrics', `${METRICS_TOKEN}x`));
    const { token: last } = await logIn('admin', ADMIN_PASSWORD);
    // What is refused before it is served is written down after its answer: this one is the last.
    const { headers } = await fetch(`${url}/api/v1/user`, { method: 'POST' });
    const isWritten = async (): Promise<boolean> =>
      ((await database.query('SELECT FROM audit WHERE request_id = $1', [headers.get('x-request-id')])).rowCount ?? 0) >
      0;
    while (!(await isWritten())) await sleep(10);
    const places: Record<string, string> = {
      'error answers': errors.map(({ text }) => text).join('\n'),
      'the document': (await call('GET', '/openapi.json', null)).text,
      metrics: (await expectStatus(200, call('GET', '/metrics', METRICS_TOKEN))).text,
      ...(await everyTable()),
    };
    for (const list of ['user', 'token', 'node', 'job', 'event', 'audit']) {
      places[`GET /${list}`] = (await expectStatus(200, call('GET', `/api/v1/${list}?max_records=1000`, last))).text;
    }
    process.signal('SIGTERM');
    places['the log'] = await process.ended;
    expect(errors.length).toBeGreaterThan(20);
    expect(secrets.size).toBeGreaterThan(20);
    // The places were looked at when there was something in them.
    const filled = [
      'error answers',
      'the document',
      'the log',
      ...['audit', 'job', 'app_user'].map((name) => `table public.${name}`),
    ];
    expect(filled.filter((name) => !places[name])).toEqual([]);
    const found = Object.entries(places).flatMap(([name, text]) =>
      [...secrets].filter((each) => text.includes(each)).map((each) => `${name}: ${each}`),
    );
    expect(found).toEqual([]);
  });

  /** Rows as text, by table. */
  async function everyTable(): Promise<Record<string, string>> {
    const { rows: tables } = await database.query<{ name: string }>(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`,
    );
    const texts: Record<string, string> = {};
    for (const { name } of tables) {
      const { rows } = await database.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
      texts[`table ${name}`] = rows.map(({ text }) => text).join('\n');
    }
    return texts;
  }
});
