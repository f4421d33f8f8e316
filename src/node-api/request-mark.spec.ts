import { describe, expect, it } from '@jest/globals';
import { decodeRequestMark, encodeRequestMark } from './request-mark.js';

describe('what a call is made for', () => {
  it.each([
    { jobId: '12', requestId: 'order-4711.a_b' },
    { jobId: '999999999999999', requestId: 'x'.repeat(64) },
    { jobId: '1', requestId: null },
  ])('is the same at the other end: %j', (mark) => {
    expect(decodeRequestMark(encodeRequestMark(mark))).toEqual(mark);
  });

  it.each([
    undefined,
    ['1 a'],
    '',
    '1 ',
    'a b',
    '1 a b',
    '1 a\n',
    `1 ${'x'.repeat(65)}`,
    '1 {"level":"fatal"}',
    `${'1'.repeat(16)} a`,
  ])('is nothing when it is %j', (text) => {
    expect(decodeRequestMark(text)).toBeNull();
  });
});
