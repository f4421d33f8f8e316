import { isRefusal, Refusal } from '../../errors/refusal.js';
import { freePorts } from '../processes/free-ports.js';
import { livePid, removePidFile, writePidFile } from '../processes/pid-file.js';
import { NotReady } from '../processes/readiness.js';
import { readFileSync } from 'node:fs';
import { EvenkeelError } from '../../api-client/errors.js';
import { DEFAULT_API_PORT, Home, NODE_NAMES } from './home.js';
import { Installation } from './installation.js';
import { welcome } from './welcome.js';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Sent by a second start: start what has ended. */
const START_MISSING_SIGNAL = 'SIGUSR2';
/** Lines of a log that are shown when its process did not start. */
const SHOWN_LINES = 20;
const PORT_MAX = 65_535;

/** Starts everything and returns the exit code once a signal has stopped it. */
export async function runUp(environment: NodeJS.ProcessEnv, print: (line: string) => void): Promise<number> {
  const home = new Home(environment.EVENKEEL_HOME || '.evenkeel');
  home.make();
  const pidFile = home.pidFile('up');
  const running = livePid(pidFile);
  if (running !== null) return visitRunning(home, running, print);

  const stopped = new Promise<void>((resolve) => STOP_SIGNALS.forEach((signal) => process.on(signal, () => resolve())));
  let installation: Installation | null = null;
  process.on(START_MISSING_SIGNAL, () => void installation?.startMissing());
  writePidFile(pidFile, process.pid);
  try {
    const apiPort = apiPortOf(environment.EVENKEEL_PORT) || (await freePorts(1))[0]!;
    const password = home.adminPassword(environment.EVENKEEL_ADMIN_PASSWORD);
    const isUsualPorts = apiPort === DEFAULT_API_PORT;
    installation = new Installation(home, { apiPort, password, isUsualPorts, report: print });
    const outcome = await Promise.race([installation.start().then(() => 'up' as const), stopped]);
    if (outcome === 'up') {
      print(welcome(home, installation, password));
      await stopped;
    }
    print('stopping: API, storage nodes, PostgreSQL');
    return 0;
  } catch (error) {
    return explain(error, print);
  } finally {
    await installation?.stop();
    removePidFile(pidFile);
    removePidFile(home.urlFile);
  }
}

/** @returns the port, 0 for any free one */
function apiPortOf(given: string | undefined): number {
  if (given === undefined || given === '') return DEFAULT_API_PORT;
  if (/^\d{1,5}$/.test(given) && Number(given) <= PORT_MAX) return Number(given);
  throw new Refusal('SETTINGS_INVALID', `EVENKEEL_PORT: "${given}" is not a port`);
}

/** A start while one runs: says so, and has it start the nodes that have ended. */
function visitRunning(home: Home, pid: number, print: (line: string) => void): number {
  let url = 'its API is still starting';
  try {
    url = readFileSync(home.urlFile, 'utf8').trim();
  } catch {
    // Not up yet.
  }
  print(`Evenkeel is already running in ${home.folder} (process ${pid}): ${url}`);
  const missing = NODE_NAMES.filter((name) => livePid(home.pidFile(name)) === null);
  if (missing.length > 0) {
    print(`asked it to start ${missing.join(' and ')}`);
    process.kill(pid, START_MISSING_SIGNAL);
  }
  return 0;
}

function explain(error: unknown, print: (line: string) => void): number {
  if (isRefusal(error)) {
    print(`evenkeel: ${error.message}. ${error.row.hint}`);
    return error.row.exitCode;
  }
  if (error instanceof NotReady) {
    print(`evenkeel: ${error.message}. The end of its log, ${error.process.spec.logFile}:`);
    print(error.process.lastLines(SHOWN_LINES));
    return error.end?.code || 1;
  }
  print(`evenkeel: ${error instanceof EvenkeelError ? error.message : (error as Error).stack}`);
  return 1;
}
