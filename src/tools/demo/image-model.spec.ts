import { describe, expect, it } from '@jest/globals';
import { BLOCK_BYTES, ImageModel } from './image-model.js';

const old = Buffer.alloc(BLOCK_BYTES, 1);
const fresh = Buffer.alloc(BLOCK_BYTES, 2);

describe('what a host knows about its disk', () => {
  it('finds a block that lacks its acknowledged write', () => {
    const model = new ImageModel(4 * BLOCK_BYTES);
    model.acknowledged(BLOCK_BYTES, old);
    expect(model.compare(0, Buffer.alloc(4 * BLOCK_BYTES)).wrongBlocks).toEqual([1]);
  });

  it('takes either content after a write without an answer, and holds on to the one found', () => {
    const model = new ImageModel(BLOCK_BYTES);
    model.acknowledged(0, old);
    model.unanswered(0, fresh);
    expect(model.compare(0, fresh)).toEqual({ rightBlocks: 1, wrongBlocks: [], unsureBlocks: 1 });
    expect(model.compare(0, old).wrongBlocks).toEqual([0]);
  });

  it('allows no third content', () => {
    const model = new ImageModel(BLOCK_BYTES);
    model.unanswered(0, fresh);
    expect(model.compare(0, old).wrongBlocks).toEqual([0]);
  });

  it('changes its checksum with every content, and only with it', () => {
    const [one, other] = [new ImageModel(2 * BLOCK_BYTES), new ImageModel(2 * BLOCK_BYTES)];
    one.acknowledged(0, old);
    expect(one.checksum).not.toBe(other.checksum);
    other.acknowledged(0, fresh);
    other.acknowledged(0, old);
    expect(one.checksum).toBe(other.checksum);
  });
});
