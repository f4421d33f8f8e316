import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRefusal, type Refusal } from '../../errors/refusal.js';
import { formatHostPort, isLoopback, parseHostPort } from './host-port.js';
import { readSettings, SETTINGS_HELP } from './settings.js';

const least = ['--data', '/srv/a', '--name', 'site-a'];

function refusalOf(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Refusal {
  try {
    readSettings(argv, environment);
  } catch (error) {
    if (isRefusal(error, 'SETTINGS_INVALID')) return error;
    throw error;
  }
  throw new Error('the settings were taken');
}

describe('node settings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-settings-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const name = path.join(folder, 'node.yaml');
    writeFileSync(name, content);
    return name;
  }

  it('listens on loopback when nothing is said', () => {
    const settings = readSettings(least, {});
    expect(settings).toMatchObject({ dataDirectory: '/srv/a', name: 'site-a', isPeerPlain: false, backingFolders: [] });
    expect([settings.nbd, settings.peer, settings.admin].every(({ host }) => isLoopback(host))).toBe(true);
  });

  it('prefers flags to the environment and the environment to the file', () => {
    const config = file(
      'data: /srv/file\nname: from-file\nadmin: "127.0.0.1:3"\nbacking-folder: [/a, /b]\nplain-peer: true\n',
    );
    const settings = readSettings(['--config', config, '--name', 'from-flag'], {
      EVENKEEL_NODE_NAME: 'from-env',
      EVENKEEL_NODE_DATA: '/srv/env',
    });
    expect(settings).toMatchObject({
      name: 'from-flag',
      dataDirectory: '/srv/env',
      admin: { host: '127.0.0.1', port: 3 },
      backingFolders: ['/a', '/b'],
      isPeerPlain: true,
    });
  });

  it('takes lists from repeated flags and from commas in the environment', () => {
    expect(readSettings([...least, '--backing-folder', '/a', '--backing-folder', '/b'], {}).backingFolders).toEqual([
      '/a',
      '/b',
    ]);
    expect(readSettings(least, { EVENKEEL_NODE_BACKING_FOLDER: '/a, /b' }).backingFolders).toEqual(['/a', '/b']);
  });

  it('names every wrong setting at once', () => {
    const config = file('colour: red\nname: [a, b]\n');
    const refusal = refusalOf(
      [
        '--config',
        config,
        '--nbd',
        'nowhere',
        '--peer=[::1',
        '--admin',
        '--bogus',
        '--backing-folder',
        'relative',
        'stray',
      ],
      { EVENKEEL_NODE_LOG_LEVEL: 'loud', EVENKEEL_NODE_PLAIN_PEER: 'perhaps' },
    );
    expect(refusal.details.map((detail) => detail.parameter).sort()).toEqual(
      [
        '--admin',
        '--backing-folder',
        '--bogus',
        '--data',
        '--name',
        '--nbd',
        '--peer',
        'EVENKEEL_NODE_LOG_LEVEL',
        'EVENKEEL_NODE_PLAIN_PEER',
        `${config} colour`,
        `${config} name`,
        'stray',
      ].sort(),
    );
    for (const detail of refusal.details) expect(refusal.message).toContain(detail.parameter);
  });

  it.each(['', ' a', 'a ', 'a\tb', 'ä', 'x'.repeat(33)])('refuses the name "%s"', (name) => {
    expect(refusalOf(['--data', '/d', '--name', name]).details).toHaveLength(1);
  });

  it('serves NBD to other machines only when allowed by name', () => {
    const open = [...least, '--nbd', '192.0.2.1:10809'];
    expect(refusalOf(open).details.map((detail) => detail.parameter)).toEqual(['--nbd']);
    expect(readSettings([...open, '--plain-nbd'], {}).nbd.host).toBe('192.0.2.1');
  });

  it('serves NBD to other machines with TLS, by certificate or by keys', () => {
    const open = [...least, '--nbd', '192.0.2.1:10809'];
    const certificate = ['--nbd-tls-cert', '/t/cert.pem', '--nbd-tls-key', '/t/key.pem'];
    expect(readSettings(open.concat(certificate), {}).nbdTls).toEqual({
      kind: 'x509',
      certificate: '/t/cert.pem',
      key: '/t/key.pem',
      clientCa: null,
    });
    const withCa = readSettings([...open, ...certificate, '--nbd-tls-client-ca', '/t/ca.pem'], {});
    expect(withCa.nbdTls).toMatchObject({ clientCa: '/t/ca.pem' });
    expect(readSettings([...open, '--nbd-tls-psk', '/t/keys.psk'], {}).nbdTls).toEqual({
      kind: 'psk',
      keys: '/t/keys.psk',
    });
    expect(readSettings([...open, '--plain-nbd'], {}).nbdTls).toBeNull();
  });

  it.each([
    [['cert'], ['--nbd-tls-cert']],
    [['key'], ['--nbd-tls-key']],
    [['client-ca'], ['--nbd-tls-client-ca']],
    [['cert', 'key', 'psk'], ['--nbd-tls-psk']],
    [['client-ca', 'psk'], ['--nbd-tls-psk']],
  ])('refuses %s alone for TLS', (given, wrong) => {
    const flags = given.flatMap((name) => [`--nbd-tls-${name}`, '/t/file']);
    expect(refusalOf([...least, ...flags]).details.map(({ parameter }) => parameter)).toEqual(wrong);
  });

  it('asks how to be reached when it listens everywhere', () => {
    const everywhere = [...least, '--plain-nbd', '--nbd', '0.0.0.0:1', '--peer', '[::]:2'];
    expect(refusalOf(everywhere).details.map((detail) => detail.parameter)).toEqual(['--nbd', '--peer']);
    const settings = readSettings(
      [...everywhere, '--advertise-nbd', 'a.example:1', '--advertise-peer', '[2001:db8::1]:2'],
      {},
    );
    expect(settings.advertisedPeers).toEqual([{ host: '2001:db8::1', port: 2 }]);
    expect(refusalOf([...least, '--advertise-peer', '[::]:2']).details).toHaveLength(1);
  });

  it('says so when the file cannot be read or is not YAML', () => {
    expect(refusalOf([...least, '--config', '/nonexistent/file']).message).toContain('ENOENT');
    expect(refusalOf([...least, '--config', file('a: [')]).message).toContain('is not YAML');
    expect(refusalOf([...least, '--config', file('- a')]).message).toContain('keys and values');
  });

  it('names every setting in its help', () => {
    for (const name of ['data', 'name', 'nbd', 'peer', 'admin', 'plain-peer', 'backing-folder', 'advertise-peer']) {
      expect(SETTINGS_HELP).toContain(`--${name}`);
    }
  });
});

describe('host:port', () => {
  it.each(['127.0.0.1:0', '[::1]:65535', 'node-1.example.org:5666'])('takes %s and writes it again', (text) => {
    expect(formatHostPort(parseHostPort(text)!)).toBe(text);
  });

  it.each([
    '',
    ':1',
    'a',
    'a:',
    'a:65536',
    'a:-1',
    '::1:5',
    '[a]:1',
    '1.2.3:4',
    '256.1.1.1:1',
    'a b:1',
    'a_b:1',
    '-a:1',
  ])('refuses "%s"', (text) => expect(parseHostPort(text)).toBeNull());

  it('knows what only this machine can reach', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', 'example.org', 'fe80::1'].some(isLoopback)).toBe(false);
  });
});
