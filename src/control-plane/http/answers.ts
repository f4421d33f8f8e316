/** Says in one line what a call answers, so that the OpenAPI document names every answer and every error. */
import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath, type ApiOperationOptions } from '@nestjs/swagger';
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
  /** Name in generated clients, where resource and method do not make it: see operationIdFactory. */
  readonly operationId?: string;
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
    ApiOperation({ ...operationOf(call), ...(call.isOpen && { security: [] }) }),
    ApiResponse({ status, description: call.summary, ...(view && { type: view }) }),
    Refuses(call),
  );
}

/** What the document says of the call itself. */
export function operationOf({ summary, description, operationId }: CallDescription): ApiOperationOptions {
  return { summary, ...(description && { description }), ...(operationId && { operationId }) };
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
    ...[...byStatus].map(([status, group]) => refusal(status, group)),
  );
}

/** In words, for programs that read the document, and as the type of the answer. */
function refusal(status: number, names: readonly ErrorName[]): MethodDecorator {
  const narrowed = {
    type: 'object' as const,
    properties: { internal_code: { type: 'string' as const, enum: [...names] } },
  };
  const schema = { allOf: [{ $ref: getSchemaPath(ErrorAnswer) }, narrowed] };
  const response = {
    status,
    description: names.map((name) => `${ERRORS[name].code} ${name}: ${ERRORS[name].text}`).join('; '),
    content: { 'application/json': { schema } },
    'x-error-codes': Object.fromEntries(names.map((name) => [name, ERRORS[name].code])),
  };
  return ApiResponse(response);
}
