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

  it('takes an entry that is written as IPv6 for IPv4, and whole families', () => {
    expect(isClientAllowed(['::ffff:10.0.0.0/104'], '10.1.2.3')).toBe(true);
    expect(isClientAllowed(['::ffff:10.0.0.1'], '::ffff:10.0.0.1')).toBe(true);
    expect(isClientAllowed(['::ffff:10.0.0.1'], '10.0.0.2')).toBe(false);
    expect(isClientAllowed(['0.0.0.0/0'], '2001:db8::1')).toBe(false);
    expect(isClientAllowed(['2000::/3'], '10.1.2.3')).toBe(false);
    // Of which IPv4 is a part.
    expect(isClientAllowed(['::/0'], '10.1.2.3')).toBe(true);
  });

  it('takes the bits of a network alone, and an address with its zone', () => {
    expect(isClientAllowed(['10.1.2.3/8', '2001:db8::7/32'], '10.200.0.1')).toBe(true);
    expect(isClientAllowed(['10.1.2.3/8', '2001:db8::7/32'], '2001:db8:ffff::1')).toBe(true);
    expect(isClientAllowed(['fe80::/10'], 'fe80::1%eth0')).toBe(true);
    expect(isClientAllowed(['fe80::1%eth0'], 'fe80::2')).toBe(false);
  });

  it('keeps everybody out of an empty list', () => {
    expect(isClientAllowed([], '127.0.0.1')).toBe(false);
  });
});
