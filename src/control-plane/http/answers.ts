/** Says in one line what a call answers, so that the OpenAPI document names every answer and every error. */
import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERRORS, type ErrorName } from '../../errors/registry.js';
import { ErrorAnswer } from './error-answer.js';

const ALWAYS: readonly ErrorName[] = [
  'PARAMETER_INVALID',
  'PARAMETER_UNKNOWN',
  'RATE_LIMITED',
  'DATABASE_UNAVAILABLE',
  'INTERNAL',
];
const WITH_BODY: readonly ErrorName[] = ['BODY_MALFORMED', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];
const WITH_TOKEN: readonly ErrorName[] = ['NOT_AUTHENTICATED', 'TOKEN_EXPIRED', 'NOT_ALLOWED'];

export interface CallDescription {
  readonly summary: string;
  readonly description?: string;
  /** Those of the call itself; errors of every call are added. */
  readonly errors?: readonly ErrorName[];
  readonly hasBody?: boolean;
  /** Whether it is served without a token. */
  readonly isOpen?: boolean;
}

/** `@Answers(200, VolumeView, { summary: 'Show a volume', errors: ['VOLUME_NOT_FOUND'] })`; null is an answer without a body. */
export function Answers(status: number, view: Type | null, call: CallDescription): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiOperation({
      summary: call.summary,
      ...(call.description && { description: call.description }),
      ...(call.isOpen && { security: [] }),
    }),
    ApiResponse({ status, description: call.summary, ...(view && { type: view }) }),
    Refuses(call),
  );
}

/** The errors of a call, one response for each HTTP status. */
export function Refuses(call: CallDescription): MethodDecorator {
  const names = new Set([
    ...(call.errors ?? []),
    ...ALWAYS,
    ...(call.hasBody ? WITH_BODY : []),
    ...(call.isOpen ? [] : WITH_TOKEN),
  ]);
  const byStatus = Map.groupBy(names, (name) => ERRORS[name].status);
  return applyDecorators(
    ApiExtraModels(ErrorAnswer),
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: group.map((name) => `${ERRORS[name].code} ${name}: ${ERRORS[name].text}`).join('; '),
        content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorAnswer) } } },
      }),
    ),
  );
}
