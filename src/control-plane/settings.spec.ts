import { describe, expect, it } from '@jest/globals';
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
      expect.stringContaining('EVENKEEL_LOG_LEVEL must be one of'),
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
