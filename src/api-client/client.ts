/**
 * The REST API for programs: every call with the types of the OpenAPI document, a login that renews itself, errors as classes, jobs
 * waited for, lists page after page.
 *
 *     const client = new EvenkeelClient({ url: 'http://127.0.0.1:5665', user: 'admin', password });
 *     const volume = await answerOf(client.rest.GET('/api/v1/volume/{volume_id}', { params: { path: { volume_id: 1 } } }));
 *     const job = await client.change(client.rest.POST('/api/v1/volume', { body: { name: 'db', node_id: 1, capacity: 1024 } }));
 */
import createClient, { type Client } from 'openapi-fetch';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, JobError, Unreachable } from './errors.js';
import { Login } from './login.js';
import type { components, paths } from './schema.js';
import { transportTo, type Send } from './transport.js';

export type Schemas = components['schemas'];
export type Job = Schemas['JobView'];

/** Where the API is, and who calls it: a user with a password, or a machine with an API token. */
export type Access = {
  readonly url: string;
  /** PEM of the only certificate authorities to trust; those that Node.js knows when absent. */
  readonly ca?: string;
} & ({ readonly user: string; readonly password: string } | { readonly token: string });

type Body<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Answer } } } }
  ? Answer
  : never;
type Page<Path extends keyof paths> = paths[Path] extends { get: infer Operation } ? Body<Operation> : never;
/** Paths that answer a GET with a list. */
export type ListPath = {
  [Path in keyof paths]: Page<Path> extends { total_count: number } ? Path : never;
}[keyof paths];
/** What a list holds. */
export type Entry<Path extends keyof paths> = Extract<Page<Path>[keyof Page<Path>], readonly unknown[]>[number];

const JOB_ENDS: readonly Job['status'][] = ['Success', 'Error', 'Partial_Error', 'Canceled'];
const POLL_MS = 100;
const PAGE_RECORDS = 1000;

export class EvenkeelClient {
  /** Every call of the document. An answer that is not 2xx is thrown, as ApiError; none at all is Unreachable. */
  readonly rest: Client<paths>;
  private readonly url: string;
  private readonly transport: Send;
  private readonly login: Login | null;
  private readonly apiToken: string | null;

  constructor(access: Access) {
    this.url = access.url.replace(/\/+$/, '');
    this.transport = transportTo(this.url, access.ca);
    this.apiToken = 'token' in access ? access.token : null;
    this.login = 'token' in access ? null : new Login(access.user, access.password, this.openSession);
    this.rest = createClient<paths>({ baseUrl: this.url, fetch: (request) => this.authorized(request) });
  }

  /** The job of a change, once it has ended, however that was. With `?wait=` the call itself waits, which is quicker. */
  async job(call: Promise<{ data?: Schemas['JobAccepted'] | Job }>): Promise<Job> {
    const begun = await answerOf(call);
    return 'status' in begun && isEnded(begun) ? begun : this.waitForJob(begun.job_id);
  }

  /** @throws JobError when the job ends in anything but Success */
  async change(call: Promise<{ data?: Schemas['JobAccepted'] | Job }>): Promise<Job> {
    const job = await this.job(call);
    if (job.status !== 'Success') throw new JobError(job);
    return job;
  }

  async waitForJob(jobId: number): Promise<Job> {
    for (;;) {
      const job = await answerOf(this.rest.GET('/api/v1/job/{job_id}', { params: { path: { job_id: jobId } } }));
      if (isEnded(job)) return job;
      await sleep(POLL_MS);
    }
  }

  /** All entries of a list, page after page. */
  async *every<Path extends ListPath>(path: Path, query: Record<string, unknown> = {}): AsyncGenerator<Entry<Path>> {
    const resource = path.split('/').at(-1)!;
    const get = this.rest.GET as (path: string, init: object) => Promise<{ data?: Record<string, unknown> }>;
    for (let last: string | null = null; ;) {
      const cursor: object = last === null ? {} : { last_get_id: last };
      const page = await answerOf(get(path, { params: { query: { max_records: PAGE_RECORDS, ...query, ...cursor } } }));
      yield* page[`${resource}_list`] as Entry<Path>[];
      if (page.next_href === undefined) return;
      last = new URL(String(page.next_href), this.url).searchParams.get('last_get_id');
    }
  }

  /** Ends the session, if one was opened. */
  async logOut(): Promise<void> {
    if (!this.login?.isOpen) return;
    await this.rest.DELETE('/api/v1/session');
    this.login.forget();
  }

  private async authorized(request: Request): Promise<Response> {
    const again = request.clone();
    const token = this.apiToken ?? (await this.login!.token());
    const answer = await this.sent(withToken(request, token));
    if (answer.status !== 401 || this.login === null) return checked(answer);
    await answer.body?.cancel();
    return checked(await this.sent(withToken(again, await this.login.renew(token))));
  }

  private readonly openSession = async (path: '' | '/refresh', body: object): Promise<Schemas['SessionView']> => {
    const headers = { 'Content-Type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const answer = await checked(await this.sent(new Request(`${this.url}/api/v1/session${path}`, init)));
    return (await answer.json()) as Schemas['SessionView'];
  };

  private async sent(request: Request): Promise<Response> {
    try {
      return await this.transport(request);
    } catch (error) {
      throw new Unreachable(this.url, error);
    }
  }
}

/** The body of an answer. Calls of EvenkeelClient throw for whatever is not 2xx, so there is one. */
export async function answerOf<Answer extends { data?: unknown }>(
  call: Promise<Answer>,
): Promise<Exclude<Answer['data'], undefined>> {
  return (await call).data as Exclude<Answer['data'], undefined>;
}

/** Ids of the resources of a kind ("volume", "copysession") that a job made or changed. */
export function madeIds(job: Job, resource: string): number[] {
  const succeeded = job.succeeded_resource_href_list;
  const hrefs = (succeeded.length > 0 ? succeeded : job.resource_href_list).map((href) => href.split('/'));
  return hrefs.filter((parts) => parts.at(-2) === resource).map((parts) => Number(parts.at(-1)));
}

function isEnded(job: Job): boolean {
  return JOB_ENDS.includes(job.status);
}

function withToken(request: Request, token: string): Request {
  request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

/** @throws ApiError unless the answer is 2xx */
async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const text = await answer.text();
  const retryAfter = answer.headers.get('Retry-After');
  throw new ApiError(answer.status, readError(text), retryAfter === null ? null : Number(retryAfter));
}

/** A proxy may answer in the API's place, in whatever form. */
function readError(text: string): Partial<Schemas['ErrorAnswer']> {
  try {
    return JSON.parse(text) as Partial<Schemas['ErrorAnswer']>;
  } catch {
    return {};
  }
}
