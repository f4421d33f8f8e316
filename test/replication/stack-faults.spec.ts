import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { PeerMessageType } from '../../src/format/peer/messages.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';
import type { ReplicaNode } from '../support/replica-node.js';

const SIZE_BYTES = 8 * MIB;
const STACK = { transferMode: 'Stack' } as const;

describe('a Stack session whose ends or link fail', () => {
  let group: ReplicaGroup;
  let source: ReplicaNode;
  let destination: ReplicaNode;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE_BYTES, volumeCount: 2, destinationCount: 1 });
    source = group.source;
    destination = group.destinations[0]!;
    await source.volumes[0]!.write(0, randomBytes(SIZE_BYTES));
    await group.create(0, STACK);
    await group.untilEquivalent(0);
  });

  afterEach(() => group.stop());

  /** In other places each time. */
  const write = async (count = 12): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const offset = Math.floor(Math.random() * 100) * 64 * KIB;
      expect(await source.volumes[i % 2]!.write(offset, randomBytes(4 * KIB))).toBeNull();
    }
  };
  const segmentsOf = ({ folder }: ReplicaNode): string[] =>
    readdirSync(path.join(folder, 'srl', group.uid)).filter((name) => name.endsWith('.segment'));
  const atDestination = () => destination.replicas.states()[0]!;
  /** Resolves once the destination is in the midst of a pass. */
  const untilInPass = () => group.until('in a pass', () => atDestination().dataState === 'Inconsistent');

  it('C74: has no log on its path, at neither end, and is written with a log as soon as another stream needs it', async () => {
    await write();
    await group.untilEquivalent(0);
    expect([segmentsOf(source), segmentsOf(destination)]).toEqual([[], []]);
    expect(group.states(0)[0]!.error).toBeNull();
    await group.changeSettings(0, { transferMode: 'Consistency' });
    await group.until('logged', () => group.states(0)[0]!.effectiveMode === 'Consistency');
    const before = Number(group.states(0)[0]!.headLsn);
    await write();
    expect(Number(group.states(0)[0]!.headLsn)).toBe(before + 12);
    await group.expectEqual(0);
    await group.changeSettings(0, STACK);
    await group.until('without a log', () => segmentsOf(source).length === 0);
    await write();
    await group.untilEquivalent(0);
    await group.expectEqual(0);
  });

  it('C55: goes on after a link that is cut anywhere in a pass, or loses its end, without a full copy', async () => {
    const before = group.states(0)[0]!.resyncBytes;
    const [link] = group.links;
    const faults = [
      ['up', 'StartResync', 'cut'],
      ['up', 'Region', 'cut'],
      ['up', 'StartLog', 'cut'],
      ['down', 'LogStarted', 'cut'],
      ['up', 'StartLog', 'drop'],
    ] as const;
    for (const [direction, type, fault] of faults) {
      const count = link!.faults.length;
      link!.breakNext(direction, PeerMessageType[type], fault);
      await write(6);
      await group.until('hit', () => link!.faults.length > count);
      await group.untilEquivalent(0);
      await group.expectEqual(0);
    }
    expect(group.states(0)[0]!.resyncBytes - before).toBeLessThan(SIZE_BYTES);
  });

  it('C60: comes back equal without a full copy after the loss of power of either end in the midst of its passes', async () => {
    const before = group.states(0)[0]!.resyncBytes;
    for (const node of [destination, source]) {
      await write();
      await untilInPass();
      await node.losePower(node.copyDisk());
      await group.untilEquivalent(0);
      await group.expectEqual(0);
    }
    // The extents that were being written, 4 MiB each, are copied besides.
    expect(group.states(0)[0]!.resyncBytes - before).toBeLessThan(2 * 2 * SIZE_BYTES);
  });

  it('C14: is taken over alone when Equivalent, and refused in the midst of a pass', async () => {
    group.links[0]!.breakNext('up', PeerMessageType.StartLog, 'drop');
    await write();
    await untilInPass();
    group.links[0]!.refuse();
    group.links[0]!.cut();
    group.next(0, { run: 'Suspend', isForced: true, isAlone: true });
    await expect(destination.replicas.put(group.specs[0]!)).rejects.toMatchObject({
      code: 'SESSION_DESTINATION_INCONSISTENT',
    });
    group.next(0, { run: 'Active', isForced: false, isAlone: false });
    group.links[0]!.accept();
    await group.untilEquivalent(0);
    await group.expectEqual(0);

    const image = await source.volumes[0]!.image();
    group.links[0]!.refuse();
    group.links[0]!.cut();
    group.next(0, { run: 'Suspend', isForced: true, isAlone: true });
    await destination.replicas.put(group.specs[0]!);
    expect((await destination.volumes[0]!.image()).equals(image)).toBe(true);
    expect(await destination.volumes[0]!.write(0, randomBytes(4 * KIB))).toBeNull();
    group.links[0]!.accept();
    // Both are written apart: what the old source has is known to be no part of the other's.
    await group.until('suspended', () => group.states(0)[0]!.status === 'Suspend');
  });

  it('C36: is suspended without force only while it lacks nothing, and then is the source as of that turn', async () => {
    await write(40);
    await untilInPass();
    group.next(0, { run: 'Suspend' });
    await expect(source.replicas.suspend(group.specs[0]!)).rejects.toMatchObject({ code: 'SESSION_NOT_EQUIVALENT' });
    expect(group.states(0)[0]!.status).toBe('Active');
    await group.untilEquivalent(0);
    const image = await source.volumes[0]!.image();
    await group.suspend(0);
    await write();
    expect((await destination.volumes[0]!.image()).equals(image)).toBe(true);
    await destination.volumes[1]!.write(MIB, randomBytes(64 * KIB));
    await group.resume(0);
    await group.untilEquivalent(0);
    await group.expectEqual(0);
  });
});
