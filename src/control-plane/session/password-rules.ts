import { Length } from 'class-validator';

export const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 256;
export const PASSWORD_LENGTH_RULE = `must have ${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters`;

/** For a password that is chosen; one that is compared may have been chosen under other rules. */
export function IsNewPassword(): PropertyDecorator {
  return Length(PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX, { message: `$property ${PASSWORD_LENGTH_RULE}` });
}

/** How the OpenAPI document describes a password that is chosen. */
export const NEW_PASSWORD = {
  format: 'password',
  writeOnly: true,
  minLength: PASSWORD_LENGTH_MIN,
  maxLength: PASSWORD_LENGTH_MAX,
} as const;
