/** Settings of the control plane's processes, from the command line and the environment. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';
import { Refusal, type RefusalDetail } from '../errors/refusal.js';

const DEFAULT_PORT = 5665;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Settings {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Null: the embedded PostgreSQL in the home folder. */
  readonly databaseUrl: string | null;
  readonly home: string;
  /** Whether the API's process also runs the worker. */
  readonly hasWorker: boolean;
  /** For the first start; null makes one up and prints it. */
  readonly adminPassword: string | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** From one address. */
  readonly requestsPerMinute: number;
}

const OPTIONS = {
  address: { type: 'string' },
  port: { type: 'string' },
  home: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  plain: { type: 'boolean' },
  'no-worker': { type: 'boolean' },
} as const;

/**
 * The command line wins over the environment (EVENKEEL_ADDRESS, _PORT, _HOME, _TLS_CERT, _TLS_KEY, _ADMIN_PASSWORD, _LOG_LEVEL,
 * _REQUESTS_PER_MINUTE, and DATABASE_URL).
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
  const logLevel = (environment['EVENKEEL_LOG_LEVEL'] || 'info') as Settings['logLevel'];
  if (!LOG_LEVELS.includes(logLevel)) refuse('EVENKEEL_LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`);
  const adminPassword = environment['EVENKEEL_ADMIN_PASSWORD'] || null;
  if (adminPassword !== null && (adminPassword.length < 8 || adminPassword.length > 256)) {
    refuse('EVENKEEL_ADMIN_PASSWORD', 'must have 8 to 256 characters');
  }
  const settings: Settings = {
    address,
    port: integer('port', text('port'), 0, 65_535, DEFAULT_PORT),
    tls,
    databaseUrl: readDatabaseUrl(environment['DATABASE_URL'] || null, refuse),
    home: path.resolve(text('home') ?? '.evenkeel'),
    hasWorker: !given['no-worker'],
    adminPassword,
    logLevel,
    requestsPerMinute: integer(
      'EVENKEEL_REQUESTS_PER_MINUTE',
      environment['EVENKEEL_REQUESTS_PER_MINUTE'] || undefined,
      1,
      10_000_000,
      12_000,
    ),
  };
  if (wrong.length > 0) throw settingsRefusal(wrong);
  return settings;
}

type Refuse = (name: string, why: string) => void;

function parse(args: readonly string[], refuse: Refuse): Partial<Record<keyof typeof OPTIONS, string | boolean>> {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    refuse('command line:', (error as Error).message);
    return {};
  }
}

function readTls(cert: string | undefined, key: string | undefined, refuse: Refuse): Settings['tls'] {
  if (cert === undefined && key === undefined) return null;
  const read = (name: string, file: string | undefined): string => {
    try {
      if (file === undefined) refuse(name, 'is missing: TLS needs both the certificate and its key');
      else return readFileSync(file, 'utf8');
    } catch (error) {
      refuse(name, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
    return '';
  };
  const tls = { cert: read('tls-cert', cert), key: read('tls-key', key) };
  if (tls.cert !== '' && tls.key !== '') {
    try {
      createSecureContext(tls);
    } catch (error) {
      refuse('tls-cert, tls-key', `cannot be used (${(error as Error).message})`);
    }
  }
  return tls;
}

function readDatabaseUrl(url: string | null, refuse: Refuse): string | null {
  if (url !== null && !(URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol))) {
    // The value itself may hold a password and is not shown.
    refuse('DATABASE_URL', 'must be a postgresql:// URL');
  }
  return url;
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
