import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { KIB, MIB } from '../../src/model/sizes.js';
import { ReplicaPair } from '../support/replica-pair.js';

describe('C76: a destination taken over alone while its source went on', () => {
  let pair: ReplicaPair;
  const ours = randomBytes(4 * KIB);
  const theirs = randomBytes(4 * KIB);

  beforeEach(async () => {
    pair = await ReplicaPair.start({ sizeBytes: 4 * MIB });
    const { a, b, linkToB } = pair;
    await pair.create();
    await pair.untilEquivalent();
    linkToB.refuse();
    linkToB.cut();
    expect(await a.write(MIB, ours)).toBeNull();
    await pair.suspendAlone();
    expect(await b.write(2 * MIB, theirs)).toBeNull();
    expect(await a.write(3 * MIB, ours)).toBeNull();
  });

  afterEach(() => pair.stop());

  it('is a split brain, and nothing moves until one is named the winner', async () => {
    const { a, b, linkToB } = pair;
    const before = [await a.image(), await b.image()];
    linkToB.accept();
    await pair.until('split brain', ({ spec, error }) => {
      return spec.generation === pair.spec.generation && error?.code === 'SESSION_SPLIT_BRAIN';
    });
    expect(await a.write(0, ours)).toBe('ACCESS_FENCED');
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([await a.image(), await b.image()].map((image, end) => image.equals(before[end]!))).toEqual([true, true]);
    // Hosts of the survivor notice nothing.
    expect(await b.write(2 * MIB, theirs)).toBeNull();
  });

  it('is overwritten when the source is named', async () => {
    const { a, linkToB } = pair;
    linkToB.accept();
    await pair.until('split brain', ({ error }) => error?.code === 'SESSION_SPLIT_BRAIN');
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
    expect(await a.read(MIB, ours.length)).toEqual(ours);
    expect(await a.read(2 * MIB, theirs.length)).toEqual(Buffer.alloc(theirs.length));
  });

  it('is the source when it is named', async () => {
    const { a, b, linkToB } = pair;
    linkToB.accept();
    await pair.until('split brain', ({ error }) => error?.code === 'SESSION_SPLIT_BRAIN');
    await pair.reverse();
    await pair.resume();
    await pair.untilEquivalent();
    await pair.expectEqual();
    expect((await a.image()).subarray(2 * MIB, 2 * MIB + theirs.length)).toEqual(theirs);
    expect(await b.read(3 * MIB, ours.length)).toEqual(Buffer.alloc(ours.length));
  });
});
