/**
 * One round of damage: a pair is brought to a standstill in some way, one file of one node is hurt, and everything starts again. Either
 * an error names the file, or all goes on; and in no case is an acknowledged write lost, a wrong byte read, or a difference hidden.
 */
import path from 'node:path';
import { statSync } from 'node:fs';
import { isRefusal } from '../../src/errors/refusal.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { filesBelow, flipBit, lastNonZero, truncate, zeroSector } from './damage.js';
import type { ReplicaNode } from './replica-node.js';
import { ReplicaPair } from './replica-pair.js';
import { SeededRandom } from './seeded-random.js';

const BLOCK = 4 * KIB;
const SIZE = 2 * MIB;
const BLOCKS = SIZE / BLOCK;
const SETTLE_MS = 25_000;
/** A session that is in Error for so long, with both nodes up, stays there. */
const ERROR_MS = 4_000;

/** What the source must hold, block by block; undefined where a write was not acknowledged. */
type Model = (number | undefined)[];

type Ending = 'stop' | 'kill' | 'power';
type Before = 'Equivalent' | 'the destination away' | 'suspended';

export class CorruptionRun {
  private readonly random: SeededRandom;
  private readonly model: Model = Array.from({ length: BLOCKS }, () => 0);
  private value = 0;
  private readonly story: string[] = [];

  private constructor(
    private readonly pair: ReplicaPair,
    seed: number,
  ) {
    this.random = new SeededRandom(seed);
  }

  /** @returns what was done */
  static async do(seed: number, rounds: number): Promise<string[]> {
    const pair = await ReplicaPair.start({ sizeBytes: SIZE });
    const run = new CorruptionRun(pair, seed);
    try {
      await pair.create();
      await pair.untilEquivalent();
      for (let i = 0; i < rounds; i++) await run.round();
      return run.story;
    } catch (error) {
      const logs = [...pair.a.log, ...pair.b.log].slice(-60).join('\n');
      throw new Error(`seed ${seed}, ${run.story.join('; ')}\n${(error as Error).stack}\n${logs}`);
    } finally {
      await pair.stop();
    }
  }

  private pick<T>(of: readonly T[]): T {
    return of[this.random.below(of.length)]!;
  }

  private async write(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const block = this.random.below(BLOCKS);
      const value = ++this.value;
      const data = Buffer.alloc(BLOCK, value & 0xff);
      data.writeUInt32LE(value, 0);
      const error = await this.pair.source.write(block * BLOCK, data, { isFua: this.random.isOneIn(6) });
      this.model[block] = error === null ? value : undefined;
    }
  }

  private async round(): Promise<void> {
    const { pair } = this;
    const before = this.pick<Before>(['Equivalent', 'Equivalent', 'the destination away', 'suspended']);
    await this.write(5 + this.random.below(30));
    // So that in part of the rounds something is below the floors, and in part of them nothing is above.
    if (this.random.isOneIn(2)) await this.restartInOrder();
    await this.write(this.random.below(30));
    if (before === 'the destination away') {
      await pair.destination.stop();
      await pair.until('Halt', ({ status }) => status === 'Halt');
      await this.write(10);
    }
    if (before === 'suspended') {
      await pair.suspend();
      await this.write(5);
      await pair.destination.write(this.random.below(BLOCKS) * BLOCK, Buffer.alloc(BLOCK, 0xee));
    }
    const isSource = this.random.isOneIn(2);
    const [victim, other] = isSource ? [pair.source, pair.destination] : [pair.destination, pair.source];
    const ending = this.pick<Ending>(['stop', 'kill', 'kill', 'power']);
    const isOtherDown = before === 'the destination away';
    const kept = await this.bringDown(victim, ending, isOtherDown && !isSource);
    const file = this.hurt(victim);
    this.story.push(`(${before}) ${ending} the ${isSource ? 'source' : 'destination'}, ${this.story.pop()}`);
    if (isOtherDown && isSource) await other.start();
    await this.startHurt(victim, file, kept);
    if (before === 'suspended') await this.resume(victim, file, kept);
    await this.settle(victim, file, kept);
    await this.check();
  }

  private async restartInOrder(): Promise<void> {
    const { source } = this.pair;
    await source.stop();
    await source.start();
    await this.serving();
  }

  private async serving(): Promise<void> {
    await this.pair.until('serving', () => this.pair.source.hosted.accessRefusal === null);
  }

  /** Down when it returns; with a copy of what its disk holds then. */
  private async bringDown(victim: ReplicaNode, ending: Ending, isDown: boolean): Promise<string> {
    if (!isDown && ending === 'stop') await victim.stop();
    else if (!isDown) await victim.kill();
    if (ending === 'power') victim.noteLostPower();
    return victim.copyDisk();
  }

  /** Volumes' bytes have no checksum: what is damaged there only a verify finds. */
  private hurt(victim: ReplicaNode): string {
    const files = filesBelow(victim.folder).filter((file) => path.basename(file) !== 'data' && statSync(file).size > 0);
    const file = this.pick(files);
    const size = statSync(file).size;
    const end = lastNonZero(file) + 1;
    const position = this.pick([
      this.random.below(size),
      this.random.below(Math.min(size, 4200)),
      Math.max(0, end - 1 - this.random.below(Math.min(end, 6000))),
      this.random.below(Math.max(1, end)),
    ]);
    const how = this.pick(['flip', 'flip', 'zero', 'cut'] as const);
    if (how === 'flip') flipBit(file, position, this.random.below(8));
    else if (how === 'zero') zeroSector(file, position);
    else truncate(file, position);
    this.story.push(`${how} ${path.relative(victim.folder, file)} at ${position} of ${size}`);
    return file;
  }

  /** A node that does not start says which file is to blame. */
  private async startHurt(victim: ReplicaNode, file: string, kept: string): Promise<void> {
    try {
      await victim.start();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.expectNamed(error.message, file);
      this.story.push('refused');
      victim.replaceDisk(kept);
      await victim.start();
    }
  }

  private expectNamed(message: string, file: string): void {
    const isNamed = message.includes(path.basename(file)) || message.includes(path.basename(path.dirname(file)));
    if (!isNamed) throw new Error(`${file} is not named: ${message}`);
  }

  /** A session whose source is in Error takes no order; the order is given when it is whole again. */
  private async resume(victim: ReplicaNode, file: string, kept: string): Promise<void> {
    if (this.errorOf(victim) !== null && victim === this.pair.source) await this.restore(victim, file, kept);
    await this.pair.resume();
  }

  private errorOf(node: ReplicaNode): string | null {
    const [state] = node.replicas.states();
    return state?.status === 'Error' ? (state.error?.message ?? '') : null;
  }

  /** Error that stays is one that names the file; with the file as it was, all goes on. */
  private async restore(victim: ReplicaNode, file: string, kept: string): Promise<void> {
    this.expectNamed(this.errorOf(victim)!, file);
    this.expectClosed(victim);
    this.story.push('stays in Error');
    await victim.stop();
    victim.replaceDisk(kept);
    await victim.start();
  }

  private expectClosed(node: ReplicaNode): void {
    if (node.hosted.accessRefusal === null) throw new Error('a volume whose group is in Error is open to hosts');
  }

  private async settle(victim: ReplicaNode, file: string, kept: string): Promise<void> {
    const { pair } = this;
    const { source, destination } = pair;
    // Without its record, the control plane tells a destination what it is.
    if (victim === destination && this.errorOf(victim) !== null) await victim.replicas.put([pair.spec]);
    const deadline = Date.now() + SETTLE_MS;
    let errorSince: number | null = null;
    while (!this.isEquivalent()) {
      await this.releaseHeld();
      errorSince = this.errorOf(victim) === null ? null : (errorSince ?? Date.now());
      if (errorSince !== null && Date.now() - errorSince > ERROR_MS && this.mayStayInError(victim, file)) {
        await this.restore(victim, file, kept);
        errorSince = null;
      }
      if (Date.now() > deadline) {
        throw new Error(
          `does not settle: ${JSON.stringify([source.replicas.states(), destination.replicas.states()])}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Of a source nothing else tells what its record and, where the destination lacks it, its log said. */
  private mayStayInError(victim: ReplicaNode, file: string): boolean {
    return victim === this.pair.source && (file.endsWith('group.json') || file.endsWith('.segment'));
  }

  private isEquivalent(): boolean {
    const [state] = this.pair.source.replicas.states();
    return state?.status === 'Active' && state.phase === 'Equivalent' && state.isLinkUp;
  }

  /** As an operator would who knows that nothing is missing. */
  private async releaseHeld(): Promise<void> {
    for (const { hosted } of [this.pair.source, this.pair.destination]) if (hosted.isHeld) await hosted.release();
  }

  private async check(): Promise<void> {
    await this.releaseHeld();
    await this.serving();
    const image = await this.pair.source.image();
    this.model.forEach((value, block) => {
      const found = image.readUInt32LE(block * BLOCK);
      if (value !== undefined && found !== value) throw new Error(`block ${block} holds ${found} instead of ${value}`);
    });
    await this.pair.expectEqual();
  }
}
