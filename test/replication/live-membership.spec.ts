import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import { GroupWriter } from '../support/group-writer.js';
import { ReplicaGroup } from '../support/replica-group.js';
import type { ReplicaNode } from '../support/replica-node.js';

const SIZE = 4 * MIB;
const BLOCK = 4096;
/** The volume that joins and leaves. */
const NEW = 2;
const CONSISTENCY: SessionSettings = { ...DEFAULT_SESSION_SETTINGS, transferMode: 'Consistency' };
const STACK: SessionSettings = { ...DEFAULT_SESSION_SETTINGS, transferMode: 'Stack' };

describe('volumes that join and leave a live group', () => {
  let group: ReplicaGroup;
  let writer: GroupWriter;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 3, destinationCount: 2 });
    writer = new GroupWriter(group.source.volumes);
  });

  afterEach(async () => {
    await writer.stop();
    await group.stop();
  });

  /** A group of the first two volumes, Equivalent at as many destinations as there are settings. */
  async function create(...settings: SessionSettings[]): Promise<void> {
    for (const [index, each] of settings.entries()) await group.create(index, each, 2);
    for (const index of settings.keys()) await group.untilEquivalent(index);
  }

  async function fill(node: ReplicaNode, slot: number): Promise<Buffer> {
    for (let at = 0; at < SIZE; at += MIB) await node.volumes[slot]!.write(at, randomBytes(MIB));
    return node.volumes[slot]!.image();
  }

  const phases = (index: number): string[] =>
    group.states(index).map(({ status, phase, isJoining }) => `${status}/${phase}${isJoining ? '/joining' : ''}`);

  it('C47: takes a volume into a group under host writes, at destinations of every mode', async () => {
    await create(DEFAULT_SESSION_SETTINGS, CONSISTENCY);
    await fill(group.source, NEW);
    writer.start();
    await group.join(NEW);
    expect(phases(0).slice(0, 2)).toEqual(['Active/Equivalent', 'Active/Equivalent']);
    for (const index of [0, 1]) await group.untilEquivalent(index);
    await writer.stop();
    expect(writer.failed).toEqual([]);
    for (const index of [0, 1]) await group.expectEqual(index);
    for (const { replicas } of group.destinations) {
      await group.until('joined there', () => replicas.states().every(({ isJoining }) => !isJoining));
      expect(replicas.states()).toHaveLength(3);
    }
  });

  it('C47: takes a volume into a group that is copied by maps alone', async () => {
    await create(STACK);
    await fill(group.source, NEW);
    await group.join(NEW);
    await group.untilEquivalent(0);
    await group.expectEqual(0);
    const { replicas } = group.destinations[0]!;
    await group.until('joined there', () => replicas.states().every(({ isJoining }) => !isJoining));
    await group.leave(NEW);
    await group.until(
      'left there',
      async () => (await group.destinations[0]!.volumes[NEW]!.write(0, randomBytes(BLOCK))) === null,
    );
  });

  it('C47: lets a volume go, with its data at both ends, and the others go on', async () => {
    await group.create(0, CONSISTENCY);
    await group.untilEquivalent(0);
    writer.start();
    await writer.until(30);
    await group.leave(NEW);
    await writer.until(60);
    await writer.stop();
    expect(writer.failed).toEqual([]);
    const [node] = group.destinations;
    await group.until('left there', () =>
      node!.replicas.states().every(({ appliedGeneration }) => appliedGeneration === 2),
    );
    // What was written to it after it left is the source's alone.
    expect(writer.lastBefore(await node!.volumes[NEW]!.image())).toBeGreaterThan(0);
    expect(await node!.volumes[NEW]!.write(0, randomBytes(BLOCK))).toBeNull();
    expect(node!.replicas.isReplicated(node!.hosted.uid)).toBe(true);
    expect(group.states(0).map(({ spec }) => spec.slot)).toEqual([0, 1]);
    await group.expectEqual(0);
  });

  it('C47: takes a volume back that was joining, and takes it in again', async () => {
    await create(DEFAULT_SESSION_SETTINGS);
    await fill(group.source, NEW);
    group.links[0]!.pause();
    await group.join(NEW);
    await group.until('joining', () => group.states(0).some(({ isJoining }) => isJoining));
    await group.leave(NEW);
    group.links[0]!.resume();
    const [node] = group.destinations;
    await group.until('left there', () => node!.replicas.states().length === 2);
    expect(await group.source.volumes[NEW]!.write(0, randomBytes(BLOCK))).toBeNull();
    await group.join(NEW);
    await group.untilEquivalent(0);
    await group.expectEqual(0);
  });

  it.each(['source', 'destination'] as const)(
    'C47: leaves no trace at a %s without room for its files',
    async (end) => {
      await create(CONSISTENCY);
      const node = end === 'source' ? group.source : group.destinations[0]!;
      const image = await fill(node, NEW);
      node.disk.fail(['open'], new RegExp(`/${NEW}\\.map`), 'ENOSPC', Infinity);
      group.nextWith(0, NEW);
      await expect(node.replicas.put(group.specs[0]!)).rejects.toMatchObject({ code: 'DEVICE_FULL' });
      node.disk.repair();
      expect(await node.volumes[NEW]!.write(0, image.subarray(0, BLOCK))).toBeNull();
      expect((await node.volumes[NEW]!.image()).equals(image)).toBe(true);
      expect(node.replicas.states().map(({ spec }) => spec.generation)).toEqual([1, 1]);
      expect(existsSync(path.join(node.folder, 'activity', group.uid, `${NEW}.activity`))).toBe(false);
      await group.source.write(0, randomBytes(BLOCK));
      group.nextWithout(0, NEW);
      for (const each of [group.source, group.destinations[0]!]) await each.replicas.put(group.specs[0]!);
      await group.untilEquivalent(0);
      await group.expectEqual(0);
    },
  );

  it('lets a volume go though its files cannot be removed, and removes them at the next start', async () => {
    await group.create(0, CONSISTENCY);
    await group.untilEquivalent(0);
    const { source } = group;
    const file = path.join(source.folder, 'activity', group.uid, `${NEW}.activity`);
    source.disk.fail(['remove'], new RegExp(`/${NEW}\\.`), 'EIO');
    await group.leave(NEW);
    expect(await source.volumes[NEW]!.write(0, randomBytes(BLOCK))).toBeNull();
    expect(existsSync(file)).toBe(true);
    source.disk.repair();
    await source.stop();
    await source.start();
    expect(existsSync(file)).toBe(false);
    await group.untilEquivalent(0);
    await group.expectEqual(0);
  });

  it('C47: refuses by name a volume that is not there, is in use, or has the slot of another', async () => {
    await create(CONSISTENCY);
    group.nextWith(0, NEW);
    const next = group.specs[0]!;
    const withVolume = (volumeUid: string, slot = NEW) =>
      next.map((spec) => (spec.slot === NEW ? { ...spec, slot, source: { ...spec.source, volumeUid } } : spec));
    const put = (specs: unknown) => group.source.replicas.put(specs as typeof next);
    await expect(put(withVolume('0190b4a2-7c1e-4d5f-8a3b-2c6d9e0f1a7b'))).rejects.toMatchObject({
      code: 'VOLUME_NOT_FOUND',
    });
    await expect(put(withVolume(group.source.endOf(0).volumeUid))).rejects.toMatchObject({
      code: 'VOLUME_SECOND_DESTINATION',
    });
    await expect(put(withVolume(group.source.endOf(NEW).volumeUid, 1).slice(1))).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    });
    expect(group.source.replicas.states().map(({ spec }) => spec.generation)).toEqual([1, 1]);
    expect(await group.source.volumes[NEW]!.write(0, randomBytes(BLOCK))).toBeNull();
  });
});
