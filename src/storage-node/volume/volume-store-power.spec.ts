import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inAnyOrder, runUntilCut, type End } from '../../../test/support/power-cut.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import { newUid, type VolumeUid } from '../../model/ids.js';
import { MIB } from '../../model/sizes.js';
import type { VolumeSpec } from '../../node-api/contract.js';
import { VolumeStore } from './volume-store.js';

/** More of them in search of a fault. */
const RUNS = Number(process.env['EVENKEEL_RUNS'] ?? 80);

const DATA = '/data';
const UIDS = [newUid<VolumeUid>(), newUid<VolumeUid>()];

const cutCommand = fc.record({
  do: fc.constantFrom(
    'create',
    'create',
    'rename',
    'grow',
    'write',
    'write',
    'flush',
    'delete',
    'delete',
    'end',
    'end',
  ),
  volume: fc.nat(UIDS.length - 1),
  calls: fc.option(fc.nat(40), { freq: 2 }),
  callsOfStart: fc.option(fc.nat(20), { freq: 2 }),
  end: fc.constantFrom<End>('kill', 'losePower'),
});
type CutCommand = typeof cutCommand extends fc.Arbitrary<infer T> ? T : never;

/** What a host knows of a volume; null while there is none. */
interface Known {
  name: string;
  sizeBytes: number;
  /** Every byte that was written: the first flushed value, and those after it. */
  values: number[];
}

class Run {
  private readonly disk: SimulatedDisk;
  private store!: VolumeStore;
  private count = 0;
  private known: (Known | null)[] = UIDS.map(() => null);

  constructor(seed: number) {
    this.disk = new SimulatedDisk({ seed, schedule: inAnyOrder(new SeededRandom(seed)) });
  }

  async start(): Promise<void> {
    const mounted = this.disk.mount();
    await mounted.makeFolder(DATA);
    await mounted.syncFolder('/');
    this.store = await VolumeStore.open(mounted, DATA, [], 'this boot');
  }

  async step({ do: what, volume, calls, callsOfStart, end }: CutCommand): Promise<void> {
    const before = this.known[volume] ?? null;
    const after = next(what, before, ++this.count);
    const isWhole = await runUntilCut(this.disk, calls, end, () => this.carryOut(what, UIDS[volume]!, before, after));
    if (isWhole)
      this.known[volume] = what === 'flush' && after !== null ? { ...after, values: after.values.slice(-1) } : after;
    if (isWhole && what !== 'end') return;
    if (isWhole) this.disk[end]();
    const start = async (): Promise<void> => {
      this.store = await VolumeStore.open(this.disk.mount(), DATA, [], 'this boot');
    };
    if (!(await runUntilCut(this.disk, callsOfStart, end, start))) await start();
    for (const [i, uid] of UIDS.entries()) {
      this.known[i] = await this.found(uid, i === volume && !isWhole ? [before, after] : [this.known[i] ?? null]);
    }
    const folders = await this.disk.mount().list(`${DATA}/volumes`);
    expect(folders).toEqual(UIDS.filter((_, i) => this.known[i] !== null).sort());
  }

  private async carryOut(what: string, uid: VolumeUid, before: Known | null, after: Known | null): Promise<void> {
    if (what === 'create') await this.store.create(specOf(uid, after!));
    if (what === 'delete') await this.store.delete(uid);
    const device = this.store.get(uid)?.device;
    if (before === null || device === undefined) return;
    if (what === 'rename') await this.store.update(specOf(uid, after!));
    if (what === 'grow') await this.store.grow(uid, after!.sizeBytes);
    if (what === 'write') device!.writeNow([Buffer.from([after!.values.at(-1)!])], 1, 5000);
    if (what === 'flush') await device!.sync();
  }

  /** The volume as it is found, which must be one of these. */
  private async found(uid: VolumeUid, expected: readonly (Known | null)[]): Promise<Known | null> {
    const volume = this.store.get(uid);
    if (volume === undefined) {
      expect(expected).toContain(null);
      return null;
    }
    const { name, sizeBytes } = volume.spec;
    const byte = Buffer.alloc(1);
    await volume.device!.read(byte, 5000);
    const isOne = expected.some(
      (each) => each !== null && each.name === name && each.sizeBytes === sizeBytes && each.values.includes(byte[0]!),
    );
    if (!isOne) throw new Error(`found ${name}, ${sizeBytes}, ${byte[0]!}: expected ${JSON.stringify(expected)}`);
    // What is seen now is what a flush makes durable.
    const others = expected.flatMap((each) => each?.values ?? []).filter((value) => value !== byte[0]!);
    return { name, sizeBytes, values: [...new Set(others), byte[0]!] };
  }
}

function next(what: string, before: Known | null, count: number): Known | null {
  if (what === 'delete') return null;
  if (what === 'create') return before ?? { name: `v${count}`, sizeBytes: MIB, values: [0] };
  if (before === null) return null;
  if (what === 'rename') return { ...before, name: `v${count}` };
  if (what === 'grow') return { ...before, sizeBytes: before.sizeBytes + MIB };
  return what === 'write' ? { ...before, values: [...before.values, count] } : before;
}

function specOf(uid: VolumeUid, { name, sizeBytes }: Known): VolumeSpec {
  return {
    uid,
    name,
    label: 1,
    sizeBytes,
    writeCache: 'Writeback',
    backing: { type: 'File' },
    isOverwrite: false,
    allowedClients: [],
    isCopyProtected: false,
    createdTime: '2026-11-20T10:00:00.000Z',
  };
}

describe('the volumes of a node', () => {
  it(
    'C60 C61: appear and vanish whole, and keep what was flushed, whenever the process or the machine ends (fast-check prints its seed)',
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
