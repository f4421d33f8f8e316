import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { SessionSettings, TransferMode } from '../../src/model/session.js';
import { TRANSFER_MODES } from '../../src/model/session.js';
import { KIB, MIB } from '../../src/model/sizes.js';
import { CopyFleet } from '../support/copy-fleet.js';
import { announceSeed, SeededRandom } from '../support/seeded-random.js';

const SIZE = 4 * MIB;
/** A copy that lasts as long as the test wants: at a megabit a second it takes half a minute. */
const SLOW: Partial<SessionSettings> = { bandwidthLimitMbps: 1 };

let fleet: CopyFleet;
afterEach(() => fleet.stop());

async function start(count: number, limit: number): Promise<void> {
  fleet = await CopyFleet.start({ sizeBytes: SIZE, count, limit });
  for (const volume of fleet.a.volumes) await volume.write(0, randomBytes(SIZE));
}

function sentBy(index: number): number {
  return fleet.state(index)!.statistics.blocksSent;
}

/** Lets a slow copy end. */
function hurry(index: number): Promise<void> {
  const { settings } = fleet.specs[index]!;
  return fleet.put(index, { settings: { ...settings, bandwidthLimitMbps: 0 } });
}

describe.each<TransferMode>(['Synchronous', 'Stack'])('with more %s copies than the node may make at once', (mode) => {
  it('C58: those beyond the limit wait as Reserved and send nothing; hosts go on; each begins when one has ended', async () => {
    await start(4, 2);
    for (const index of [0, 1, 2, 3]) await fleet.create(index, { transferMode: mode, ...SLOW });
    const waiting = ['Active/Copying', 'Active/Copying', 'Reserved/Copying', 'Reserved/Copying'];
    await fleet.until('waiting', () => fleet.shown().join() === waiting.join() && sentBy(0) > 0 && sentBy(1) > 0);
    const modeNow = mode === 'Stack' ? 'Stack' : 'Through';
    expect([sentBy(2), sentBy(3), fleet.state(3)!.effectiveMode]).toEqual([0, 0, modeNow]);
    for (const volume of fleet.a.volumes) expect(await volume.write(KIB, randomBytes(4 * KIB))).toBeNull();
    // Who waits does not come in while the others still copy.
    expect(fleet.shown()).toEqual(waiting);
    await hurry(0);
    await fleet.until('the third begun', () => sentBy(2) > 0);
    for (const index of [1, 2, 3]) await hurry(index);
    await fleet.untilEquivalent(0, 1, 2, 3);
    await fleet.untilEqual(0, 1, 2, 3);
  });
});

it('C58: the limit changes live: raised, who waits begins; lowered, who copies goes on', async () => {
  await start(3, 1);
  for (const index of [0, 1, 2]) await fleet.create(index, SLOW);
  await fleet.until('one copying', () => sentBy(0) > 0 && fleet.shown()[2] === 'Reserved/Copying');
  fleet.a.copySlots.limit = 2;
  await fleet.until('two copying', () => sentBy(1) > 0);
  expect(fleet.shown()[2]).toBe('Reserved/Copying');
  fleet.a.copySlots.limit = 1;
  expect(fleet.shown()).toEqual(['Active/Copying', 'Active/Copying', 'Reserved/Copying']);
  await hurry(0);
  await fleet.untilEquivalent(0);
  expect(fleet.shown().slice(1)).toEqual(['Active/Copying', 'Reserved/Copying']);
});

it('C58: one that waits can be deleted, suspended, changed and lost; it leaves the queue and holds up nobody', async () => {
  await start(5, 1);
  for (const index of [0, 1, 2, 3, 4]) await fleet.create(index, SLOW);
  const isReserved = (index: number): boolean => fleet.shown()[index] === 'Reserved/Copying';
  await fleet.until('four waiting', () => sentBy(0) > 0 && [1, 2, 3, 4].every(isReserved));
  await fleet.a.replicas.delete(fleet.specs[1]!.uid);
  await fleet.put(2, { run: 'Suspend', isForced: true });
  const { settings } = fleet.specs[3]!;
  await fleet.put(3, { settings: { ...settings, transferMode: 'Stack', bandwidthLimitMbps: 0 } });
  await fleet.until('waiting again', () => isReserved(3));
  expect(fleet.shown()).toEqual(['Active/Copying', 'gone', 'Suspend/Copying', 'Reserved/Copying', 'Reserved/Copying']);
  await hurry(0);
  await hurry(4);
  await fleet.untilEquivalent(0, 3, 4);
  await fleet.put(2, { run: 'Active', isForced: false, resumedGeneration: 3 });
  await hurry(2);
  await fleet.untilEquivalent(2);
  await fleet.untilEqual(0, 2, 3, 4);
});

it('C58: a lost link ends the waiting as Halt; then the copies go on within the limit', async () => {
  await start(3, 1);
  for (const index of [0, 1, 2]) await fleet.create(index, SLOW);
  await fleet.until('two waiting', () => sentBy(0) > 0 && fleet.shown()[2] === 'Reserved/Copying');
  fleet.link.refuse();
  fleet.link.cut();
  await fleet.until('halted', () => fleet.shown().every((state) => state === 'Halt/Copying'));
  expect(fleet.a.copySlots.volumesHeld).toBe(0);
  fleet.link.accept();
  for (const index of [0, 1, 2]) await hurry(index);
  await fleet.untilEquivalent(0, 1, 2);
  await fleet.untilEqual(0, 1, 2);
});

it('C58: a resync waits like an initial copy', async () => {
  await start(2, 1);
  await fleet.create(0);
  await fleet.untilEquivalent(0);
  await fleet.create(1, SLOW);
  await fleet.until('the second copying', () => sentBy(1) > 0);
  await fleet.put(0, { run: 'Suspend' });
  expect(await fleet.a.volumes[0]!.write(0, randomBytes(64 * KIB))).toBeNull();
  await fleet.put(0, { run: 'Active', resumedGeneration: 3 });
  await fleet.until('the first waiting', () => fleet.shown()[0] === 'Reserved/Copying');
  // Until it begins, the destination keeps its point in time.
  expect(fleet.state(0, fleet.b)!.dataState).toBe('Consistent');
  await hurry(1);
  await fleet.untilEquivalent(0, 1);
  await fleet.untilEqual(0, 1);
});

it('C58: whatever the modes, host writes and losses of the link: never more than the limit, and all finish identical', async () => {
  const random = new SeededRandom(announceSeed('copy slots'));
  await start(5, 2);
  const { copySlots } = fleet.a;
  const held: number[] = [];
  const take = copySlots.take.bind(copySlots);
  copySlots.take = (volumes) => {
    const slot = take(volumes);
    void slot.settled.then(() => held.push(copySlots.volumesHeld));
    return slot;
  };
  const all = [0, 1, 2, 3, 4];
  for (const index of all) {
    const transferMode = TRANSFER_MODES[random.below(TRANSFER_MODES.length)]!;
    await fleet.create(index, { transferMode, bandwidthLimitMbps: 100 });
    const data = randomBytes(random.below(64 * KIB) + 1);
    expect(await fleet.a.volumes[index]!.write(random.below(SIZE - data.length), data)).toBeNull();
  }
  for (let cuts = 0; cuts < 3; cuts++) {
    const before = held.length;
    // However it turns out: another one has begun, or there is none left to begin.
    await fleet.until('further', () => held.length > before || fleet.shown().every((state) => !/Copying/.test(state)));
    expect(await fleet.a.volumes[random.below(5)]!.write(0, randomBytes(4 * KIB))).toBeNull();
    fleet.link.cut();
  }
  await fleet.untilEquivalent(...all);
  await fleet.untilEqual(...all);
  expect(held.length).toBeGreaterThanOrEqual(5);
  expect(Math.max(...held)).toBeLessThanOrEqual(2);
  await fleet.until('all slots free', () => copySlots.volumesHeld === 0);
});
