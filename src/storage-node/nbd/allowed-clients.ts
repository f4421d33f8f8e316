import { BlockList, isIP } from 'node:net';
import { plainAddress } from '../config/host-port.js';

/** Made once for each list: a host may ask for the names of all volumes again and again. */
const compiled = new WeakMap<readonly string[], BlockList>();

/** Whether an address is one of a list of addresses and CIDR blocks. IPv4 that came in over IPv6 counts as IPv4. */
export function isClientAllowed(allowed: readonly string[], address: string): boolean {
  const plain = plainAddress(address);
  if (isIP(plain) === 0) return false;
  let list = compiled.get(allowed);
  if (list === undefined) compiled.set(allowed, (list = compile(allowed)));
  return list.check(plain, family(isIP(plain)));
}

function compile(allowed: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of allowed) {
    const [network = '', bits] = entry.split('/');
    const version = isIP(network);
    if (version === 0) continue;
    if (bits === undefined) list.addAddress(network, family(version));
    else list.addSubnet(network, Number(bits), family(version));
  }
  return list;
}

function family(version: number): 'ipv4' | 'ipv6' {
  return version === 6 ? 'ipv6' : 'ipv4';
}
