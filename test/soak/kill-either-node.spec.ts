import { describe } from '@jest/globals';
import { destroySource, killEitherNode } from '../support/kill-scenario.js';
import { itWithPair } from '../support/node-pair.js';
import { soakInARow } from '../support/soak.js';

const HOURS_MS = 8 * 60 * 60 * 1000;

describe('kill -9 of either node under load, at length', () => {
  itWithPair(
    'C55: a hundred kills in a row lose no acknowledged write',
    {},
    (pair) =>
      soakInARow('kills of real nodes', 100, async (seed, kills) => {
        const model = await killEitherNode(pair, kills, seed);
        await destroySource(pair, model);
      }),
    HOURS_MS,
  );
});
