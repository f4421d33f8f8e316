import { describe } from '@jest/globals';
import { destroySource, killEitherNode } from '../support/kill-scenario.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';

describe('kill -9 of either node under load', () => {
  itWithPair('C55: loses no acknowledged write, and the pair converges by itself', {}, async (pair) => {
    const model = await killEitherNode(pair, 6, announceSeed('kill-either-node'));
    await destroySource(pair, model);
  });
});
