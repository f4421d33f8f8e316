import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CrashWorld } from '../support/crash-world.js';
import { makeBase, prepareScenario, runScenario, SCENARIOS } from '../support/job-scenarios.js';

const HOUR_MS = 60 * 60 * 1000;

describe('the control plane killed at every step of every job', () => {
  let world: CrashWorld;
  beforeAll(async () => {
    world = await CrashWorld.make();
    await makeBase(world);
  });
  afterAll(() => world.close());

  it.each(SCENARIOS)(
    'C73: $name',
    async (scenario) => {
      await prepareScenario(world, scenario);
      const places: string[] = [];
      for (let at = 1; ; at++) {
        const died = await runScenario(world, scenario, at).catch((error: unknown) => {
          throw new Error(`${scenario.name}, killed at step ${at} of ${world.point.steps.join('; ')}`, {
            cause: error,
          });
        });
        if (died === null) break;
        places.push(died);
      }
      process.stderr.write(`${scenario.name}: ${places.length} steps\n`);
      expect(places.length).toBeGreaterThan(0);
    },
    HOUR_MS,
  );
});
