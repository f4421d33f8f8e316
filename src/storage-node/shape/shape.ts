/**
 * Checks that a JSON value from outside has the shape it should have, and names everything that is wrong with it at once. A check
 * answers the value itself; what it answers after a complaint is never used.
 */
import { Refusal, type RefusalDetail } from '../../errors/refusal.js';
import type { ErrorName } from '../../errors/registry.js';
import { isUid } from '../../model/ids.js';

export type Complain = (parameter: string, message: string, code?: ErrorName) => void;
export type Check<T> = (value: unknown, at: string, complain: Complain) => T;

/** @throws Refusal PARAMETER_INVALID whose details name every wrong field */
export function checkShape<T>(check: Check<T>, body: unknown): T {
  const details: RefusalDetail[] = [];
  const value = check(body, '', (parameter, message, code = 'PARAMETER_INVALID') => {
    details.push({ parameter, code, message });
  });
  if (details.length > 0) {
    throw new Refusal('PARAMETER_INVALID', details.map((detail) => detail.parameter || 'body').join(', '), details);
  }
  return value;
}

/** An object with exactly these fields; a field whose check accepts undefined may be absent. */
export function object<T extends object>(
  fields: { readonly [Field in keyof Required<T>]: Check<T[Field]> },
  /** What must hold between the fields, asked only when each of them is right. */
  relations?: (value: T, at: string, complain: Complain) => void,
): Check<T> {
  const checks = new Map(Object.entries<Check<unknown>>(fields));
  return (value, at, complain) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      complain(at, 'must be an object');
      return value as T;
    }
    let isRight = true;
    const notice: Complain = (...complaint) => {
      isRight = false;
      complain(...complaint);
    };
    const given = new Map(Object.entries(value));
    for (const name of given.keys()) {
      if (!checks.has(name)) notice(join(at, name.slice(0, 64)), 'is not known', 'PARAMETER_UNKNOWN');
    }
    for (const [name, check] of checks) check(given.get(name), join(at, name), notice);
    if (isRight) relations?.(value as T, at, complain);
    return value as T;
  };
}

export function list<T>(check: Check<T>, countMin: number, countMax: number): Check<readonly T[]> {
  return (value, at, complain) => {
    if (!Array.isArray(value) || value.length < countMin || value.length > countMax) {
      complain(at, `must be a list of ${countMin} to ${countMax}`);
      return [];
    }
    return value.map((item, index) => check(item, `${at}[${index}]`, complain));
  };
}

/** @param rule says in words what `isRight` asks for */
export function text(lengthMax: number, rule = '', isRight: (value: string) => boolean = () => true): Check<string> {
  return (value, at, complain) => {
    if (typeof value !== 'string' || value.length === 0 || value.length > lengthMax || !isRight(value)) {
      complain(at, rule || `must be a text of 1 to ${lengthMax} characters`);
    }
    return value as string;
  };
}

export function integer(min: number, max: number): Check<number> {
  return (value, at, complain) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      complain(at, `must be an integer from ${min} to ${max}`);
    }
    return value as number;
  };
}

export const flag: Check<boolean> = (value, at, complain) => {
  if (typeof value !== 'boolean') complain(at, 'must be true or false');
  return value as boolean;
};

export function oneOf<const T extends string>(values: readonly T[]): Check<T> {
  return (value, at, complain) => {
    if (!values.includes(value as T)) complain(at, `must be one of ${values.join(', ')}`);
    return value as T;
  };
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, at, complain) => (value === undefined ? undefined : check(value, at, complain));
}

export function uid<T extends string>(): Check<T> {
  return (value, at, complain) => {
    if (!isUid(value)) complain(at, 'must be a lower-case UUID');
    return value as T;
  };
}

export const time = text(40, 'must be a time in ISO 8601', (value) => !Number.isNaN(Date.parse(value)));

export const fingerprint = text(64, 'must be 64 lower-case hex digits', (value) => /^[0-9a-f]{64}$/.test(value));

export function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
