import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';

const FAST = ['fsync=off'];

describe('embedded PostgreSQL', () => {
  let base: string;
  let home: string;
  beforeAll(() => {
    base = mkdtempSync(path.join(tmpdir(), 'evenkeel-postgres-'));
    chmodSync(base, 0o755);
    home = path.join(base, 'home');
  });
  afterAll(async () => {
    await (await startEmbeddedPostgres(home, FAST)).stop();
    rmSync(base, { recursive: true, force: true });
  });

  async function ask(url: string, question: string): Promise<unknown> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ answer: unknown }>(`SELECT (${question}) AS answer`);
    await client.end();
    return rows[0]!.answer;
  }

  it('is made and started once when several processes ask at the same time; the others adopt it', async () => {
    const started = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres(home, FAST)));
    expect(new Set(started.map(({ url, pid }) => `${url} ${pid}`)).size).toBe(1);
    expect(started.filter(({ isAdopted }) => !isAdopted)).toHaveLength(1);
    expect(await ask(started[0]!.url, 'current_database()')).toBe('evenkeel');
  });

  it('listens on loopback alone, and wants a password', async () => {
    const { url } = await startEmbeddedPostgres(home, FAST);
    expect(await ask(url, "current_setting('listen_addresses')")).toBe('127.0.0.1');
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, '1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('finds its data again after a stop, at the same address', async () => {
    const first = await startEmbeddedPostgres(home, FAST);
    const client = new pg.Client({ connectionString: first.url });
    await client.connect();
    await client.query('CREATE TABLE kept AS SELECT 42 AS n');
    await client.end();
    await first.stop();
    await first.untilEnded();
    const second = await startEmbeddedPostgres(home, FAST);
    expect(second).toMatchObject({ url: first.url, isAdopted: false });
    expect(await ask(second.url, 'SELECT n FROM kept')).toBe(42);
  });

  it('starts after a kill that left its pid file, also when the pid belongs to another process now', async () => {
    const first = await startEmbeddedPostgres(home, FAST);
    const pidFile = path.join(home, 'postgres/data/postmaster.pid');
    const left = readFileSync(pidFile, 'utf8');
    await first.stop();
    writeFileSync(pidFile, left.replace(/^\d+/, String(process.pid)));
    const second = await startEmbeddedPostgres(home, FAST);
    expect(second.isAdopted).toBe(false);
    expect(await ask(second.url, '1 + 1')).toBe(2);
  });

  it('says why a home cannot be used', async () => {
    const file = path.join(base, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedPostgres(file, FAST)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
  });

  it('says why it cannot start', async () => {
    const broken = path.join(base, 'broken');
    const first = await startEmbeddedPostgres(broken, FAST);
    await first.stop();
    rmSync(path.join(broken, 'postgres/data/global'), { recursive: true });
    await expect(startEmbeddedPostgres(broken, FAST)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_UNUSABLE' });
  });

  const isRoot = process.getuid?.() === 0;
  // Any other user runs the server as itself and reaches what it reaches.
  if (isRoot)
    it('keeps the data elsewhere, behind a link, when its user cannot reach the home', async () => {
      const closed = path.join(base, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const server = await startEmbeddedPostgres(path.join(closed, 'home'), FAST);
      const link = path.join(closed, 'home/postgres');
      const elsewhere = readlinkSync(link);
      try {
        expect(elsewhere.startsWith('/var/lib/evenkeel/postgres-')).toBe(true);
        expect(await ask(server.url, '1 + 1')).toBe(2);
        expect(existsSync(path.join(link, 'data/PG_VERSION'))).toBe(true);
      } finally {
        await server.stop();
        rmSync(elsewhere, { recursive: true });
      }
      const again = startEmbeddedPostgres(path.join(closed, 'home'), FAST);
      await expect(again).rejects.toMatchObject({
        code: 'DATA_DIRECTORY_UNUSABLE',
        message: expect.stringContaining('is gone'),
      });
    });
});
