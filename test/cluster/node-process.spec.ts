/** The storage node as a process: what an operator and a service manager see of it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificate } from '../../src/node-api/certificate.js';
import { NodeClient } from '../../src/node-api/node-client.js';
import { readSmallFile, writeSmallFile } from '../../src/storage-node/device/small-file.js';
import { NODE_FILE, NODE_RECORD_VERSION } from '../../src/storage-node/identity/node-record.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';

const PROGRAM = path.resolve('dist/src/cli/main.js');
const NODE_PROGRAM = path.resolve('dist/src/storage-node/main.js');
const ANY_PORTS = ['--nbd', '127.0.0.1:0', '--peer', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

class Daemon {
  output = '';
  errors = '';
  readonly ended: Promise<{ code: number | null; signal: string | null }>;

  constructor(readonly child: ChildProcess) {
    child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.ended = once(child, 'close').then(([code, signal]) => ({ code: code as number, signal: signal as string }));
  }

  /** Until it says that it is ready. */
  async ready(): Promise<this> {
    const ended = this.ended.then(() => true);
    while (!/^ready$/m.test(this.output)) {
      if (await Promise.race([ended, sleep(20, false)])) throw new Error(`it ended: ${this.errors}`);
    }
    return this;
  }

  /** What it printed after a word at the start of a line. */
  told(word: string): string {
    return new RegExp(`^${word} (.*)$`, 'm').exec(this.output)?.[1] ?? '';
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Mounting a folder read-only for one process takes a namespace of its own, which not every machine allows. */
const canMount = spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0;
const itWithMounts = canMount ? it : it.skip;

describe('evenkeel node', () => {
  let folder: string;
  let data: string;
  let daemons: Daemon[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evenkeel-process-'));
    data = path.join(folder, 'data');
  });

  afterEach(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop('SIGKILL')));
    daemons = [];
    await rm(folder, { recursive: true });
  });

  function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Daemon {
    const daemon = new Daemon(spawn(command, [...args], { env: { ...process.env, ...environment } }));
    daemons.push(daemon);
    return daemon;
  }

  function launch(flags: readonly string[] = [], name = 'site-a'): Daemon {
    return run(process.execPath, [NODE_PROGRAM, '--data', data, '--name', name, ...ANY_PORTS, ...flags]);
  }

  function launchByProgram(): Daemon {
    return run(process.execPath, [PROGRAM, 'node', '--data', data, '--name', 'site-a', ...ANY_PORTS]);
  }

  async function enrol(daemon: Daemon): Promise<NodeClient> {
    const credentials = await makeCertificate('test');
    const [address, token] = [daemon.told('admin'), daemon.told('enrolment-token')];
    const { fingerprint } = await NodeClient.enrol({ address, token, credentials, controllerName: 'test' });
    return new NodeClient({ address, fingerprint, credentials });
  }

  async function storedRecord(): Promise<Record<string, unknown>> {
    const stored = await readSmallFile(systemDisk, path.join(data, NODE_FILE), 'node', NODE_RECORD_VERSION);
    return stored!.body as Record<string, unknown>;
  }

  function health(address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request(`https://${address}/healthz`, { agent: false, rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  it('prints its real addresses and its token at the first start, and enrols with them', async () => {
    const daemon = await launch().ready();
    expect(await health(daemon.told('admin'))).toBe(200);
    const node = await enrol(daemon);
    const { identity, runCounter } = await node.state();
    node.close();
    expect(runCounter).toBe(1);
    expect(identity.nbdAddress).toBe(daemon.told('nbd'));
    expect(identity.peerAddresses).toEqual([daemon.told('peer')]);
    expect([identity.nbdAddress, ...identity.peerAddresses].some((address) => address.endsWith(':0'))).toBe(false);
    expect(`${identity.name} ${identity.nodeUid}`).toBe(daemon.told('node'));
  });

  it('logs JSON lines only, and no secret in them', async () => {
    const daemon = await launch(['--log-level', 'trace']).ready();
    await daemon.stop();
    const lines = daemon.errors.trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ name: 'site-a' });
    expect(daemon.errors).not.toContain((await storedRecord()).enrolmentSecret);
    expect(daemon.errors).not.toContain('PRIVATE KEY');
  });

  it('keeps its files from other users', async () => {
    await (await launch().ready()).stop();
    for (const file of [NODE_FILE, 'enrolment-token', 'lock']) {
      expect((await stat(path.join(data, file))).mode & 0o077).toBe(0);
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s, and is the same node afterwards', async (signal) => {
    const first = await launch().ready();
    expect(await first.stop(signal)).toEqual({ code: 0, signal: null });
    expect(await storedRecord()).toMatchObject({ isStoppedClean: true, runCounter: 1 });
    const second = await launch().ready();
    expect(second.told('node')).toBe(first.told('node'));
  });

  it('takes the same signal twice for one', async () => {
    const daemon = await launch().ready();
    daemon.child.kill('SIGTERM');
    await sleep(1);
    expect(await daemon.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('stops while a control plane stays connected', async () => {
    const daemon = await launch().ready();
    const node = await enrol(daemon);
    await node.state();
    expect((await daemon.stop()).code).toBe(0);
    node.close();
  });

  it('starts again after kill -9, counts the start, and enrols with the next token', async () => {
    const first = await launch().ready();
    const before = await enrol(first);
    expect((await first.stop('SIGKILL')).signal).toBe('SIGKILL');
    before.close();
    const second = await launch().ready();
    expect(second.told('node')).toBe(first.told('node'));
    expect(await storedRecord()).toMatchObject({ isStoppedClean: false, runCounter: 2 });
    const tokenFile = path.join(data, 'enrolment-token');
    expect(second.told('enrolment-token')).toBe(`in ${tokenFile}`);
    const [address, token] = [second.told('admin'), await readFile(tokenFile, 'utf8')];
    await NodeClient.enrol({ address, token, credentials: await makeCertificate('next'), controllerName: 'next' });
  });

  it('refuses a data directory that another process uses, and leaves that one alone', async () => {
    const first = await launch().ready();
    const second = launch();
    expect(await second.ended).toEqual({ code: 3, signal: null });
    expect(second.errors).toContain('Data directory is in use by another process');
    expect(second.errors).toContain(`process ${first.child.pid}`);
    expect(await health(first.told('admin'))).toBe(200);
  });

  it('refuses the data directory of another node', async () => {
    await (await launch().ready()).stop();
    const other = launch([], 'site-b');
    expect((await other.ended).code).toBe(3);
    expect(other.errors).toContain('Data directory belongs to another node');
  });

  it('refuses a data directory of a newer format, and leaves it as it is', async () => {
    await (await launch().ready()).stop();
    const file = path.join(data, NODE_FILE);
    await writeSmallFile(systemDisk, file, 'node', NODE_RECORD_VERSION + 1, {});
    const before = await readFile(file);
    const daemon = launch();
    expect((await daemon.ended).code).toBe(4);
    expect(daemon.errors).toContain('format that this version does not know');
    expect(await readFile(file)).toEqual(before);
  });

  it('refuses a data directory that is a file', async () => {
    await writeFile(data, '');
    const daemon = launch();
    expect((await daemon.ended).code).toBe(3);
    expect(daemon.errors).toContain('Data directory cannot be used');
  });

  itWithMounts('refuses a data directory on a read-only file system', async () => {
    await (await launch().ready()).stop();
    const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
    const node = [process.execPath, NODE_PROGRAM, '--data', data, '--name', 'site-a', ...ANY_PORTS];
    const daemon = run('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-ec', script, data, ...node]);
    expect((await daemon.ended).code).toBe(3);
    expect(daemon.errors).toContain('EROFS');
  });

  it('names every wrong setting at once, wherever it came from', async () => {
    const config = path.join(folder, 'node.yaml');
    await writeFile(config, 'colour: red\npeer: nowhere\n');
    const flags = ['--nbd', '10.0.0.1:1', '--unknown', '--config', config];
    const daemon = run(process.execPath, [NODE_PROGRAM, ...flags], { EVENKEEL_NODE_LOG_LEVEL: 'loud' });
    expect(await daemon.ended).toEqual({ code: 2, signal: null });
    for (const wrong of ['--unknown', '--data', '--name', '--nbd', 'colour', 'peer', 'EVENKEEL_NODE_LOG_LEVEL']) {
      expect(daemon.errors).toContain(`${wrong}: `);
    }
  });

  it.each(['nbd', 'peer', 'admin'])('refuses a port in use for %s, and starts once it is free', async (which) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const flags = [`--${which}`, `127.0.0.1:${port}`];
    const daemon = launch(flags);
    expect((await daemon.ended).code).toBe(3);
    expect(daemon.errors).toContain('Port is in use');
    expect(daemon.errors).toContain(`:${port}`);
    holder.close();
    await once(holder, 'close');
    expect((await launch(flags).ready()).told(which)).toBe(`127.0.0.1:${port}`);
  });

  it('is started by the evenkeel program, which hands on signals and exit codes', async () => {
    const daemon = await launchByProgram().ready();
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    expect((await run(process.execPath, [PROGRAM, 'node']).ended).code).toBe(2);
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, 'node', '--help']);
    expect(stdout).toContain('--backing-folder');
  });

  it('does not outlive a starter that was killed', async () => {
    const starter = await launchByProgram().ready();
    // Its end closes the pipes, which the node held as well.
    expect((await starter.stop('SIGKILL')).signal).toBe('SIGKILL');
    await launch().ready();
  });
});
