/**
 * Everything that `evenkeel up` runs: PostgreSQL, the API with its worker, two storage nodes. Each is a process of its own that
 * could as well have been started by hand; this class only knows the order, and what to do when one ends.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../errors/refusal.js';
import { isPortFree } from '../processes/free-ports.js';
import { apiSpec, databaseSpec, nodeSpec } from '../processes/programs.js';
import { ManagedProcess, stopLeftover } from '../processes/managed-process.js';
import { answers, describeEnd, waitReady } from '../processes/readiness.js';
import { type Home, NODE_NAMES, type NodeFile } from './home.js';
import { registerNodes } from './registration.js';

/** Lines of a log that are shown when its process has died. */
const SHOWN_LINES = 10;
const RESTART_DELAY_MS = 1_000;

export interface InstallationOptions {
  readonly apiPort: number;
  /** Null: known to the operator alone. */
  readonly password: string | null;
  /** Takes the usual ports for the nodes, if they are free. */
  readonly isUsualPorts: boolean;
  readonly report: (line: string) => void;
}

export class Installation {
  private readonly processes = new Map<string, ManagedProcess>();
  private readonly nodeFiles = new Map<string, NodeFile>();
  private databaseUrl = '';
  private isStopping = false;

  constructor(
    private readonly home: Home,
    private readonly options: InstallationOptions,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.options.apiPort}`;
  }

  get nodes(): readonly NodeFile[] {
    return [...this.nodeFiles.values()];
  }

  /** What was started so far, running or not. */
  get started(): readonly ManagedProcess[] {
    return [...this.processes.values()];
  }

  process(name: string): ManagedProcess {
    return this.processes.get(name)!;
  }

  /** @throws NotReady naming the process that did not start */
  async start(): Promise<void> {
    // Left by a start that was killed: its processes know no master any more. PostgreSQL is taken over as it is.
    const left = await Promise.all(['api', ...NODE_NAMES, 'postgres'].map((name) => this.stopLeftover(name)));
    if (left.some(Boolean)) this.options.report('stopped what an earlier start had left running');
    if (!(await isPortFree(this.options.apiPort)))
      throw new Refusal('PORT_IN_USE', `127.0.0.1:${this.options.apiPort}`);
    for (const name of NODE_NAMES) {
      this.nodeFiles.set(name, await this.home.nodeFile(name, this.options.isUsualPorts));
    }
    await Promise.all([this.startDatabase(), ...NODE_NAMES.map((name) => this.startNode(name))]);
    await this.startApi();
    writeFileSync(this.home.urlFile, `${this.url}\n`);
    if (this.options.password === null) return;
    await registerNodes(this.url, this.options.password, this.nodes, this.options.report);
  }

  /** Starts what has ended meanwhile: the nodes, since the rest comes back by itself. */
  async startMissing(): Promise<void> {
    for (const name of NODE_NAMES) {
      if (this.processes.get(name)?.pid == null) {
        await this.startNode(name).catch((error: Error) => this.options.report(error.message));
      }
    }
  }

  /** The API first, so that nothing new is asked for; PostgreSQL last, when nobody writes to it any more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.processes.get('api')?.stop();
    await Promise.all(NODE_NAMES.map((name) => this.processes.get(name)?.stop()));
    await this.processes.get('postgres')?.stop();
  }

  private stopLeftover(name: string): Promise<boolean> {
    return stopLeftover(this.home.pidFile(name));
  }

  private async startDatabase(): Promise<void> {
    const process = this.add(databaseSpec(this.home));
    this.databaseUrl = await waitReady(
      process,
      () => /postgres(?:ql)?:\/\/[^\s"']+/.exec(process.output())?.[0] ?? null,
    );
    this.onEnd(process, async () => {
      const before = this.databaseUrl;
      await this.startDatabase();
      // It may have come back on another port; the API's end starts it anew with the right one.
      if (this.databaseUrl !== before) await this.processes.get('api')?.stop();
    });
  }

  private async startApi(): Promise<void> {
    const { apiPort, password } = this.options;
    const process = this.add(apiSpec(this.home, { port: apiPort, databaseUrl: this.databaseUrl, password }));
    await waitReady(process, () => answers(`${this.url}/health/ready`));
    this.onEnd(process, () => this.startApi());
  }

  async startNode(name: string): Promise<void> {
    const { data, admin } = this.nodeFiles.get(name)!;
    if (!existsSync(data)) {
      // An empty folder in its place would be another node with the same addresses.
      this.options.report(`${name} is not started: its data directory ${data} is gone`);
      return;
    }
    const process = this.add(nodeSpec(this.home, name));
    await waitReady(process, () => answers(`https://${admin}/healthz`));
    void process.ended.then((end) => {
      if (this.isStopping) return;
      this.options.report(`${name} ${describeEnd(end)}; \`npm start\` in another terminal starts it again`);
      if (end.signal === null) this.options.report(process.lastLines(SHOWN_LINES));
    });
  }

  private add(spec: ConstructorParameters<typeof ManagedProcess>[0]): ManagedProcess {
    if (this.isStopping) throw new Error('everything is being stopped');
    const process = new ManagedProcess(spec);
    this.processes.set(spec.name, process);
    process.start();
    return process;
  }

  /** Reports the end of a process that must not end, and starts it again until that works or everything is being stopped. */
  private onEnd(process: ManagedProcess, restart: () => Promise<void>): void {
    void process.ended.then(async (end) => {
      if (this.isStopping) return;
      this.options.report(`${process.name} ${describeEnd(end)} and is started again; the end of its log:`);
      this.options.report(process.lastLines(SHOWN_LINES));
      while (!this.isStopping) {
        await sleep(RESTART_DELAY_MS);
        try {
          if (!this.isStopping) await restart();
          return;
        } catch (error) {
          if (!this.isStopping) this.options.report((error as Error).message);
        }
      }
    });
  }
}
