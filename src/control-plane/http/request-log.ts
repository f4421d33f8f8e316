import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { requestContext } from './request-context.js';
import { shownPath } from './shown-path.js';

const log = new Logger('http');

/**
 * One line for each request, once it was answered or its client went away: those that change something, or fail, are told; those that
 * look are only for whoever debugs. The query is left out, and with it whatever a client may have put there.
 */
export function logRequest(request: Request, response: Response, next: NextFunction): void {
  const startedMs = performance.now();
  const { method, path } = request;
  const context = requestContext();
  response.once('close', () => {
    const isLook = method === 'GET' || method === 'HEAD';
    const level = response.statusCode >= 500 ? 'warn' : isLook ? 'debug' : 'log';
    const fields = {
      request_id: context?.requestId,
      ...(context?.requestor != null && { user: context.requestor }),
      method,
      path: shownPath(path),
      status: response.statusCode,
      ms: Math.round(performance.now() - startedMs),
      ...(context?.jobId != null && { job_id: context.jobId }),
      ...(!response.writableFinished && { is_aborted: true }),
    };
    log[level](fields, 'request');
  });
  next();
}
