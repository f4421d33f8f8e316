/** The frame of every call that answers with a job. */
import { applyDecorators, HttpCode, UseInterceptors } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { operationOf, Refuses, type CallDescription } from '../http/answers.js';
import { JobAccepted, JobView } from './job.dto.js';
import { JobInterceptor } from './job.interceptor.js';

/**
 * The handler returns the Job it made. Answered is 202 `{job_id, job_href}`, or with `?wait=` 200 and the job if it ended in
 * time. `isPost` adds the Idempotency-Key header. The handler's query class is, or extends, WaitQuery.
 */
export function JobCall(call: CallDescription & { readonly isPost?: boolean }): MethodDecorator {
  return applyDecorators(
    HttpCode(202),
    UseInterceptors(JobInterceptor),
    ApiOperation(operationOf(call)),
    ApiExtraModels(JobAccepted, JobView),
    ApiResponse({ status: 202, description: 'The job was made.', type: JobAccepted }),
    ApiResponse({ status: 200, description: 'The job ended within `wait`; read its status.', type: JobView }),
    ...(call.isPost
      ? [
          ApiHeader({
            name: 'Idempotency-Key',
            required: false,
            description: 'The same key and body within 24 hours is the same job.',
            schema: { type: 'string', minLength: 1, maxLength: 128 },
          }),
        ]
      : []),
    Refuses({
      ...call,
      errors: [
        ...(call.errors ?? []),
        'JOB_LIMIT_REACHED',
        ...(call.isPost ? (['IDEMPOTENCY_KEY_REUSED'] as const) : []),
      ],
    }),
  );
}
