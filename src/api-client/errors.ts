/** What can go wrong with a call, as classes. */
import type { components } from './schema.js';

type ErrorAnswer = components['schemas']['ErrorAnswer'];
type Job = components['schemas']['JobView'];

/** The least that is known of every error of the API. */
export abstract class EvenkeelError extends Error {
  /** Four digits of docs/errors.md; null when it did not come from the API. */
  readonly errorCode: number | null = null;
}

/** The API answered, with anything but 2xx. */
export class ApiError extends EvenkeelError {
  override readonly errorCode: number | null;
  /** Name in docs/errors.md; null when something between here and the API answered. */
  readonly internalCode: string | null;
  /** Everything that is wrong, when that is more than one thing. */
  readonly details: NonNullable<ErrorAnswer['details']>;
  /** Finds the request in the logs. */
  readonly requestId: string | null;

  constructor(
    /** Of HTTP. */
    readonly status: number,
    answer: Partial<ErrorAnswer>,
    /** Seconds after which to try again, where the API says so. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    const { message = `The API answered ${status}`, details = [] } = answer;
    super(details.length === 0 ? message : `${message}: ${details.map((detail) => detail.message).join('; ')}`);
    this.errorCode = answer.error_code ?? null;
    this.internalCode = answer.internal_code ?? null;
    this.details = details;
    this.requestId = answer.request_id ?? null;
  }
}

/** A change was taken, and its job ended in anything but Success. */
export class JobError extends EvenkeelError {
  override readonly errorCode: number | null;

  constructor(readonly job: Job) {
    const reason = job.error ?? job.failed_resource_info_list[0];
    super(reason?.message ?? `Job ${job.job_id} ended as ${job.status}`);
    this.errorCode = reason?.error_code ?? null;
  }
}

/** Nobody answered, or nobody that is trusted. */
export class Unreachable extends EvenkeelError {
  constructor(url: string, cause: unknown) {
    // fetch says "fetch failed", and why only in the cause; that of a refused connection may have a code and no message.
    const told = ((cause as { cause?: unknown }).cause ?? cause) as { message?: string; code?: string };
    const why = told.message || told.code || String(cause);
    super(`${url} does not answer: ${why}`, { cause });
  }
}
