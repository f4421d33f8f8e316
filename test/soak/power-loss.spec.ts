import { describe } from '@jest/globals';
import type { TransferMode } from '../../src/model/session.js';
import { itWithMachines } from '../support/machine.js';
import { LOST_ENDS, PowerScenario } from '../support/power-scenario.js';
import { SeededRandom } from '../support/seeded-random.js';
import { soak, wantedModes, wantsFault } from '../support/soak.js';

const LOSSES = 3;
const RUN_LIMIT_MS = 3 * 60 * 1000;
const HOURS_MS = 8 * 60 * 60 * 1000;
/** Of the runs that the simulation makes: it is much quicker. */
const SHARE = 0.1;

const describeWanted = wantsFault('power') ? describe : describe.skip;

describeWanted('loss of power under load, at length', () => {
  for (const transferMode of wantedModes()) {
    itWithMachines(
      `C60: C61: of either end or both, again and again: nothing flushed is lost, and the pair comes back equal (${transferMode})`,
      () => soak(`power losses of real nodes, ${transferMode}`, 10, (seed) => loseAtRandom(seed, transferMode), SHARE),
      HOURS_MS,
    );
  }
});

function loseAtRandom(seed: number, transferMode: TransferMode): Promise<void> {
  const random = new SeededRandom(seed);
  const run = async (power: PowerScenario) => {
    const anyEnds = () => LOST_ENDS[random.below(LOST_ENDS.length)]!;
    for (let n = 0; n < LOSSES; n++) await power.lose(anyEnds());
    await power.loseInARow(Array.from({ length: LOSSES }, anyEnds));
  };
  return PowerScenario.run(seed, run, RUN_LIMIT_MS, { volumes: 2, transferMode });
}
