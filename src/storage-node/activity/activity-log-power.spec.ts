import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inAnyOrder, otherOutcomes, runUntilCut, type End } from '../../../test/support/power-cut.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import { newUid, type GroupUid, type VolumeUid } from '../../model/ids.js';
import { isRefusal } from '../../errors/refusal.js';
import { ACTIVITY_EXTENT_BYTES } from '../config/limits.js';
import { ActivityLog } from './activity-log.js';

/** More of them in search of a fault. */
const RUNS = Number(process.env['EVENKEEL_RUNS'] ?? 100);

const FILE = '/activity';
const EXTENTS_MAX = 8;
const owner = { groupUid: newUid<GroupUid>(), volumeUid: newUid<VolumeUid>() };

const cutCommand = fc.record({
  do: fc.constantFrom('write', 'write', 'write', 'checkpoint', 'retire', 'fail', 'renew', 'end'),
  extents: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  calls: fc.option(fc.nat(4), { freq: 2 }),
  end: fc.constantFrom<End>('kill', 'losePower'),
});
type CutCommand = typeof cutCommand extends fc.Arbitrary<infer T> ? T : never;

class Run {
  private readonly disk: SimulatedDisk;
  private log!: ActivityLog;
  /** Extents that were written and not checkpointed since. */
  private written = new Set<number>();

  constructor(seed: number) {
    this.disk = new SimulatedDisk({ seed, schedule: inAnyOrder(new SeededRandom(seed)) });
  }

  async start(): Promise<void> {
    this.take(await ActivityLog.create(this.disk.mount(), FILE, owner, EXTENTS_MAX));
  }

  async step({ do: what, extents, calls, end }: CutCommand): Promise<void> {
    let others: SimulatedDisk[] = [];
    const cut = (): void => {
      if (end === 'losePower') others = otherOutcomes(this.disk, 8);
      this.disk[end]();
    };
    const isWhole = await runUntilCut(this.disk, calls, cut, async () => {
      if (what === 'write') await Promise.all(extents.map((extent) => this.write(extent).catch(unlessRefusal)));
      else if (what === 'checkpoint') this.checkpoint();
      else if (what === 'retire') await this.log.retireSynced().catch(unlessRefusal);
      else if (what === 'fail')
        this.disk.fail({ operation: 'datasync', code: 'EIO', times: 1, skip: extents.length >> 2 });
      else if (what === 'renew') await this.log.renew().catch(unlessRefusal);
    });
    if (isWhole && what !== 'end') return;
    if (isWhole) cut();
    this.disk.repair();
    for (const disk of others) disk.repair();
    for (const disk of [...others, this.disk]) {
      this.take(await ActivityLog.open(disk.mount(), FILE, owner, EXTENTS_MAX));
      const forgotten = [...this.written].filter((extent) => !this.log.previousExtents.includes(extent));
      expect(forgotten).toEqual([]);
    }
    this.written = new Set(this.log.previousExtents);
  }

  /** As a host's write: it waits until its extent is covered. */
  private async write(extent: number): Promise<void> {
    while (!this.log.covers(extent * ACTIVITY_EXTENT_BYTES, 1)) await this.log.admit(extent * ACTIVITY_EXTENT_BYTES, 1);
    this.written.add(extent);
  }

  private checkpoint(): void {
    const ended = this.log.nextGeneration();
    this.written.clear();
    this.log.checkpointed(ended);
  }

  private take(log: ActivityLog): void {
    this.log = log;
    log.whenCheckpointNeeded(() => queueMicrotask(() => this.checkpoint()));
  }
}

/** What failed is promised nothing of. */
function unlessRefusal(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

describe('an activity log', () => {
  it(
    'C60: names every extent that was being written when its process or its machine ended, at any call (fast-check prints its seed)',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.array(cutCommand, { minLength: 3, maxLength: 40 }),
          async (seed, commands) => {
            const run = new Run(seed);
            await run.start();
            for (const each of commands) await run.step(each);
          },
        ),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 1000,
  );
});
