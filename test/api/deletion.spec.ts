/** A copy session is deleted with any of its ends away, going away or coming back meanwhile: the deletion always ends, and nothing is left. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CrashWorld } from '../support/crash-world.js';
import { makeBase } from '../support/job-scenarios.js';
import { counts, rows } from '../support/scenario.js';
import { announceSeed } from '../support/seeded-random.js';

interface Course {
  readonly away: readonly ('a' | 'b')[];
  /** They go away once the job is under way, and not before it is asked for. */
  readonly isMidway: boolean;
  /** They come back before the job has ended. */
  readonly isBackEarly: boolean;
  readonly isForced: boolean;
  /** Steps at which workers die. */
  readonly deaths: readonly number[];
}

const course: fc.Arbitrary<Course> = fc.record({
  away: fc.shuffledSubarray(['a', 'b'] as const),
  isMidway: fc.boolean(),
  isBackEarly: fc.boolean(),
  isForced: fc.boolean(),
  deaths: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
});

describe('C59: deletion', () => {
  let world: CrashWorld;
  const seed = announceSeed('deletion');
  beforeAll(async () => {
    world = await CrashWorld.make();
    await makeBase(world);
  });
  afterAll(() => world.close());

  async function run({ away, isMidway, isBackEarly, isForced, deaths }: Course): Promise<void> {
    await world.putBack('base');
    world.limits = { unreachableMs: 150 };
    const goDown = async (): Promise<void> => {
      for (const node of away) await world[node].goDown();
    };
    const goUp = async (): Promise<void> => {
      for (const node of away) if (!world[node].isUp) await world[node].goUp();
    };
    if (!isMidway) await goDown();
    const id = await world.send('delete', `/copysession/1${isForced ? '?force=true' : ''}`);
    const left = [...deaths];
    await world.startWorker();
    if (isMidway) await goDown();
    if (isBackEarly) await goUp();
    await world.workDying(left, () => world.requireEnded(id));
    expect(await world.ended(id)).toMatchObject({ status: 'Success', error: null });
    await goUp();
    await world.workDying(left, () => world.requireQuiet());
    await counts(world, 6, 1);
    expect(await rows(world, 'tombstone')).toBe(0);
    for (const node of [world.a, world.b]) {
      expect([...node.sessions.values()].map(({ spec }) => spec.label)).toEqual([2]);
      expect(node.volumes.size).toBe(3);
    }
    // Both volumes are free.
    await world.job('post', '/volume/delete', { volume_id_list: [1, 4] });
  }

  it('C59: always ends, whichever end is away when, and leaves nothing at either once both are back', async () => {
    const property = fc.asyncProperty(course, run);
    await fc.assert(property, { seed, numRuns: 6, endOnFailure: true });
  }, 120_000);
});
