import { afterEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { KIB, MIB } from '../../src/model/sizes.js';
import type { DiskOperation } from '../support/faulty-disk.js';
import type { ReplicaNode } from '../support/replica-node.js';
import { ReplicaPair } from '../support/replica-pair.js';
import { SeededRandom } from '../support/seeded-random.js';

const SEED = Number(process.env.EVENKEEL_SEED ?? Date.now() % 1_000_000);
const STEPS = Number(process.env.EVENKEEL_STEPS ?? 16);
const BLOCK = 4 * KIB;
const SIZE = 4 * MIB;
const NODE_FILES = [/\.segment$/, /\.segment$/, /\.map$/, /\.activity$/, /group\.json/];
const NODE_FAULTS: readonly (readonly DiskOperation[])[] = [['write'], ['sync'], ['open'], ['write', 'sync', 'open']];
/** No syncs: what a volume was given without a log nobody can write again, and it stays in Error. */
const ANY_FILES = [/data$/, /./];
const ANY_FAULTS: readonly (readonly DiskOperation[])[] = [['write'], ['open']];

/** Disks that fail under a host that writes, and nodes that are killed meanwhile. */
class Ordeal {
  readonly steps: string[] = [];
  private readonly random = new SeededRandom(SEED);
  /** What each block may hold: the last acknowledged value, and those of later writes whose end is unknown. */
  private readonly blocks: Set<number>[] = Array.from({ length: SIZE / BLOCK }, () => new Set([0]));
  private last = 0;
  private kills = 0;
  private endOfRun: (why: string) => void = () => {};
  private killed = this.nextRun();

  constructor(private readonly pair: ReplicaPair) {}

  async run(): Promise<void> {
    for (let i = 0; i < STEPS; i++) await this.step();
    this.note('repair');
    for (const node of [this.pair.a, this.pair.b]) node.disk.repair();
    await this.pair.untilEquivalent();
    await this.pair.expectEqual();
    this.check(await this.pair.source.image());
  }

  private async step(): Promise<void> {
    const node = this.random.isOneIn(2) ? this.pair.a : this.pair.b;
    const name = node === this.pair.a ? 'a' : 'b';
    switch (this.random.below(8)) {
      case 0:
      case 1: {
        const isOfNode = !this.random.isOneIn(4);
        const path = this.oneOf(isOfNode ? NODE_FILES : ANY_FILES);
        const operations = this.oneOf(isOfNode ? NODE_FAULTS : ANY_FAULTS);
        const code = this.random.isOneIn(2) ? 'EIO' : 'ENOSPC';
        const times = this.random.isOneIn(2) ? 1 + this.random.below(3) : Infinity;
        this.note(`${name} ${operations.join('+')} ${path} ${code} ${times}`);
        node.disk.fail(operations, path, code, times, this.random.below(4));
        return this.write(8);
      }
      case 2:
        this.note(`${name} repair`);
        node.disk.repair();
        return new Promise((resolve) => setTimeout(resolve, this.random.below(2500)));
      case 3: {
        this.note(`${name} kill`);
        const writing = this.write(16);
        await new Promise((resolve) => setImmediate(resolve));
        await this.kill(node);
        return writing;
      }
      default:
        this.note('write');
        return this.write(24);
    }
  }

  /** As kill -9 does: what the process does from then on nobody sees. */
  private async kill(node: ReplicaNode): Promise<void> {
    const { linkToA, linkToB } = this.pair;
    this.kills++;
    this.endOfRun('killed');
    this.killed = this.nextRun();
    for (const link of [linkToA, linkToB]) {
      link.refuse();
      link.cut();
    }
    const kept = node.copyDisk();
    node.disk.repair();
    await node.stop().catch(() => {});
    node.replaceDisk(kept);
    rmSync(kept, { recursive: true });
    await node.start();
    for (const link of [linkToA, linkToB]) link.accept();
    while (this.pair.source.hosted.accessRefusal !== null) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  private nextRun(): Promise<string> {
    return new Promise((resolve) => (this.endOfRun = resolve));
  }

  private async write(count: number): Promise<void> {
    const { source } = this.pair;
    const blocks = new Set<number>();
    while (blocks.size < count) blocks.add(this.random.below(SIZE / BLOCK));
    await Promise.all(
      [...blocks].map(async (block) => {
        const value = ++this.last;
        const data = Buffer.alloc(BLOCK);
        data.writeUInt32LE(value, 0);
        this.blocks[block]!.add(value);
        const { kills } = this;
        const answer = source.write(block * BLOCK, data, { isFua: this.random.isOneIn(4) });
        // A killed node answers no more.
        const error = await Promise.race([answer, this.killed]);
        if (error === null && kills === this.kills) this.blocks[block] = new Set([value]);
      }),
    );
  }

  private check(image: Buffer): void {
    this.blocks.forEach((values, block) => {
      const found = image.readUInt32LE(block * BLOCK);
      if (!values.has(found)) throw new Error(`block ${block} holds ${found} and not one of ${[...values].join(' ')}`);
    });
  }

  private oneOf<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!;
  }

  private note(step: string): void {
    this.steps.push(step);
  }
}

describe('disks that fail', () => {
  let pair: ReplicaPair;

  afterEach(async () => {
    pair.a.disk.repair();
    pair.b.disk.repair();
    await pair.stop();
  });

  it(
    `C18 C72: lose no acknowledged write, and both ends are equal once they work again (EVENKEEL_SEED=${SEED})`,
    async () => {
      pair = await ReplicaPair.start({ sizeBytes: SIZE });
      await pair.create();
      await pair.untilEquivalent();
      const ordeal = new Ordeal(pair);
      await ordeal.run().catch((error: unknown) => {
        throw new Error(`seed ${SEED}: ${String(error)}\n${ordeal.steps.join('\n')}`);
      });
      expect(ordeal.steps).toHaveLength(STEPS + 1);
    },
    60_000 + STEPS * 5_000,
  );

  it.each(['Synchronous', 'Stack'] as const)(
    'C18: a map that cannot take what hosts changed at the destination costs a connection, not the node (%s)',
    async (transferMode) => {
      pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { transferMode } });
      await pair.create();
      await pair.untilEquivalent();
      await pair.suspend();
      await pair.b.write(0, Buffer.alloc(BLOCK, 1));
      pair.a.disk.fail(['write'], /\.map$/, 'ENOSPC');
      await pair.resume();
      await new Promise((resolve) => setTimeout(resolve, 500));
      pair.a.disk.repair();
      await pair.untilEquivalent();
      await pair.expectEqual();
    },
  );
});
