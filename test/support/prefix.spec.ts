/** Who judges the judge: what the oracle says of images whose history is known is compared with a search through every prefix. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataAcknowledged, GroupSpace } from './group-space.js';
import { CELL_BYTES, VolumeModel, type ModelWrite } from './volume-model.js';

const SPANS = [
  { offset: 7 * CELL_BYTES, length: 4 * CELL_BYTES },
  { offset: 0, length: 3 * CELL_BYTES },
  { offset: CELL_BYTES, length: 3 * CELL_BYTES },
];
const space = new GroupSpace(SPANS);

interface Drawn {
  readonly volume: number;
  readonly cell: number;
  readonly cells: number;
  readonly isZero: boolean;
}

const aWrite = fc
  .record({
    volume: fc.nat(SPANS.length - 1),
    cell: fc.nat(3),
    cells: fc.integer({ min: 1, max: 3 }),
    isZero: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  })
  .map(({ volume, cell, cells, isZero }): Drawn => {
    const count = SPANS[volume]!.length / CELL_BYTES;
    const first = cell % count;
    return { volume, cell: first, cells: Math.min(cells, count - first), isZero };
  });
const someWrites = fc.array(aWrite, { minLength: 1, maxLength: 12 });

/** All submitted at once, so that only their places in the log order them. */
function history(drawn: readonly Drawn[], first = 1): { model: VolumeModel; writes: ModelWrite[] } {
  const model = new VolumeModel(space.sizeBytes, 9);
  const writes = drawn.map(({ volume, cell, cells, isZero }) =>
    model.begin(space.starts[volume]! + cell * CELL_BYTES, cells * CELL_BYTES, isZero),
  );
  writes.forEach((write, index) => model.place(write, first + index));
  return { model, writes };
}

function apply(model: VolumeModel, image: Buffer, write: ModelWrite, from = 0, to = write.length): void {
  const bytes = write.isZero ? Buffer.alloc(write.length) : model.payload(write);
  bytes.copy(image, write.offset + from, from, to);
}

function prefixes(model: VolumeModel, writes: readonly ModelWrite[]): Buffer[] {
  const images = [Buffer.alloc(space.sizeBytes)];
  for (const write of writes) {
    const image = Buffer.from(images.at(-1)!);
    apply(model, image, write);
    images.push(image);
  }
  return images;
}

describe('the prefix oracle over several volumes', () => {
  it('C01: accepts every prefix of the log, and of all other images none', () => {
    fc.assert(
      fc.property(someWrites, fc.infiniteStream(fc.nat(99)), (drawn, chance) => {
        const { model, writes } = history(drawn);
        const all = prefixes(model, writes);
        for (const image of all) expect(model.checkPrefix(image)).toBeNull();
        // Some writes left out, put in the wrong order, or torn.
        const image = Buffer.alloc(space.sizeBytes);
        const next = (): number => chance.next().value!;
        const order = [...writes].sort((a, b) => (next() < 20 ? b.number - a.number : a.number - b.number));
        for (const write of order) {
          if (next() < 25) continue;
          const isTorn = next() < 10;
          apply(model, image, write, 0, isTorn ? CELL_BYTES : write.length);
        }
        expect(model.checkPrefix(image) === null).toBe(all.some((each) => each.equals(image)));
      }),
      { numRuns: 600 },
    );
  });

  it('C01: tells a prefix of one volume beside a longer one of another', () => {
    const { model, writes } = history([
      { volume: 0, cell: 0, cells: 1, isZero: false },
      { volume: 1, cell: 0, cells: 1, isZero: false },
      { volume: 2, cell: 0, cells: 1, isZero: false },
    ]);
    const image = Buffer.alloc(space.sizeBytes);
    apply(model, image, writes[0]!);
    apply(model, image, writes[2]!);
    expect(model.checkPrefix(image)).toMatchObject({ offset: space.starts[1] });
  });

  it('C01: knows an order that only the answers tell: what was acknowledged before another was asked for', () => {
    const model = new VolumeModel(space.sizeBytes, 9);
    const image = Buffer.alloc(space.sizeBytes);
    const first = model.begin(0, CELL_BYTES);
    const beside = model.begin(space.starts[1]!, CELL_BYTES);
    model.acknowledge(first);
    const second = model.begin(space.starts[2]!, CELL_BYTES);
    apply(model, image, second);
    expect(model.checkPrefix(image)).toMatchObject({ offset: 0 });
    apply(model, image, first);
    expect(model.checkPrefix(image)).toBeNull();
    apply(model, image, beside);
    expect(model.checkPrefix(image)).toBeNull();
  });

  it('C01: wants at least what the source had the data ack of', () => {
    const { model, writes } = history(
      [0, 1, 2, 0].map((volume) => ({ volume, cell: 0, cells: 1, isZero: false })),
      101,
    );
    const all = prefixes(model, writes);
    const bound = new DataAcknowledged(model);
    writes.slice(0, 2).forEach((write) => model.acknowledge(write));
    bound.heard(102, 100);
    expect(bound.atLeast).toBe(-1);
    writes.slice(2).forEach((write) => model.acknowledge(write));
    bound.heard(104, 102);
    const accepted = all.filter((image) => model.checkPrefix(image, bound.atLeast) === null);
    expect(accepted).toEqual(all.slice(2));
    bound.heard(104, 104);
    expect(all.filter((image) => model.checkPrefix(image, bound.atLeast) === null)).toEqual(all.slice(4));
  });

  it('passes over a volume that is not looked at', () => {
    const { model, writes } = history([0, 1, 2].map((volume) => ({ volume, cell: 0, cells: 1, isZero: false })));
    const image = Buffer.alloc(space.sizeBytes);
    apply(model, image, writes[0]!);
    apply(model, image, writes[2]!);
    const isWithout = (volume: number) => (offset: number) => space.placeOf(offset).volume !== volume;
    expect(model.checkPrefix(image, -1, isWithout(1))).toBeNull();
    expect(model.checkPrefix(image, -1, isWithout(0))).toMatchObject({ offset: space.starts[1] });
  });

  it('takes positions that were given anew after a loss for what they are', () => {
    const { model, writes } = history([0, 1].map((volume) => ({ volume, cell: 0, cells: 1, isZero: false })));
    const image = Buffer.alloc(space.sizeBytes);
    apply(model, image, writes[0]!);
    for (const write of writes) model.fail(write);
    model.adopt(image);
    const again = model.begin(space.starts[2]!, CELL_BYTES);
    model.place(again, 2);
    apply(model, image, again);
    expect(model.checkPrefix(image)).toBeNull();
    apply(model, image, writes[1]!);
    expect(model.checkPrefix(image)).toMatchObject({ offset: space.starts[1] });
  });

  it('puts the volumes of a group end to end, of each the part that is known', () => {
    expect(space.placeOf(0)).toEqual({ volume: 0, offset: 7 * CELL_BYTES });
    expect(space.placeOf(4 * CELL_BYTES)).toEqual({ volume: 1, offset: 0 });
    expect(space.placeOf(8 * CELL_BYTES)).toEqual({ volume: 2, offset: 2 * CELL_BYTES });
    const image = space.image((volume, offset, into) => into.fill(volume + offset / CELL_BYTES));
    expect([image[0], image[4 * CELL_BYTES], image[7 * CELL_BYTES]]).toEqual([7, 1, 3]);
  });
});
