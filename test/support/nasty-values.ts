/** Values that have broken some parser or database before. */
import fc from 'fast-check';

const NASTY: readonly unknown[] = [
  null, true, '', ' ', '\0', 'a\0b', '\ud800', '\uffff', '💥'.repeat(40), 'x'.repeat(5000), '../../etc/passwd', "' OR 1=1 --", '%s%n',
  '1e999', 'NaN', '__proto__', 'constructor', 0, -1, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 64, -(2 ** 63), 1e308,
  [], {}, [[]], [null], [1, 'a'], { $gt: '' }, { toString: 1 }, { length: 1e9 }, '127.0.0.1', '::1', '0.0.0.0/33', 'http://[::1',
  '2026-02-30T25:00:00Z', JSON.parse('['.repeat(100) + ']'.repeat(100)), JSON.parse('{"a":'.repeat(20) + '1' + '}'.repeat(20)),
]; // prettier-ignore

export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Texts in place of an id of a path. */
export const nastyId: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('0', '-1', '+1', '1.0', '1e0', '01', ' 1', '0x1', '1n', 'NaN', 'null', '\0', '%', '💥', "1'--", '1/..', 'x'.repeat(3000)),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2n ** 63n, 2n ** 64n, 10n ** 30n).map(String),
  fc.maxSafeNat().map(String),
  // '.' and '..' would be another path.
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !/^\.+$/.test(text)),
); // prettier-ignore
