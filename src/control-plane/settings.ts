/** Settings of the control plane's processes, from the command line and the environment. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal, type RefusalDetail } from '../errors/refusal.js';
import { isMetricsToken, METRICS_TOKEN_RULE } from '../node-api/metrics-reader.js';
import { readCertificate, type Certificate, type Refuse } from './certificate.js';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_RULE } from './session/password-rules.js';

const DEFAULT_PORT = 5665;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Settings {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls: Certificate | null;
  /** Null: the embedded PostgreSQL in the home folder. */
  readonly databaseUrl: string | null;
  readonly home: string;
  /** Whether the API's process also runs the worker. */
  readonly hasWorker: boolean;
  /** For the first start; null makes one up and prints it. */
  readonly adminPassword: string | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Whoever shows it may read the metrics; null: only this machine. */
  readonly metricsToken: string | null;
  /** Where the worker alone serves its health and metrics; null: nowhere. */
  readonly watchPort: number | null;
  /** From one address. */
  readonly requestsPerMinute: number;
  /** Addresses and blocks of reverse proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
}

const OPTIONS = {
  address: { type: 'string' },
  port: { type: 'string' },
  home: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  plain: { type: 'boolean' },
  'no-worker': { type: 'boolean' },
  'log-level': { type: 'string' },
  'watch-port': { type: 'string' },
} as const;

/**
 * The command line wins over the environment (EVENKEEL_ADDRESS, _PORT, _HOME, _TLS_CERT, _TLS_KEY, _LOG_LEVEL, _WATCH_PORT,
 * _ADMIN_PASSWORD, _METRICS_TOKEN, _REQUESTS_PER_MINUTE, _TRUSTED_PROXIES, and DATABASE_URL). Secrets can be in files instead, named by
 * EVENKEEL_ADMIN_PASSWORD_FILE, EVENKEEL_METRICS_TOKEN_FILE, DATABASE_URL_FILE and DATABASE_PASSWORD_FILE; the last completes a DATABASE_URL that names no password.
 * @throws Refusal SETTINGS_INVALID that names every wrong setting
 */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const wrong: string[] = [];
  const refuse = (name: string, why: string): void => void wrong.push(`${name} ${why}`);
  const given = parse(args, refuse);
  const text = (option: keyof typeof OPTIONS & string): string | undefined =>
    (given[option] as string | undefined) ?? (environment[environmentName(option)] || undefined);
  const integer = (name: string, value: string | undefined, min: number, max: number, otherwise: number): number => {
    if (value === undefined) return otherwise;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= max)) refuse(name, `must be a whole number from ${min} to ${max}`);
    return number;
  };

  const address = text('address') ?? '127.0.0.1';
  if (!isIP(address)) refuse('address', 'must be an IP address');
  const tls = readTls(text('tls-cert'), text('tls-key'), refuse);
  if (isIP(address) && !isLoopback(address) && !text('tls-cert') && !given.plain) {
    refuse('address', `${address} is not loopback: give --tls-cert and --tls-key, or --plain to do without`);
  }
  const logLevel = (text('log-level') ?? 'info') as Settings['logLevel'];
  if (!LOG_LEVELS.includes(logLevel)) refuse('log-level', `must be one of ${LOG_LEVELS.join(', ')}`);
  const adminPassword = readSecret('EVENKEEL_ADMIN_PASSWORD', environment, refuse);
  if (
    adminPassword !== null &&
    (adminPassword.length < PASSWORD_LENGTH_MIN || adminPassword.length > PASSWORD_LENGTH_MAX)
  ) {
    refuse('EVENKEEL_ADMIN_PASSWORD', PASSWORD_LENGTH_RULE);
  }
  const metricsToken = readSecret('EVENKEEL_METRICS_TOKEN', environment, refuse);
  if (metricsToken !== null && !isMetricsToken(metricsToken)) refuse('EVENKEEL_METRICS_TOKEN', METRICS_TOKEN_RULE);
  const settings: Settings = {
    address,
    port: integer('port', text('port'), 0, 65_535, DEFAULT_PORT),
    tls,
    databaseUrl: readDatabaseUrl(environment, refuse),
    home: path.resolve(text('home') ?? '.evenkeel'),
    hasWorker: !given['no-worker'],
    adminPassword,
    logLevel,
    metricsToken,
    watchPort: text('watch-port') === undefined ? null : integer('watch-port', text('watch-port'), 0, 65_535, 0),
    requestsPerMinute: integer(
      'EVENKEEL_REQUESTS_PER_MINUTE',
      environment['EVENKEEL_REQUESTS_PER_MINUTE'] || undefined,
      1,
      10_000_000,
      12_000,
    ),
    trustedProxies: readProxies(environment['EVENKEEL_TRUSTED_PROXIES'] || '', refuse),
  };
  if (wrong.length > 0) throw settingsRefusal(wrong);
  return settings;
}

function parse(args: readonly string[], refuse: Refuse): Partial<Record<keyof typeof OPTIONS, string | boolean>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    refuse('command line:', (error as Error).message);
    return {};
  }
}

function readProxies(list: string, refuse: Refuse): string[] {
  const proxies = list.split(',').flatMap((entry) => entry.trim() || []);
  for (const proxy of proxies) {
    const [address = '', prefix = '0', ...more] = proxy.split('/');
    const bits = isIP(address) === 6 ? 128 : 32;
    const isRight = isIP(address) && more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
    if (!isRight) refuse('EVENKEEL_TRUSTED_PROXIES', `must list addresses or CIDR blocks, and "${proxy}" is neither`);
  }
  return proxies;
}

function readTls(certFile: string | undefined, keyFile: string | undefined, refuse: Refuse): Settings['tls'] {
  return certFile === undefined && keyFile === undefined ? null : readCertificate({ certFile, keyFile }, refuse);
}

/** From the variable, or from the file that the variable with _FILE names: what others can see in a process's environment is no secret. */
function readSecret(name: string, environment: NodeJS.ProcessEnv, refuse: Refuse): string | null {
  const value = environment[name] || null;
  const file = environment[`${name}_FILE`] || null;
  if (file === null) return value;
  if (value !== null) {
    refuse(name, `is given twice: leave out either it or ${name}_FILE`);
    return null;
  }
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (text === '') refuse(`${name}_FILE`, 'names an empty file');
    return text || null;
  } catch (error) {
    refuse(`${name}_FILE`, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return null;
  }
}

function readDatabaseUrl(environment: NodeJS.ProcessEnv, refuse: Refuse): string | null {
  const text = readSecret('DATABASE_URL', environment, refuse);
  const password = readSecret('DATABASE_PASSWORD', environment, refuse);
  if (text === null) return null;
  // The value itself may hold a password and is not shown.
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol)) {
    refuse('DATABASE_URL', 'must be a postgresql:// URL');
    return null;
  }
  if (password === null) return text;
  const url = new URL(text);
  if (url.password !== '') refuse('DATABASE_PASSWORD', 'is given, and DATABASE_URL names a password too');
  url.password = encodeURIComponent(password);
  return url.href;
}

function environmentName(option: string): string {
  return `EVENKEEL_${option.toUpperCase().replaceAll('-', '_')}`;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function settingsRefusal(wrong: readonly string[]): Refusal {
  const details = wrong.map((message): RefusalDetail => ({ code: 'SETTINGS_INVALID', message }));
  return new Refusal('SETTINGS_INVALID', wrong.join('; '), details);
}
