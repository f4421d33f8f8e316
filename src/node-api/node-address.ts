/**
 * The parts of `host:port`, the host of an IPv6 address without its brackets; null when it is not that, such as for a port above
 * 65535.
 */
export function parseNodeAddress(address: string): { hostname: string; port: number } | null {
  const url = /^[^/?#@\s]+:\d{1,5}$/.test(address) ? URL.parse(`https://${address}`) : null;
  return url && { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
}
