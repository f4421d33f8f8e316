/** What breaks and what operators do, step by step. */
import { PeerMessageType as Type } from '../../src/format/peer/messages.js';
import type { DiskOperation } from '../support/simulated-disk.js';
import type { Fault, Step } from './script.js';
import { CAPACITY_BYTES, type SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

export const sometimesLong = (world: World): number => world.random.below(world.random.isOneIn(3) ? 15_000 : 1500);

function anyNode({ random, nodes }: World): SimulatedNode {
  return nodes[random.below(nodes.length)]!;
}

const kill: Step = (world) => {
  const node = anyNode(world);
  const { random } = world;
  if (random.isOneIn(2)) world.faults.kill(node, sometimesLong(world));
  else world.faults.killSoon(node, 1 + random.below(60), sometimesLong(world));
};

const killBoth: Step = (world) => {
  for (const node of world.nodes) world.faults.kill(node, sometimesLong(world));
};

const power: Step = (world) => world.faults.losePower([anyNode(world)], () => 200 + sometimesLong(world));

const powerBoth: Step = (world) => world.faults.losePower(world.nodes, () => 200 + sometimesLong(world));

const cut: Step = (world) => {
  world.trace.note('world', 'cuts every connection');
  world.network.cutAll();
};

const silence: Step = async (world) => {
  const { network, faults, random, clock, nodes } = world;
  const deaf = random.isOneIn(3) ? [anyNode(world)] : nodes;
  world.trace.note('world', `silence towards ${deaf.map(({ name }) => name).join(' and ')}`);
  faults.silence(deaf);
  await clock.sleep(sometimesLong(world));
  world.trace.note('world', 'the link is back');
  network.resume();
};

const misbehave: Step = async (world) => {
  const { random, clock } = world;
  world.trace.note('world', 'messages are lost, doubled, swapped and damaged');
  const stream = world.anyStream();
  const cable = world.cableOf(stream);
  for (const { machine } of [world.nodes[0]!, stream.driver.nodes[1]]) {
    const every = 4 + random.below(40);
    cable.planTowards(machine.host).misbehave(random.below(2 ** 31), every, [Type.Records, Type.Ack]);
  }
  await clock.sleep(sometimesLong(world));
  cable.behave();
};

const thin: Step = async (world) => {
  const cable = world.cableOf(world.anyStream());
  world.trace.note('world', 'a thin and slow link');
  cable.thin(20 + world.random.below(2000), world.random.below(100));
  await world.clock.sleep(sometimesLong(world));
  cable.widen();
};

const suspend: Step = async (world) => {
  const stream = world.anyStream();
  const { driver } = stream;
  // An operator looks after a volume that is held first.
  if (!world.operator.isActive(stream) || world.oracle.mustLook) return;
  driver.suspend();
  await world.expectSoon('suspended', () => driver.isEstablished);
  if (world.random.isOneIn(2)) world.operator.scribble(stream);
  await world.clock.sleep(sometimesLong(world));
  driver.resume();
  await world.expectSoon('resumed', () => driver.isEstablished);
};

const restart: Step = async (world) => {
  await anyNode(world).stop();
};

const clockStep: Step = (world) => {
  const node = anyNode(world);
  const days = world.random.below(3) - 1;
  world.trace.note('world', `the clock of ${node.name} steps by ${days} days`);
  node.wall.offsetMs += days * 86_400_000;
};

const takeOver: Step = async (world, fault) => {
  const { faults, operator, nodes } = world;
  if (world.primary === world.streams[0]!.destination) return operator.failBack();
  await operator.takeOver((source) => {
    const downMs = 5000 + sometimesLong(world);
    if (fault === 'kill') faults.kill(source, downMs);
    else if (fault === 'power') faults.losePower([source], () => downMs);
    else faults.silence(nodes);
  });
  world.host.work();
  await world.clock.sleep(sometimesLong(world));
  world.network.resume();
};

const exchange: Step = (world) => world.operator.exchange();

const DISK_TARGETS: readonly (readonly [string, RegExp | undefined])[] = [
  ['log', /\.segment/],
  ['volume', /\/data$/],
  ['map', /\.map/],
  ['activity log', /\.activity/],
  ['metadata', /\.json/],
  ['everything', undefined],
];
const DISK_OPERATIONS: readonly DiskOperation[] = ['write', 'datasync', 'read', 'open', 'zero', 'rename', 'syncFolder'];

const failDisk: Step = async (world) => {
  const { random, clock } = world;
  const node = anyNode(world);
  const [target, path] = random.isOneIn(2) ? DISK_TARGETS[random.below(2)]! : DISK_TARGETS[random.below(6)]!;
  const operation = DISK_OPERATIONS[random.below(random.isOneIn(2) ? 2 : DISK_OPERATIONS.length)]!;
  const isLasting = random.isOneIn(2);
  const times = isLasting ? Infinity : 1 + random.below(3);
  const code = random.isOneIn(2) ? 'EIO' : 'ENOSPC';
  world.trace.note('world', `${code} at ${node.name}: ${operation} of ${target}, ${times} times`);
  node.disk.fail({ operation, code, times, skip: random.below(8), ...(path && { path }) });
  await clock.sleep(sometimesLong(world));
  world.trace.note('world', `the disk of ${node.name} is repaired`);
  node.disk.repair();
};

const fillDisk: Step = async (world) => {
  const { random, clock } = world;
  const { name, disk } = anyNode(world);
  world.trace.note('world', `the disk of ${name} is full`);
  disk.capacityBytes = disk.usedBytes + 4096 * random.below(random.isOneIn(2) ? 4 : 400);
  await clock.sleep(sometimesLong(world));
  world.trace.note('world', `the disk of ${name} has room`);
  disk.capacityBytes = CAPACITY_BYTES;
};

const LINK = [cut, silence, silence, misbehave, thin];
export const CONTROL: readonly Step[] = [suspend, restart, clockStep, takeOver, exchange];
export const STEPS: Record<Exclude<Fault, 'none'>, readonly Step[]> = {
  kill: [kill, kill, kill, killBoth],
  power: [power, power, power, powerBoth],
  link: LINK,
  disk: [failDisk, failDisk, failDisk, fillDisk],
  mixed: [kill, kill, power, powerBoth, ...LINK],
};
