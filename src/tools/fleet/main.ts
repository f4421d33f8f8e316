/** The process of FleetProcess. */
import { Fleet } from './fleet.js';
import type { FleetNode, FleetOrder } from './fleet-process.js';

let fleet: Fleet | null = null;

async function obey(order: FleetOrder): Promise<FleetNode[]> {
  if ('start' in order) fleet = await Fleet.start(order.start.folder, order.start);
  else for (const node of fleet!.nodes) node.changeLags(order.lag.sessions, order.lag.writes);
  return fleet!.nodes.map((node) => ({
    name: node.identity().name,
    address: node.address,
    enrolmentToken: node.enrolmentToken,
  }));
}

process.on('message', (order: FleetOrder) => void obey(order).then((answer) => process.send!(answer)));
process.once('disconnect', () => process.exit());
