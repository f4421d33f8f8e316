/** The few REST calls that starting, trying and demonstrating need. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Json = Record<string, unknown>;

export interface Job {
  readonly job_id: number;
  readonly status: string;
  readonly resource_href_list: readonly string[];
  readonly succeeded_resource_href_list: readonly string[];
  readonly failed_resource_info_list: readonly { readonly message: string; readonly error_code: number }[];
  readonly error?: unknown;
}

const JOB_ENDS = ['Success', 'Error', 'Partial_Error', 'Canceled'];
const JOB_WAIT_SECONDS = 30;

/** What the API answered when it did not do what was asked. */
export class ApiRefusal extends Error {
  constructor(
    readonly what: string,
    readonly status: number,
    readonly answer: Json,
  ) {
    super(`${what}: ${status} ${String(answer.message ?? '')} ${JSON.stringify(answer.details ?? '')}`);
  }

  /** The registry's name. */
  get code(): string {
    return String(this.answer.internal_code);
  }
}

export class RestApi {
  private token: string | null = null;

  constructor(
    readonly url: string,
    private readonly password: string,
    private readonly user = 'admin',
  ) {}

  /** @throws ApiRefusal for any answer that is not 2xx */
  async call<T = Json>(method: string, path: string, body?: Json): Promise<T> {
    this.token ??= await this.signIn();
    const answer = await this.send(method, path, body);
    if (answer.status !== 401) return this.read<T>(`${method} ${path}`, answer);
    this.token = await this.signIn();
    return this.read<T>(`${method} ${path}`, await this.send(method, path, body));
  }

  /** A change and its job, waited for to its end, whatever that is. */
  async job(method: string, path: string, body?: Json): Promise<Job> {
    let job = await this.call<Job>(method, `${path}${path.includes('?') ? '&' : '?'}wait=${JOB_WAIT_SECONDS}`, body);
    while (!JOB_ENDS.includes(job.status)) {
      await sleep(100);
      job = await this.call<Job>('GET', `/job/${job.job_id}`);
    }
    return job;
  }

  /** @throws Error when the job ends in anything but Success */
  async change(method: string, path: string, body?: Json): Promise<Job> {
    const job = await this.job(method, path, body);
    if (job.status !== 'Success') {
      throw new Error(`${method} ${path}: job ${job.job_id} ended as ${job.status}: ${jobReason(job)}`);
    }
    return job;
  }

  private async signIn(): Promise<string> {
    this.token = null;
    const answer = await this.send('POST', '/session', { username: this.user, password: this.password });
    return (await this.read<{ token: string }>('POST /session', answer)).token;
  }

  private send(method: string, path: string, body?: Json): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  }

  private async read<T>(what: string, answer: Response): Promise<T> {
    const text = await answer.text();
    const json = text === '' ? {} : (JSON.parse(text) as Json);
    if (!answer.ok) throw new ApiRefusal(what, answer.status, json);
    return json as T;
  }
}

function jobReason(job: Job): string {
  return JSON.stringify(job.error ?? job.failed_resource_info_list);
}

/** Id of the one resource of a kind that a job made. */
export function madeId(job: Job, resource: string): number {
  const href = [...job.succeeded_resource_href_list, ...job.resource_href_list].find((each) =>
    each.includes(`/${resource}/`),
  );
  if (href === undefined) throw new Error(`job ${job.job_id} made no ${resource}`);
  return Number(href.slice(href.lastIndexOf('/') + 1));
}
