import { describe } from '@jest/globals';
import { MIB } from '../../src/model/sizes.js';
import { FullDiskScenario } from '../support/full-disk-scenario.js';
import { itWithMachines } from '../support/machine.js';
import { SeededRandom } from '../support/seeded-random.js';
import { soak, wantsFault } from '../support/soak.js';

const FILLS = 3;
const HOURS_MS = 8 * 60 * 60 * 1000;
/** Of the runs that the simulation makes: it is much quicker. */
const SHARE = 0.05;

const describeWanted = wantsFault('disk') ? describe : describe.skip;

describeWanted('full disks under load, at length', () => {
  itWithMachines(
    'C72: of either end, again and again: nothing acknowledged is lost, and space is enough to go on',
    () => soak('full disks of real nodes', 5, fillAtRandom, SHARE),
    HOURS_MS,
  );
});

function fillAtRandom(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  return FullDiskScenario.run(random.isOneIn(2) ? 'source' : 'destination', seed, async (full) => {
    await full.pair.createSession();
    if (random.isOneIn(2)) await full.pair.waitForEquivalent();
    await full.startWriting();
    for (let n = 0; n < FILLS; n++) {
      await full.untilWriting();
      full.machine.fillDisk(random.below(12 * MIB));
      await new Promise((resolve) => setTimeout(resolve, random.below(6000)));
      full.machine.freeDisk();
    }
    await full.untilWriting();
    await full.expectEqualByItself();
  });
}
