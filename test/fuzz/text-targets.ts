/** Parsers of what people and programs type, and of bodies of the admin API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { EnrolmentToken } from '../../src/node-api/contract.js';
import { decodeEnrolmentToken, encodeEnrolmentToken } from '../../src/node-api/enrolment-token.js';
import { decodeRevisionMark, encodeRevisionMark, type RevisionMark } from '../../src/node-api/revision-mark.js';
import { formatHostPort, type HostPort, parseHostPort } from '../../src/storage-node/config/host-port.js';
import { readSettings } from '../../src/storage-node/config/settings.js';
import { isClientAllowed } from '../../src/storage-node/nbd/allowed-clients.js';
import { enrolRequest, nodeSpec } from '../../src/storage-node/shape/node-spec.js';
import { sessionSpec, suspendRequest } from '../../src/storage-node/shape/session-spec.js';
import { type Check, checkShape } from '../../src/storage-node/shape/shape.js';
import { volumeSpec } from '../../src/storage-node/shape/volume-spec.js';
import { jsonOf, type FuzzTarget } from './fuzz-target.js';

/** The same in each run, so that a seed brings back what it did. */
function uidOf<T extends string>(n: number): T {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as T;
}

const SMALL = { factor: 16, extraBytes: 64 * 1024 };

function textTarget(
  name: string,
  seeds: readonly string[],
  parse: (text: string, take: (item: unknown) => void) => void,
  encode?: FuzzTarget['encode'],
): FuzzTarget {
  return {
    name,
    isStream: false,
    memory: SMALL,
    seeds: () => seeds.map((seed) => Buffer.from(seed)),
    parse: ([bytes = Buffer.alloc(0)], take) => parse(bytes.toString('utf8'), take),
    ...(encode && { encode }),
  };
}

const token = textTarget(
  'enrolment token',
  [encodeEnrolmentToken({ nodeUid: uidOf(1), fingerprint: 'ab'.repeat(32), secret: 'c2VjcmV0' })],
  (text, take) => take(decodeEnrolmentToken(text)),
  ([found]) => Buffer.from(encodeEnrolmentToken(found as EnrolmentToken)),
);
// A mutated base64 is rarely JSON: what is in it is mutated instead.
const tokenBody = textTarget(
  'body of an enrolment token',
  [JSON.stringify({ nodeUid: uidOf(2), fingerprint: 'ab'.repeat(32), secret: 'c2VjcmV0' })],
  (text, take) => take(decodeEnrolmentToken(Buffer.from(text).toString('base64url'))),
);

const hostPort = textTarget(
  'host and port',
  ['127.0.0.1:10809', '[::1]:5666', 'node-a.example.com:5667', 'localhost:0'],
  (text, take) => {
    const found = parseHostPort(text);
    if (found !== null) take(found);
  },
  ([found]) => Buffer.from(formatHostPort(found as HostPort)),
);

const revisionMark = textTarget(
  'revision mark',
  [encodeRevisionMark({ number: 42, id: uidOf(3) })],
  (text, take) => {
    const found = decodeRevisionMark(text);
    if (found !== null) take(found);
  },
  ([found]) => Buffer.from(encodeRevisionMark(found as RevisionMark)),
);

const clients = textTarget(
  'client lists',
  ['127.0.0.1\n10.0.0.0/8,::1,fe80::/10', '::ffff:127.0.0.1\n127.0.0.1/32'],
  (text, take) => {
    const [address = '', list = ''] = text.split('\n');
    // The control plane's shape comes before; a list that stands in an old file must not end the node either.
    const allowed = list.split(',').filter((entry) => isListable(entry));
    take(isClientAllowed(allowed, address));
  },
);

function isListable(entry: string): boolean {
  try {
    checkShape(volumeSpec, { ...volume, allowedClients: [entry] });
    return true;
  } catch {
    return false;
  }
}

// Settings

const flags = textTarget(
  'settings by flags',
  [
    '--data\n/srv/a\n--name\nsite-a\n--nbd\n0.0.0.0:10809\n--plain-nbd\n--advertise-nbd=host:1\n--memory-mb\n1024\n--log-level\nwarn',
  ],
  (text, take) => take(readSettings(text.split('\n'), {})),
);
const environment = textTarget(
  'settings by environment',
  ['DATA=/srv/a\nNAME=site-a\nPEER=[::1]:0\nADVERTISE_PEER=a:1,b:2\nPLAIN_PEER=1\nMEMORY_MB=384\nBACKING_FOLDER=/a,/b'],
  (text, take) => {
    const entries = text.split('\n').map((line) => line.split('=', 2));
    take(readSettings([], Object.fromEntries(entries.map(([name, value]) => [`EVENKEEL_NODE_${name}`, value]))));
  },
);
const settingsFile = textTarget(
  'settings by file',
  ['data: /srv/a\nname: site-a\nadmin: "127.0.0.1:3"\nbacking-folder: [/a, /b]\nplain-peer: true\nmemory-mb: 768\n'],
  (text, take) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-fuzz-'));
    try {
      const file = path.join(folder, 'node.yaml');
      writeFileSync(file, text);
      // The name of the file would make every refusal look new.
      take({ ...tryFile(file) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

function tryFile(file: string): object {
  const cwd = process.cwd();
  process.chdir(path.dirname(file));
  try {
    return readSettings(['--config', path.basename(file)], {});
  } finally {
    process.chdir(cwd);
  }
}

// Bodies of the admin API, and sessions as peers tell them

const uid = uidOf(4);
const end = {
  nodeUid: uid,
  volumeUid: uidOf(5),
  peerAddresses: ['127.0.0.1:5667', '[::1]:5667'],
  fingerprint: 'ab'.repeat(32),
  isPeerPlain: false,
};
const session = {
  uid: uidOf(6),
  label: 1,
  generation: 2,
  groupUid: uidOf(7),
  slot: 0,
  source: end,
  destination: { ...end, nodeUid: uidOf(8), volumeUid: uidOf(9) },
  settings: DEFAULT_SESSION_SETTINGS,
  srlSizeBytes: 128 * MIB,
  run: 'Suspend',
  resumedGeneration: 1,
  isForced: false,
  isAlone: false,
};
const volume = {
  uid: uidOf(10),
  name: 'data',
  label: 1,
  sizeBytes: 8 * MIB,
  writeCache: 'Writeback',
  backing: { type: 'File', path: '/srv/backing/data' },
  isOverwrite: false,
  allowedClients: ['127.0.0.0/8', '::1'],
  isCopyProtected: false,
  createdTime: '2026-11-20T10:00:00.000Z',
};

function shapeTarget(name: string, check: Check<unknown>, example: object): FuzzTarget {
  return textTarget(
    name,
    [JSON.stringify(example)],
    (text, take) => {
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch {
        return;
      }
      take(checkShape(check, body));
    },
    ([found]) => {
      const text = jsonOf(found);
      return text === null ? null : Buffer.from(text);
    },
  );
}

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  ...[token, tokenBody, hostPort, revisionMark, clients, flags, environment, settingsFile],
  shapeTarget('shape of a volume', volumeSpec, volume),
  shapeTarget('shape of a session', sessionSpec, session),
  shapeTarget('shape of a suspend', suspendRequest, { sessions: [session] }),
  shapeTarget('shape of a node', nodeSpec, { name: 'site-a', isInMaintenance: false, copyConcurrency: 20 }),
  shapeTarget('shape of an enrolment', enrolRequest, {
    apiVersion: 1,
    controllerName: 'control plane',
    secret: 'c2VjcmV0',
  }),
];
