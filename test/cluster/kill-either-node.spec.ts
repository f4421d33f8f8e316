import { describe } from '@jest/globals';
import { KillScenario } from '../support/kill-scenario.js';
import { itWithPair } from '../support/node-pair.js';
import { announceSeed } from '../support/seeded-random.js';

describe('kill -9 of either node under load', () => {
  itWithPair('C55: loses no acknowledged write, and the pair converges by itself', {}, async (pair) => {
    const scenario = new KillScenario(pair, announceSeed('kill-either-node'));
    await scenario.killEitherNode(4);
    await scenario.destroySource();
  });

  itWithPair(
    'C01: C55: a group of two volumes, Consistency: the destination takes over with a prefix that has every data ack',
    { volumes: 2, settings: { transferMode: 'Consistency' } },
    async (pair) => {
      const scenario = new KillScenario(pair, announceSeed('kill-either-node-of-a-group'));
      await scenario.killEitherNode(1);
      await scenario.takeOver();
      await scenario.destroySource();
    },
  );
});
