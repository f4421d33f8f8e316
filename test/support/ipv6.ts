import { it } from '@jest/globals';
import { networkInterfaces } from 'node:os';

/** A test that needs the loopback of IPv6, which some containers do not have. */
export function itWithIpv6(name: string, run: () => Promise<void>, timeoutMs?: number): void {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  if (addresses.some(({ address }) => address === '::1')) it(name, run, timeoutMs);
  else it.skip(`${name} (no IPv6 loopback here)`, run);
}
