import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRefusal } from '../../errors/refusal.js';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import type { GroupUid } from '../../model/ids.js';
import { KIB, MIB } from '../../model/sizes.js';
import { inAnyOrder, runUntilCut, type End } from '../../../test/support/power-cut.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import type { SrlOptions } from './open-log.js';
import { Srl } from './srl.js';

/** More of them in search of a fault. */
const RUNS = Number(process.env['EVENKEEL_RUNS'] ?? 20);

const groupUid = '00112233-4455-6677-8899-aabbccddeeff' as GroupUid;
const FOLDER = '/srl/log';

/** What the log should hold. */
interface Model {
  /** Payload of record base + 1 + i, as one fill byte and a length. */
  records: { fill: number; bytes: number }[];
  base: number;
  durableLsn: number;
  /** Freed up to here: these need not be there any more. */
  floorLsn: number;
}

const end = fc.constantFrom<End>('kill', 'losePower');
const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      sizes: fc.array(fc.oneof(fc.nat(5000), fc.integer({ min: 100 * KIB, max: MIB })), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sync' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free' as const), part: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), part: fc.nat(120) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), end }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hurt' as const),
      damage: fc.constantFrom('flip' as const, 'wipe' as const),
      file: fc.nat(),
      at: fc.nat(),
    }),
  },
);

/** A command whose process ends at one of its calls, or at one of the start that follows. */
const cutCommand = fc.record({
  command,
  calls: fc.option(fc.oneof(fc.nat(6), fc.nat(60)), { freq: 2 }),
  callsOfStart: fc.option(fc.nat(20), { freq: 2 }),
  end,
});

class Run {
  private readonly model: Model = { records: [], base: 0, durableLsn: 0, floorLsn: 0 };
  private fill = 0;
  /** Since the log was last opened for good. */
  private wasPowerLost = false;
  private disk: SimulatedDisk;
  log!: Srl;

  constructor(private readonly seed: number) {
    this.disk = new SimulatedDisk({ seed, schedule: inAnyOrder(new SeededRandom(seed)) });
  }

  async start(): Promise<void> {
    const mounted = this.disk.mount();
    await mounted.makeFolder('/srl');
    await mounted.syncFolder('/');
    await this.reopen(null, 'kill');
  }

  async step({ command: each, calls, callsOfStart, end: how }: CutCommand): Promise<void> {
    if (each.do === 'reset') return this.reset(each.part, calls, callsOfStart, how);
    if (each.do === 'hurt') return this.hurt(each.damage, each.file, each.at);
    if (each.do === 'end') {
      this.disk[each.end]();
      this.wasPowerLost ||= each.end === 'losePower';
      return this.reopen(callsOfStart, how);
    }
    const isWhole = await runUntilCut(this.disk, calls, how, async () => {
      if (each.do === 'append') this.append(each.sizes);
      else if (each.do === 'sync') await this.sync();
      else await this.free(each.part);
    });
    if (!isWhole) await this.reopen(callsOfStart, how);
  }

  private append(sizes: readonly number[]): void {
    const entries = sizes.map((bytes) => {
      this.fill = (this.fill + 1) % 256;
      this.model.records.push({ fill: this.fill, bytes });
      return makeLogEntry(RecordType.Write, 0, 0, bytes, [Buffer.alloc(bytes, this.fill)], bytes, 0, 1);
    });
    this.log.append(entries);
  }

  private async sync(): Promise<void> {
    const { log } = this;
    log.requestSync();
    await log.settle();
    expect(log.durableLsn).toBe(this.headLsn);
    this.model.durableLsn = this.headLsn;
  }

  private async free(part: number): Promise<void> {
    const { base, durableLsn, floorLsn } = this.model;
    const lsn = Math.max(floorLsn, base + Math.floor(((durableLsn - base) * part) / 100));
    this.model.floorLsn = lsn;
    this.log.freeThrough(lsn);
    expect(this.log.oldestLsn).toBeLessThanOrEqual(lsn + 1);
    await this.log.settle();
  }

  /**
   * To a place inside the log, keeping its chain, or to one beyond. Cut off, it leaves the new log, or of the old one what was durable:
   * everything here, since of the rest a log that is given up tells nothing.
   */
  private async reset(part: number, calls: number | null, callsOfStart: number | null, how: End): Promise<void> {
    await this.sync();
    const { oldestLsn, headLsn } = this.log;
    const lsn = oldestLsn - 1 + Math.floor(((headLsn - oldestLsn + 1) * part) / 100);
    const point = (await this.log.positionOf(lsn)) ?? { crc: 77, runningBytes: 10 ** 9 };
    const renewed = { records: [], base: lsn, durableLsn: lsn, floorLsn: lsn };
    if (await runUntilCut(this.disk, calls, how, () => this.log.reset(lsn, point.crc, point.runningBytes))) {
      Object.assign(this.model, renewed);
      return;
    }
    this.noteDurable();
    await this.open(callsOfStart, how, { knownDurableLsn: 0, floorLsn: null, isHeadTold: false });
    if (this.log.oldestLsn === lsn + 1 && this.log.headLsn === lsn) Object.assign(this.model, renewed);
    else this.model.floorLsn = Math.max(this.model.floorLsn, this.log.oldestLsn - 1);
    this.takeRecovered();
  }

  /** Damages one of the files at rest: that is noticed, or does not matter. Goes on with the files as they were. */
  private async hurt(damage: 'flip' | 'wipe', file: number, at: number): Promise<void> {
    const intact = this.disk.copy({ seed: this.seed });
    this.disk.kill();
    const victim = this.disk.paths()[file % this.disk.paths().length]!;
    const size = this.disk.contentOf(victim).length;
    if (size > 0 && damage === 'flip') this.disk.flipBit(victim, at % size, at & 7);
    if (size > 0 && damage === 'wipe') {
      const open = await this.disk.mount().open(victim, 'existing');
      await open.zero(at % size, size, true);
    }
    const before = { ...this.model, records: [...this.model.records] };
    try {
      await this.open(null, 'kill', {});
      // Without its head file the log cannot tell damage at its end from a torn write.
      if (!victim.endsWith('/head')) expect(this.log.headLsn).toBe(this.headLsn);
      this.takeRecovered();
      await this.check();
    } catch (error) {
      if (!isRefusal(error, 'SRL_CORRUPT')) throw error;
    }
    Object.assign(this.model, before);
    this.disk = intact;
    await this.reopen(null, 'kill');
  }

  private async reopen(calls: number | null, how: End): Promise<void> {
    this.noteDurable();
    await this.open(calls, how, {});
    this.takeRecovered();
  }

  /** The process may end while it opens the log; the next one opens it for good. */
  private async open(calls: number | null, how: End, options: Partial<SrlOptions>): Promise<void> {
    this.wasPowerLost ||= how === 'losePower';
    const start = async (): Promise<void> => {
      this.log = await Srl.open({
        disk: this.disk.mount(),
        folder: FOLDER,
        groupUid,
        sizeBytes: 128 * MIB,
        segmentBytes: 2 * MIB,
        knownDurableLsn: this.model.durableLsn,
        floorLsn: this.model.floorLsn,
        tailBytesMax: MIB,
        isHeadTold: !this.wasPowerLost,
        ...options,
      });
    };
    if (!(await runUntilCut(this.disk, calls, how, start))) await start();
    this.wasPowerLost = false;
  }

  /** What the log said to be durable was told to others: it must be there. */
  private noteDurable(): void {
    this.model.durableLsn = Math.max(this.model.durableLsn, Math.min(this.log?.durableLsn ?? 0, this.headLsn));
  }

  private takeRecovered(): void {
    expect(this.log.headLsn).toBeGreaterThanOrEqual(Math.max(this.model.durableLsn, this.model.base));
    expect(this.log.headLsn).toBeLessThanOrEqual(this.headLsn);
    this.model.records.length = this.log.headLsn - this.model.base;
    this.model.durableLsn = this.log.headLsn;
  }

  /** Everything above the floor is there, whole and in order. */
  async check(): Promise<void> {
    expect(this.log.headLsn).toBe(this.headLsn);
    expect(this.log.oldestLsn).toBeLessThanOrEqual(this.model.floorLsn + 1);
    const entries: LogEntry[] = [];
    for (let lsn = this.model.floorLsn + 1; lsn <= this.headLsn; lsn = entries.at(-1)!.lsn + 1) {
      const fromMemory = this.log.tailFrom(lsn, MIB);
      const fromFile = (await this.log.readFrom(lsn, MIB))!;
      if (fromMemory !== null) expect(fromMemory[0]!.headerCrc).toBe(fromFile[0]!.headerCrc);
      entries.push(...fromFile);
    }
    for (const [i, entry] of entries.entries()) {
      const { fill, bytes } = this.model.records[this.model.floorLsn - this.model.base + i]!;
      const isRight = Buffer.concat(entry.payload).equals(Buffer.alloc(bytes, fill));
      expect([entry.lsn, isRight]).toEqual([this.model.floorLsn + 1 + i, true]);
    }
    const lengths: number[] = [];
    await this.log.visitRanges(this.model.floorLsn, (_slot, _offset, length) => lengths.push(length));
    const expected = this.model.records.slice(this.model.floorLsn - this.model.base).map((record) => record.bytes);
    expect(lengths).toEqual(expected.filter((bytes) => bytes > 0));
  }

  private get headLsn(): number {
    return this.model.base + this.model.records.length;
  }
}

type CutCommand = typeof cutCommand extends fc.Arbitrary<infer T> ? T : never;

describe('the log of a group against a model', () => {
  it(
    'C60 C61: holds what it was given, whatever is synced, freed, emptied, damaged and cut off by kill or power loss at any call (fast-check prints its seed)',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.array(cutCommand, { minLength: 5, maxLength: 25 }),
          async (seed, commands) => {
            const run = new Run(seed);
            await run.start();
            for (const each of commands) await run.step(each);
            await run.check();
            await run.log.close();
          },
        ),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    60_000 + RUNS * 1000,
  );
});
