import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { isDatabaseOutage } from '../database/outage.js';
import { errorAnswer } from './error-answer.js';
import { requestContext } from './request-context.js';
import { RefusedForNow } from './refused-for-now.js';
import { shownPath } from './shown-path.js';

/** Seconds after which a request refused for want of capacity may be sent again. */
const RETRY_AFTER_SECONDS = 5;

/** Turns whatever was thrown into the one shape of errors. Only what nobody foresaw is a 500, and only that is logged as an error. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getRequest<Request>(), host.switchToHttp().getResponse<Response>());
  }

  answer(error: unknown, request: Request, response: Response): void {
    const refusal = asRefusal(error, request);
    const context = requestContext();
    if (context) context.refusal = refusal.code;
    if (refusal.code === 'INTERNAL') this.log.error(error);
    else if (refusal.row.status >= 500) this.log.warn(error);
    if (response.headersSent) {
      response.end();
      return;
    }
    if (refusal.row.status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    if (refusal instanceof RefusedForNow) response.setHeader('Retry-After', refusal.retryAfterSeconds);
    if (refusal.row.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(refusal.row.status).json(errorAnswer(refusal, (request as { id?: string }).id ?? ''));
  }
}

/** For paths that no controller's prefix covers, which Nest leaves to express: the last two handlers of all. */
export function outsideOfRoutes(filter: ErrorFilter): [RequestHandler, ErrorRequestHandler] {
  return [
    (request, response) => filter.answer(notFound(request), request, response),
    (error, request, response, _next) => filter.answer(error, request, response),
  ];
}

/** What its caller is told of an error. */
export function asRefusal(error: unknown, request: Request): Refusal {
  if (isRefusal(error)) return error;
  if (isDatabaseOutage(error)) return new Refusal('DATABASE_UNAVAILABLE');
  const { status } = (error ?? {}) as { status?: unknown };
  switch (error instanceof HttpException ? error.getStatus() : status) {
    case 404:
      return notFound(request);
    // Whatever else express finds wrong with a request, such as a path that does not decode.
    case 400:
      return new Refusal('PARAMETER_INVALID', 'request');
    default:
      return new Refusal('INTERNAL');
  }
}

function notFound(request: Request): Refusal {
  return new Refusal('RESOURCE_NOT_FOUND', `${request.method} ${shownPath(request.path)}`);
}
