import { ValidateIf } from 'class-validator';

/** A field that may be left out. Unlike class-validator's IsOptional it lets no null pass: what is given must be right. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
