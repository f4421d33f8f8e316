import { beforeEach, describe, expect, it } from '@jest/globals';
import { CELL_BYTES, VolumeModel, type ModelWrite } from './volume-model.js';

describe('the oracle of a volume', () => {
  let model: VolumeModel;
  let image: Buffer;

  beforeEach(() => {
    model = new VolumeModel(16 * CELL_BYTES, 7);
    image = Buffer.alloc(16 * CELL_BYTES);
  });

  const begin = (cell: number, cells: number, isZero = false) =>
    model.begin(cell * CELL_BYTES, cells * CELL_BYTES, isZero);
  const acknowledged = (cell: number, cells: number, isZero = false) => {
    const write = begin(cell, cells, isZero);
    model.acknowledge(write);
    return write;
  };
  /** Applies a write to the image, or only some of its cells. */
  const apply = (write: ModelWrite, from = 0, cells = write.length / CELL_BYTES - from) => {
    const bytes = write.isZero ? Buffer.alloc(write.length) : model.payload(write);
    bytes.copy(image, write.offset + from * CELL_BYTES, from * CELL_BYTES, (from + cells) * CELL_BYTES);
  };

  it('accepts the last acknowledged writes and nothing older', () => {
    const first = acknowledged(0, 4);
    const second = acknowledged(2, 4);
    apply(first);
    expect(model.check(image)).toMatchObject({ offset: 2 * CELL_BYTES });
    apply(second);
    expect(model.check(image)).toBeNull();
    apply(first, 2, 1);
    expect(model.check(image)?.text).toContain('holds write 1 (acknowledged');
  });

  it('finds an acknowledged write that is missing', () => {
    acknowledged(5, 1);
    expect(model.check(image)).toMatchObject({ offset: 5 * CELL_BYTES });
  });

  it('accepts either of two writes that were in flight together, cell by cell', () => {
    const a = begin(0, 2);
    const b = begin(0, 2);
    model.acknowledge(a);
    model.acknowledge(b);
    apply(a);
    apply(b, 1);
    expect(model.check(image)).toBeNull();
  });

  it('accepts a failed write there or not, until a later acknowledged one replaced it', () => {
    const failed = begin(3, 1);
    model.fail(failed);
    expect(model.check(image)).toBeNull();
    apply(failed);
    expect(model.check(image)).toBeNull();
    const later = acknowledged(3, 1);
    expect(model.check(image)?.text).toContain('holds write 1 (failed');
    apply(later);
    expect(model.check(image)).toBeNull();
  });

  it('takes zeros for any zeroing that may stand, and for the blank volume only where nothing replaced it', () => {
    const write = acknowledged(0, 2);
    apply(write);
    const zeroing = begin(1, 1, true);
    expect(model.check(image)).toBeNull();
    apply(zeroing);
    expect(model.check(image)).toBeNull();
    model.acknowledge(zeroing);
    expect(model.check(image)).toBeNull();
    apply(write);
    expect(model.check(image)).toMatchObject({ offset: CELL_BYTES });
  });

  it('after a loss of power, wants what a flush that began later or FUA made durable, and no more', () => {
    const early = acknowledged(0, 1);
    const flush = model.beginFlush();
    const meanwhile = acknowledged(1, 1);
    model.endFlush(flush);
    const fua = begin(2, 1);
    model.acknowledge(fua, true);
    expect(model.checkFlushed(image)).toMatchObject({ offset: 0 });
    apply(early);
    expect(model.checkFlushed(image)).toMatchObject({ offset: 2 * CELL_BYTES });
    apply(fua);
    expect(model.checkFlushed(image)).toBeNull();
    expect(model.check(image)).toMatchObject({ offset: CELL_BYTES });
    model.losePower();
    expect(model.check(image)).toBeNull();
    apply(meanwhile);
    expect(model.check(image)).toBeNull();
  });

  it('finds bytes that nobody wrote, and a write in the wrong place', () => {
    const write = acknowledged(0, 1);
    apply(write);
    image[100]! ^= 1;
    expect(model.check(image)?.text).toContain('no write put there');
    image[100]! ^= 1;
    model.payload(write).copy(image, CELL_BYTES);
    expect(model.check(image)).toMatchObject({ offset: CELL_BYTES });
  });

  it('accepts every prefix of writes made one after another, and no gap', () => {
    const writes = [acknowledged(0, 2), acknowledged(4, 2), acknowledged(1, 2), acknowledged(8, 1)];
    expect(model.checkPrefix(image)).toBeNull();
    for (const write of writes) {
      apply(write);
      expect(model.checkPrefix(image)).toBeNull();
    }
    image.fill(0, 4 * CELL_BYTES, 6 * CELL_BYTES);
    expect(model.checkPrefix(image)).toMatchObject({ offset: 4 * CELL_BYTES });
  });

  it('refuses a write that is there in part as a prefix', () => {
    const write = acknowledged(0, 4);
    apply(write, 0, 2);
    expect(model.checkPrefix(image)).toMatchObject({ offset: 2 * CELL_BYTES });
  });

  it('accepts writes that were in flight together in any order as a prefix', () => {
    const [a, b, c] = [begin(0, 1), begin(1, 1), begin(2, 1)];
    apply(c);
    expect(model.checkPrefix(image)).toBeNull();
    model.acknowledge(a);
    model.acknowledge(b);
    apply(acknowledged(5, 1));
    expect(model.checkPrefix(image)).toMatchObject({ offset: 0 });
  });

  it('takes what is found after a loss for the truth: what is not shown must not come back', () => {
    const first = acknowledged(0, 4);
    const second = acknowledged(2, 4);
    apply(first);
    apply(second, 2, 2);
    model.adopt(image);
    expect(model.check(image)).toBeNull();
    apply(second);
    expect(model.check(image)).toMatchObject({ offset: 2 * CELL_BYTES });
    apply(first);
    apply(second, 2, 2);
    const third = acknowledged(0, 1);
    apply(third);
    expect([model.check(image), model.checkPrefix(image)]).toEqual([null, null]);
    apply(second, 0, 1);
    expect(model.checkPrefix(image)).toMatchObject({ offset: 2 * CELL_BYTES });
  });

  it('takes for read whatever was there between the question and the answer', () => {
    const before = acknowledged(0, 1);
    const judge = model.beginRead(0);
    const meanwhile = acknowledged(0, 1);
    expect(judge(model.payload(before))).toBeNull();
    expect(judge(model.payload(meanwhile))).toBeNull();
    expect(judge(Buffer.alloc(CELL_BYTES))).toMatchObject({ offset: 0 });
    expect(model.beginRead(0)(model.payload(before))).toMatchObject({ offset: 0 });
  });
});
