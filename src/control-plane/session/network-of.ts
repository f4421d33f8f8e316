import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** Of an IPv6 address, what one customer of a provider cannot change: a /64. */
const GROUPS_KEPT = 4;

/** What counts as one place: an IPv4 address, or the /64 of an IPv6 one, since who has one of those addresses has all of them. */
export function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, GROUPS_KEPT).join(':')}::/64`;
}
