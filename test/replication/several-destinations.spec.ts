import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DEFAULT_SESSION_SETTINGS } from '../../src/model/session.js';
import { MIB } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';

const SIZE = 2 * MIB;

describe('several destinations and volumes', () => {
  let group: ReplicaGroup;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 2, destinationCount: 2 });
  });

  afterEach(() => group.stop());

  it('C57: every volume of a group is equal at a synchronous and an asynchronous destination', async () => {
    await group.create(0, DEFAULT_SESSION_SETTINGS);
    await group.create(1, { ...DEFAULT_SESSION_SETTINGS, transferMode: 'Consistency' });
    await group.untilEquivalent(0);
    await group.untilEquivalent(1);
    for (let i = 0; i < 40; i++) {
      expect(await group.source.volumes[i % 2]!.write((i * 48 * 1024) % SIZE, randomBytes(4096))).toBeNull();
    }
    await group.expectEqual(0);
    await group.expectEqual(1);
  });

  it('C57: a lost destination leaves the other one in touch, and ends alone', async () => {
    for (const index of [0, 1]) await group.create(index, DEFAULT_SESSION_SETTINGS);
    for (const index of [0, 1]) await group.untilEquivalent(index);
    await group.destinations[1]!.stop();
    expect(await group.source.volumes[0]!.write(0, randomBytes(4096))).toBeNull();
    expect(group.states(1).map(({ status }) => status)).toEqual(['Halt', 'Halt']);
    expect(group.states(0).map(({ status, phase }) => `${status}/${phase}`)).toEqual(
      Array(2).fill('Active/Equivalent'),
    );
    await group.expectEqual(0);
    await group.source.replicas.delete(group.specs[1]![0]!.uid);
    expect(group.source.replicas.states()).toHaveLength(2);
    expect(await group.source.volumes[1]!.write(0, randomBytes(4096))).toBeNull();
    await group.expectEqual(0);
    await group.destinations[1]!.start();
  });
});
