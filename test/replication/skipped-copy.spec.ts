import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { TRANSFER_MODES, type TransferMode } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaGroup } from '../support/replica-group.js';
import { ReplicaPair } from '../support/replica-pair.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';

const SIZE = 4 * MIB;
const REGION = 64 * KIB;
/** A region in which the volumes differed from the beginning, and that no host writes. */
const ODD = SIZE - REGION;

let pair: ReplicaPair;
let base: Buffer;

async function start(transferMode: TransferMode): Promise<void> {
  pair = await ReplicaPair.start({ sizeBytes: SIZE, settings: { transferMode, initialCopy: 'Skip' } });
  base = randomBytes(SIZE);
  for (const node of [pair.a, pair.b]) expect(await node.write(0, base)).toBeNull();
}

/** A source that starts serves hosts once its destination has answered. */
async function untilHostsAreServed(): Promise<void> {
  while ((await pair.a.write(0, randomBytes(512))) !== null) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Waits until the destination holds what the source holds, but for the region that differed. */
async function untilEqualElsewhere(odd: Buffer): Promise<void> {
  for (const deadline = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const [ours, theirs] = [await pair.a.image(), await pair.b.image()];
    expect(theirs.subarray(ODD).equals(odd)).toBe(true);
    if (ours.subarray(0, ODD).equals(theirs.subarray(0, ODD))) return;
    if (Date.now() > deadline) throw new Error('the volumes differ');
  }
}

describe.each(TRANSFER_MODES)('a %s session whose initial copy is skipped', (mode) => {
  beforeEach(() => start(mode));
  afterEach(() => pair.stop());

  it('C27: sends no payload and is Equivalent; what is written from then on arrives', async () => {
    await pair.create();
    expect(await pair.untilEquivalent()).toMatchObject({
      resyncBytes: 0,
      transferredBytes: 0,
      uncopiedBytes: 0,
      dataState: mode === 'Synchronous' ? 'Up_To_Date' : 'Consistent',
    });
    expect((await pair.b.image()).equals(base)).toBe(true);
    for (let i = 0; i < 20; i++) expect(await pair.a.write(i * 100 * KIB, randomBytes(4 * KIB))).toBeNull();
    await pair.expectEqual();
    await pair.untilEquivalent();
  });

  it('C27: leaves different what differed, also after a suspend and a resume, which send changes alone', async () => {
    const odd = randomBytes(REGION);
    expect(await pair.b.write(ODD, odd)).toBeNull();
    await pair.create();
    await pair.untilEquivalent();
    await pair.suspend();
    expect(await pair.a.write(0, randomBytes(REGION))).toBeNull();
    expect(await pair.b.write(REGION, randomBytes(REGION))).toBeNull();
    await pair.resume();
    const { resyncBytes } = await pair.untilEquivalent();
    await untilEqualElsewhere(odd);
    expect(resyncBytes).toBe(2 * REGION);
  });

  it('C27: loses no write that is made while it is being established', async () => {
    const odd = randomBytes(REGION);
    expect(await pair.b.write(ODD, odd)).toBeNull();
    await pair.b.replicas.put([pair.spec]);
    pair.linkToB.refuse();
    await pair.a.replicas.put([pair.spec]);
    for (let i = 0; i < 8; i++) expect(await pair.a.write(i * 3 * REGION, randomBytes(512))).toBeNull();
    pair.linkToB.accept();
    await pair.untilEquivalent();
    await untilEqualElsewhere(odd);
  });
});

it('C27: writes made since arrive, whichever end dies while it is being established, and nothing else is copied', async () => {
  const random = new SeededRandom(announceSeed('skipped copy'));
  for (const mode of TRANSFER_MODES) {
    await start(mode);
    try {
      const odd = randomBytes(REGION);
      expect(await pair.b.write(ODD, odd)).toBeNull();
      await pair.create();
      for (let kills = 0; kills < 3; kills++) {
        const victim = random.isOneIn(2) ? pair.a : pair.b;
        const writes = Array.from({ length: 1 + random.below(6) }, () =>
          pair.a.write(random.below(ODD / REGION) * REGION, randomBytes(512)),
        );
        for (let turns = random.below(60); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        if (victim === pair.b) expect(await Promise.all(writes)).toEqual(writes.map(() => null));
        await victim.kill();
        await victim.start();
        await untilHostsAreServed();
      }
      await pair.untilEquivalent();
      await untilEqualElsewhere(odd);
      expect((await pair.untilEquivalent()).resyncBytes).toBeLessThan(SIZE);
    } finally {
      await pair.stop();
    }
  }
});

it('C27: is skipped to a second destination of a live group; a volume that joins it later is copied', async () => {
  const group = await ReplicaGroup.start({ sizeBytes: SIZE, volumeCount: 2, destinationCount: 2 });
  try {
    const image = randomBytes(SIZE);
    for (const node of [group.source, ...group.destinations]) expect(await node.write(0, image)).toBeNull();
    await group.create(0, { transferMode: 'Consistency' }, 1);
    await group.untilEquivalent(0);
    await group.create(1, { transferMode: 'Synchronous', initialCopy: 'Skip' }, 1);
    await group.untilEquivalent(1);
    expect(group.states(1)[0]!.resyncBytes).toBe(0);
    expect(await group.source.write(REGION, randomBytes(4 * KIB))).toBeNull();
    expect(await group.source.volumes[1]!.write(0, randomBytes(SIZE))).toBeNull();
    await group.join(1);
    await group.untilEquivalent(1);
    await group.untilEquivalent(0);
    await group.expectEqual(1);
    await group.expectEqual(0);
    expect(group.states(1)[0]!.resyncBytes).toBeGreaterThanOrEqual(SIZE);
  } finally {
    await group.stop();
  }
});
