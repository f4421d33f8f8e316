import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ERRORS } from '../../errors/registry.js';
import type { Refusal } from '../../errors/refusal.js';

/** Names may be added, and are never taken away. */
export const INTERNAL_CODE = { enum: Object.keys(ERRORS), enumName: 'InternalCode' };

export class ErrorDetail {
  @ApiPropertyOptional({ description: 'The field at fault, with its path inside the body.' })
  parameter?: string;
  @ApiProperty(INTERNAL_CODE)
  internal_code!: string;
  @ApiProperty()
  message!: string;
}

/** The one shape of every error. */
export class ErrorAnswer {
  @ApiProperty({ description: 'Four digits, stable.', example: 3001 })
  error_code!: number;
  @ApiProperty({ description: 'Description, and in brackets what it is about.' })
  message!: string;
  @ApiProperty(INTERNAL_CODE)
  internal_code!: string;
  @ApiPropertyOptional({
    type: [ErrorDetail],
    description: 'Everything that is wrong, when that is more than one thing.',
  })
  details?: ErrorDetail[];
  @ApiProperty({ description: 'Finds the request in the logs.' })
  request_id!: string;
}

export function errorAnswer(refusal: Refusal, requestId: string): ErrorAnswer {
  return {
    error_code: ERRORS[refusal.code].code,
    message: refusal.message,
    internal_code: refusal.code,
    ...(refusal.details.length > 0 && {
      details: refusal.details.map(({ parameter, code, message }) => ({
        ...(parameter !== undefined && { parameter }),
        internal_code: code,
        message,
      })),
    }),
    request_id: requestId,
  };
}
