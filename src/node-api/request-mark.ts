/**
 * What made a call necessary: the job that it serves, and the request that made that job. It changes nothing; it is for the lines that
 * the node logs about the call, so that one request is found in the logs of both planes.
 */
export interface RequestMark {
  readonly jobId: string;
  /** Null for a job that no request made. */
  readonly requestId: string | null;
}

/** Header of calls. */
export const REQUEST_HEADER = 'evenkeel-request';

/** What an id of a request may be, whoever chose it: it is copied into headers and logs. */
export function isRequestId(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text);
}

export function encodeRequestMark({ jobId, requestId }: RequestMark): string {
  return requestId === null ? jobId : `${jobId} ${requestId}`;
}

/** Null for what is none: a call is not refused for the sake of its log lines. */
export function decodeRequestMark(text: unknown): RequestMark | null {
  const [, jobId, requestId = null] = (typeof text === 'string' && /^(\d{1,15})(?: ([\w.-]{1,64}))?$/.exec(text)) || [];
  return jobId === undefined ? null : { jobId, requestId };
}
