/**
 * A PostgreSQL of our own, for whoever has none: used when DATABASE_URL is not set. Only the binaries come from the package; this
 * file makes the cluster, starts it detached, adopts one that still runs, and stops it.
 *
 * PostgreSQL refuses to run as root, so under root it runs as `nobody`; what it needs then lies where that user can reach it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { databaseAccount, reachableBinaries, reachableFolder, type Account } from './database-account.js';

const USER = 'evenkeel';
const DATABASE = 'evenkeel';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 1000;

export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  /** It ran already when we came: whoever started it stops it. */
  readonly isAdopted: boolean;
  /** Ends its connections, writes a checkpoint and waits until it is gone. */
  stop(): Promise<void>;
  /** Resolves once the server has ended, for whatever reason. */
  untilEnded(): Promise<void>;
}

interface Place {
  readonly account: Account;
  readonly folder: string;
  readonly data: string;
  readonly binaries: string;
}

/**
 * Starts the PostgreSQL of a home folder, or adopts the one that runs there.
 * @param settings lines for the server's command line, e.g. `fsync=off` in tests
 * @param binaries folder of another PostgreSQL's initdb and postgres, for tests; null for our own
 * @throws Refusal DATA_DIRECTORY_UNUSABLE when it cannot be made or started, with the end of its log
 */
export async function startEmbeddedPostgres(
  home: string,
  settings: readonly string[] = [],
  binaries: string | null = null,
): Promise<EmbeddedPostgres> {
  const place = await makePlace(home, binaries);
  await makeCluster(place);
  const running = await findRunning(place, 0);
  if (running) return running;

  await removeStalePidFile(place.data);
  const start = await launch(place, settings);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const found = await findRunning(place, start.pid);
    if (found) return found;
    // A second starter loses the race for postmaster.pid and ends; then the winner is adopted.
    if (start.hasEnded() && !(await readPostmaster(place.data))) break;
    await sleep(50);
  }
  throw new Refusal('DATA_DIRECTORY_UNUSABLE', `PostgreSQL in ${place.folder}: ${await endOfLog(place)}`);
}

async function makePlace(home: string, given: string | null): Promise<Place> {
  try {
    const account = await databaseAccount();
    const folder = await reachableFolder(path.resolve(home, 'postgres'), account);
    const binaries = given ?? path.join(await reachableBinaries(folder, account), 'bin');
    return { account, folder, data: path.join(folder, 'data'), binaries };
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw new Refusal('DATA_DIRECTORY_UNUSABLE', (error as Error).message);
  }
}

/** The cluster is made aside and renamed, so that one that exists is whole. */
async function makeCluster(place: Place): Promise<void> {
  if (await readText(path.join(place.data, 'PG_VERSION'))) return;
  const aside = await mkdtemp(path.join(place.folder, 'new-'));
  const passwordFile = path.join(aside, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  await place.account.own(aside, passwordFile);
  const cluster = path.join(aside, 'data');
  const args = [
    '-D',
    cluster,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C',
  ];
  const initdb = spawn(path.join(place.binaries, 'initdb'), args, {
    ...place.account.identity,
    cwd: place.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  initdb.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise((resolve, reject) => initdb.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Refusal('DATA_DIRECTORY_UNUSABLE', `initdb in ${place.folder}: ${complaint.trim()}`);
  // The password travels with its cluster, so that the rename publishes both at once.
  await rename(passwordFile, path.join(cluster, 'evenkeel-password'));
  try {
    await rename(cluster, place.data);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function launch(place: Place, settings: readonly string[]): Promise<{ pid: number; hasEnded: () => boolean }> {
  const port = await choosePort(place);
  const log = openSync(path.join(place.folder, 'postgres.log'), 'a', 0o600);
  const options = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...settings];
  const server = spawn(
    path.join(place.binaries, 'postgres'),
    ['-D', place.data, ...options.flatMap((option) => ['-c', option])],
    // Detached: a Ctrl-C for our process group must not stop the database while requests are still being drained.
    { ...place.account.identity, cwd: place.data, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  server.unref();
  await new Promise((resolve, reject) => server.once('spawn', resolve).once('error', reject));
  return { pid: server.pid!, hasEnded: () => server.exitCode !== null || server.signalCode !== null };
}

/** The server of this cluster if it lives and answers; `ownPid` tells one that we just started from one to adopt. */
async function findRunning(place: Place, ownPid: number): Promise<EmbeddedPostgres | null> {
  const postmaster = await readPostmaster(place.data);
  if (!postmaster) return null;
  const password = await readText(path.join(place.data, 'evenkeel-password'));
  const url = (database: string): string => `postgresql://${USER}:${password}@127.0.0.1:${postmaster.port}/${database}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while ((await isServerOf(place.data, postmaster.pid)) && Date.now() < deadline) {
    if (await answers(url('postgres'))) {
      return {
        url: url(DATABASE),
        pid: postmaster.pid,
        isAdopted: postmaster.pid !== ownPid,
        stop: () => stopPostgres(place.data, postmaster.pid),
        untilEnded: () => untilEnded(place.data, postmaster.pid),
      };
    }
    await sleep(50);
  }
  return null;
}

/** Connects, and makes our database if this is the first time. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** postmaster.pid: line 1 is the process id, line 4 the port; the file goes with a clean end. */
async function readPostmaster(data: string): Promise<{ pid: number; port: number } | null> {
  const lines = (await readText(path.join(data, 'postmaster.pid'))).split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid > 0 && port > 0 && (await isServerOf(data, pid)) ? { pid, port } : null;
}

/** After a crash the number in postmaster.pid may be another process's by now; only the command line tells. */
async function isServerOf(data: string, pid: number): Promise<boolean> {
  return (await readText(`/proc/${pid}/cmdline`)).split('\0').includes(data);
}

/** PostgreSQL would take any living process of its user for its rival. */
async function removeStalePidFile(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readText(file), 10);
  if (pid > 0 && !(await isServerOf(data, pid))) await rm(file, { force: true });
}

async function stopPostgres(data: string, pid: number): Promise<void> {
  if (await isServerOf(data, pid)) process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while ((await readPostmaster(data))?.pid === pid) {
    if (Date.now() > deadline) throw new Refusal('DATA_DIRECTORY_LOCKED', `PostgreSQL (process ${pid}) does not stop`);
    await sleep(25);
  }
}

/** The server is detached, perhaps another process's child: its end can only be looked for. */
async function untilEnded(data: string, pid: number): Promise<void> {
  while (await isServerOf(data, pid)) await sleep(LOOK_EVERY_MS);
}

/** The port of the last start if it is free, so that clients which lost the server find it again; else any free one. */
async function choosePort(place: Place): Promise<number> {
  const file = path.join(place.folder, 'port');
  const last = Number(await readText(file));
  const port = (last > 0 && (await freePort(last))) || (await freePort(0));
  if (port === null) throw new Refusal('PORT_IN_USE', 'no free port on 127.0.0.1');
  if (port !== last) await writeFile(file, String(port));
  return port;
}

async function freePort(wanted: number): Promise<number | null> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(wanted, '127.0.0.1', resolve));
  } catch {
    return null;
  }
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function endOfLog(place: Place): Promise<string> {
  const lines = (await readText(path.join(place.folder, 'postgres.log'))).trim().split('\n');
  return lines.slice(-3).join(' / ');
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // ESRCH: a process that ended while /proc was read.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
