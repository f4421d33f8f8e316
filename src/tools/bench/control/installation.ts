/** A control plane as it is installed: PostgreSQL, an API and a worker, each a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../control-plane/database/embedded-postgres.js';
import { endWithUs } from '../../node-process/children.js';

const MAIN = fileURLToPath(new URL('../../../control-plane/main.js', import.meta.url));
const JOB_WAIT_SECONDS = 60;
const FULL_RETRY_MS = 100;

export interface ListedPage {
  readonly total_count: number;
  readonly [list: string]: unknown;
}

export interface EndedJob {
  readonly status: string;
  readonly resource_href_list: readonly string[];
  readonly error: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Installation {
  private constructor(
    private readonly url: string,
    private readonly token: string,
    readonly database: EmbeddedPostgres,
    readonly api: ChildProcess,
    readonly worker: ChildProcess,
  ) {}

  static async start(folder: string): Promise<Installation> {
    const database = await startEmbeddedPostgres(path.join(folder, 'database'));
    endDatabaseWithUs(database);
    const password = randomBytes(12).toString('hex');
    const environment = {
      DATABASE_URL: database.url,
      EVENKEEL_ADMIN_PASSWORD: password,
      EVENKEEL_PORT: '0',
      EVENKEEL_LOG_LEVEL: 'warn',
      EVENKEEL_REQUESTS_PER_MINUTE: '10000000',
    };
    const api = await startProcess(['api', '--no-worker'], folder, environment);
    const worker = await startProcess(['worker'], folder, environment);
    const url = api.said['url']!;
    const login = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    });
    const { token } = (await login.json()) as { token: string };
    return new Installation(url, token, database, api.child, worker.child);
  }

  async get<T>(place: string): Promise<T> {
    const { status, body } = await this.call('GET', place);
    if (status !== 200) throw new Error(`GET ${place}: ${status} ${JSON.stringify(body)}`);
    return body as T;
  }

  /** Makes the job and waits for its end, also for room for it. @throws Error unless it succeeds */
  async job(method: 'POST' | 'PATCH' | 'DELETE', place: string, content?: object): Promise<EndedJob> {
    let made = await this.call(method, `${place}?wait=${JOB_WAIT_SECONDS}`, content);
    while (made.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, FULL_RETRY_MS));
      made = await this.call(method, `${place}?wait=${JOB_WAIT_SECONDS}`, content);
    }
    while (made.status === 202) {
      const { job_href } = made.body as { job_href: string };
      made = await this.call('GET', job_href.replace('/api/v1', ''));
      const { status } = made.body as EndedJob;
      if (status === 'Queued' || status === 'Running') {
        made = { ...made, status: 202, body: { job_href } };
        await new Promise((resolve) => setTimeout(resolve, FULL_RETRY_MS));
      }
    }
    const job = made.body as EndedJob;
    if (job.status !== 'Success') throw new Error(`${method} ${place}: ${made.status} ${JSON.stringify(made.body)}`);
    return job;
  }

  async stop(): Promise<void> {
    this.worker.kill('SIGKILL');
    this.api.kill('SIGKILL');
    await this.database.stop();
  }

  private async call(method: string, place: string, content?: object): Promise<Answer> {
    const answer = await fetch(`${this.url}/api/v1${place}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(content && { body: JSON.stringify(content) }),
    });
    return { status: answer.status, body: await answer.json() };
  }
}

/** Resolves with what it announces once it serves. */
async function startProcess(args: readonly string[], folder: string, environment: Record<string, string>) {
  const env = { PATH: process.env['PATH'], ...environment };
  const child = endWithUs(
    spawn(process.execPath, [MAIN, ...args], { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const said = await new Promise<Record<string, string>>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => {
      child.stdout.resume();
      resolve(JSON.parse(chunk.toString().split('\n')[0]!) as Record<string, string>);
    });
    child.once('close', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  return { child, said };
}

/** It runs detached, and is not our child. */
function endDatabaseWithUs(database: EmbeddedPostgres): void {
  let isEnded = false;
  void database.untilEnded().then(() => (isEnded = true));
  process.once('exit', () => {
    try {
      if (!isEnded) process.kill(database.pid, 'SIGQUIT');
    } catch {
      // It ended a moment ago.
    }
  });
}
