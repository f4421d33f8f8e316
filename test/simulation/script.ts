/** What happens in a run: steps drawn from the seed, of the kinds that its fault allows. */
import type { World } from './world.js';
import { CONTROL, STEPS } from './steps.js';
import { GROUP_CONTROL } from './group-steps.js';
import { PAIR } from './shape.js';

export const FAULTS = ['kill', 'power', 'link', 'disk', 'mixed'] as const;
/** None: what operators do, and nothing else. */
export type Fault = (typeof FAULTS)[number] | 'none';

export type Step = (world: World, fault: Fault) => Promise<void> | void;

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

function draw({ random, shape }: World, fault: Fault): Step {
  const control = shape === PAIR ? CONTROL : GROUP_CONTROL;
  const steps = fault === 'none' || random.isOneIn(shape === PAIR ? 4 : 2) ? control : STEPS[fault];
  return steps[random.below(steps.length)]!;
}
