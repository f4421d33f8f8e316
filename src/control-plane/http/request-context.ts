/** What belongs to the request being served, for code too deep to be handed it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { isRequestId } from '../../node-api/request-mark.js';

export interface RequestContext {
  readonly requestId: string;
  /** Name of the user, once the guard knows it. */
  requestor: string | null;
  /** The job that it made. */
  jobId: number | null;
  /** Set for a POST with an Idempotency-Key: the next job created carries it. */
  idempotency: { readonly key: string; readonly digest: string } | null;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}

/** Gives every request an id, which answers, log lines and error answers carry. A caller's own id is taken when it is tame. */
export function openRequestContext(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('x-request-id');
  const requestId = given !== undefined && isRequestId(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', requestId);
  const context: RequestContext = { requestId, requestor: null, jobId: null, idempotency: null };
  (request as { id?: string }).id = requestId;
  storage.run(context, next);
}
