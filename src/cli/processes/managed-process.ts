import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, livePid, removePidFile, writePidFile } from './pid-file.js';

export interface ProcessSpec {
  readonly name: string;
  /** Program below the root of the package, and its arguments. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly pidFile: string;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How long a process may take to stop before it is killed. */
const STOP_TIMEOUT_MS = 10_000;
const SHOWN_BYTES_MAX = 64 * 1024;

/**
 * One process of ours with its log and its pid file. It leads a group of its own, so that Ctrl-C in a terminal reaches only the
 * process that started it, which then stops the others in order.
 */
export class ManagedProcess {
  private child: ChildProcess | null = null;
  /** Length of the log when the present run began. */
  private logStart = 0;
  /** Settles when the present run has ended. */
  ended: Promise<ProcessEnd> = Promise.resolve({ code: null, signal: null });

  constructor(readonly spec: ProcessSpec) {}

  get name(): string {
    return this.spec.name;
  }

  /** Null when it does not run. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  start(): void {
    const { args, env, logFile, pidFile } = this.spec;
    mkdirSync(path.dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a', 0o600);
    this.logStart = fstatSync(log).size;
    const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
      detached: true,
      env,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    if (child.pid !== undefined) writePidFile(pidFile, child.pid);
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.child = null;
        removePidFile(pidFile);
        resolve({ code, signal });
      };
      child.once('exit', end);
      child.once('error', () => end(1, null));
    });
  }

  /** Ends it at once; it has no chance to tidy up. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to stop, and kills it when it does not. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** What the present run, or the last one, wrote: its last 64 KiB. */
  output(): string {
    const log = openSync(this.spec.logFile, 'r');
    try {
      const end = fstatSync(log).size;
      const start = Math.max(this.logStart, end - SHOWN_BYTES_MAX);
      const bytes = Buffer.alloc(end - start);
      return bytes.toString('utf8', 0, readSync(log, bytes, 0, bytes.length, start));
    } finally {
      closeSync(log);
    }
  }

  /** The end of its output, to be shown: passwords in URLs are masked. */
  lastLines(count: number): string {
    const lines = this.output().trimEnd().split('\n').slice(-count).join('\n');
    return lines.replace(/(\w:\/\/[^\s:/@]+):[^\s/@]+@/g, '$1:***@');
  }
}

/** Stops the process that an earlier start left behind, if its pid file names a living one. Tells whether it did. */
export async function stopLeftover(pidFile: string): Promise<boolean> {
  const pid = livePid(pidFile);
  if (pid !== null) {
    process.kill(pid, 'SIGTERM');
    for (const until = Date.now() + STOP_TIMEOUT_MS; isAlive(pid) && Date.now() < until;) await sleep(50);
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await sleep(20);
  }
  removePidFile(pidFile);
  return pid !== null;
}
