/** How each of our processes is started. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessSpec } from './managed-process.js';
import { STORAGE_NODE_FLAGS } from './storage-node-flags.js';

/** Processes run what was built, also when this file is run as it is, by a test. */
const here = fileURLToPath(new URL('../..', import.meta.url));
const built = here.endsWith('/dist/src/') ? here : path.join(here, '../dist/src');
const controlPlane = path.join(built, 'control-plane/main.js');
const storageNode = path.join(built, 'storage-node/main.js');

/** Where logs and pid files of a set of processes lie. */
export interface Places {
  readonly folder: string;
  pidFile(name: string): string;
  logFile(name: string): string;
  nodeSettingsFile(name: string): string;
}

export function databaseSpec(places: Places): ProcessSpec {
  return spec(places, 'postgres', [controlPlane, 'database', '--home', places.folder], {});
}

export function apiSpec(
  places: Places,
  options: { readonly port: number; readonly databaseUrl: string; readonly password: string | null },
): ProcessSpec {
  const { port, databaseUrl, password } = options;
  return spec(places, 'api', [controlPlane, 'api', '--port', String(port)], {
    DATABASE_URL: databaseUrl,
    ...(password === null ? {} : { EVENKEEL_ADMIN_PASSWORD: password }),
  });
}

export function nodeSpec(places: Places, name: string): ProcessSpec {
  return spec(places, name, [...STORAGE_NODE_FLAGS, storageNode, '--config', places.nodeSettingsFile(name)], {});
}

function spec(places: Places, name: string, args: string[], env: NodeJS.ProcessEnv): ProcessSpec {
  return {
    name,
    args,
    env: { UV_THREADPOOL_SIZE: String(Math.max(16, 4 * availableParallelism())), ...ownEnvironment(), ...env },
    logFile: places.logFile(name),
    pidFile: places.pidFile(name),
  };
}

/** Without our own settings, which are meant for one process and would win over what these are told; the log level is for all. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isForeign = (name: string): boolean => !name.startsWith('EVENKEEL_') || name === 'EVENKEEL_LOG_LEVEL';
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isForeign(name)));
}
