import { describe, expect, it } from '@jest/globals';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaPair } from '../support/replica-pair.js';
import { SeededRandom } from '../support/seeded-random.js';

const SEED = Number(process.env.EVENKEEL_SEED ?? Date.now() % 1_000_000);
const STEPS = Number(process.env.EVENKEEL_STEPS ?? 25);
const BLOCK = 4 * KIB;
const SIZE = 2 * MIB;

/** What the present source's volume must hold, block by block; undefined where a write was not acknowledged. */
class Model {
  private readonly blocks: (number | undefined)[] = Array.from({ length: SIZE / BLOCK }, () => 0);
  private last = 0;

  next(): number {
    return ++this.last;
  }

  set(block: number, value: number | undefined): void {
    this.blocks[block] = value;
  }

  check(image: Buffer): void {
    this.blocks.forEach((value, block) => {
      if (value === undefined) return;
      const found = image.readUInt32LE(block * BLOCK);
      if (found !== value) throw new Error(`block ${block} holds ${found} instead of ${value}`);
    });
  }
}

class Walk {
  private readonly model = new Model();
  private readonly random = new SeededRandom(SEED);
  readonly steps: string[] = [];

  constructor(private readonly pair: ReplicaPair) {}

  /** One write after another and some at once, as a host does; a refused one may be there or not. */
  private async write(count: number): Promise<void> {
    const { source } = this.pair;
    const blocks = new Set<number>();
    while (blocks.size < count) blocks.add(this.random.below(SIZE / BLOCK));
    await Promise.all(
      [...blocks].map(async (block) => {
        const isTrim = this.random.isOneIn(8);
        const value = isTrim ? 0 : this.model.next();
        const data = Buffer.alloc(BLOCK);
        data.writeUInt32LE(value, 0);
        const error = isTrim
          ? await source.trim(block * BLOCK, BLOCK)
          : await source.write(block * BLOCK, data, { isFua: this.random.isOneIn(10) });
        this.model.set(block, error === null ? value : undefined);
      }),
    );
  }

  private readonly actions: Record<string, () => Promise<void>> = {
    write: () => this.write(1 + this.random.below(40)),
    cut: async () => {
      const writing = this.write(20);
      this.pair.linkToA.cut();
      this.pair.linkToB.cut();
      await writing;
    },
    'restart destination': async () => {
      const { destination } = this.pair;
      const writing = this.write(20);
      await destination.stop();
      await writing;
      await this.write(5);
      await destination.start();
    },
    'restart source': async () => {
      const { source } = this.pair;
      await source.stop();
      await source.start();
      await this.pair.until('serving', () => source.hosted.accessRefusal === null);
    },
    'suspend under writes, write both sides, resume': async () => {
      const { pair } = this;
      const writing = this.write(30);
      await pair.suspend();
      await writing;
      await this.write(10);
      for (let i = 0; i < 5; i++)
        await pair.destination.write(this.random.below(SIZE / BLOCK) * BLOCK, Buffer.alloc(BLOCK, 0xee));
      await pair.resume();
    },
    'suspend, reverse, resume': async () => {
      const { pair } = this;
      await pair.suspend();
      await pair.reverse();
      await this.write(10);
      await pair.resume();
    },
    'lose the source, open the destination alone, come back the other way round': async () => {
      const { pair } = this;
      await pair.source.stop();
      await pair.suspendAlone();
      const [old, survivor] = [pair.source, pair.destination];
      await survivor.write(0, Buffer.alloc(BLOCK));
      this.model.set(0, 0);
      await old.start();
      await pair.until('told', (state) => state.appliedGeneration === pair.spec.generation, old);
      expect(old.hosted.accessRefusal).toBe('ACCESS_FENCED');
      await pair.reverse();
      await this.write(10);
      await pair.resume();
    },
  };

  async step(): Promise<void> {
    const names = Object.keys(this.actions);
    const name = this.random.isOneIn(2) ? 'write' : names[this.random.below(names.length)]!;
    // Writes also come while a resync still runs; the other steps want an Equivalent session.
    if (name !== 'write') await this.rest();
    this.steps.push(name);
    await this.actions[name]!();
  }

  async rest(): Promise<void> {
    await this.pair.untilEquivalent();
    await this.pair.expectEqual();
    this.model.check(await this.pair.source.image());
  }
}

describe('replication under any sequence of losses and operations', () => {
  it(
    `keeps every acknowledged write and ends equal (EVENKEEL_SEED=${SEED})`,
    async () => {
      const pair = await ReplicaPair.start({ sizeBytes: SIZE });
      const walk = new Walk(pair);
      try {
        await pair.create();
        await pair.untilEquivalent();
        for (let i = 0; i < STEPS; i++) await walk.step();
        await walk.rest();
      } catch (error) {
        throw new Error(`seed ${SEED}, after: ${walk.steps.join('; ')}\n${(error as Error).stack}`);
      } finally {
        await pair.stop();
      }
    },
    60_000 + STEPS * 10_000,
  );
});
