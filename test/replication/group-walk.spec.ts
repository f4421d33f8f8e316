import { describe, it } from '@jest/globals';
import { TRANSFER_MODES } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { GroupSpace } from '../support/group-space.js';
import { ReplicaGroup } from '../support/replica-group.js';
import { SeededRandom } from '../support/seeded-random.js';
import { CELL_BYTES, VolumeModel } from '../support/volume-model.js';

const SEED = Number(process.env.EVENKEEL_SEED ?? Date.now() % 1_000_000);
const STEPS = Number(process.env.EVENKEEL_STEPS ?? 6);
const SIZE = MIB;
const VOLUMES = 2;
const DESTINATIONS = 2;
const RESTART_SOURCE = 'restart the source';

/** Any sequence of what operators and faults do to a group under writes, against the model of what its volumes must hold. */
class GroupWalk {
  readonly steps: string[] = [];
  private readonly random = new SeededRandom(SEED);
  private readonly space = new GroupSpace(Array.from({ length: VOLUMES }, () => ({ offset: 0, length: SIZE })));
  private readonly model = new VolumeModel(this.space.sizeBytes, SEED);

  constructor(private readonly group: ReplicaGroup) {}

  async begin(): Promise<void> {
    for (let index = 0; index < DESTINATIONS; index++) await this.group.create(index, { transferMode: this.anyMode() });
  }

  async step(): Promise<void> {
    const names = Object.keys(this.actions);
    const name = names[this.random.below(names.length)]!;
    this.steps.push(name);
    // Half of the steps meet a group that has not come to rest.
    if (this.random.isOneIn(2)) await this.rest();
    const writing = this.write(10 + this.random.below(30));
    // Here a node that stops leaves its hosts without an answer.
    if (name === RESTART_SOURCE) await writing;
    await this.actions[name]!();
    await writing;
  }

  async rest(): Promise<void> {
    const { group, model, space } = this;
    for (let index = 0; index < DESTINATIONS; index++) await group.untilEquivalent(index);
    for (let index = 0; index < DESTINATIONS; index++) await group.expectEqual(index);
    const images = await Promise.all(group.source.volumes.map((volume) => volume.image()));
    const wrong = model.check(space.image((volume, _, into) => images[volume]!.copy(into)));
    if (wrong !== null) throw new Error(wrong.text);
  }

  private readonly actions: Record<string, () => Promise<void>> = {
    'change a mode': () => this.group.changeSettings(this.anyDestination(), { transferMode: this.anyMode() }),
    'change a share': () => this.group.changeSettings(this.anyDestination(), { srlShareMb: 1 + this.random.below(4) }),
    'cut a link': async () => this.group.links[this.anyDestination()]!.cut(),
    'restart a destination': async () => {
      const node = this.group.destinations[this.anyDestination()]!;
      await node.kill();
      await this.write(5);
      await node.start();
    },
    [RESTART_SOURCE]: async () => {
      const { source } = this.group;
      await source.stop();
      await source.start();
      await this.group.until('serving', () => source.hosted.accessRefusal === null);
    },
    'suspend one, write, resume': async () => {
      const index = this.anyDestination();
      this.group.next(index, { isForced: true });
      await this.group.suspend(index);
      await this.write(10);
      await this.group.resume(index);
    },
    'suspend both at one point, write, resume': async () => {
      for (const index of [0, 1]) this.group.next(index, { isForced: true });
      await this.group.suspend(0, 1);
      await this.write(10);
      for (const index of [0, 1]) await this.group.resume(index);
    },
    'end a stream and make it anew': async () => {
      const { group } = this;
      const index = this.anyDestination();
      const { uid } = group.specs[index]![0]!;
      await group.source.replicas.delete(uid);
      await group.destinations[index]!.replicas.delete(uid);
      await group.create(index, { transferMode: this.anyMode() });
    },
  };

  /** One after another, over both volumes; one that is refused may be there or not. */
  private async write(count: number): Promise<void> {
    const { model, space, random } = this;
    for (let n = 0; n < count; n++) {
      const length = CELL_BYTES * (1 + random.below((64 * KIB) / CELL_BYTES));
      const at = random.below(VOLUMES) * SIZE + CELL_BYTES * random.below((SIZE - length) / CELL_BYTES);
      const { volume, offset } = space.placeOf(at);
      const isTrim = random.isOneIn(8);
      const isFua = random.isOneIn(10);
      const write = model.begin(at, length, isTrim);
      const host = this.group.source.volumes[volume]!;
      const error = isTrim
        ? await host.trim(offset, length)
        : await host.write(offset, model.payload(write), { isFua });
      if (error === null) model.acknowledge(write, isFua && !isTrim);
      else model.fail(write);
    }
  }

  private anyDestination(): number {
    return this.random.below(DESTINATIONS);
  }

  private anyMode() {
    return TRANSFER_MODES[this.random.below(TRANSFER_MODES.length)]!;
  }
}

describe('groups under any sequence of losses and operations', () => {
  it(
    `C57: C65: two volumes are equal at two destinations of any modes, and hold every acknowledged write (EVENKEEL_SEED=${SEED})`,
    async () => {
      const group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: VOLUMES, destinationCount: DESTINATIONS });
      const walk = new GroupWalk(group);
      try {
        await walk.begin();
        for (let n = 0; n < STEPS; n++) await walk.step();
        await walk.rest();
      } catch (error) {
        throw new Error(`seed ${SEED}, after: ${walk.steps.join('; ')}\n${(error as Error).stack}`);
      } finally {
        await group.stop();
      }
    },
    60_000 + STEPS * 10_000,
  );
});
