/** APIs and workers as processes of their own, as they are installed. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

const MAIN = path.resolve('dist/src/control-plane/main.js');

export class ControlPlaneProcess {
  /** Resolves when it has ended, with what it said on its standard error. */
  readonly ended: Promise<string>;
  private complaint = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly first: Promise<{ url?: string }>,
  ) {
    child.stderr!.on('data', (chunk: Buffer) => (this.complaint += chunk.toString()));
    this.ended = new Promise((resolve) => child.on('close', () => resolve(this.complaint)));
  }

  static async start(args: readonly string[], folder: string, environment: Record<string, string>) {
    const env = { PATH: process.env['PATH'], EVENKEEL_LOG_LEVEL: 'error', EVENKEEL_PORT: '0', ...environment };
    const child = spawn(process.execPath, [MAIN, ...args], { env, cwd: folder });
    const first = new Promise<{ url?: string }>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(JSON.parse(chunk.toString().split('\n')[0]!)));
      child.once('close', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
    });
    const made = new ControlPlaneProcess(child, first);
    await first;
    return made;
  }

  /** What it said on its standard error so far. */
  get log(): string {
    return this.complaint;
  }

  get pid(): number {
    return this.child.pid!;
  }

  async url(): Promise<string> {
    return (await this.first).url!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<string> {
    this.child.kill('SIGKILL');
    return this.ended;
  }
}
