import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRefusal } from '../../errors/refusal.js';
import { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
import { RecordType } from '../../format/srl/record.js';
import type { GroupUid } from '../../model/ids.js';
import { KIB, MIB } from '../../model/sizes.js';
import { PowerLossDisk } from '../../../test/support/power-loss-disk.js';
import { Srl } from './srl.js';

const groupUid = '00112233-4455-6677-8899-aabbccddeeff' as GroupUid;

/** What the log should hold. */
interface Model {
  /** Payload of record base + 1 + i, as one fill byte and a length. */
  records: { fill: number; bytes: number }[];
  base: number;
  durableLsn: number;
  /** Freed up to here: these need not be there any more. */
  floorLsn: number;
}

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
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('powerLoss' as const),
      seed: fc.nat(),
      percent: fc.constantFrom(5, 50, 95, 100),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      damage: fc.constantFrom('none' as const, 'flip' as const, 'truncate' as const),
      file: fc.nat(),
      at: fc.nat(),
    }),
  },
);

class Run {
  private readonly model: Model = { records: [], base: 0, durableLsn: 0, floorLsn: 0 };
  private fill = 0;
  private kills = 0;
  private readonly power = new PowerLossDisk();
  log!: Srl;

  constructor(private readonly folder: string) {}

  async start(): Promise<void> {
    this.log = await this.open(path.join(this.folder, '0'));
  }

  append(sizes: readonly number[]): void {
    const entries = sizes.map((bytes) => {
      this.fill = (this.fill + 1) % 256;
      this.model.records.push({ fill: this.fill, bytes });
      return makeLogEntry(RecordType.Write, 0, 0, bytes, [Buffer.alloc(bytes, this.fill)], bytes, 0, 1);
    });
    this.log.append(entries);
  }

  async sync(): Promise<void> {
    this.log.requestSync();
    await this.log.settle();
    expect(this.log.durableLsn).toBe(this.headLsn);
    this.model.durableLsn = this.headLsn;
  }

  free(part: number): void {
    const { base, durableLsn, floorLsn } = this.model;
    const lsn = Math.max(floorLsn, base + Math.floor(((durableLsn - base) * part) / 100));
    this.model.floorLsn = lsn;
    this.log.freeThrough(lsn);
    expect(this.log.oldestLsn).toBeLessThanOrEqual(lsn + 1);
  }

  /** To a place inside the log, keeping its chain, or to one beyond. */
  async reset(part: number): Promise<void> {
    const { oldestLsn, headLsn } = this.log;
    const lsn = oldestLsn - 1 + Math.floor(((headLsn - oldestLsn + 1) * part) / 100);
    const point = (await this.log.positionOf(lsn)) ?? { crc: 77, runningBytes: 10 ** 9 };
    await this.log.reset(lsn, point.crc, point.runningBytes);
    Object.assign(this.model, { records: [], base: lsn, durableLsn: lsn, floorLsn: lsn });
  }

  async kill(damage: 'none' | 'flip' | 'truncate', file: number, at: number): Promise<void> {
    const folder = path.join(this.folder, String(++this.kills));
    await cp(this.log.folder, folder, { recursive: true });
    const old = this.log;
    const damaged = `${folder}-damaged`;
    await cp(folder, damaged, { recursive: true });
    await hurt(damaged, damage, file, at);
    await old.destroy();
    try {
      this.log = await this.open(damaged);
      await rm(folder, { recursive: true });
    } catch (error) {
      if (damage === 'none' || !isRefusal(error, 'SRL_CORRUPT')) throw error;
      this.log = await this.open(folder);
      await rm(damaged, { recursive: true });
    }
    if (damage === 'none') expect(this.log.headLsn).toBe(this.headLsn);
    this.takeRecovered();
  }

  /** Any part of what was not synced is gone; what was durable must be there. */
  async losePower(seed: number, percent: number): Promise<void> {
    const folder = path.join(this.folder, String(++this.kills));
    await cp(this.log.folder, folder, { recursive: true });
    let state = seed;
    this.power.losePower(this.log.folder, folder, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 16) % 100 < percent;
    });
    await this.log.destroy();
    this.log = await this.open(folder);
    this.takeRecovered();
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

  private open(folder: string): Promise<Srl> {
    return Srl.open({
      folder,
      groupUid,
      sizeBytes: 128 * MIB,
      segmentBytes: 2 * MIB,
      knownDurableLsn: this.model.durableLsn,
      floorLsn: this.model.floorLsn,
      tailBytesMax: MIB,
      disk: this.power.disk,
    });
  }
}

async function hurt(folder: string, damage: 'none' | 'flip' | 'truncate', file: number, at: number): Promise<void> {
  const names = (await readdir(folder)).sort();
  const victim = path.join(folder, names[file % names.length]!);
  const { size } = await stat(victim);
  if (damage === 'none' || size === 0) return;
  const bytes = await readFile(victim);
  if (damage === 'flip') bytes[at % size]! ^= 1 << (at & 7);
  else bytes.fill(0, at % size);
  await writeFile(victim, bytes);
}

describe('the log of a group against a model', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'srl-model-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('C60: holds what it was given, whatever is synced, freed, emptied, killed, damaged and lost with the power (fast-check prints its seed)', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
        const run = new Run(path.join(folder, String(runs++)));
        await run.start();
        try {
          for (const step of commands) {
            if (step.do === 'append') run.append(step.sizes);
            else if (step.do === 'sync') await run.sync();
            else if (step.do === 'free') run.free(step.part);
            else if (step.do === 'reset') await run.reset(step.part);
            else if (step.do === 'powerLoss') await run.losePower(step.seed, step.percent);
            else await run.kill(step.damage, step.file, step.at);
          }
          await run.check();
        } finally {
          await run.log.destroy();
        }
      }),
      { numRuns: Number(process.env['EVENKEEL_RUNS'] ?? 25), endOnFailure: true },
    );
  });
});
