import { afterEach, describe, expect } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { MIB } from '../../src/model/sizes.js';
import { formatHostPort } from '../../src/storage-node/config/host-port.js';
import { itWithIpv6 } from '../support/ipv6.js';
import { ReplicaGroup } from '../support/replica-group.js';

const SIZE = 1 * MIB;

describe('address families', () => {
  let group: ReplicaGroup;

  afterEach(() => group.stop());

  async function start(...hosts: string[]): Promise<void> {
    group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 1, destinationCount: hosts.length, hosts });
  }

  /** Says how destination `index` is reached. */
  function advertise(index: number, ...hosts: string[]): void {
    const node = group.destinations[index]!;
    const { port } = node.address;
    const [first, ...more] = hosts.map((host) => ({ host, port }));
    node.advertised = first!;
    node.advertisedToo = more;
  }

  async function expectCopies(): Promise<void> {
    for (const index of group.destinations.keys()) await group.untilEquivalent(index);
    expect(await group.source.write(0, randomBytes(SIZE))).toBeNull();
    for (const index of group.destinations.keys()) await group.expectEqual(index);
  }

  const pathsOf = (index: number) => group.states(index)[0]!.paths;

  itWithIpv6('C23: one source serves an IPv4-only and an IPv6-only destination at once', async () => {
    await start('127.0.0.1', '::1');
    for (const index of [0, 1]) await group.create(index);
    await expectCopies();
    expect(pathsOf(0)[0]!.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(pathsOf(1)[0]!.address).toMatch(/^\[::1\]:\d+$/);
  });

  itWithIpv6('C23: a dual-stack destination is reached by either family, and by both', async () => {
    await start('::', '::', '::');
    advertise(0, '127.0.0.1');
    advertise(1, '::1');
    advertise(2, '::1', '127.0.0.1');
    for (const index of [0, 1, 2]) await group.create(index);
    await expectCopies();
    await group.until('both paths are up', () => pathsOf(2).every(({ isUp }) => isUp));
    const { port } = group.destinations[2]!.address;
    expect(pathsOf(2).map(({ address }) => address)).toEqual(
      ['::1', '127.0.0.1'].map((host) => formatHostPort({ host, port })),
    );
  });

  itWithIpv6('C23: the family that both ends share is found, whatever else is advertised', async () => {
    await start('127.0.0.1', '::1');
    advertise(0, '::1', '127.0.0.1');
    advertise(1, '127.0.0.1', '::1');
    for (const index of [0, 1]) await group.create(index);
    await expectCopies();
    for (const index of [0, 1]) {
      expect(pathsOf(index).map(({ isUp, isInUse }) => [isUp, isInUse])).toEqual([
        [false, false],
        [true, true],
      ]);
    }
  });
});
