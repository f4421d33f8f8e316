import { describe, expect, it } from '@jest/globals';
import { parseInstant } from './instant.js';

describe('a time in a request', () => {
  it('is one of RFC 3339, with any offset', () => {
    expect(parseInstant('2026-11-20T18:00:00Z')).toEqual(new Date(Date.UTC(2026, 10, 20, 18)));
    expect(parseInstant('2026-11-20T18:00:00.25+01:30')).toEqual(new Date(Date.UTC(2026, 10, 20, 16, 30, 0, 250)));
  });

  for (const text of [
    '',
    'now',
    '2026-11-20',
    '2026-11-20 18:00:00Z',
    '2026-11-20T18:00:00',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-20T18:00:61Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    1795197600,
    null,
    {},
  ])
    // prettier-ignore
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(parseInstant(text)).toBeNull();
    });
});
