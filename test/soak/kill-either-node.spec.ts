import { describe, it } from '@jest/globals';
import type { TransferMode } from '../../src/model/session.js';
import type { NodePair } from '../../src/tools/node-process/node-pair.js';
import { KillScenario } from '../support/kill-scenario.js';
import { withPair } from '../support/node-pair.js';
import { soakInARow, wantedModes } from '../support/soak.js';

const HOURS_MS = 8 * 60 * 60 * 1000;
/** After so many kills the destination takes over, or its source is destroyed. */
const ROUND = 10;

describe('kill -9 of either node under load, at length', () => {
  it.each(wantedModes())(
    'C01: C55: a hundred kills in a row over a group of two volumes lose no acknowledged write (%s)',
    (transferMode) =>
      soakInARow(`kills of real nodes, ${transferMode}`, 100, (seed, kills) => inARow(transferMode, seed, kills)),
    HOURS_MS,
  );
});

async function inARow(transferMode: TransferMode, seed: number, kills: number): Promise<void> {
  const run = async (pair: NodePair): Promise<void> => {
    const scenario = new KillScenario(pair, seed);
    for (let done = 0; done < kills; done += ROUND) {
      await scenario.killEitherNode(Math.min(ROUND, kills - done));
      if (done + ROUND < kills) await scenario.takeOver();
    }
    await scenario.destroySource();
  };
  await withPair({ volumes: 2, settings: { transferMode } }, run, HOURS_MS);
}
