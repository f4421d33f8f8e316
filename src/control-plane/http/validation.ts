import { ValidationPipe, type ValidationError } from '@nestjs/common';
import type { ValidatorOptions } from 'class-validator';
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';

/** Names and texts of the caller come back in the answer, and must not make it as large as they like. */
const NAME_SHOWN_MAX = 200;
const MESSAGE_SHOWN_MAX = 500;

/**
 * A body's method of this name says what is wrong between its fields, whatever those are. Whoever serves the request asks the same
 * when each field is right for itself; it is named by the pipe beside the fields that are not.
 */
export const BETWEEN_FIELDS = Symbol('between fields');

interface HasRules {
  [BETWEEN_FIELDS](): RefusalDetail[];
}

/** Checks bodies and queries against their classes, and names everything that is wrong in one refusal. */
export function makeValidationPipe(): ValidationPipe {
  return new FieldsPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    // A class without any rule, such as NoQuery, is one that takes nothing, not an unknown value.
    forbidUnknownValues: false,
    stopAtFirstError: true,
    exceptionFactory: (errors) => refuseFields(errors.flatMap((error) => describe(error, ''))),
  });
}

class FieldsPipe extends ValidationPipe {
  /** @throws Refusal PARAMETER_INVALID, PARAMETER_UNKNOWN */
  protected override async validate(object: object, options?: ValidatorOptions): Promise<ValidationError[]> {
    const errors = await super.validate(object, options);
    if (errors.length === 0) return [];
    const wrong = new Set(errors.map(({ property }) => property));
    throw refuseFields([...errors.flatMap((error) => describe(error, '')), ...betweenOthers(object, wrong)]);
  }
}

/** What is wrong between fields of which none is wrong by itself: it is so both with and without the wrong ones. */
function betweenOthers(object: object, wrong: ReadonlySet<string>): RefusalDetail[] {
  const ask = (body: Partial<HasRules>): RefusalDetail[] => body[BETWEEN_FIELDS]?.() ?? [];
  const rest = Object.assign(Object.create(Object.getPrototypeOf(object)), object);
  for (const name of wrong) delete rest[name];
  const without = new Set(ask(rest).map(({ parameter }) => parameter));
  return ask(object).filter(({ parameter = '' }) => without.has(parameter) && !wrong.has(parameter.split('.')[0]!));
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
