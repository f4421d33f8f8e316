/**
 * The control plane's processes: `api` serves REST, with the worker unless --no-worker; `worker` reconciles alone; `database` runs the
 * embedded PostgreSQL in the foreground. Each prints one line of JSON on the standard output when it is ready.
 */
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { INestApplicationContext } from '@nestjs/common';
import { Logger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import type { DataSource } from 'typeorm';
import { isRefusal, Refusal } from '../errors/refusal.js';
import { createApi } from './api.js';
import { CertificateRenewal } from './certificate.js';
import { openDatabase } from './database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './database/embedded-postgres.js';
import { isDatabaseOutage, isDatabaseRefusal } from './database/outage.js';
import { DATABASE_PARTS } from './entities.js';
import { addCertificateMetrics } from './health/certificate-metrics.js';
import { makeWatchServer } from './health/watch-server.js';
import { Logins } from './session/logins.js';
import { readSettings, type Settings } from './settings.js';
import { SETTINGS_HELP } from './settings-help.js';
import { createWorker, WorkerModule } from './worker/worker.module.js';

/** How long a start waits for a database that is itself starting. */
const DATABASE_WAIT_MS = 60_000;
const DRAIN_MS = 5000;

async function main(): Promise<void> {
  const [mode = '', ...args] = process.argv.slice(2);
  const run = { api: runApi, worker: runWorker, database: runDatabase }[mode];
  if (!run) throw new Refusal('SETTINGS_INVALID', `"${mode}" is none of api, worker, database`);
  if (args.includes('--help')) process.stdout.write(SETTINGS_HELP);
  else await run(readSettings(args, process.env));
}

async function runDatabase(settings: Settings): Promise<void> {
  const stop = untilAskedToStop();
  const postgres = await startEmbeddedPostgres(settings.home);
  announce({ database_url: postgres.url, pid: postgres.pid, is_adopted: postgres.isAdopted });
  const isAsked = await Promise.race([stop.then(() => true), postgres.untilEnded().then(() => false)]);
  if (!isAsked) throw new Refusal('DATABASE_UNAVAILABLE', `PostgreSQL (process ${postgres.pid}) ended by itself`);
  await postgres.stop();
}

async function runApi(settings: Settings): Promise<void> {
  const stop = untilAskedToStop();
  const embedded = settings.databaseUrl === null ? await startEmbeddedPostgres(settings.home) : null;
  const database = await openPatiently(settings.databaseUrl ?? embedded!.url, stop);
  const app = await createApi(database, settings, settings.hasWorker ? [WorkerModule] : []);
  const password = await app.get(Logins).ensureAdmin(settings.adminPassword);
  await listen(app, settings);
  const renewal = renewCertificate(app, app.getHttpServer() as HttpsServer, settings);
  announce({
    url: urlOf(app.getHttpServer() as Server, settings),
    ...(password !== null && { admin_password: password }),
  });
  await stop;
  renewal?.stop();
  await drain(app);
  await endDatabase(database, embedded);
}

async function runWorker(settings: Settings): Promise<void> {
  const stop = untilAskedToStop();
  if (settings.databaseUrl === null) throw new Refusal('SETTINGS_INVALID', 'the worker alone needs DATABASE_URL');
  const database = await openPatiently(settings.databaseUrl, stop);
  const worker = await createWorker(database, settings);
  const watch = await listenForWatchers(worker, settings, database);
  announce({ worker: 'ready', ...watch?.announcement });
  await stop;
  watch?.server.closeAllConnections();
  watch?.server.close();
  await worker.close();
  await endDatabase(database, null);
}

/** Only where that is asked for: a worker needs no port. */
async function listenForWatchers(worker: INestApplicationContext, settings: Settings, database: DataSource) {
  const { watchPort, address, metricsToken, tls } = settings;
  if (watchPort === null) return null;
  const server = makeWatchServer({ registry: worker.get(Registry), database, metricsToken, tls });
  const listening = new Promise<void>((resolve, reject) => server.once('error', reject).once('listening', resolve));
  server.listen(watchPort, address);
  await listening.catch((error: unknown) => refuseToListen(error, address, watchPort));
  renewCertificate(worker, server as HttpsServer, settings);
  return { server, announcement: { watch_url: urlOf(server, settings) } };
}

/** @returns null without TLS */
function renewCertificate(
  app: INestApplicationContext,
  server: HttpsServer,
  { tls }: Settings,
): CertificateRenewal | null {
  if (tls === null) return null;
  const renewal = new CertificateRenewal(server, tls, app.get(Logger));
  addCertificateMetrics(app.get(Registry), () => renewal.certificate);
  return renewal;
}

/** What is being answered may be finished; whoever is not served by then is cut off. */
async function drain(app: NestExpressApplication): Promise<void> {
  const cut = setTimeout(() => app.getHttpServer().closeAllConnections(), DRAIN_MS);
  await app.close();
  clearTimeout(cut);
}

/** Last of all: what still runs may need it. An adopted one belongs to another process. */
async function endDatabase(database: DataSource, embedded: EmbeddedPostgres | null): Promise<void> {
  await database.destroy();
  if (embedded && !embedded.isAdopted) await embedded.stop();
}

async function openPatiently(url: string, stop: Promise<void>): Promise<DataSource> {
  const deadline = Date.now() + DATABASE_WAIT_MS;
  for (let tries = 1; ; tries++) {
    try {
      return await openDatabase(url, DATABASE_PARTS);
    } catch (error) {
      if (isDatabaseRefusal(error)) throw new Refusal('SETTINGS_INVALID', `DATABASE_URL: ${(error as Error).message}`);
      if (!isDatabaseOutage(error)) throw error;
      if (Date.now() > deadline) throw new Refusal('DATABASE_UNAVAILABLE', (error as Error).message);
      if (tries === 1) process.stderr.write(`evenkeel: waiting for the database (${(error as Error).message})\n`);
      if (await Promise.race([stop.then(() => true), sleep(500, false)])) process.exit(0);
    }
  }
}

async function listen(app: NestExpressApplication, settings: Settings): Promise<void> {
  try {
    await app.listen(settings.port, settings.address);
  } catch (error) {
    refuseToListen(error, settings.address, settings.port);
  }
}

function refuseToListen(error: unknown, address: string, port: number): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') throw new Refusal('PORT_IN_USE', `${address}:${port}`);
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES') throw new Refusal('SETTINGS_INVALID', `address or port: ${code}`);
  throw error;
}

function urlOf(server: Pick<Server, 'address'>, settings: Settings): string {
  const { port } = server.address() as { port: number };
  const host = settings.address.includes(':') ? `[${settings.address}]` : settings.address;
  return `${settings.tls ? 'https' : 'http'}://${host}:${port}`;
}

function announce(ready: object): void {
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    // The stack of something expected only hides what it says.
    process.stderr.write(
      `evenkeel: ${isRefusal(error) ? `${error.message}. ${error.row.hint}` : (error as Error).stack}\n`,
    );
    process.exit(isRefusal(error) ? error.row.exitCode : 1);
  },
);
