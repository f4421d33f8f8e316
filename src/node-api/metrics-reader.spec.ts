import { describe, expect, it } from '@jest/globals';
import { requireMetricsReader } from './metrics-reader.js';

describe('who may read metrics', () => {
  const asks = (token: string | null, address: string | undefined, authorization?: string) => (): void =>
    requireMetricsReader(token, { address, authorization });
  const refusal = 'Not authenticated';

  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('without a token, this machine: %s', (address) => {
    expect(asks(null, address)).not.toThrow();
  });

  it.each(['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '128.0.0.1', undefined])(
    'without a token, nobody else: %s',
    (address) => {
      expect(asks(null, address)).toThrow(refusal);
    },
  );

  it('with a token, whoever shows it, and nobody without it, wherever they are', () => {
    expect(asks('0123456789abcdef', '10.0.0.1', 'Bearer 0123456789abcdef')).not.toThrow();
    expect(asks('0123456789abcdef', '127.0.0.1')).toThrow(refusal);
    expect(asks('0123456789abcdef', '127.0.0.1', 'Bearer 0123456789abcdee')).toThrow(refusal);
    expect(asks('0123456789abcdef', '127.0.0.1', 'Bearer ')).toThrow(refusal);
  });
});
