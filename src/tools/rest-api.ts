/** REST calls by method and path below /api/v1, as one would type them: for the demo and for tests. */
import { answerOf, EvenkeelClient, madeIds, type Job } from '../api-client/client.js';
import { JobError } from '../api-client/errors.js';

export type { Job };
export type Json = Record<string, unknown>;

const JOB_WAIT_SECONDS = 30;

export class RestApi {
  private readonly client: EvenkeelClient;

  constructor(
    readonly url: string,
    password: string,
    user = 'admin',
  ) {
    this.client = new EvenkeelClient({ url, user, password });
  }

  /** @throws ApiError for any answer that is not 2xx */
  call<T = Json>(method: string, path: string, body?: Json): Promise<T> {
    // Its types are for paths of the document.
    const request = this.client.rest.request as (method: string, path: string, init: object) => Promise<{ data?: T }>;
    return answerOf(request(method, `/api/v1${path}`, body === undefined ? {} : { body })) as Promise<T>;
  }

  /** A change and its job, waited for to its end, whatever that is. */
  job(method: string, path: string, body?: Json): Promise<Job> {
    const waiting = `${path}${path.includes('?') ? '&' : '?'}wait=${JOB_WAIT_SECONDS}`;
    return this.client.job(this.call<Job>(method, waiting, body).then((data) => ({ data })));
  }

  /** @throws Error when the job ends in anything but Success */
  async change(method: string, path: string, body?: Json): Promise<Job> {
    const job = await this.job(method, path, body);
    if (job.status === 'Success') return job;
    const { message } = new JobError(job);
    throw new Error(`${method} ${path}: job ${job.job_id} ended as ${job.status}: ${message}`);
  }
}

/** Id of the one resource of a kind that a job made. */
export function madeId(job: Job, resource: string): number {
  const [id] = madeIds(job, resource);
  if (id === undefined) throw new Error(`job ${job.job_id} made no ${resource}`);
  return id;
}
