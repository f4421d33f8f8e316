import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { makeCertificate } from '../../src/node-api/certificate.js';
import { freshDatabaseUrl } from '../support/postgres.js';

const MAIN = path.resolve('dist/src/control-plane/main.js');

describe('the process of the API', () => {
  let folder: string;
  const running = new Set<ChildProcess>();
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-api-'));
  });
  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  interface Started {
    readonly child: ChildProcess;
    /** Its first line, when it serves; null when it ended before. */
    readonly ready: Promise<{ url: string; admin_password?: string } | null>;
    readonly ended: Promise<{ code: number | null; complaint: string; output: string }>;
  }

  function start(args: string[], environment: Record<string, string>): Started {
    const env = { PATH: process.env['PATH'], EVENKEEL_LOG_LEVEL: 'info', EVENKEEL_PORT: '0', ...environment };
    const child = spawn(process.execPath, [MAIN, ...args], { env, cwd: folder });
    running.add(child);
    let [output, complaint] = ['', ''];
    const ready = Promise.withResolvers<{ url: string } | null>();
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('\n')) ready.resolve(JSON.parse(output.split('\n')[0]!));
    });
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const ended = new Promise<{ code: number | null; complaint: string; output: string }>((resolve) =>
      child.on('close', (code) => {
        running.delete(child);
        ready.resolve(null);
        resolve({ code, complaint, output });
      }),
    );
    return { child, ready: ready.promise, ended };
  }

  const login = (url: string, password: string): Promise<Response> =>
    fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });

  it('prints the password it made up once, serves, and stops in order on SIGTERM', async () => {
    const environment = { DATABASE_URL: await freshDatabaseUrl() };
    const first = start(['api'], environment);
    const { url, admin_password: password } = (await first.ready)!;
    expect((await login(url, password!)).status).toBe(201);
    first.child.kill('SIGTERM');
    const { code, complaint } = await first.ended;
    expect(code).toBe(0);
    expect(complaint).not.toContain(password);

    const second = start(['api'], environment);
    const again = (await second.ready)!;
    expect(again.admin_password).toBeUndefined();
    expect((await login(again.url, password!)).status).toBe(201);
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(0);
  });

  it('takes the password of admin from the environment', async () => {
    const environment = { DATABASE_URL: await freshDatabaseUrl(), EVENKEEL_ADMIN_PASSWORD: 'correct horse' };
    const { child, ready, ended } = start(['api'], environment);
    const announced = (await ready)!;
    expect(announced.admin_password).toBeUndefined();
    expect((await login(announced.url, 'correct horse')).status).toBe(201);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, complaint: expect.not.stringContaining('correct horse') });
  });

  it('serves HTTPS with a certificate, on any address', async () => {
    const { certificatePem, keyPem } = await makeCertificate('localhost');
    writeFileSync(path.join(folder, 'cert.pem'), certificatePem);
    writeFileSync(path.join(folder, 'key.pem'), keyPem);
    const args = ['api', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--address', '0.0.0.0'];
    const { child, ready, ended } = start(args, { DATABASE_URL: await freshDatabaseUrl() });
    const { url } = (await ready)!;
    expect(url).toMatch(/^https:/);
    const health = new URL('/health/ready', url.replace('0.0.0.0', '127.0.0.1'));
    const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
      const options = { ca: certificatePem, checkServerIdentity: () => undefined, agent: false };
      https.get(health, options, (response) => resolve(response.resume().headers)).on('error', reject);
    });
    expect(headers['strict-transport-security']).toBeDefined();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('a worker alone serves its health and its metrics where it is told to, and nothing else', async () => {
    const environment = { DATABASE_URL: await freshDatabaseUrl(), EVENKEEL_METRICS_TOKEN: 'a-token-for-Prometheus' };
    const { child, ready, ended } = start(['worker', '--watch-port', '0'], environment);
    const { watch_url: url } = (await ready) as unknown as { watch_url: string };
    const ask = (path: string, headers = {}): Promise<Response> => fetch(`${url}${path}`, { headers });
    expect(await (await ask('/health/live')).json()).toEqual({ status: 'ok' });
    const report = await ask('/health/ready');
    expect(report.status).toBe(200);
    expect(await report.json()).toMatchObject({ checks: [{ name: 'database', status: 'ok' }, {}, { name: 'worker' }] });
    expect((await ask('/metrics')).status).toBe(401);
    const metrics = await ask('/metrics', { authorization: 'Bearer a-token-for-Prometheus' });
    expect(await metrics.text()).toMatch(/^evenkeel_worker_is_leader [01]$/m);
    expect((await ask('/api/v1/job')).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, complaint: expect.not.stringContaining('a-token-for-Prometheus') });
  });

  it('ends with exit code 2 and every wrong setting, without a stack', async () => {
    const { code, complaint } = await start(['api', '--address', '0.0.0.0'], { EVENKEEL_LOG_LEVEL: 'loud' }).ended;
    expect(code).toBe(2);
    expect(complaint).toMatch(/address 0\.0\.0\.0 is not loopback.*log-level must be one of/);
    expect(complaint).not.toMatch(/\n\s+at /);
    expect((await start(['serve'], {}).ended).code).toBe(2);
  });

  it('ends with exit code 2 when the database does not let it in, without showing the password', async () => {
    const url = new URL(await freshDatabaseUrl());
    url.password = 'sesame';
    const { code, complaint } = await start(['api'], { DATABASE_URL: url.href }).ended;
    expect(code).toBe(2);
    expect(complaint).toContain('DATABASE_URL: password authentication failed');
    expect(complaint).not.toContain('sesame');
  });

  it('does not touch the database of a newer version, and says so', async () => {
    const DATABASE_URL = await freshDatabaseUrl();
    const database = new pg.Client({ connectionString: DATABASE_URL });
    await database.connect();
    await database.query(`INSERT INTO migrations (timestamp, name) VALUES (1, 'Tomorrow1')`);
    const { code, complaint } = await start(['api'], { DATABASE_URL }).ended;
    expect(code).toBe(4);
    expect(complaint).toContain('the database was changed by a newer version: Tomorrow1');
    expect(complaint).toContain('Run the version that wrote it, or a newer one.');
    expect((await database.query('SELECT 1 FROM app_user')).rowCount).toBe(0);
    await database.end();
  });

  it('ends with exit code 3 when its port is taken, and leaves nothing running', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const environment = { DATABASE_URL: await freshDatabaseUrl(), EVENKEEL_PORT: String(port) };
    const { code, complaint } = await start(['api'], environment).ended;
    other.close();
    expect(code).toBe(3);
    expect(complaint).toContain(`Port is in use (127.0.0.1:${port})`);
  });

  it('waits for a database that is not there yet, and stops when asked to', async () => {
    const { child, ended } = start(['api'], { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c' });
    child.stderr!.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('waiting for the database')) child.kill('SIGTERM');
    });
    expect(await ended).toMatchObject({ code: 0, output: '' });
  });
});
