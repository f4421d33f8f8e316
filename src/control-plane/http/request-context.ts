/** What belongs to the request being served, for code too deep to be handed it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { ErrorName } from '../../errors/registry.js';
import { isRequestId } from '../../node-api/request-mark.js';

export interface RequestContext {
  readonly requestId: string;
  /** Name of the user, once the guard knows it. */
  requestor: string | null;
  /** What the user may do in this request. */
  role: string | null;
  /** The API token that it came by. */
  tokenId: number | null;
  /** What it made or changed, the chief thing first; null where its path says it. */
  resourceHref: string | null;
  /** Why it was refused. */
  refusal: ErrorName | null;
  /** The job that it made. */
  jobId: number | null;
  /** Set for a POST with an Idempotency-Key: the next job created carries it. */
  idempotency: { readonly key: string; readonly digest: string } | null;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}

/** Tells who makes the request being served, or tries to, for its jobs, the logs and the audit trail. */
export function tellRequestor({
  name,
  role,
  tokenId = null,
}: {
  name: string;
  role: string;
  tokenId?: number | null;
}): void {
  const context = storage.getStore();
  if (context) Object.assign(context, { requestor: name, role, tokenId });
}

/** Tells what the request being served made or changed, for the audit trail. */
export function tellResource(href: string | undefined): void {
  const context = storage.getStore();
  if (context && href !== undefined) context.resourceHref = href;
}

/** Gives every request an id, which answers, log lines and error answers carry. A caller's own id is taken when it is tame. */
export function openRequestContext(request: Request, response: Response, next: NextFunction): void {
  const given = request.get('x-request-id');
  const requestId = given !== undefined && isRequestId(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', requestId);
  const context: RequestContext = {
    requestId,
    requestor: null,
    role: null,
    tokenId: null,
    resourceHref: null,
    refusal: null,
    jobId: null,
    idempotency: null,
  };
  (request as { id?: string }).id = requestId;
  storage.run(context, next);
}
