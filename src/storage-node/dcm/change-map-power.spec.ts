import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inAnyOrder, otherOutcomes, runUntilCut, type End } from '../../../test/support/power-cut.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import { newUid, type GroupUid, type VolumeUid } from '../../model/ids.js';
import { isRefusal } from '../../errors/refusal.js';
import { KIB } from '../../model/sizes.js';
import { ChangeMap } from './change-map.js';

/** More of them in search of a fault. */
const RUNS = Number(process.env['EVENKEEL_RUNS'] ?? 100);

const REGION = 64 * KIB;
/** Two blocks of each bitmap. */
const REGIONS = 40_000;
const FILE = '/map';
const owner = { groupUid: newUid<GroupUid>(), volumeUid: newUid<VolumeUid>() };

const region = fc.oneof(fc.nat(40), fc.integer({ min: 31_700, max: 31_800 }));
const what = fc.constantFrom(
  ...([
    'mark',
    'mark',
    'mark',
    'clear',
    'clear',
    'merge',
    'pass',
    'pass',
    'sync',
    'sync',
    'end',
    'end',
    'all',
    'fail',
    'renew',
    'renew',
  ] as const),
);
const command = fc.record({ do: what, region, count: fc.nat(90) });
const cutCommand = fc.record({
  command,
  calls: fc.option(fc.nat(5), { freq: 2 }),
  end: fc.constantFrom<End>('kill', 'losePower'),
});
type CutCommand = typeof cutCommand extends fc.Arbitrary<infer T> ? T : never;

class Run {
  private readonly disk: SimulatedDisk;
  private map!: ChangeMap;
  /** Marks that no loss of power may take, by the bitmap that they stood in when they were synced. */
  private active = new Set<number>();
  private replay = new Set<number>();
  /** A write may have failed half-way. */
  private mayBeTorn = false;

  constructor(seed: number) {
    this.disk = new SimulatedDisk({ seed, schedule: inAnyOrder(new SeededRandom(seed)) });
  }

  async start(): Promise<void> {
    this.map = await ChangeMap.create(this.disk.mount(), FILE, { owner, sizeBytes: REGIONS * REGION });
  }

  async step({ command: each, calls, end }: CutCommand): Promise<void> {
    const before = this.map.failedBy === null ? this.map.exportBits() : Buffer.alloc(0);
    let others: SimulatedDisk[] = [];
    const cut = (): void => {
      if (end === 'losePower') others = otherOutcomes(this.disk, 8);
      this.disk[end]();
    };
    const isWhole = await runUntilCut(this.disk, calls, cut, () => this.carryOut(each).catch(unlessRefusal));
    if (isWhole && each.do !== 'end') return;
    if (isWhole) cut();
    this.disk.repair();
    for (const disk of others) disk.repair();
    for (const disk of [...others, this.disk]) {
      this.map = await reopen(disk, this.mayBeTorn);
      const promised = [...this.active, ...this.replay];
      if (end === 'kill') expect(missing(before, this.map.exportBits())).toEqual([]);
      else expect(promised.filter((marked) => !this.map.isMarked(marked))).toEqual([]);
    }
    this.mayBeTorn = false;
    if (end === 'losePower') ({ active: this.active, replay: this.replay } = this.marked());
  }

  private async carryOut({ do: what, region: first, count }: CutCommand['command']): Promise<void> {
    if (what === 'mark') this.map.mark(first * REGION, (count + 1) * REGION);
    else if (what === 'merge') this.map.merge(first - (first % 8), Buffer.alloc(count + 1, 0b10101));
    else if (what === 'all') this.map.markAll();
    else if (what === 'clear') for (let i = 0; i <= count; i++) this.clear(first + i);
    else if (what === 'fail') this.fail(first % 3);
    else if (what === 'renew') await this.renew();
    else if (what === 'sync') await this.sync();
    else if (what === 'pass') await this.beginPass(first, count);
  }

  /** The next sync or write fails, or the one after. */
  private fail(which: number): void {
    this.mayBeTorn ||= which === 0;
    this.disk.repair();
    this.disk.fail({ operation: which === 0 ? 'write' : 'datasync', code: 'EIO', times: 1, skip: which >> 1 });
  }

  private async renew(): Promise<void> {
    const { active, replay } = this.marked();
    await this.map.renew();
    for (const each of active) this.active.add(each);
    for (const each of replay) this.replay.add(each);
  }

  private clear(each: number): void {
    this.map.clear(each);
    this.replay.delete(each);
  }

  private async sync(): Promise<void> {
    const { active, replay } = this.marked();
    await this.map.sync();
    for (const each of active) this.active.add(each);
    for (const each of replay) this.replay.add(each);
  }

  /** While the pass begins, hosts go on marking. */
  private async beginPass(first: number, count: number): Promise<void> {
    const { active, replay } = this.marked();
    const marking = async (): Promise<void> => this.map.mark(first * REGION, (count + 1) * REGION);
    await Promise.all([this.map.beginPass(), marking()]);
    for (const each of [...this.active, ...active, ...replay]) this.replay.add(each);
    this.active.clear();
  }

  /** What stands in both bitmaps is told as of `replay`. */
  private marked(): { active: Set<number>; replay: Set<number> } {
    const replay = new Set<number>();
    for (let at = this.map.nextMarked(0); at >= 0; at = this.map.nextMarked(at + 1)) replay.add(at);
    const active = new Set(missing(this.map.exportBits(), Buffer.alloc(0)).filter((each) => !replay.has(each)));
    return { active, replay };
  }
}

/** As a group opens it: a map that is damaged, by a write that failed half-way, counts as having every mark. */
async function reopen(disk: SimulatedDisk, mayBeTorn: boolean): Promise<ChangeMap> {
  const mounted = disk.mount();
  try {
    return await ChangeMap.open(mounted, FILE, owner);
  } catch (error) {
    if (!mayBeTorn || !isRefusal(error, 'FORMAT_CORRUPT')) throw error;
    await mounted.remove(FILE);
    const map = await ChangeMap.create(mounted, FILE, { owner, sizeBytes: REGIONS * REGION });
    map.markAll();
    await map.sync();
    return map;
  }
}

/** What failed is promised nothing of. */
function unlessRefusal(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

/** Regions whose bits are set in the one and not in the other. */
function missing(bits: Buffer, from: Buffer): number[] {
  const regions: number[] = [];
  for (let i = 0; i < bits.length; i++) {
    const left = bits[i]! & ~(from[i] ?? 0);
    for (let bit = 0; left >> bit > 0; bit++) if ((left >> bit) & 1) regions.push(i * 8 + bit);
  }
  return regions;
}

describe('a change map', () => {
  it(
    'C60 C09: loses no mark to a kill, and none that was synced to a power loss, at any call (fast-check prints its seed)',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.array(cutCommand, { minLength: 3, maxLength: 30 }),
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
