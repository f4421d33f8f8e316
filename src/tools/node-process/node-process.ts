/**
 * Real storage nodes as child processes on loopback, for tests and the benchmark: one data directory and one set of ports for each
 * node's whole life, through kills and restarts.
 */
import { STORAGE_NODE_FLAGS } from '../../cli/processes/storage-node-flags.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VolumeUid } from '../../model/ids.js';
import { makeCertificate, type KeyAndCertificate } from '../../node-api/certificate.js';
import type { NodeIdentity, SessionEnd } from '../../node-api/contract.js';
import { NodeClient } from '../../node-api/node-client.js';
import { NbdClient, type NbdConnectOptions } from '../nbd-client/client.js';
import { endWithUs } from './children.js';
import { eventually } from './eventually.js';
import { freePorts } from '../../cli/processes/free-ports.js';

export interface NodeProcessOptions {
  readonly name: string;
  /** Made at the first start; removing it afterwards is the caller's. */
  readonly dataDirectory: string;
  /** Where it listens for everybody; 127.0.0.1 when nothing is said. */
  readonly host?: string;
  /** Further flags of `evenkeel node`. Peers speak plain unless `isPeerTls`. */
  readonly flags?: readonly string[];
  readonly isPeerTls?: boolean;
  /** A program and its arguments that start the node in surroundings of its own, and become it: `nsenter …`. */
  readonly through?: readonly string[];
}

const START_TIMEOUT_MS = 20_000;

export class NodeProcess {
  private child: ChildProcess | null = null;
  private output = '';
  private connected: { client: NodeClient; identity: NodeIdentity } | null = null;

  private constructor(
    readonly options: NodeProcessOptions,
    readonly nbdPort: number,
    readonly peerPort: number,
    readonly adminPort: number,
  ) {}

  /** Starts a node, waits until it serves and enrols with it. */
  static async start(options: NodeProcessOptions): Promise<NodeProcess> {
    const node = await NodeProcess.launched(options);
    try {
      await node.enrol();
      return node;
    } catch (error) {
      await node.kill();
      throw error;
    }
  }

  /** Starts a node and waits until it serves, for a control plane to enrol with it. */
  static async launched(options: NodeProcessOptions): Promise<NodeProcess> {
    // Together, so that they differ.
    const [nbd, peer, admin] = await freePorts(3);
    const node = new NodeProcess(options, nbd!, peer!, admin!);
    try {
      await node.restart();
      return node;
    } catch (error) {
      await node.kill();
      throw error;
    }
  }

  get name(): string {
    return this.options.name;
  }

  get client(): NodeClient {
    return this.connected!.client;
  }

  get identity(): NodeIdentity {
    return this.connected!.identity;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** All that its processes printed so far. */
  get log(): string {
    return this.output;
  }

  /** Flags of the command, as given. */
  get commandArguments(): readonly string[] {
    const { name, dataDirectory, flags = [], isPeerTls = false } = this.options;
    return [
      ...['--name', name, '--data', dataDirectory],
      ...['--nbd', this.addressOf(this.nbdPort)],
      ...['--peer', this.addressOf(this.peerPort)],
      ...['--admin', this.addressOf(this.adminPort)],
      ...(isPeerTls ? [] : ['--plain-peer']),
      ...flags,
    ];
  }

  /** host:port of its admin API. */
  get adminAddress(): string {
    return this.addressOf(this.adminPort);
  }

  private get host(): string {
    return this.options.host ?? '127.0.0.1';
  }

  private addressOf(port: number): string {
    return this.host.includes(':') ? `[${this.host}]:${port}` : `${this.host}:${port}`;
  }

  /** Starts the process again with its directory and ports; resolves once `/healthz` says that it serves. */
  async restart(): Promise<void> {
    this.launch();
    await this.waitUntilHealthy();
  }

  /** Starts the process without waiting: for a node that cannot serve yet, or must fail. */
  launch(): void {
    if (this.child !== null) throw new Error(`${this.name} runs already`);
    const node = [process.execPath, '--enable-source-maps', ...STORAGE_NODE_FLAGS, nodeProgram()];
    const [program, ...args] = [...(this.options.through ?? []), ...node, ...this.commandArguments];
    const child = endWithUs(
      spawn(program!, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        // As the launcher sets it.
        env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
      }),
    );
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', (code, signal) => {
      this.output += `[${this.name} ended: ${signal ?? code}]\n`;
      if (this.child === child) this.child = null;
    });
    this.child = child;
  }

  async waitUntilHealthy(): Promise<void> {
    await eventually(`${this.name} serving`, () => this.askHealth(), START_TIMEOUT_MS).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${this.output}`);
    });
  }

  /** Ends the process and waits until it is gone; nothing to do when it is not running. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    // A stopped process takes a SIGKILL, but no SIGTERM.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    await ended;
  }

  /** Freezes the process as a hung machine would be: its connections stay up and silent. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends it for good. */
  async dispose(): Promise<void> {
    this.connected?.client.close();
    await this.kill();
  }

  /** A host's connection to one of its exports. */
  attach(exportName: string, options?: NbdConnectOptions): Promise<NbdClient> {
    return NbdClient.connect(this.host, this.nbdPort, exportName, options);
  }

  /** This node as one end of a session. @param peerAddresses how the other end reaches it, if not directly */
  endFor(volumeUid: VolumeUid, peerAddresses: readonly string[] = this.identity.peerAddresses): SessionEnd {
    const { nodeUid, fingerprint, isPeerPlain } = this.identity;
    return { nodeUid, volumeUid, peerAddresses, fingerprint, isPeerPlain };
  }

  private async enrol(): Promise<void> {
    const address = this.adminAddress;
    const token = readFileSync(path.join(this.options.dataDirectory, 'enrolment-token'), 'utf8');
    const credentials = await ourCredentials();
    const identity = await NodeClient.enrol({ address, token, credentials, controllerName: 'test' });
    const client = new NodeClient({ address, fingerprint: identity.fingerprint, credentials });
    this.connected = { client, identity };
  }

  private askHealth(): Promise<true | undefined> {
    if (this.child === null) throw new Error('the process ended');
    return new Promise((resolve, reject) => {
      const options = { host: this.host, port: this.adminPort, path: '/healthz', rejectUnauthorized: false };
      const asking = request({ ...options, agent: false, timeout: 1000 }, (response) => {
        response.resume();
        resolve(response.statusCode === 200 || undefined);
      });
      asking.once('timeout', () => asking.destroy(new Error('no answer')));
      asking.once('error', reject);
      asking.end();
    });
  }
}

let credentials: Promise<KeyAndCertificate> | null = null;

/** One control plane's certificate for all nodes of this process. */
function ourCredentials(): Promise<KeyAndCertificate> {
  return (credentials ??= makeCertificate('test control plane'));
}

/** The built daemon: this file may itself run from dist/ or, under a test, from the sources. */
function nodeProgram(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  const program = path.join(folder, 'dist/src/storage-node/main.js');
  if (!existsSync(program)) throw new Error(`${program} is not built: run npm run build`);
  return program;
}
