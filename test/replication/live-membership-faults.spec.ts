import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { SessionSettings } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { GroupWriter } from '../support/group-writer.js';
import { ReplicaGroup } from '../support/replica-group.js';

const SIZE = 4 * MIB;
const BLOCK = 4096;
/** The volume that joins and leaves. */
const NEW = 2;
const CONSISTENCY: Partial<SessionSettings> = { transferMode: 'Consistency' };
/** How long a step is let go on before it is cut off: some of them in its midst. */
const DELAYS_MS = [0, 5, 20, 60];

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('volumes that join and leave while something fails', () => {
  let group: ReplicaGroup;
  let writer: GroupWriter;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 3, destinationCount: 1 });
    writer = new GroupWriter(group.source.volumes);
    for (let at = 0; at < SIZE; at += MIB) await group.source.volumes[NEW]!.write(at, randomBytes(MIB));
  });

  afterEach(async () => {
    await writer.stop();
    await group.stop();
  });

  async function create(settings: Partial<SessionSettings>): Promise<void> {
    await group.create(0, settings, 2);
    await group.untilEquivalent(0);
  }

  const there = (): SessionState[] => group.destinations[0]!.replicas.states();

  /** What the destination's volumes hold, once nothing of what it has changes them any more. */
  async function imagesThere(): Promise<Buffer[]> {
    const look = (): Promise<Buffer[]> => Promise.all(group.destinations[0]!.volumes.map((volume) => volume.image()));
    let images = await look();
    await group.until('at rest', async () => {
      const before = images;
      await sleep(30);
      images = await look();
      return images.every((image, slot) => image.equals(before[slot]!));
    });
    return images;
  }

  /** How far the writes go that the destination would show after a takeover. */
  async function prefixThere(): Promise<number> {
    expect(there().map(({ dataState, isJoining }) => isJoining || dataState)).not.toContain('Inconsistent');
    const images = await imagesThere();
    const usable = there().filter(({ isJoining }) => !isJoining);
    expect(usable.length).toBeGreaterThanOrEqual(2);
    return writer.prefixIn(
      images.map((image, slot) => (usable.some(({ spec }) => spec.slot === slot) ? image : undefined)),
    );
  }

  async function untilSettled(): Promise<void> {
    await group.untilEquivalent(0);
    const slots = group.specs[0]!.map(({ slot }) => slot).join();
    await group.until('as wanted there', () => {
      const states = there().filter(({ isJoining }) => !isJoining);
      return states.map(({ spec }) => spec.slot).join() === slots;
    });
  }

  it('C01: a destination that is cut off at any moment holds a prefix over the volumes that have joined', async () => {
    await create(CONSISTENCY);
    writer.start();
    let reached = 0;
    for (const [round, delay] of DELAYS_MS.entries()) {
      await (round % 2 === 0 ? group.join(NEW) : group.leave(NEW));
      await sleep(delay);
      group.links[0]!.refuse();
      group.links[0]!.cut();
      const prefix = await prefixThere();
      expect(prefix).toBeGreaterThanOrEqual(reached);
      reached = prefix;
      group.links[0]!.accept();
      await untilSettled();
    }
    await writer.stop();
    expect(writer.failed).toEqual([]);
    await group.expectEqual(0);
  });

  it('C01: opens the others, and not a volume that was joining, when the source is lost', async () => {
    await create(CONSISTENCY);
    writer.start();
    await writer.until(20);
    group.links[0]!.delay(20);
    await group.join(NEW);
    await writer.until(40);
    await group.destinations[0]!.replicas.put(group.specs[0]!);
    group.links[0]!.refuse();
    group.links[0]!.cut();
    group.next(0, { run: 'Suspend', isForced: true, isAlone: true });
    await group.destinations[0]!.replicas.put(group.specs[0]!);
    expect(there().map(({ isJoining }) => isJoining)).toEqual([false, false, true]);
    expect(there()[NEW]).toMatchObject({ phase: 'Copying', dataState: 'Inconsistent' });
    const answers = await Promise.all(
      group.destinations[0]!.volumes.map((volume) => volume.write(MIB, randomBytes(BLOCK))),
    );
    expect(answers).toEqual([null, null, 'SESSION_DESTINATION_INCONSISTENT']);
    expect(writer.prefixIn((await imagesThere()).slice(0, 2))).toBeGreaterThan(0);
    group.links[0]!.accept();
    await group.until('told of it', () => group.states(0).every(({ status }) => status === 'Suspend'));
    await writer.stop();
    await group.resume(0);
    await untilSettled();
    await group.expectEqual(0);
  });

  it.each(['source', 'destination'] as const)(
    'C47: joins and leaves although the %s is killed at any moment',
    async (end) => {
      await create({});
      const node = end === 'source' ? group.source : group.destinations[0]!;
      for (const [round, delay] of DELAYS_MS.entries()) {
        const step = (round % 2 === 0 ? group.join(NEW) : group.leave(NEW)).catch(() => undefined);
        await sleep(delay);
        const kept = node.copyDisk();
        await node.stop();
        // What the dead process would still do, it does to a disk that is thrown away.
        await step;
        node.replaceDisk(kept);
        await node.start();
        // The control plane tells again what is not so.
        await group.until('told', async () => {
          const ends = [group.destinations[0]!, group.source];
          const told = ends.map(({ replicas }) =>
            replicas.put(group.specs[0]!).then(
              () => true,
              () => false,
            ),
          );
          return (await Promise.all(told)).every((isTold) => isTold);
        });
        await untilSettled();
        for (const [slot, volume] of group.source.volumes.entries()) {
          const write = () => volume.write((round + slot) * BLOCK, randomBytes(BLOCK));
          // A source that starts may still be about to open.
          await group.until('served', async () => (await write()) === null);
        }
        await group.expectEqual(0);
      }
    },
  );

  it('C47: lets a volume go whose sync failed past any log, as it is; the others are whole again, and it goes on saying so', async () => {
    const { source } = group;
    await create({ transferMode: 'Stack' });
    expect(await source.volumes[1]!.write(0, randomBytes(BLOCK))).toBeNull();
    source.disk.fail(['sync'], /volume-1$/, 'EIO', 1);
    expect(await source.volumes[1]!.flush()).toBe('DEVICE_FAILED');
    await group.leave(1).catch(() => undefined);
    await group.until('left', () => source.log.some((line) => line.includes('a volume has left the group')));
    expect(await source.volumes[0]!.write(BLOCK, randomBytes(BLOCK))).toBeNull();
    await group.untilEquivalent(0);
    await group.expectEqual(0);
    expect(await source.volumes[1]!.flush()).toBe('DEVICE_FAILED');
  });

  it('C47: goes on joining after a loss of power of the source', async () => {
    await create({});
    group.links[0]!.delay(200);
    await group.join(NEW);
    await group.until('joining', () => group.source.log.some((line) => line.includes('a volume joins')));
    const kept = group.source.copyDisk();
    await group.source.losePower(kept);
    group.links[0]!.delay(0);
    await untilSettled();
    await group.expectEqual(0);
  });
});
