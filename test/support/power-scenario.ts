import { expect } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { VolumeUid } from '../../src/model/ids.js';
import type { TransferMode } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { NbdClient } from '../../src/tools/nbd-client/client.js';
import { eventually } from '../../src/tools/node-process/eventually.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import type { NodeProcess } from '../../src/tools/node-process/node-process.js';
import { firstDifference, imageAt } from './compare-images.js';
import { GroupSpace } from './group-space.js';
import { HostWorkload } from './host-workload.js';
import { Machine } from './machine.js';
import { withPair } from './node-pair.js';
import { SeededRandom } from './seeded-random.js';
import { VolumeModel } from './volume-model.js';

export const LOST_ENDS = ['source', 'destination', 'both'] as const;
export type LostEnds = (typeof LOST_ENDS)[number];

const SIZE_BYTES = 32 * MIB;
/** Written by the host, of all volumes together: what a resync may copy at most. Whole extents of the activity log. */
const SPAN_BYTES = 8 * MIB;
/** Log, volumes and metadata, with room to spare. */
const DISK_BYTES = 320 * MIB;

export interface PowerOptions {
  /** In the group; 1 or 2. */
  readonly volumes?: number;
  readonly transferMode?: TransferMode;
}

/** Two nodes on machines of their own, under load, that lose their power again and again. */
export class PowerScenario {
  private readonly space: GroupSpace;
  private readonly model: VolumeModel;
  private readonly workload: HostWorkload;

  private constructor(
    private readonly pair: NodePair,
    private readonly machines: ReadonlyMap<NodeProcess, Machine>,
    private readonly random: SeededRandom,
  ) {
    const length = SPAN_BYTES / pair.volumesA.length;
    this.space = new GroupSpace(pair.volumesA.map(() => ({ offset: 0, length })));
    this.model = new VolumeModel(this.space.sizeBytes, random.seed);
    this.workload = new HostWorkload(this.model, { depth: 8, space: this.space });
  }

  static async run(
    seed: number,
    scenario: (power: PowerScenario) => Promise<void>,
    limitMs: number,
    { volumes = 1, transferMode = 'Synchronous' }: PowerOptions = {},
  ): Promise<void> {
    const random = new SeededRandom(seed ^ 0x90e4);
    const folder = mkdtempSync(path.join(tmpdir(), 'evenkeel-power-'));
    const machines: Machine[] = [];
    try {
      for (const name of ['a', 'b']) machines.push(await makeMachine(path.join(folder, `machine-${name}`), random));
      const [a, b] = machines as [Machine, Machine];
      const places = [a.place, b.place] as const;
      const options = { sizeBytes: SIZE_BYTES, volumes, places, settings: { transferMode } };
      const run = async (pair: NodePair) => {
        const machineOf = new Map([
          [pair.a, a],
          [pair.b, b],
        ]);
        await pair.createSession();
        await pair.waitForEquivalent();
        await scenario(new PowerScenario(pair, machineOf, random));
      };
      await withPair(options, run, limitMs);
    } finally {
      for (const machine of machines) await machine.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Under load, the power of some machines fails and comes back. Then everything is as it should be: what had to survive is there, both
   * volumes are equal, and no more was copied than had been written of late.
   */
  async lose(ends: LostEnds): Promise<void> {
    await this.strike(ends, async () => {
      if (ends !== 'destination') await this.expectHoldToEnd(ends);
    });
    if (this.mayLose(ends)) this.model.losePower();
    await this.expectEqualAndRight();
  }

  /**
   * The same again and again, each while the loss before is still being mended. What the host did not flush may be gone then, since the
   * end that is lost may be the only one that had it; an operator releases what is held.
   */
  async loseInARow(losses: readonly LostEnds[]): Promise<void> {
    for (const ends of losses) {
      await this.strike(ends, () => this.releaseIfHeld());
      this.model.losePower();
    }
    this.resyncedBytes = (await this.pair.waitForEquivalent()).resyncBytes;
    await this.expectEqualAndRight();
  }

  /** @param restarted what is to be done when everything runs again, with a host still at work at an end that was not lost */
  private async strike(ends: LostEnds, restarted: () => Promise<void>): Promise<void> {
    const { pair, random, workload } = this;
    const lost = ends === 'both' ? [pair.source, pair.destination] : [pair[ends]];
    const hosts = await this.attachAgain();
    const running = workload.run(hosts);
    await pause(200 + random.below(800));
    for (const node of lost) this.machine(node).writeBackSome(random);
    await pause(random.below(50));
    await Promise.all(lost.map((node) => node.kill()));
    for (const node of lost) await this.machine(node).losePower();
    // Half the time the other one works alone for a while.
    await pause(random.isOneIn(2) ? 0 : random.below(2500));
    for (const node of lost) await this.machine(node).switchOn();
    await Promise.all(lost.map((node) => node.restart()));
    await restarted();
    workload.stop();
    await running;
    for (const host of hosts) host.destroy();
    expect([...workload.counts.failed]).toEqual([]);
  }

  private async heldNow(): Promise<VolumeUid[]> {
    const { volumes } = await this.pair.source.client.state();
    return volumes.filter(({ access }) => access === 'Held').map(({ spec }) => spec.uid);
  }

  private async releaseIfHeld(): Promise<void> {
    for (const uid of await this.heldNow()) await this.pair.source.client.releaseVolume(uid);
  }

  /** Nobody else is sure to have what the host did not flush. */
  private mayLose(ends: LostEnds): boolean {
    const isWaitedFor = this.pair.spec.settings.transferMode === 'Synchronous';
    return ends === 'both' || (ends === 'source' && !isWaitedFor);
  }

  /** The destination proves that nothing is missing at a source that lost power, if it can; otherwise an operator decides. */
  private async expectHoldToEnd(ends: LostEnds): Promise<void> {
    if (this.mayLose(ends)) {
      await this.pair.waitForEquivalent();
      expect(await this.heldNow()).toHaveLength(this.pair.volumesA.length);
      await this.releaseIfHeld();
    }
    await eventually('the volumes open', async () => (await this.heldNow()).length === 0 || undefined);
  }

  private async expectEqualAndRight(): Promise<void> {
    const { pair, model } = this;
    const { resyncBytes } = await pair.waitForEquivalent();
    // On a machine with more to do than it can, a copy is taken for stuck now and then, and begun again.
    const restarts = countOf(pair.source.log, 'regions are not acknowledged') - this.restartedCopies;
    // All that a Stack session carries are regions, and hosts went on meanwhile.
    const isCopyBounded = pair.spec.settings.transferMode !== 'Stack';
    if (isCopyBounded) expect(resyncBytes - this.resyncedBytes).toBeLessThanOrEqual(SPAN_BYTES * (1 + restarts));
    this.resyncedBytes = resyncBytes;
    this.restartedCopies += restarts;
    await pair.suspend();
    const [source, destination] = [await imageAt(pair, pair.source), await imageAt(pair, pair.destination)];
    expect(model.check(this.space.image((volume, _, into) => source.copy(into, 0, volume * SIZE_BYTES)))).toBeNull();
    expect(firstDifference(source, destination)).toBeNull();
    await pair.resume();
    await pair.waitForEquivalent();
  }

  private resyncedBytes = 0;
  private restartedCopies = 0;

  private machine(node: NodeProcess): Machine {
    return this.machines.get(node)!;
  }

  /** As a host with reconnect would: until the export is open again. */
  private attachAgain(): Promise<NbdClient[]> {
    return eventually('the host attached', () => this.pair.attachAll());
  }
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** How much ext4 loses, and in which order, is up to how it was mounted. */
function makeMachine(folder: string, random: SeededRandom): Promise<Machine> {
  const mountOptions = [
    random.isOneIn(2) ? 'data=writeback' : 'data=ordered',
    random.isOneIn(2) ? 'commit=1' : 'commit=300',
    'noauto_da_alloc',
  ];
  return Machine.make({ folder, diskBytes: DISK_BYTES, mountOptions });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
