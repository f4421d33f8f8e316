/** Starts what an image's entrypoint and command say, in its folder, as its user. */
import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from './dockerfile.js';
import { cleanEnvironment } from './image-folder.js';

const HEALTHY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

export class Image {
  constructor(
    private readonly root: string,
    private readonly settings: Settings,
  ) {}

  /** A folder of the image, as this machine sees it. */
  at(folder: string): string {
    return path.join(this.root, folder);
  }

  /** Runs a command of the entrypoint to its end. */
  run(command: readonly string[], environment: Record<string, string> = {}): SpawnSyncReturns<string> {
    const [program, ...args] = this.inFolder([...this.settings.entrypoint, ...command]);
    return spawnSync(program!, args, { ...this.options(environment), encoding: 'utf8' });
  }

  start(command: readonly string[], environment: Record<string, string> = {}): Container {
    const [program, ...args] = this.inFolder([...this.settings.entrypoint, ...command]);
    return new Container(this, spawn(program!, args, { ...this.options(environment), stdio: 'pipe' }), environment);
  }

  /** The HEALTHCHECK as Docker runs it: exit code 0 is healthy. */
  isHealthy(environment: Record<string, string>): boolean {
    const [program, ...args] = this.inFolder(this.settings.healthCheck);
    return spawnSync(program!, args, this.options(environment)).status === 0;
  }

  /** Absolute paths of the image lie in its folder here. */
  private inFolder(words: readonly string[]): string[] {
    return words.map((word) => (word.startsWith('/evenkeel/') ? this.at(word) : word));
  }

  private options(environment: Record<string, string>) {
    const [uid, gid] = (this.settings.user ?? '').split(':').map(Number);
    const isRoot = process.getuid?.() === 0;
    return {
      cwd: this.at(this.settings.workingDirectory),
      env: { ...cleanEnvironment(), HOME: '/nonexistent', ...this.settings.environment, ...environment },
      ...(isRoot && { uid: uid!, gid: gid! }),
    };
  }
}

export class Container {
  private log = '';
  private readonly ended: Promise<number | null>;

  constructor(
    private readonly image: Image,
    private readonly child: ChildProcess,
    private readonly environment: Record<string, string>,
  ) {
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.log += String(chunk)));
    this.ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
  }

  /** @throws Error with its log when the health check does not succeed in time */
  async untilHealthy(): Promise<void> {
    const deadline = performance.now() + HEALTHY_WITHIN_MS;
    while (!this.image.isHealthy(this.environment)) {
      if (this.child.exitCode !== null || performance.now() > deadline) throw new Error(`not healthy:\n${this.log}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** As `docker stop` does. @throws Error when it does not end in order */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const code = await this.ended;
    if (code !== 0) throw new Error(`ended with ${code} after SIGTERM:\n${this.log}`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
