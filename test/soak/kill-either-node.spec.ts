import { describe } from '@jest/globals';
import { destroySource, killEitherNode } from '../support/kill-scenario.js';
import { itWithPair } from '../support/node-pair.js';

const HOUR_MS = 60 * 60 * 1000;

describe('kill -9 of either node under load, at length', () => {
  const kills = Number(process.env['EVENKEEL_KILLS'] ?? 100);

  itWithPair(
    `C55: ${kills} kills in a row lose no acknowledged write`,
    {},
    async (pair) => {
      const model = await killEitherNode(pair, kills);
      await destroySource(pair, model);
    },
    HOUR_MS,
  );
});
