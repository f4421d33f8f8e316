import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList } from 'node:net';
import { Refusal } from '../errors/refusal.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6');

/**
 * Metrics name nodes, volumes and what the machine does. With a token they are for whoever shows it; without one, for this machine alone.
 * @throws Refusal NOT_AUTHENTICATED
 */
export function requireMetricsReader(
  token: string | null,
  { address, authorization }: { address: string | undefined; authorization: string | undefined },
): void {
  if (token !== null) {
    if (isSame(authorization?.replace(/^Bearer +/i, '') ?? '', token)) return;
    throw new Refusal('NOT_AUTHENTICATED', 'metrics are for whoever shows the metrics token');
  }
  if (address !== undefined && loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4')) return;
  throw new Refusal('NOT_AUTHENTICATED', 'without a metrics token, metrics are for this machine alone');
}

/** Takes as long for every wrong one. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}

/** What a token may be; the rule in words. */
export function isMetricsToken(text: string): boolean {
  return /^[\x21-\x7e]{16,256}$/.test(text);
}

export const METRICS_TOKEN_RULE = 'must have 16 to 256 printable ASCII characters without blanks';
