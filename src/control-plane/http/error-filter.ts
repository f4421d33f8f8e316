import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ThrottlerException } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { isRefusal, Refusal } from '../../errors/refusal.js';
import { isDatabaseOutage } from '../database/outage.js';
import { errorAnswer } from './error-answer.js';

/** Seconds after which a request refused for want of capacity may be sent again. */
const RETRY_AFTER_SECONDS = 5;

/** Turns whatever was thrown into the one shape of errors. Only what nobody foresaw is a 500, and only that is logged as an error. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const refusal = asRefusal(error, request);
    if (refusal.code === 'INTERNAL') this.log.error(error);
    else if (refusal.row.status >= 500) this.log.warn(error);
    if (response.headersSent) {
      response.end();
      return;
    }
    if (refusal.row.status === 503 && !response.hasHeader('Retry-After')) {
      response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    }
    if (refusal.row.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(refusal.row.status).json(errorAnswer(refusal, (request as { id?: string }).id ?? ''));
  }
}

export function asRefusal(error: unknown, request: { method: string; path: string }): Refusal {
  if (isRefusal(error)) return error;
  if (isDatabaseOutage(error)) return new Refusal('DATABASE_UNAVAILABLE');
  if (error instanceof ThrottlerException) return new Refusal('RATE_LIMITED');
  const type = (error as { type?: unknown } | null)?.type;
  if (typeof type === 'string') {
    const refusal = fromBodyParser(type);
    if (refusal) return refusal;
  }
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown } | null)?.status;
  switch (status) {
    case 404:
      return new Refusal('RESOURCE_NOT_FOUND', `${request.method} ${request.path}`.slice(0, 200));
    case 413:
      return new Refusal('BODY_TOO_LARGE');
    case 415:
      return new Refusal('MEDIA_TYPE_UNSUPPORTED');
    // Whatever else express and its parsers find wrong with a request, such as a path that does not decode.
    case 400:
      return new Refusal('PARAMETER_INVALID', 'request');
    default:
      return new Refusal('INTERNAL');
  }
}

/** Types of error of the body-parser package (README, "Errors"). */
function fromBodyParser(type: string): Refusal | null {
  switch (type) {
    case 'entity.parse.failed':
    case 'entity.verify.failed':
    case 'request.aborted':
    case 'request.size.invalid':
      return new Refusal('BODY_MALFORMED');
    case 'entity.too.large':
      return new Refusal('BODY_TOO_LARGE');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Refusal('MEDIA_TYPE_UNSUPPORTED');
    default:
      return null;
  }
}
