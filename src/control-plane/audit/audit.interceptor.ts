import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { asRefusal } from '../http/error-filter.js';
import { requestContext } from '../http/request-context.js';
import { OPEN, ROLE_KEY } from '../session/caller.js';
import { AuditTrail, type AuditedCall } from './audit-trail.js';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Puts the audit trail around every call that changes something. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  /** Those that came as far as their handler. */
  private readonly served = new WeakSet<Request>();

  constructor(
    private readonly trail: AuditTrail,
    private readonly reflector: Reflector,
  ) {}

  /** As middleware, before anything can refuse the request: writes down what a guard, or the reading of its body, refused. */
  readonly watch = (request: Request, response: Response, next: NextFunction): void => {
    const context = requestContext();
    if (context && !READING.has(request.method) && request.path.startsWith('/api/')) {
      response.once('close', () => {
        // Without a refusal its client went away before it had asked.
        if (this.served.has(request) || context.refusal === null) return;
        void this.trail.recordRefused({ request, context }, context.refusal);
      });
    }
    next();
  };

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = execution.switchToHttp().getRequest<Request>();
    const context = requestContext();
    if (!context || READING.has(request.method)) return next.handle();
    this.served.add(request);
    const handle = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    const role: unknown = this.reflector.getAllAndOverride(ROLE_KEY, [execution.getHandler(), execution.getClass()]);
    return from(
      role === OPEN ? this.serveOpen({ request, context }, handle) : this.serve({ request, context }, handle),
    );
  }

  private async serve(call: AuditedCall, handle: () => Promise<unknown>): Promise<unknown> {
    const id = await this.trail.begin(call);
    try {
      const answer = await handle();
      await this.trail.end(id, call, 'Success');
      return answer;
    } catch (error) {
      await this.trail.end(id, call, asRefusal(error, call.request).code);
      throw error;
    }
  }

  /** Anyone may make such a call, and it is worth nothing until it is answered: its row is written then. */
  private async serveOpen(call: AuditedCall, handle: () => Promise<unknown>): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await handle();
    } catch (error) {
      await this.trail.recordRefused(call, asRefusal(error, call.request).code);
      throw error;
    }
    await this.trail.record(call, 'Success');
    return answer;
  }
}
