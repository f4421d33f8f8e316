/** The units of deploy/systemd, as systemd reads them, and with the settings that lie beside them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings as readControlPlaneSettings } from '../../src/control-plane/settings.js';
import { makeCertificate } from '../../src/node-api/certificate.js';
import { readSettings as readNodeSettings } from '../../src/storage-node/config/settings.js';
import { itWithTools, runTool } from '../support/tools.js';

const SOURCE = 'deploy/systemd';
const UNITS = readdirSync(SOURCE).filter((file) => file.endsWith('.service'));
/** Of 10; systemd itself calls what is below 2.5 "OK", and a unit without any of this has 9.6. */
const EXPOSURE_MAX_TENTHS = 20;

describe('the systemd units', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-units-'));
    // Installed here instead of below /opt: systemd looks whether the program is there.
    for (const unit of UNITS) {
      const text = readFileSync(path.join(SOURCE, unit), 'utf8').replaceAll('/opt/evenkeel', process.cwd());
      writeFileSync(path.join(folder, unit), text);
    }
    const { certificatePem, keyPem } = await makeCertificate('evenkeel');
    mkdirSync(path.join(folder, 'tls'));
    const files = { 'database-password': 'one', 'admin-password': 'correct horse' };
    for (const [name, text] of Object.entries({ ...files, 'tls/cert.pem': certificatePem, 'tls/key.pem': keyPem })) {
      writeFileSync(path.join(folder, name), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are one for each process', () => {
    expect(UNITS.sort()).toEqual(['evenkeel-api.service', 'evenkeel-node.service', 'evenkeel-worker.service']);
  });

  for (const unit of UNITS) {
    itWithTools(['systemd-analyze'], `${unit} is understood`, async () => {
      const { exitCode, stdout, stderr } = await runTool('systemd-analyze', ['verify', path.join(folder, unit)]);
      expect({ exitCode, said: stdout + stderr }).toEqual({ exitCode: 0, said: '' });
    });

    itWithTools(['systemd-analyze'], `${unit} leaves its process little that it may do`, async () => {
      const args = ['security', '--offline=true', `--threshold=${EXPOSURE_MAX_TENTHS}`, path.join(folder, unit)];
      const { exitCode, stdout } = await runTool('systemd-analyze', ['--no-pager', ...args]);
      expect(stdout).toContain('Overall exposure level');
      expect(exitCode).toBe(0);
    });

    it(`${unit} starts with the settings that lie beside it`, () => {
      const { args, environment } = commandOf(path.join(folder, unit), folder);
      const [mode, ...flags] = args;
      expect(`evenkeel-${mode}.service`).toBe(unit);
      if (mode === 'node') {
        expect(readNodeSettings(flags, environment)).toMatchObject({
          name: 'site-a',
          dataDirectory: '/var/lib/evenkeel',
        });
      } else {
        const { databaseUrl, hasWorker, tls } = readControlPlaneSettings(flags, environment);
        expect(new URL(databaseUrl!).password).toBe('one');
        expect(tls).not.toBeNull();
        expect(hasWorker).toBe(mode === 'worker');
      }
    });
  }
});

/** The words behind the program, and all variables: the unit's own and those of its file, with what lies below /etc taken from `folder`. */
function commandOf(unit: string, folder: string): { args: string[]; environment: Record<string, string> } {
  const text = readFileSync(unit, 'utf8').replaceAll('%d', folder);
  const values = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!);
  const file = path.basename(values('EnvironmentFile')[0]!);
  const lines = readFileSync(path.join(SOURCE, file), 'utf8').split('\n');
  const assignments = [...lines.filter((line) => /^\w+=/.test(line)), ...values('Environment')];
  return {
    args: values('ExecStart')[0]!.split(' ').slice(2),
    environment: Object.fromEntries(
      assignments.map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1).replace('/etc/evenkeel', folder)];
      }),
    ),
  };
}
