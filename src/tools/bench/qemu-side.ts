/** The peer: qemu-storage-daemon serving the same works. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../node-process/eventually.js';
import { freePorts } from '../../cli/processes/free-ports.js';
import { NbdClient } from '../nbd-client/client.js';
import { writeCertificate } from './certificate-files.js';
import { fill, VOLUME_BYTES, type NbdExport } from './fio.js';
import { commandLine, startServer, stopServer } from './programs.js';
import { Qmp } from './qmp.js';
import type { Side } from './side.js';

const MIRROR_TIMEOUT_MS = 120_000;

/** A row of the answer to query-jobs. */
interface MirrorJob {
  readonly status: string;
  /** Bytes copied of all that had to be, so far. */
  readonly 'current-progress': number;
  readonly 'total-progress': number;
}

export function makeSparseFile(file: string): void {
  const handle = openSync(file, 'w');
  ftruncateSync(handle, VOLUME_BYTES);
  closeSync(handle);
}

export async function waitForExport(target: NbdExport): Promise<void> {
  const client = await eventually(`export ${target.name} on port ${target.port}`, () =>
    NbdClient.connect(
      '127.0.0.1',
      target.port,
      target.name,
      target.isTls ? { tls: { rejectUnauthorized: false } } : {},
    ),
  );
  await client.disconnect();
}

interface Daemon {
  readonly process: ChildProcess;
  readonly target: NbdExport;
  readonly socketPath: string;
  readonly command: string;
}

interface DaemonOptions {
  readonly extra?: readonly string[];
  /** Folder with a certificate; null serves without TLS. */
  readonly tlsFolder?: string | null;
}

async function startDaemon(
  folder: string,
  name: string,
  { extra = [], tlsFolder = null }: DaemonOptions = {},
): Promise<Daemon> {
  const file = path.join(folder, `${name}.raw`);
  makeSparseFile(file);
  const [port = 0] = await freePorts(1);
  const socketPath = path.join(folder, `${name}.qmp`);
  const credentials = `tls-creds-x509,id=tls0,endpoint=server,dir=${tlsFolder},verify-peer=no,sanity-check=no`;
  const isTls = tlsFolder !== null;
  const args = [
    ...(isTls ? ['--object', credentials] : []),
    ...['--blockdev', `driver=file,node-name=disk,filename=${file},discard=unmap`],
    ...['--nbd-server', `addr.type=inet,addr.host=127.0.0.1,addr.port=${port}${isTls ? ',tls-creds=tls0' : ''}`],
    ...['--export', 'type=nbd,id=disk,node-name=disk,name=disk,writable=on'],
    ...['--chardev', `socket,id=qmp,path=${socketPath},server=on,wait=off`, '--monitor', 'chardev=qmp'],
    ...extra,
  ];
  const process = startServer('qemu-storage-daemon', args);
  const target = { port, name: 'disk', isTls };
  await waitForExport(target);
  return { process, target, socketPath, command: commandLine('qemu-storage-daemon', args) };
}

/** A plain writable export of one raw file. */
export async function startQemuPlain(folder: string): Promise<Side> {
  return sideOf(await startDaemon(folder, 'qemu-plain'), 'qemu-storage-daemon, plain export');
}

/** The same, attached over TLS. */
export async function startQemuTls(folder: string): Promise<Side> {
  const tlsFolder = path.join(folder, 'qemu-certificate');
  await writeCertificate(tlsFolder);
  return sideOf(await startDaemon(folder, 'qemu-tls', { tlsFolder }), 'qemu-storage-daemon, export over TLS');
}

async function sideOf(daemon: Daemon, name: string): Promise<Side> {
  await fill(daemon.target);
  return {
    name,
    target: daemon.target,
    commands: [daemon.command],
    settle: () => Promise.resolve(),
    stop: () => stopServer(daemon.process),
  };
}

/**
 * The nearest thing to a session: a mirror job that completes a write only when its target has it (Synchronous), or that copies what was
 * written in the background, without an order between writes (asynchronous).
 */
export async function startQemuMirror(folder: string, copyMode: 'write-blocking' | 'background'): Promise<Side> {
  const destination = await startDaemon(folder, `qemu-${copyMode}-destination`);
  const remote = `driver=nbd,node-name=remote,server.type=inet,server.host=127.0.0.1,server.port=${destination.target.port},export=disk`;
  const source = await startDaemon(folder, `qemu-${copyMode}-source`, { extra: ['--blockdev', remote] });
  await fill(source.target);
  const qmp = await eventually('QMP', () => Qmp.connect(source.socketPath));
  const mirror = { 'job-id': 'mirror', device: 'disk', target: 'remote', sync: 'full', 'copy-mode': copyMode };
  await qmp.execute('blockdev-mirror', mirror);
  const settle = () => waitForMirror(qmp);
  await settle();
  return {
    name: `qemu-storage-daemon, ${copyMode} mirror`,
    target: source.target,
    commands: [
      destination.command,
      source.command,
      `QMP of the source: ${JSON.stringify({ execute: 'blockdev-mirror', arguments: mirror })}`,
    ],
    settle,
    async stop() {
      qmp.close();
      await stopServer(source.process);
      await stopServer(destination.process);
    },
  };
}

/** Resolves when the mirror job has nothing left to copy. */
async function waitForMirror(qmp: Qmp): Promise<void> {
  await eventually(
    'the mirror job ready',
    async () => {
      const [job] = (await qmp.execute('query-jobs')) as readonly MirrorJob[];
      return (job?.status === 'ready' && job['current-progress'] === job['total-progress']) || undefined;
    },
    MIRROR_TIMEOUT_MS,
  );
}
