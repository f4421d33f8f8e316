/**
 * What an operator may set when starting a storage node: by flag, by environment variable or in a YAML file, in this order of
 * precedence. One table says what there is; flags, variables, file keys and the help text come from it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';
import { MIB } from '../../model/sizes.js';
import { isMetricsToken, METRICS_TOKEN_RULE } from '../../node-api/metrics-reader.js';
import { MEMORY_MIB_DEFAULT, MEMORY_MIB_MAX, MEMORY_MIB_MIN } from './budget.js';
import { type HostPort, isLoopback, isWildcard, parseHostPort } from './host-port.js';

/** Files with what hosts and node prove themselves with; absolute paths, PEM, and for keys lines of `user:hex`. */
export type HostTlsFiles =
  | {
      readonly kind: 'x509';
      readonly certificate: string;
      readonly key: string;
      /** Of the authorities whose certificate a host must show; null when it needs none. */
      readonly clientCa: string | null;
    }
  | { readonly kind: 'psk'; readonly keys: string };

export interface NodeSettings {
  /** Absolute. */
  readonly dataDirectory: string;
  readonly name: string;
  readonly nbd: HostPort;
  readonly peer: HostPort;
  readonly admin: HostPort;
  /** How hosts and peers reach this node where that differs from the address listened on; null: as listened on. */
  readonly advertisedNbd: HostPort | null;
  readonly advertisedPeers: readonly HostPort[];
  /** Null serves hosts without TLS; else they must use it. */
  readonly nbdTls: HostTlsFiles | null;
  /** The peer port speaks without TLS. */
  readonly isPeerPlain: boolean;
  /** Absolute folders below which the backing paths of volumes may lie. */
  readonly backingFolders: readonly string[];
  /** What the node may take besides what it needs at rest. */
  readonly memoryBytes: number;
  readonly logLevel: string;
  /** Whoever shows it may read the metrics; null: only this machine. */
  readonly metricsToken: string | null;
}

type Kind = 'text' | 'address' | 'list' | 'addresses' | 'switch';

interface Setting {
  /** Flag without its dashes, and key in the file; the variable is EVENKEEL_NODE_ and this in capitals. */
  readonly name: string;
  readonly kind: Kind;
  readonly placeholder: string;
  readonly help: string;
  readonly fallback?: string;
}

// prettier-ignore
const TABLE = [
  { name: 'data', kind: 'text', placeholder: 'DIR', help: 'data directory, made at the first start (required)' },
  { name: 'name', kind: 'text', placeholder: 'NAME', help: 'name of the node, 1 to 32 printable ASCII characters (required)' },
  { name: 'nbd', kind: 'address', placeholder: 'HOST:PORT', help: 'where hosts attach volumes', fallback: '127.0.0.1:10809' },
  { name: 'peer', kind: 'address', placeholder: 'HOST:PORT', help: 'where other nodes connect', fallback: '127.0.0.1:5667' },
  { name: 'admin', kind: 'address', placeholder: 'HOST:PORT', help: 'where the control plane connects', fallback: '127.0.0.1:5666' },
  { name: 'advertise-nbd', kind: 'address', placeholder: 'HOST:PORT', help: 'how hosts reach --nbd, if not as listened on' },
  { name: 'advertise-peer', kind: 'addresses', placeholder: 'HOST:PORT', help: 'how other nodes reach --peer; may be repeated' },
  { name: 'plain-peer', kind: 'switch', placeholder: '', help: 'no TLS between nodes: only on a network that you trust' },
  { name: 'nbd-tls-cert', kind: 'text', placeholder: 'FILE', help: 'certificate of the node (PEM): hosts must use TLS' },
  { name: 'nbd-tls-key', kind: 'text', placeholder: 'FILE', help: 'its key (PEM)' },
  { name: 'nbd-tls-client-ca', kind: 'text', placeholder: 'FILE', help: 'hosts must show a certificate that one of these signed' },
  { name: 'nbd-tls-psk', kind: 'text', placeholder: 'FILE', help: 'keys shared with hosts, user:hex as of psktool, in place of these' },
  { name: 'plain-nbd', kind: 'switch', placeholder: '', help: 'allows --nbd on an address that other machines reach, without TLS' },
  { name: 'backing-folder', kind: 'list', placeholder: 'DIR', help: 'folder whose files and devices may back volumes; may be repeated' },
  { name: 'memory-mb', kind: 'text', placeholder: 'MIB', help: 'memory for requests, logs and streams, besides 150 MiB at rest', fallback: String(MEMORY_MIB_DEFAULT) },
  { name: 'metrics-token', kind: 'text', placeholder: 'TOKEN', help: 'lets whoever shows it read /metrics, not this machine alone; best by variable or file' },
  { name: 'log-level', kind: 'text', placeholder: 'LEVEL', help: 'trace, debug, info, warn, error', fallback: 'info' },
] as const satisfies readonly Setting[];

type Name = (typeof TABLE)[number]['name'];
/** Texts as given, each with the place it came from, for messages that say what to correct. */
type Given = Map<Name, { readonly texts: readonly string[]; readonly origin: string }>;
type Complain = (parameter: string, message: string) => void;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];
const nodeName = /^[\x21-\x7e]([\x20-\x7e]{0,30}[\x21-\x7e])?$/;
export const NODE_NAME_RULE = 'must be 1 to 32 printable ASCII characters, without blanks at its ends';

export function isNodeName(name: string): boolean {
  return nodeName.test(name);
}

export const SETTINGS_HELP = [
  'Usage: evenkeel node --data DIR --name NAME [options]',
  '',
  'Starts a storage node. Each option can also be set as EVENKEEL_NODE_<OPTION> (lists separated by commas), or as a key',
  'of the YAML file named by --config FILE. Flags win over the environment, the environment over the file. Port 0 takes any',
  'free port.',
  '',
  ...TABLE.map((setting: Setting) => {
    const usage = `--${setting.name} ${setting.placeholder}`.trimEnd();
    return `  ${usage.padEnd(27)} ${setting.help}${setting.fallback === undefined ? '' : ` (${setting.fallback})`}`;
  }),
  `  ${'--config FILE'.padEnd(27)} YAML file with these settings`,
  '',
].join('\n');

/**
 * @param argv flags as given after the command's name
 * @throws Refusal SETTINGS_INVALID whose details name every wrong setting
 */
export function readSettings(argv: readonly string[], environment: NodeJS.ProcessEnv): NodeSettings {
  const wrong: RefusalDetail[] = [];
  const complain: Complain = (parameter, message) =>
    wrong.push({ parameter, code: 'SETTINGS_INVALID', message: `${parameter}: ${message}` });

  const flags = fromFlags(argv, complain);
  const configFile = flags.config ?? environment.EVENKEEL_NODE_CONFIG;
  const given: Given = new Map([
    ...(configFile ? fromFile(configFile, complain) : []),
    ...fromEnvironment(environment),
    ...flags.given,
  ]);
  const settings = interpret(given, complain);
  if (wrong.length > 0) throw new Refusal('SETTINGS_INVALID', wrong.map((detail) => detail.message).join('; '), wrong);
  return settings;
}

function fromFlags(argv: readonly string[], complain: Complain): { given: Given; config: string | undefined } {
  const given: Given = new Map();
  let config: string | undefined;
  for (let index = 0; index < argv.length; index++) {
    const [, flag, name, inlined] = /^(--([a-z-]+))(?:=(.*))?$/s.exec(argv[index]!) ?? [];
    const setting: Setting | undefined = TABLE.find((row) => row.name === name);
    if (flag === undefined || (!setting && name !== 'config')) {
      complain(argv[index]!, 'is not a known option');
      continue;
    }
    if (setting?.kind === 'switch') {
      if (inlined === undefined) given.set(setting.name as Name, { texts: ['true'], origin: flag });
      else complain(flag, 'takes no value');
      continue;
    }
    const next = argv[index + 1];
    const value = inlined ?? (next?.startsWith('--') ? undefined : next);
    if (value === undefined) complain(flag, 'needs a value');
    else if (setting) {
      const before = given.get(setting.name as Name)?.texts ?? [];
      given.set(setting.name as Name, { texts: [...before, value], origin: flag });
    } else config = value;
    if (inlined === undefined && value !== undefined) index++;
  }
  return { config, given };
}

function fromEnvironment(environment: NodeJS.ProcessEnv): Given {
  const given: Given = new Map();
  for (const { name, kind } of TABLE) {
    const origin = `EVENKEEL_NODE_${name.toUpperCase().replaceAll('-', '_')}`;
    const text = environment[origin];
    if (text === undefined || text === '') continue;
    const isList = kind === 'list' || kind === 'addresses';
    given.set(name, { texts: isList ? text.split(',').map((part) => part.trim()) : [text], origin });
  }
  return given;
}

function fromFile(file: string, complain: Complain): Given {
  const given: Given = new Map();
  let content: unknown;
  try {
    content = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    complain(file, name === 'YAMLParseError' ? `is not YAML: ${message.split('\n')[0]}` : `cannot be read: ${code}`);
    return given;
  }
  if (content === null) return given;
  if (typeof content !== 'object' || Array.isArray(content)) {
    complain(file, 'is not a list of keys and values');
    return given;
  }
  for (const [key, value] of Object.entries(content)) {
    const origin = `${file} ${key}`;
    const setting: Setting | undefined = TABLE.find((row) => row.name === key);
    if (!setting) {
      complain(origin, 'is not a known setting');
      continue;
    }
    const isList = setting.kind === 'list' || setting.kind === 'addresses';
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (
      (Array.isArray(value) && !isList) ||
      values.some((one) => !['string', 'number', 'boolean'].includes(typeof one))
    ) {
      complain(origin, isList ? 'must be a text or a list of texts' : 'must be one value');
    } else {
      given.set(setting.name as Name, { texts: values.map(String), origin });
    }
  }
  return given;
}

function interpret(given: Given, complain: Complain): NodeSettings {
  const texts = (name: Name) => {
    const setting: Setting = TABLE.find((row) => row.name === name)!;
    return given.get(name)?.texts ?? (setting.fallback === undefined ? [] : [setting.fallback]);
  };
  const origin = (name: Name) => given.get(name)?.origin ?? `--${name}`;
  /** Once a list, the last one wins, as with flags given twice. */
  const text = (name: Name) => texts(name).at(-1) ?? '';
  const isOn = (name: Name) => {
    const value = (texts(name).at(-1) ?? 'false').toLowerCase();
    if (!['true', 'false', '1', '0'].includes(value)) complain(origin(name), `must be true or false, not "${value}"`);
    return value === 'true' || value === '1';
  };
  const address = (name: Name, value: string, isReached: boolean): HostPort => {
    const parsed = parseHostPort(value);
    if (!parsed) complain(origin(name), `must be host:port, not "${value}"`);
    else if (isReached && (parsed.port === 0 || isWildcard(parsed.host))) {
      complain(origin(name), `must name one host and port, not "${value}"`);
    }
    return parsed ?? { host: '127.0.0.1', port: 0 };
  };

  if (text('data') === '') complain(origin('data'), 'is required');
  if (text('name') === '') complain(origin('name'), 'is required');
  else if (!isNodeName(text('name'))) {
    complain(origin('name'), NODE_NAME_RULE);
  }
  if (!LOG_LEVELS.includes(text('log-level'))) complain(origin('log-level'), `must be one of ${LOG_LEVELS.join(', ')}`);

  const memoryMib = /^\d{1,9}$/.test(text('memory-mb')) ? Number(text('memory-mb')) : NaN;
  if (!(memoryMib >= MEMORY_MIB_MIN && memoryMib <= MEMORY_MIB_MAX)) {
    complain(origin('memory-mb'), `must be a whole number from ${MEMORY_MIB_MIN} to ${MEMORY_MIB_MAX}`);
  }

  const nbd = address('nbd', text('nbd'), false);
  const peer = address('peer', text('peer'), false);
  const advertisedNbd = text('advertise-nbd') === '' ? null : address('advertise-nbd', text('advertise-nbd'), true);
  const advertisedPeers = texts('advertise-peer').map((value) => address('advertise-peer', value, true));
  const nbdTls = hostTlsFiles(text, (name, message) => complain(origin(name), message));
  if (!isLoopback(nbd.host) && nbdTls === null && !isOn('plain-nbd')) {
    complain(
      origin('nbd'),
      'other machines reach this address, and NBD is served without TLS: set nbd-tls-cert or nbd-tls-psk, or allow it by plain-nbd',
    );
  }
  if (isWildcard(nbd.host) && !advertisedNbd) complain(origin('nbd'), 'listens everywhere: set advertise-nbd');
  if (isWildcard(peer.host) && advertisedPeers.length === 0) {
    complain(origin('peer'), 'listens everywhere: set advertise-peer');
  }
  const backingFolders = texts('backing-folder').map((folder) => {
    if (!path.isAbsolute(folder)) complain(origin('backing-folder'), `must be an absolute path, not "${folder}"`);
    return path.normalize(folder);
  });
  return {
    dataDirectory: path.resolve(text('data')),
    name: text('name'),
    nbd,
    peer,
    admin: address('admin', text('admin'), false),
    advertisedNbd,
    advertisedPeers,
    nbdTls,
    isPeerPlain: isOn('plain-peer'),
    backingFolders,
    memoryBytes: memoryMib * MIB,
    logLevel: text('log-level'),
    metricsToken: metricsTokenOf(text('metrics-token'), (why) => complain(origin('metrics-token'), why)),
  };
}

function metricsTokenOf(text: string, complain: (why: string) => void): string | null {
  if (text === '') return null;
  if (!isMetricsToken(text)) complain(METRICS_TOKEN_RULE);
  return text;
}

function hostTlsFiles(
  text: (name: Name) => string,
  complain: (name: Name, message: string) => void,
): HostTlsFiles | null {
  const file = (name: Name) => (text(name) === '' ? null : path.resolve(text(name)));
  const [certificate, key, clientCa] = [file('nbd-tls-cert'), file('nbd-tls-key'), file('nbd-tls-client-ca')];
  const keys = file('nbd-tls-psk');
  if (keys !== null) {
    if (certificate !== null || key !== null || clientCa !== null) {
      complain('nbd-tls-psk', 'hosts prove themselves by keys or by certificates, not both');
    }
    return { kind: 'psk', keys };
  }
  if (certificate !== null && key !== null) return { kind: 'x509', certificate, key, clientCa };
  if (certificate !== null) complain('nbd-tls-cert', 'needs nbd-tls-key');
  if (key !== null) complain('nbd-tls-key', 'needs nbd-tls-cert');
  if (clientCa !== null) complain('nbd-tls-client-ca', 'needs nbd-tls-cert and nbd-tls-key');
  return null;
}
