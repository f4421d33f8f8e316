import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KIB, MIB } from '../../src/model/sizes.js';
import { newUid, type GroupUid, type VolumeUid } from '../../src/model/ids.js';
import { decodeAnyMetadata, encodeMetadata } from '../../src/format/metadata/envelope.js';
import { Srl } from '../../src/storage-node/srl/srl.js';
import { systemDisk } from '../../src/storage-node/device/system-disk.js';
import { flipBit, lastNonZero, truncate } from '../support/damage.js';
import { ReplicaPair } from '../support/replica-pair.js';
import type { ReplicaNode } from '../support/replica-node.js';

const SIZE = 8 * MIB;

/** Where the records of a segment end. */
const endOf = (name: string): number => lastNonZero(name) + 1;

describe('damaged files of a group', () => {
  let pair: ReplicaPair;
  let file: (node: ReplicaNode, kind: 'group' | 'members' | 'map' | 'activity' | 'segment') => string;

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: SIZE });
    await pair.create();
    await pair.untilEquivalent();
    for (let i = 0; i < 20; i++) await pair.a.write(i * 100 * KIB, randomBytes(64 * KIB));
    await pair.expectEqual();
    file = (node, kind) => {
      const of = (folder: string) => path.join(node.folder, folder, pair.spec.groupUid);
      if (kind === 'group' || kind === 'members') return path.join(of('srl'), `${kind}.json`);
      if (kind === 'map') return path.join(of('dcm'), (node === pair.a ? pair.b : pair.a).uid, '0.map');
      if (kind === 'activity') return path.join(of('activity'), '0.activity');
      const names = readdirSync(of('srl')).filter((name) => name.endsWith('.segment'));
      return path.join(
        of('srl'),
        names.find((name) => readFileSync(path.join(of('srl'), name))[0] !== 0)!,
      );
    };
  });

  afterEach(() => pair.stop());

  const restart = async (node: ReplicaNode, hurt: () => void): Promise<void> => {
    await node.stop();
    hurt();
    await node.start();
  };
  const errorAt = (node: ReplicaNode) => node.replicas.states()[0]!.error;
  const resyncBytes = () => pair.a.replicas.states()[0]!.resyncBytes;
  const logged = (node: ReplicaNode, text: string) => node.log.filter((line) => line.includes(text));

  describe('C06: the record of a group', () => {
    it('closes a source to hosts, names the file, and gives the volume back when the session is deleted', async () => {
      const { a } = pair;
      const before = await a.image();
      await restart(a, () => flipBit(file(a, 'group'), 200));
      expect(errorAt(a)).toMatchObject({ code: 'FORMAT_CORRUPT', message: expect.stringContaining(file(a, 'group')) });
      expect(a.replicas.isReplicated(a.volumeUid)).toBe(true);
      expect(await a.write(0, randomBytes(512))).toBe('FORMAT_CORRUPT');
      // Told by the control plane, it stays what it is: nothing tells what its log and maps were worth.
      await a.replicas.put([pair.spec]);
      expect(a.replicas.states()[0]).toMatchObject({ status: 'Error', role: 'source', spec: { generation: 1 } });
      await expect(a.replicas.put([{ ...pair.spec, generation: 2, resumedGeneration: 2 }])).rejects.toMatchObject({
        code: 'FORMAT_CORRUPT',
      });
      await a.replicas.delete(pair.spec.uid);
      expect(await a.write(0, before.subarray(0, 512))).toBeNull();
      expect((await a.image()).equals(before)).toBe(true);
    });

    it.each([
      ['cut to nothing', (name: string) => truncate(name, 0)],
      [
        "being another group's",
        (name: string) => {
          const { body } = decodeAnyMetadata(readFileSync(name), name);
          writeFileSync(name, encodeMetadata('group', 3, { ...(body as object), groupUid: newUid<GroupUid>() }));
        },
      ],
    ])('of a destination, %s, is made anew once control plane and source have told', async (_how, hurt) => {
      const { a, b } = pair;
      await restart(b, () => hurt(file(b, 'group')));
      await pair.until('Halt', ({ isLinkUp }) => !isLinkUp);
      expect(b.replicas.states()[0]).toMatchObject({ status: 'Error', spec: { generation: 0 }, appliedGeneration: 0 });
      expect(errorAt(b)!.message).toContain(file(b, 'group'));
      expect(await b.write(0, randomBytes(512))).toBe('FORMAT_CORRUPT');
      await a.write(3 * MIB, randomBytes(4096));
      // The source alone is not believed: ends may have been exchanged.
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(b.replicas.states()[0]!.status).toBe('Error');
      await b.replicas.put([pair.spec]);
      await pair.untilEquivalent();
      await pair.expectEqual();
      expect(resyncBytes()).toBeGreaterThan(MIB);
    });

    it('stops the node from starting when its volumes cannot be told either', async () => {
      const { a } = pair;
      await a.stop();
      const kept = readFileSync(file(a, 'group'));
      flipBit(file(a, 'group'), 100);
      truncate(file(a, 'members'), 20);
      await expect(a.start()).rejects.toMatchObject({
        code: 'FORMAT_CORRUPT',
        message: expect.stringContaining('members.json'),
      });
      writeFileSync(file(a, 'group'), kept);
      await a.start();
      expect(logged(a, 'what tells the members of a group is written again')).toHaveLength(1);
      await pair.untilEquivalent();
    });

    it('of a later version is left alone', async () => {
      const { b } = pair;
      await b.stop();
      const kept = readFileSync(file(b, 'group'));
      writeFileSync(file(b, 'group'), encodeMetadata('group', 99, { groupUid: pair.spec.groupUid }));
      await expect(b.start()).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
      writeFileSync(file(b, 'group'), kept);
      await b.start();
      await pair.untilEquivalent();
    });
  });

  describe('C06: the log of a destination', () => {
    it.each([
      ['a header with a flipped bit', (name: string) => flipBit(name, 30)],
      ['a cut', (name: string) => truncate(name, 10_000)],
    ])('with %s is made anew when the source is there, and gets what came since the floor', async (_how, hurt) => {
      const { a, b } = pair;
      const before = resyncBytes();
      const name = file(b, 'segment');
      await a.stop();
      await b.stop();
      hurt(name);
      const damaged = readdirSync(path.dirname(name));
      await b.start();
      expect(errorAt(b)).toMatchObject({ code: 'SRL_CORRUPT' });
      expect(await b.write(0, randomBytes(512))).toBe('SRL_CORRUPT');
      // Nothing is destroyed while the source may be gone.
      expect(readdirSync(path.dirname(name))).toEqual(damaged);
      await a.start();
      await pair.untilEquivalent();
      await pair.expectEqual();
      // Its volumes were synced up to the floor: nothing came later.
      expect(resyncBytes()).toBe(before);
      await pair.until('Up_To_Date', ({ dataState }) => dataState === 'Up_To_Date', b);
    });

    it('of another group is refused by name', async () => {
      const { a, b } = pair;
      const groupUid = newUid<GroupUid>();
      const folder = path.join(b.folder, 'other');
      const other = await Srl.open({ disk: systemDisk, folder, groupUid, sizeBytes: 128 * MIB, floorLsn: 0 });
      await other.close();
      await a.stop();
      await restart(b, () => copyFileSync(path.join(folder, readdirSync(folder)[0]!), file(b, 'segment')));
      expect(errorAt(b)!.message).toContain(`${file(b, 'segment')}: belongs to the log of another group`);
      await a.start();
      await pair.untilEquivalent();
      await pair.expectEqual();
    });
  });

  describe('C06: the log of a source', () => {
    /** Kills the source with writes above its floor, hurts its log, and starts it. */
    const kill = async (hurt: (name: string) => void): Promise<Buffer> => {
      const { a } = pair;
      await raiseFloor();
      for (let i = 0; i < 10; i++) await a.write(i * 200 * KIB, randomBytes(100 * KIB));
      const image = await a.image();
      await a.kill();
      hurt(file(a, 'segment'));
      await a.start();
      return image;
    };
    /** What the destination got by regions is in no log of its own: so far back it cannot give anything. */
    const raiseFloor = async (): Promise<void> => {
      await restart(pair.a, () => undefined);
      await serving();
    };
    const serving = () => pair.until('serving', () => pair.a.hosted.accessRefusal === null);

    it.each([
      ['a flipped bit in its last record', (name: string) => flipBit(name, endOf(name) - 100)],
      ['a segment header with a flipped bit', (name: string) => flipBit(name, 30)],
      ['a cut', (name: string) => truncate(name, 200_000)],
    ])('with %s is mended from the destination, which holds the same', async (_how, hurt) => {
      const { a } = pair;
      const before = resyncBytes();
      const image = await kill(hurt);
      expect(a.hosted.accessRefusal).toBe('SRL_CORRUPT');
      await serving();
      expect((await a.image()).equals(image)).toBe(true);
      expect(logged(a, 'a damaged log was mended from the destination')).toHaveLength(1);
      await a.write(0, randomBytes(4096));
      await pair.untilEquivalent();
      await pair.expectEqual();
      expect(resyncBytes()).toBe(before);
      await pair.a.stop();
      await pair.a.start();
      await pair.untilEquivalent();
      await pair.expectEqual();
    });

    it('is in Error, named, and served to nobody while the destination lacks what is missing', async () => {
      const { a, b } = pair;
      await b.stop();
      await pair.until('Halt', ({ status }) => status === 'Halt');
      let position = 0;
      await kill((name) => flipBit(name, (position = endOf(name) - 100)));
      await b.start();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const { status, error } = a.replicas.states()[0]!;
      expect(status).toBe('Error');
      expect(error).toMatchObject({
        code: 'SRL_CORRUPT',
        message: expect.stringMatching(/\.segment, position \d+, LSN \d+/),
      });
      expect(position).toBeGreaterThan(0);
      expect(await a.write(0, randomBytes(512))).toBe('SRL_CORRUPT');
      expect(logged(a, 'a damaged log cannot be mended now')).toHaveLength(1);
      await a.replicas.delete(pair.spec.uid);
      expect(await a.write(0, randomBytes(512))).toBeNull();
    });

    it('waits for a destination that is away, and is mended when it comes', async () => {
      const { a, b } = pair;
      await raiseFloor();
      for (let i = 0; i < 10; i++) await a.write(i * 200 * KIB, randomBytes(100 * KIB));
      const image = await a.image();
      await b.stop();
      await a.kill();
      flipBit(file(a, 'segment'), endOf(file(a, 'segment')) - 100);
      await a.start();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      // However long it takes: alone it would serve without acknowledged writes.
      expect(a.hosted.accessRefusal).toBe('SRL_CORRUPT');
      await b.start();
      await serving();
      expect((await a.image()).equals(image)).toBe(true);
    });

    it('damaged below its floor where nothing can be read behind it is made anew, and a copy of regions follows', async () => {
      const { a } = pair;
      const before = resyncBytes();
      await raiseFloor();
      await restart(a, () => flipBit(file(a, 'segment'), 4096 + 10));
      await serving();
      await a.write(0, randomBytes(4096));
      await pair.untilEquivalent();
      await pair.expectEqual();
      expect(resyncBytes()).toBeLessThanOrEqual(before + SIZE);
    });

    it('damaged below its floor costs a lagging destination no more than a copy of regions', async () => {
      const { a, b } = pair;
      const before = resyncBytes();
      await b.stop();
      await pair.until('Halt', ({ status }) => status === 'Halt');
      await a.write(3 * MIB, randomBytes(300 * KIB));
      await a.write(4 * MIB, randomBytes(300 * KIB));
      // Its floor is raised by a stop in order.
      await restart(a, () => flipBit(file(a, 'segment'), endOf(file(a, 'segment')) - 1000));
      await serving();
      await b.start();
      const { statistics } = await pair.untilEquivalent();
      await pair.expectEqual();
      expect(logged(a, 'the log is damaged: going on by regions').length).toBeGreaterThan(0);
      expect(statistics.checksumErrors).toBeGreaterThan(0);
      expect(resyncBytes() - before).toBeLessThanOrEqual(2 * MIB);
    });
  });

  describe('C06: change maps and activity logs', () => {
    it.each(['map', 'activity'] as const)('a damaged %s of a destination costs nothing', async (kind) => {
      const { b } = pair;
      const before = resyncBytes();
      await restart(b, () => flipBit(file(b, kind), readFileSync(file(b, kind)).length - 100));
      await pair.untilEquivalent();
      await pair.expectEqual();
      expect(logged(b, file(b, kind))).toHaveLength(1);
      expect(resyncBytes()).toBe(before);
    });

    it.each(['map', 'activity'] as const)(
      'a damaged %s of a source is made anew, and the session goes on',
      async (kind) => {
        const { a } = pair;
        await restart(a, () => truncate(file(a, kind), 3000));
        await pair.untilEquivalent();
        await a.write(5 * MIB, randomBytes(4096));
        await pair.expectEqual();
        expect(logged(a, file(a, kind))).toHaveLength(1);
      },
    );

    it('a damaged activity log counts as all extents after a loss of power, and all is copied', async () => {
      const { a } = pair;
      const before = resyncBytes();
      await restart(a, () => {
        flipBit(file(a, 'activity'), 60);
        flipBit(file(a, 'activity'), 8192 + 60);
        a.noteLostPower();
      });
      await pair.until('copied', ({ resyncBytes: now }) => now - before >= MIB);
      if (a.hosted.isHeld) await a.hosted.release();
      await pair.untilEquivalent();
      await pair.expectEqual();
    });

    it('a damaged map with marks loses none of them: everything is copied', async () => {
      const { a, b } = pair;
      await pair.suspend();
      await a.write(5 * MIB, randomBytes(4096));
      await b.write(6 * MIB, randomBytes(4096));
      await restart(a, () => flipBit(file(a, 'map'), 4096 + 10));
      await restart(b, () => flipBit(file(b, 'map'), 4096 + 12));
      expect(await b.write(7 * MIB, randomBytes(4096))).toBeNull();
      await pair.resume();
      await pair.untilEquivalent();
      await pair.expectEqual();
    });

    it('one of another volume is not taken', async () => {
      const { a } = pair;
      const of = (node: ReplicaNode) => file(node, 'map');
      await pair.suspend();
      await a.write(5 * MIB, randomBytes(4096));
      await restart(a, () => copyFileSync(of(pair.b), of(a)));
      expect(logged(a, `is of volume ${pair.b.volumeUid as VolumeUid}`)).toHaveLength(1);
      await pair.resume();
      await pair.untilEquivalent();
      await pair.expectEqual();
    });
  });
});
