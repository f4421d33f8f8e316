import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';

/** Names and texts of the caller come back in the answer, and must not make it as large as they like. */
const NAME_SHOWN_MAX = 200;
const MESSAGE_SHOWN_MAX = 500;

/** Checks bodies and queries against their classes, and names everything that is wrong in one refusal. */
export function makeValidationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // A class without any rule, such as NoQuery, is one that takes nothing, not an unknown value.
    forbidUnknownValues: false,
    stopAtFirstError: true,
    exceptionFactory: (errors) => refuseFields(errors.flatMap((error) => describe(error, ''))),
  });
}

export function invalid(parameter: string, message: string): RefusalDetail {
  return { parameter, code: 'PARAMETER_INVALID', message: `${parameter} ${message}` };
}

/** One refusal for many wrong fields; also for rules that a class cannot express, such as one field or another. */
export function refuseFields(details: readonly RefusalDetail[]): Refusal {
  const isOnlyUnknown = details.every((detail) => detail.code === 'PARAMETER_UNKNOWN');
  const names = details.flatMap((detail) => detail.parameter ?? []);
  const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  return new Refusal(
    isOnlyUnknown ? 'PARAMETER_UNKNOWN' : 'PARAMETER_INVALID',
    shown.slice(0, 500),
    details.slice(0, 100),
  );
}

function describe(error: ValidationError, prefix: string): RefusalDetail[] {
  const parameter = `${prefix}${error.property}`.slice(0, NAME_SHOWN_MAX);
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]): RefusalDetail => {
    const isUnknown = rule === 'whitelistValidation';
    const isMissing = error.value === undefined;
    return {
      parameter,
      code: isUnknown ? 'PARAMETER_UNKNOWN' : 'PARAMETER_INVALID',
      message: isUnknown
        ? `${parameter} is not known`
        : (isMissing ? `${parameter} is missing` : message).slice(0, MESSAGE_SHOWN_MAX),
    };
  });
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, `${parameter}.`))];
}
