import { describe, expect, it } from '@jest/globals';
import { isClientAllowed } from './allowed-clients.js';

describe('allowed clients', () => {
  const allowed = ['127.0.0.0/8', '192.168.7.9', '2001:db8::/32'];

  it.each(['127.0.0.1', '::ffff:127.9.9.9', '192.168.7.9', '2001:db8:1::5'])('lets %s in', (address) => {
    expect(isClientAllowed(allowed, address)).toBe(true);
  });

  it.each(['10.0.0.1', '192.168.7.10', '::1', '2001:db9::1', '', 'localhost'])('keeps %s out', (address) => {
    expect(isClientAllowed(allowed, address)).toBe(false);
  });

  it('keeps everybody out of an empty list', () => {
    expect(isClientAllowed([], '127.0.0.1')).toBe(false);
  });
});
