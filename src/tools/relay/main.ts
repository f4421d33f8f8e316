/** The process behind `RelayProcess`: told over its channel what to carry, and what its links are like. */
import { Relay } from './relay.js';
import type { RelayOrder } from './relay-process.js';

const relays: Relay[] = [];

async function obey(order: RelayOrder): Promise<string> {
  if ('open' in order) {
    const relay = await Relay.open(order.open);
    relays.push(relay);
    return relay.address;
  }
  for (const relay of relays) relay.become(order.become);
  return '';
}

process.on('message', (order: RelayOrder) => void obey(order).then((answer) => process.send!(answer)));
process.once('disconnect', () => process.exit(0));
