/** What happens in a run: steps drawn from the seed, of the kinds that its fault allows. */
import { PeerMessageType as Type } from '../../src/format/peer/messages.js';
import type { DiskOperation } from '../support/simulated-disk.js';
import { CAPACITY_BYTES, type SimulatedNode } from './simulated-node.js';
import type { World } from './world.js';

export const FAULTS = ['kill', 'power', 'link', 'disk', 'mixed'] as const;
export type Fault = (typeof FAULTS)[number];

type Step = (world: World, fault: Fault) => Promise<void> | void;

export async function play(world: World, fault: Fault, steps: number): Promise<void> {
  const { clock, random, host } = world;
  await world.begin();
  for (let step = 0; step < steps; step++) {
    host.work();
    await clock.sleep(random.below(1200));
    await draw(world, fault)(world, fault);
    await clock.sleep(random.below(random.isOneIn(3) ? 6000 : 400));
    for (const stream of world.streams) world.inspection.checkDestination(stream);
    // Half the time the next fault meets a pair that has come to rest.
    if (random.isOneIn(2)) {
      host.rest();
      if (await world.within(20_000, () => world.isEquivalent)) await world.inspection.compareIfStill();
    }
  }
  await converge(world);
}

/** Everything heals; all must come together by itself, or by what an operator would do. */
async function converge(world: World): Promise<void> {
  const { streams, clock } = world;
  world.faults.heal();
  world.host.rest();
  await world.expectSoon('the nodes are up', () => world.areUp);
  // A sync that failed is never tried again: a volume without a log stays in Error until its node is started anew.
  await clock.sleep(10_000);
  for (const node of world.nodes) if (!node.areVolumesWhole) await node.stop();
  await world.expectSoon('the nodes are up again', () => world.areUp);
  await world.expectSoon('the last order is carried out', () => world.isEstablished);
  await world.operator.failBack();
  for (const { driver } of streams) if (driver.spec.run === 'Suspend') driver.resume();
  await world.expectSoon('resumed', () => world.isEstablished);
  await world.expectSoon('Equivalent', () => world.isEquivalent && !world.oracle.mustLook);
  world.host.work();
  await clock.sleep(500);
  await world.inspection.compare();
  await world.probes.rest();
}

const sometimesLong = (world: World): number => world.random.below(world.random.isOneIn(3) ? 15_000 : 1500);

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
const CONTROL = [suspend, restart, clockStep, takeOver, exchange];
const STEPS: Record<Fault, readonly Step[]> = {
  kill: [kill, kill, kill, killBoth],
  power: [power, power, power, powerBoth],
  link: LINK,
  disk: [failDisk, failDisk, failDisk, fillDisk],
  mixed: [kill, kill, power, powerBoth, ...LINK],
};

function draw(world: World, fault: Fault): Step {
  const { random } = world;
  const steps = random.isOneIn(4) ? CONTROL : STEPS[fault];
  return steps[random.below(steps.length)]!;
}
