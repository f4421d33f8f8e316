import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inAnyOrder, runUntilCut, type End } from '../../../test/support/power-cut.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { SimulatedDisk } from '../../../test/support/simulated-disk.js';
import { readSmallFile, writeSmallFile } from './small-file.js';

/** More of them in search of a fault. */
const RUNS = Number(process.env['EVENKEEL_RUNS'] ?? 200);

const FILES = ['/one.json', '/two.json'];

const cutCommand = fc.record({
  /** Writes at once, each to one of the files. */
  writes: fc.array(fc.nat(FILES.length - 1), { maxLength: 3 }),
  lengthBytes: fc.nat(3000),
  calls: fc.option(fc.nat(15), { freq: 2 }),
  end: fc.constantFrom<End>('kill', 'losePower'),
});
type CutCommand = typeof cutCommand extends fc.Arbitrary<infer T> ? T : never;

class Run {
  private readonly disk: SimulatedDisk;
  private count = 0;
  /** The last version of each file that was said to be durable; 0 for none. */
  private durable = FILES.map(() => 0);

  constructor(seed: number) {
    this.disk = new SimulatedDisk({ seed, schedule: inAnyOrder(new SeededRandom(seed)) });
  }

  async step({ writes, lengthBytes, calls, end }: CutCommand): Promise<void> {
    const mounted = this.disk.mount();
    const write = async (file: number): Promise<void> => {
      const version = ++this.count;
      await writeSmallFile(mounted, FILES[file]!, 'position', 1, { version, filling: 'x'.repeat(lengthBytes) });
      this.durable[file] = Math.max(this.durable[file]!, version);
    };
    const isWhole = await runUntilCut(this.disk, calls, end, () => Promise.all(writes.map(write)));
    if (isWhole) this.disk[end]();
    for (const [file, name] of FILES.entries()) {
      const found = await readSmallFile(this.disk.mount(), name, 'position', 1);
      const version = found === null ? 0 : (found.body as { version: number }).version;
      expect(version).toBeGreaterThanOrEqual(this.durable[file]!);
      // Whoever found it acts upon it.
      this.durable[file] = version;
    }
  }
}

describe('a small file', () => {
  it(
    'C60: is found whole, as it last was durable or later, whenever its process or its machine ends (fast-check prints its seed)',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.array(cutCommand, { minLength: 1, maxLength: 20 }),
          async (seed, commands) => {
            const run = new Run(seed);
            for (const each of commands) await run.step(each);
          },
        ),
        { numRuns: RUNS },
      );
    },
    60_000 + RUNS * 1000,
  );
});
