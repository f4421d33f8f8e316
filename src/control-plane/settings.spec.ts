import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../node-api/certificate.js';
import { SETTINGS_HELP } from './settings-help.js';
import { readSettings } from './settings.js';

describe('settings of the control plane', () => {
  const messages = (args: string[], environment: NodeJS.ProcessEnv): string[] => {
    try {
      readSettings(args, environment);
      return [];
    } catch (error) {
      expect(error).toMatchObject({ code: 'SETTINGS_INVALID' });
      return (error as { details: { message: string }[] }).details.map(({ message }) => message);
    }
  };

  it('has a help text that names every option and every variable', () => {
    const source = readFileSync('src/control-plane/settings.ts', 'utf8');
    const options = [...source.matchAll(/^ {2}'?([a-z-]+)'?: \{ type:/gm)].map(([, name]) => `--${name}`);
    const variables = [...source.matchAll(/\b(EVENKEEL_[A-Z_]+|DATABASE_[A-Z]+)\b/g)]
      .map(([name]) => name)
      .filter((name) => !name.endsWith('_'));
    expect(options.length).toBeGreaterThan(5);
    const unsaid = [...options, ...variables].filter((name) => !SETTINGS_HELP.includes(name.replace(/_FILE$/, '')));
    expect(unsaid).toEqual([]);
  });

  it('has a default for everything', () => {
    expect(readSettings([], {})).toMatchObject({
      address: '127.0.0.1',
      port: 5665,
      tls: null,
      databaseUrl: null,
      hasWorker: true,
      adminPassword: null,
      logLevel: 'info',
    });
  });

  it('takes the command line before the environment, and an empty variable for none', () => {
    const environment = { EVENKEEL_PORT: '1', EVENKEEL_ADDRESS: '', EVENKEEL_HOME: '/from/environment' };
    expect(readSettings(['--port', '2', '--no-worker'], environment)).toMatchObject({
      port: 2,
      address: '127.0.0.1',
      home: '/from/environment',
      hasWorker: false,
    });
  });

  it('takes the proxies to be believed, and refuses what is no address', () => {
    const proxies = (list: string): readonly string[] =>
      readSettings([], { EVENKEEL_TRUSTED_PROXIES: list }).trustedProxies;
    expect(proxies('')).toEqual([]);
    expect(proxies('10.0.0.1, fd00::/8,')).toEqual(['10.0.0.1', 'fd00::/8']);
    for (const wrong of ['proxy', '10.0.0.1/33', '10.0.0.1/8/8', '::/129', '10.0.0.1/']) {
      expect(messages([], { EVENKEEL_TRUSTED_PROXIES: wrong })).toEqual([
        `EVENKEEL_TRUSTED_PROXIES must list addresses or CIDR blocks, and "${wrong}" is neither`,
      ]);
    }
  });

  it('takes a level of the log, and refuses one that is none', () => {
    expect(readSettings(['--log-level', 'debug'], { EVENKEEL_LOG_LEVEL: 'error' })).toMatchObject({
      logLevel: 'debug',
    });
    expect(readSettings([], { EVENKEEL_LOG_LEVEL: 'error' })).toMatchObject({ logLevel: 'error' });
    expect(messages(['--log-level', 'loud'], {})).toEqual([
      'log-level must be one of fatal, error, warn, info, debug, trace, silent',
    ]);
  });

  it('names every wrong setting at once, and shows no secret', () => {
    const wrong = messages(['--port', '70000', '--tls-cert', '/nowhere'], {
      EVENKEEL_ADDRESS: 'home',
      EVENKEEL_LOG_LEVEL: 'loud',
      EVENKEEL_ADMIN_PASSWORD: 'short',
      EVENKEEL_REQUESTS_PER_MINUTE: '-1',
      DATABASE_URL: 'mysql://root:secret@host/db',
    });
    expect(wrong).toEqual([
      'address must be an IP address',
      'tls-cert cannot be read (ENOENT)',
      'tls-key is missing: TLS needs both the certificate and its key',
      expect.stringContaining('log-level must be one of'),
      'EVENKEEL_ADMIN_PASSWORD must have 8 to 256 characters',
      'port must be a whole number from 0 to 65535',
      'DATABASE_URL must be a postgresql:// URL',
      'EVENKEEL_REQUESTS_PER_MINUTE must be a whole number from 1 to 10000000',
    ]);
    expect(wrong.join()).not.toMatch(/secret|short/);
  });

  it('refuses files that are no certificate', () => {
    const files = ['--tls-cert', 'package.json', '--tls-key', 'package.json'];
    expect(messages(files, {})).toEqual([expect.stringContaining('tls-cert, tls-key cannot be used')]);
  });

  it('refuses a certificate and a key that do not belong together', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-settings-'));
    const [one, other] = await Promise.all([makeCertificate('one'), makeCertificate('other')]);
    const file = (name: string, text: string): string => {
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const cert = file('cert.pem', one.certificatePem);
    expect(messages(['--tls-cert', cert, '--tls-key', file('other.pem', other.keyPem)], {})).toEqual([
      expect.stringContaining('tls-cert, tls-key do not belong together'),
    ]);
    expect(readSettings(['--tls-cert', cert, '--tls-key', file('key.pem', one.keyPem)], {}).tls).toMatchObject({
      cert: one.certificatePem,
    });
    rmSync(folder, { recursive: true });
  });

  describe('takes secrets from files', () => {
    let folder: string;
    let secret: string;
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-settings-'));
      secret = path.join(folder, 'secret');
      writeFileSync(secret, 'p@ss/w%rd: #1\n');
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('without the line end of an editor', () => {
      expect(readSettings([], { EVENKEEL_ADMIN_PASSWORD_FILE: secret }).adminPassword).toBe('p@ss/w%rd: #1');
    });

    it('and completes the URL of the database by a password', () => {
      const environment = { DATABASE_URL: 'postgresql://evenkeel@db:5432/evenkeel', DATABASE_PASSWORD_FILE: secret };
      const url = new URL(readSettings([], environment).databaseUrl!);
      expect(decodeURIComponent(url.password)).toBe('p@ss/w%rd: #1');
      expect([url.username, url.host, url.pathname]).toEqual(['evenkeel', 'db:5432', '/evenkeel']);
    });

    it('and refuses those that are not there, are empty, or are given twice, without showing any', () => {
      const empty = path.join(folder, 'empty');
      writeFileSync(empty, '\n');
      const wrong = messages([], {
        EVENKEEL_ADMIN_PASSWORD: 'p@ss/w%rd: #1',
        EVENKEEL_ADMIN_PASSWORD_FILE: secret,
        DATABASE_URL_FILE: path.join(folder, 'nothing'),
        DATABASE_PASSWORD_FILE: empty,
      });
      expect(wrong).toEqual([
        expect.stringContaining('EVENKEEL_ADMIN_PASSWORD is given twice'),
        'DATABASE_URL_FILE cannot be read (ENOENT)',
        'DATABASE_PASSWORD_FILE names an empty file',
      ]);
      expect(wrong.join()).not.toContain('p@ss');
      const twice = { DATABASE_URL: 'postgresql://evenkeel:other@db/evenkeel', DATABASE_PASSWORD_FILE: secret };
      expect(messages([], twice)).toEqual(['DATABASE_PASSWORD is given, and DATABASE_URL names a password too']);
    });
  });

  it('refuses what it does not know', () => {
    expect(messages(['--prot', '1'], {})).toEqual([expect.stringContaining("'--prot'")]);
    expect(messages(['here'], {})).toEqual([expect.stringContaining("'here'")]);
  });

  for (const address of ['0.0.0.0', '192.0.2.1', '::']) {
    it(`refuses to serve ${address} without TLS, unless that is asked for`, () => {
      expect(messages(['--address', address], {})).toEqual([expect.stringContaining('is not loopback')]);
      expect(readSettings(['--address', address, '--plain'], {})).toMatchObject({ address, tls: null });
    });
  }

  for (const address of ['127.0.0.1', '127.1.2.3', '::1']) {
    it(`serves ${address} without TLS`, () => expect(messages(['--address', address], {})).toEqual([]));
  }
});
