import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readdirSync, truncateSync } from 'node:fs';
import path from 'node:path';
import type { TransferMode } from '../../src/model/session.js';
import type { SessionState } from '../../src/node-api/contract.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';

const SIZE = 2 * MIB;

describe('several destinations and volumes', () => {
  let group: ReplicaGroup;

  beforeEach(async () => {
    group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 2, destinationCount: 2 });
  });

  afterEach(() => group.stop());

  async function create(...modes: TransferMode[]): Promise<void> {
    for (const [index, transferMode] of modes.entries()) await group.create(index, { transferMode });
    for (const index of modes.keys()) await group.untilEquivalent(index);
  }

  async function writeSome(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const { volumes } = group.source;
      expect(await volumes[i % 2]!.write((i * 48 * KIB) % SIZE, randomBytes(4096))).toBeNull();
    }
  }

  it('C57: every volume of a group is equal at a synchronous and an asynchronous destination', async () => {
    await create('Synchronous', 'Consistency');
    await writeSome(40);
    await group.expectEqual(0);
    await group.expectEqual(1);
  });

  it('C57: a destination is added to a group that is written, and ended, while the other one stays in touch', async () => {
    await create('Synchronous');
    await writeSome(10);
    await group.create(1, { transferMode: 'Consistency' });
    await writeSome(10);
    await group.untilEquivalent(1);
    await group.expectEqual(1);
    await group.source.replicas.delete(group.specs[1]![0]!.uid);
    await group.destinations[1]!.replicas.delete(group.specs[1]![0]!.uid);
    expect(group.source.replicas.states().map(({ phase }) => phase)).toEqual(['Equivalent', 'Equivalent']);
    await writeSome(10);
    await group.expectEqual(0);
    expect(await group.destinations[1]!.write(0, randomBytes(512))).toBeNull();
  });

  it('C57: a lost destination leaves the other one in touch, and catches up by the log', async () => {
    await create('Synchronous', 'Synchronous');
    await group.destinations[1]!.kill();
    await writeSome(1);
    expect(group.states(1).map(({ status }) => status)).toEqual(['Halt', 'Halt']);
    expect(group.states(0).map(({ status, phase }) => `${status}/${phase}`)).toEqual([
      'Active/Equivalent',
      'Active/Equivalent',
    ]);
    await writeSome(10);
    const copied = group.states(1)[0]!.resyncBytes;
    await group.destinations[1]!.start();
    await group.untilEquivalent(1);
    await group.expectEqual(1);
    expect(group.states(1)[0]!.resyncBytes).toBe(copied);
  });

  it('C60: a source that lost power gets what it lost from the destination that has most, and gives it to the other', async () => {
    await create('Consistency', 'Synchronous');
    await writeSome(4);
    await group.expectEqual(0);
    const kept = group.source.copyDisk();
    group.links[0]!.pause();
    await writeSome(20);
    const written = await Promise.all(group.source.volumes.map((volume) => volume.image()));
    await group.source.losePower(kept);
    group.links[0]!.resume();
    for (const index of [0, 1]) await group.untilEquivalent(index);
    for (const [slot, volume] of group.source.volumes.entries()) {
      expect((await volume.image()).equals(written[slot]!)).toBe(true);
    }
    for (const index of [0, 1]) await group.expectEqual(index);
  });

  it('C06: a source with a damaged log is mended by whichever destination holds what is missing', async () => {
    await create('Consistency', 'Synchronous');
    await writeSome(10);
    await group.expectEqual(0);
    await group.source.kill();
    await group.destinations[0]!.kill();
    const folder = path.join(group.source.folder, 'srl', group.uid);
    const segments = readdirSync(folder).filter((name) => name.endsWith('.segment'));
    truncateSync(path.join(folder, segments.sort().at(-1)!), 8 * KIB);
    await group.source.start();
    await group.until('mended', () => group.source.log.some((line) => line.includes('mended from the destination')));
    await group.destinations[0]!.start();
    for (const index of [0, 1]) await group.untilEquivalent(index);
    for (const index of [0, 1]) await group.expectEqual(index);
  });

  it('C50: an error of one volume at a destination stops all volumes of its stream, and no other stream', async () => {
    await create('Consistency', 'Consistency');
    await writeSome(4);
    await group.expectEqual(0);
    const [failing, other] = group.destinations;
    const before = await failing!.volumes[1]!.image();
    failing!.device.fail('write', 'EIO');
    await writeSome(10);
    await group.until('in Error', () => group.states(0).every(({ status }) => status === 'Error'));
    expect(group.states(1).map(({ status }) => status)).toEqual(['Active', 'Active']);
    await group.expectEqual(1);
    expect(other!.replicas.states().every(({ dataState }) => dataState === 'Consistent')).toBe(true);
    // Of a batch, what came before the volume that failed may be there; nothing that came after.
    await writeSome(10);
    expect((await failing!.volumes[1]!.image()).equals(before)).toBe(true);
    failing!.device.repair();
    await group.untilEquivalent(0);
    await group.expectEqual(0);
  });

  it('C57: a reverse is refused while there are other destinations', async () => {
    await create('Synchronous', 'Consistency');
    await group.suspend(0);
    const [{ source, destination }] = group.specs[0] as [(typeof group.specs)[0][0]];
    group.next(0, {});
    const reversed = group.specs[0]!.map((spec) => ({ ...spec, source: spec.destination, destination: spec.source }));
    expect([source.nodeUid, destination.nodeUid]).toContain(group.source.uid);
    await expect(group.source.replicas.put(reversed)).rejects.toMatchObject({ code: 'SESSION_SOURCE_HAS_OTHERS' });
    expect(group.states(1).map(({ status }) => status)).toEqual(['Active', 'Active']);
    await writeSome(4);
    await group.expectEqual(1);
  });

  it('C32: C57: the overflow of a slow destination touches neither hosts nor a fast one', async () => {
    await create('Synchronous', 'Consistency');
    await group.changeSettings(1, { srlShareMb: 1, heartbeatTimeoutSeconds: 60 });
    const copied = group.states(0)[0]!.resyncBytes;
    group.links[1]!.pause();
    for (let i = 0; i < 40; i++) {
      expect(await group.source.volumes[i % 2]!.write((i % 16) * 64 * 1024, randomBytes(64 * 1024))).toBeNull();
    }
    await group.until('overflown', () => group.states(1).every(({ loggingTo }) => loggingTo === 'Dcm'));
    for (const { status, phase, loggingTo, resyncBytes, statistics } of group.states(0)) {
      expect([status, phase, loggingTo, resyncBytes]).toEqual(['Active', 'Equivalent', 'Srl', copied]);
      expect(statistics).toMatchObject({ overflows: 0, throttles: 0, reconnects: 0 });
    }
    await group.expectEqual(0);
    // C32: each has a lag of its own.
    await group.until('nothing lacking', () => group.states(0).every(({ lag }) => lag.writes === 0));
    expect(group.states(0)[0]!.lag).toEqual({ writes: 0, bytes: 0, seconds: 0 });
    await group.until('wholly on its map', () => {
      const [{ lag }] = group.states(1) as [SessionState];
      return lag.writes === 16 && lag.bytes === MIB;
    });
    group.links[1]!.resume();
    await group.untilEquivalent(1);
    await group.expectEqual(1);
  });

  it('suspends streams of one group at one point in time', async () => {
    await create('Synchronous', 'Consistency');
    await writeSome(6);
    await group.suspend(0, 1);
    await writeSome(6);
    const images = await Promise.all(
      group.destinations.map(({ volumes }) => Promise.all(volumes.map((volume) => volume.image()))),
    );
    expect(images[0]!.every((image, slot) => image.equals(images[1]![slot]!))).toBe(true);
    await group.resume(1);
    await group.resume(0);
    for (const index of [0, 1]) await group.untilEquivalent(index);
    for (const index of [0, 1]) await group.expectEqual(index);
  });

  it('C57: goes on with a destination whose end cannot be made durable', async () => {
    await create('Synchronous', 'Consistency');
    group.source.disk.fail(['sync'], /group\.json/, 'EIO');
    const { uid } = group.specs[1]![0]!;
    await expect(group.source.replicas.delete(uid)).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    group.source.disk.repair();
    await writeSome(6);
    await group.untilEquivalent(1);
    await group.expectEqual(1);
    await group.source.replicas.delete(uid);
    expect(group.source.replicas.states()).toHaveLength(2);
  });

  it('C76: stays closed to hosts while one destination acts alone, whatever another one says', async () => {
    await create('Synchronous', 'Consistency');
    await writeSome(4);
    const source = group.source;
    await source.kill();
    group.next(0, { run: 'Suspend', isForced: true, isAlone: true });
    await group.destinations[0]!.replicas.put(group.specs[0]!);
    expect(await group.destinations[0]!.write(0, randomBytes(512))).toBeNull();
    for (let starts = 0; starts < 2; starts++) {
      await source.start();
      await group.until('linked', () => group.states(1).every(({ isLinkUp }) => isLinkUp));
      await group.until('fenced', async () => (await source.write(0, randomBytes(512))) === 'ACCESS_FENCED');
      group.links[1]!.cut();
      await group.until('linked again', () => group.states(1).every(({ isLinkUp }) => isLinkUp));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await source.write(0, randomBytes(512))).toBe('ACCESS_FENCED');
      if (starts === 0) await source.kill();
    }
    await group.resume(0);
    for (const index of [0, 1]) await group.untilEquivalent(index);
    await writeSome(4);
    for (const index of [0, 1]) await group.expectEqual(index);
  });

  it('C57: a destination that cannot be added leaves no trace, and is added once it can be', async () => {
    await create('Synchronous');
    group.source.disk.fail(['sync'], /srl.*\.json/, 'EIO');
    await expect(group.create(1, { transferMode: 'Consistency' })).rejects.toMatchObject({ code: 'DEVICE_FAILED' });
    expect(group.source.replicas.states().map(({ phase }) => phase)).toEqual(['Equivalent', 'Equivalent']);
    group.source.disk.repair();
    await writeSome(4);
    await group.source.replicas.put(group.specs[1]!);
    await group.untilEquivalent(1);
    for (const index of [0, 1]) await group.expectEqual(index);
  });
});
