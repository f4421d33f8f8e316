/** Moments of time in bodies and queries: RFC 3339, `2026-11-20T18:00:00Z`. */
import { isISO8601, ValidateBy } from 'class-validator';

const FORM = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

export const INSTANT_RULE = 'must be a time as of RFC 3339, such as 2026-11-20T18:00:00Z';

/** Null for what is no time, also for the 30th of February. */
export function parseInstant(text: unknown): Date | null {
  if (typeof text !== 'string' || !FORM.test(text) || !isISO8601(text, { strict: true })) return null;
  const time = new Date(text);
  // Also after its offset is taken away the year has four digits, which every program and database reads.
  return /^[1-9]\d{3}-/.test(Number.isNaN(time.getTime()) ? '' : time.toISOString()) ? time : null;
}

export function IsInstant(): PropertyDecorator {
  const validate = (value: unknown): boolean => parseInstant(value) !== null;
  return ValidateBy({ name: 'isInstant', validator: { validate, defaultMessage: () => `$property ${INSTANT_RULE}` } });
}
