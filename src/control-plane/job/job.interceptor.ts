import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { Refusal } from '../../errors/refusal.js';
import { isUniqueViolation } from '../database/outage.js';
import { requestContext } from '../http/request-context.js';
import { Idempotency, requestDigest } from './idempotency.js';
import { JobWaiter } from './job-waiter.js';
import { jobHref, jobView, WAIT_SECONDS_MAX, type JobAccepted, type JobView } from './job.dto.js';
import { Job } from './job.entity.js';

/** Answers a request with the job that it made, or that the same request made before. */
@Injectable()
export class JobInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly waiter: JobWaiter,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<JobAccepted | JobView> {
    return from(this.answer(context, next));
  }

  private async answer(context: ExecutionContext, next: CallHandler): Promise<JobAccepted | JobView> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const waitSeconds = readWait(request.query['wait']);
    const job = await this.oneJob(request, next);
    const opened = requestContext();
    if (opened) opened.jobId = job.id;
    const isWanted = (): boolean => !response.destroyed;
    const ended = await this.waiter.waitForEnd(job.id, waitSeconds * 1000, isWanted);
    response.status(ended ? 200 : 202);
    return ended ? jobView(ended) : { job_id: job.id, job_href: jobHref(job.id) };
  }

  private async oneJob(request: Request, next: CallHandler): Promise<Job> {
    const make = (): Promise<Job> => lastValueFrom(next.handle() as Observable<Job>);
    const key = request.method === 'POST' ? request.get('idempotency-key') : undefined;
    const opened = requestContext();
    if (key === undefined || !opened) return make();
    if (!/^[\x20-\x7e]{1,128}$/.test(key)) throw new Refusal('PARAMETER_INVALID', 'Idempotency-Key');
    const requestor = opened.requestor ?? '';
    opened.idempotency = { key, digest: requestDigest(request) };
    const made = await this.idempotency.find(requestor, opened.idempotency);
    if (made) return made;
    try {
      return await make();
    } catch (error) {
      // The same request came twice at once; the other one was first.
      if (!isUniqueViolation(error, 'job_idempotency_key')) throw error;
      const other = await this.idempotency.find(requestor, opened.idempotency);
      if (!other) throw error;
      return other;
    }
  }
}

/** Interceptors run before pipes, so the number is checked here as well as by WaitQuery. */
function readWait(text: unknown): number {
  if (text === undefined) return 0;
  const seconds = typeof text === 'string' && /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  if (!(seconds <= WAIT_SECONDS_MAX)) throw new Refusal('PARAMETER_INVALID', `wait: 0 to ${WAIT_SECONDS_MAX}`);
  return seconds;
}
