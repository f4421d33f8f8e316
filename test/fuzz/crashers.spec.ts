/** Inputs on which a parser once broke a promise. A finding of the fuzzer is added here together with its mending. */
import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../support/seeded-random.js';
import { check } from './fuzzer.js';
import { FUZZ_TARGETS } from './targets.js';

// prettier-ignore
const CRASHERS: readonly (readonly [target: string, what: string, base64: string])[] = [
  ['small files', 'a body that is not JSON under a checksum that holds: a SyntaxError', 'eyJmb3JtYXQiOiJldmVua2VlbC9ub2RlIiwidmVyc2lvbiI6MSwiY3JjMzIiOiIzNWNmNjhkNiIsImJvZHkiOgp7MDoiMDAwMDAwMDAtMDAwMC00MDAwLTgw9jAtMDAwMDAwMDAwMDBiIiwibmFtZSI6InNpdGUtYSIsInJ1bkNvdW50ZXIiOjMsImNvbnRyb2xsZXJzIjpbXX0KfQo='],
  ['enrolment token', 'unknown fields and a secret of any length came along, too long to be written again', 'ZXlKdWIyUmxWV2xrSWpvaU9XWmpNbUZsWXpndE5UWmtZaTAwT1daaExXRmtNakF0WWpBME1EazFaR1ppWXpZMElpd2labWx1WjJSeWNISnBiblFpT2lKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaUlpd2ljMlZqY21WMGIyUmxWV2xrSWpvaU9XWmpNbUZsWXpndE5UWmtZaTAwT1daaExXRmtNakF0WWpBME1EazFaR1ppWXpZMElpd2labWx1WjNWeWNISnBiblFpT2lKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaUlpd2ljMlZqY21WMDFlLTQwMDJSbFZXbGtJam9pT1daak1tRmxZemd0TlRaa1lpMDBPV1poTFdGa01qQXRZakEwTURrMVpHWmlZelkwSWl3aVptbHVaMlFpT2lKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaUlpd2ljMlZqY2VWMG51bGwyUmxWV2xrSWpvaU9XWmpNbUZsWXpndE5UWmtZaTAwT1daaExXRmtNakF0WWpBME1EazFaR1ppWXpZMElpd2labWx1WjJWeWNISnBiblFpT2lKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaVlXSmhZbUZpWVdKaFltRmlZV0poWW1GaUlpd2ljMlZqY21WMElqb2lZekpXYW1OdFZqQWlmUQ=='],
];

describe('C71: what the fuzzer once found', () => {
  it.each(CRASHERS)('%s: %s', (name, _what, base64) => {
    const target = FUZZ_TARGETS.find((one) => one.name === name)!;
    expect(() => check(target, Buffer.from(base64, 'base64'), new SeededRandom(1))).not.toThrow();
  });
});
