/** What is deployed with Docker, without one: the composition as docker-compose understands it, and the Dockerfile as it is written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readSettings as readControlPlaneSettings } from '../../src/control-plane/settings.js';
import { makeCertificate } from '../../src/node-api/certificate.js';
import { readSettings as readNodeSettings } from '../../src/storage-node/config/settings.js';
import { isIgnored, readIgnoreRules } from '../../src/tools/image/build-context.js';
import { parseDockerfile, settingsOf } from '../../src/tools/image/dockerfile.js';
import { itWithTools, runTool } from '../support/tools.js';

interface Service {
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly image: string;
  readonly healthcheck?: object;
  readonly secrets?: { readonly source: string }[];
  readonly volumes?: string[];
  readonly depends_on?: Record<string, { readonly condition: string }>;
}

interface Composition {
  readonly services: Record<string, Service>;
  readonly secrets: Record<string, { readonly file: string }>;
}

async function compose(...files: string[]): Promise<Composition> {
  const args = [...files.flatMap((file) => ['-f', file]), 'config'];
  const { exitCode, stdout, stderr } = await runTool('docker-compose', args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return parse(stdout) as Composition;
}

describe('docker-compose.yml', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-compose-'));
    const { certificatePem, keyPem } = await makeCertificate('evenkeel');
    const secrets = { 'database-password': 'a/b+c=', 'admin-password': 'correct horse' };
    for (const [name, text] of Object.entries({ ...secrets, 'tls-cert': certificatePem, 'tls-key': keyPem })) {
      writeFileSync(path.join(folder, name), `${text}\n`);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a service's process reads, with the secrets where this machine has them. */
  function environmentOf({ environment = {} }: Service): Record<string, string> {
    const entries = Object.entries(environment);
    return Object.fromEntries(entries.map(([name, value]) => [name, value.replace('/run/secrets', folder)]));
  }

  itWithTools(
    ['docker-compose'],
    'runs every process of a split installation, each with settings that it takes',
    async () => {
      const { services } = await compose('docker-compose.yml');
      expect(Object.keys(services).sort()).toEqual(['api', 'postgres', 'site-a', 'site-b', 'worker']);
      for (const name of ['api', 'worker']) {
        const [mode, ...args] = services[name]!.command!;
        expect(mode).toBe(name);
        const { databaseUrl, adminPassword } = readControlPlaneSettings(args, environmentOf(services[name]!));
        expect(decodeURIComponent(new URL(databaseUrl!).password)).toBe('a/b+c=');
        expect(adminPassword).toBe(name === 'api' ? 'correct horse' : null);
        expect(services[name]!.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
      }
      for (const name of ['site-a', 'site-b']) {
        const [mode, ...args] = services[name]!.command!;
        expect(mode).toBe('node');
        const settings = readNodeSettings(args, environmentOf(services[name]!));
        expect(settings).toMatchObject({ name, dataDirectory: '/data', isPeerPlain: false });
        expect(services[name]!.volumes).toEqual([`${name}:/data:rw`]);
      }
    },
  );

  itWithTools(['docker-compose'], 'hands secrets over as files, to those that need them', async () => {
    const { services, secrets } = await compose('docker-compose.yml');
    expect(Object.values(secrets).every(({ file }) => file.includes('/secrets/'))).toBe(true);
    const given = Object.entries(services).map(([name, { secrets: of = [] }]) => [
      name,
      of.map(({ source }) => source).sort(),
    ]);
    expect(Object.fromEntries(given)).toEqual({
      api: ['admin-password', 'database-password'],
      worker: ['database-password'],
      postgres: ['database-password'],
      'site-a': [],
      'site-b': [],
    });
    const variables = Object.values(services).flatMap(({ environment = {} }) => Object.keys(environment));
    expect(variables.filter((name) => /PASSWORD|TOKEN|KEY/.test(name) && !name.endsWith('_FILE'))).toEqual([]);
  });

  itWithTools(['docker-compose'], 'serves HTTPS together with docker-compose.tls.yml', async () => {
    const { services } = await compose('docker-compose.yml', 'docker-compose.tls.yml');
    const api = services['api']!;
    expect(readControlPlaneSettings(api.command!.slice(1), environmentOf(api)).tls).not.toBeNull();
    expect(api.environment!['EVENKEEL_HEALTH_URL']).toMatch(/^https:/);
  });
});

describe('the Dockerfile', () => {
  const stages = parseDockerfile(readFileSync('Dockerfile', 'utf8'));
  const rules = readIgnoreRules(readFileSync('.dockerignore', 'utf8'));

  it('starts from the Node.js that package.json pins, in every stage', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: { node: string } };
    for (const { image } of stages) expect(image).toBe(`node:${dependencies.node}-bookworm-slim`);
  });

  it('ends in an image without what only building needs, that runs as nobody special and can be asked how it is', () => {
    const last = stages.at(-1)!;
    const copied = last.instructions.filter(({ name }) => name === 'COPY');
    expect(copied.map(({ words, flags }) => [flags['from'] ?? 'context', words[0]])).toEqual([
      ['dependencies', '/evenkeel/node_modules'],
      ['build', '/evenkeel/dist'],
      ['context', 'package.json'],
    ]);
    const installs = stages.flatMap(({ name, instructions }) =>
      instructions.filter(({ words }) => words[0]!.startsWith('npm ')).map(({ words }) => [name, words[0]]),
    );
    expect(installs).toEqual([
      ['build', 'npm ci'],
      ['dependencies', 'npm ci --omit=dev'],
    ]);
    const { user, healthCheck, entrypoint } = settingsOf(last);
    expect(user).toBe('1000:1000');
    expect(healthCheck).toEqual([...entrypoint, 'health']);
  });

  it('is sent neither history, tests, data nor secrets', () => {
    const unwanted = [
      '.git/HEAD',
      'secrets/admin-password',
      '.evenkeel/url',
      'node_modules/x',
      '.env',
      'src/a/b.spec.ts',
    ];
    expect(unwanted.filter((file) => !isIgnored(rules, file))).toEqual([]);
    const wanted = ['package-lock.json', '.npmrc', 'src/cli/main.ts', 'migrations/index.ts', 'types/lz4.d.ts'];
    expect(wanted.filter((file) => isIgnored(rules, file))).toEqual([]);
  });

  it('is read as Docker reads it', () => {
    const [stage] = parseDockerfile(
      '# x\nFROM a:1 AS b\nRUN one && \\\n  # between\n  two\nCOPY --from=c /d e f/\nCMD ["g", "h i"]\n',
    );
    expect(stage).toMatchObject({
      image: 'a:1',
      name: 'b',
      instructions: [
        { name: 'RUN', words: [expect.stringMatching(/^one && +two$/)] },
        { name: 'COPY', flags: { from: 'c' }, words: ['/d', 'e', 'f/'] },
        { name: 'CMD', words: ['g', 'h i'] },
      ],
    });
    expect(() => parseDockerfile('FROM a\nADD b c')).toThrow('not understood: ADD b c');
  });
});
