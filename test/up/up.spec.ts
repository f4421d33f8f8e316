/** `evenkeel up` as an operator meets it: a process, its output, its files. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../src/cli/processes/free-ports.js';
import { isAlive } from '../../src/cli/processes/pid-file.js';
import { RestApi } from '../../src/tools/rest-api.js';
import { makeTemporaryHome, removeTemporaryHome } from '../support/installation.js';

const TIMEOUT_MS = 120_000;

describe('evenkeel up', () => {
  let home: string;
  let port: number;
  let running: Up | null = null;

  beforeAll(async () => {
    home = makeTemporaryHome();
    [port] = (await freePorts(1)) as [number];
  });
  afterAll(async () => {
    await running?.end('SIGTERM');
    removeTemporaryHome(home);
  });

  class Up {
    output = '';
    readonly child: ChildProcess;
    readonly exitCode: Promise<number | null>;

    constructor(env: NodeJS.ProcessEnv = {}) {
      this.child = spawn(process.execPath, [path.resolve('dist/src/cli/main.js'), 'up'], {
        env: { ...process.env, EVENKEEL_HOME: home, EVENKEEL_PORT: String(port), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [this.child.stdout!, this.child.stderr!]) {
        stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
      }
      this.exitCode = new Promise((resolve) => this.child.once('exit', resolve));
    }

    async says(text: string): Promise<void> {
      let hasEnded = false;
      void this.exitCode.then(() => (hasEnded = true));
      while (!this.output.includes(text)) {
        if (hasEnded) throw new Error(`it ended without saying "${text}":\n${this.output}`);
        await sleep(50);
      }
    }

    async end(signal: NodeJS.Signals): Promise<number | null> {
      this.child.kill(signal);
      return this.exitCode;
    }
  }

  const pidOf = (name: string): number => Number(readFileSync(path.join(home, 'run', `${name}.pid`), 'utf8'));
  const ours = ['api', 'postgres', 'site-a', 'site-b', 'up'];

  async function up(): Promise<Up> {
    running = new Up();
    await running.says('Ctrl-C stops everything');
    return running;
  }

  function api(): RestApi {
    return new RestApi(`http://127.0.0.1:${port}`, readFileSync(path.join(home, 'admin-password'), 'utf8').trim());
  }

  async function expectWhole(): Promise<void> {
    const { node_list: nodes } = await api().call<{ node_list: { name: string; status: string }[] }>('GET', '/node');
    expect(nodes.map(({ name }) => name).sort()).toEqual(['site-a', 'site-b']);
    const { volume_list: volumes } = await api().call<{ volume_list: { name: string }[] }>('GET', '/volume');
    expect(volumes.map(({ name }) => name)).toEqual(['remembered']);
  }

  it(
    'starts everything, says how to reach it, and keeps its password to itself',
    async () => {
      const { output } = await up();
      for (const text of [
        `http://127.0.0.1:${port}/docs`,
        'admin',
        'volume_create.py',
        'rec_sync_create.py',
        'site-b',
      ]) {
        expect(output).toContain(text);
      }
      expect(ours.every((name) => isAlive(pidOf(name)))).toBe(true);
      expect(statSync(path.join(home, 'admin-password')).mode & 0o777).toBe(0o600);
      const { node_list: nodes } = await api().call<{ node_list: { node_id: number; name: string }[] }>('GET', '/node');
      const site = nodes.find(({ name }) => name === 'site-a')!;
      await api().change('POST', '/volume', { name: 'remembered', node_id: site.node_id, capacity: 16 });
      await expectWhole();
    },
    TIMEOUT_MS,
  );

  it(
    'says that it is already running, and starts a node that has died',
    async () => {
      const quiet = new Up();
      expect(await quiet.exitCode).toBe(0);
      expect(quiet.output).toContain(`already running in ${home} (process ${pidOf('up')}): http://127.0.0.1:${port}`);
      const dead = pidOf('site-b');
      process.kill(dead, 'SIGKILL');
      await running!.says('site-b was ended by SIGKILL');
      const second = new Up();
      expect(await second.exitCode).toBe(0);
      expect(second.output).toContain('asked it to start site-b');
      while (!existsSync(path.join(home, 'run/site-b.pid'))) await sleep(50);
      expect(pidOf('site-b')).not.toBe(dead);
    },
    TIMEOUT_MS,
  );

  it(
    'does not put an empty node in the place of one whose data was taken away',
    async () => {
      const data = path.join(home, 'nodes/site-b');
      process.kill(pidOf('site-b'), 'SIGKILL');
      while (existsSync(path.join(home, 'run/site-b.pid'))) await sleep(50);
      renameSync(data, `${data}.away`);
      await new Up().exitCode;
      await running!.says(`site-b is not started: its data directory ${data} is gone`);
      expect(existsSync(data)).toBe(false);
      renameSync(`${data}.away`, data);
      await new Up().exitCode;
      while (!existsSync(path.join(home, 'run/site-b.pid'))) await sleep(50);
    },
    TIMEOUT_MS,
  );

  it(
    'starts the API again when it dies',
    async () => {
      const dead = pidOf('api');
      process.kill(dead, 'SIGKILL');
      await running!.says('api was ended by SIGKILL');
      while (!existsSync(path.join(home, 'run/api.pid'))) await sleep(50);
      expect(pidOf('api')).not.toBe(dead);
      while ((await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status !== 200) await sleep(50);
      await expectWhole();
    },
    TIMEOUT_MS,
  );

  it(
    'stops everything at Ctrl-C',
    async () => {
      const pids = ours.map(pidOf);
      expect(await running!.end('SIGINT')).toBe(0);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(readdirSync(path.join(home, 'run'))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'finds everything again, also after kill -9 of itself, and of all',
    async () => {
      const ports = readFileSync(path.join(home, 'nodes/site-a.yaml'), 'utf8');
      await up();
      await expectWhole();
      await running!.end('SIGKILL');
      await up();
      expect(running!.output).toContain('stopped what an earlier start had left running');
      await expectWhole();
      for (const name of ours) process.kill(pidOf(name), 'SIGKILL');
      await running!.exitCode;
      await up();
      await expectWhole();
      expect(readFileSync(path.join(home, 'nodes/site-a.yaml'), 'utf8')).toBe(ports);
      expect(await running!.end('SIGTERM')).toBe(0);
    },
    TIMEOUT_MS,
  );

  it('names a port that is in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const refused = new Up();
    expect(await refused.exitCode).toBe(3);
    expect(refused.output).toContain(`Port is in use (127.0.0.1:${port})`);
    await new Promise((resolve) => holder.close(resolve));
  });
});
