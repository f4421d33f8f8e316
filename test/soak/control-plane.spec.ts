import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CrashWorld } from '../support/crash-world.js';
import { deathsOf, makeBase, prepareScenario, runScenario, SCENARIOS } from '../support/job-scenarios.js';
import { SeededRandom } from '../support/seeded-random.js';
import { soak } from '../support/soak.js';

const HOURS_MS = 8 * 60 * 60 * 1000;

describe('the control plane killed under jobs, at length', () => {
  let world: CrashWorld;
  beforeAll(async () => {
    world = await CrashWorld.make();
    await makeBase(world);
  });
  afterAll(() => world.close());

  it.each(SCENARIOS)(
    'C73: at every step of a $name',
    async (scenario) => {
      await prepareScenario(world, scenario);
      let at = 1;
      while (await runScenario(world, scenario, [at])) at++;
      expect(at).toBeGreaterThan(1);
    },
    HOURS_MS,
  );

  it(
    'C73: again and again',
    () =>
      soak('jobs whose control plane is killed', 50, async (seed) => {
        const random = new SeededRandom(seed);
        const scenario = SCENARIOS[random.below(SCENARIOS.length)]!;
        await prepareScenario(world, scenario);
        await runScenario(world, scenario, deathsOf(random));
      }),
    HOURS_MS,
  );
});
