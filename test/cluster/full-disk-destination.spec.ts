import { describe } from '@jest/globals';
import { MIB } from '../../src/model/sizes.js';
import { FULL_DISK_LIMIT_MS, FullDiskScenario } from '../support/full-disk-scenario.js';
import { itWithMachines } from '../support/machine.js';
import { announceSeed } from '../support/seeded-random.js';

const LIMIT_MS = FULL_DISK_LIMIT_MS + 20_000;

describe('a destination whose disk is full', () => {
  function itGoesOn(name: string, scenario: (full: FullDiskScenario) => Promise<void>): void {
    const run = () => FullDiskScenario.run('destination', announceSeed('full-disk-destination'), scenario);
    itWithMachines(name, run, LIMIT_MS);
  }

  itGoesOn(
    'C72: says so, the host goes on without it, and it comes back by itself once there is space',
    async (full) => {
      await full.pair.createSession();
      await full.pair.waitForEquivalent();
      await full.startWriting();
      await full.untilWriting();
      full.machine.fillDisk(3 * MIB);
      await full.untilSaid();
      await full.untilWriting();
      full.machine.freeDisk();
      await full.untilWriting();
      await full.expectEqualByItself();
    },
  );

  itGoesOn('C72: during the initial copy: it goes on where it was', async (full) => {
    await full.startWriting();
    while (full.workload.counts.acknowledged < 2000) await full.untilWriting();
    full.machine.fillDisk(12 * MIB);
    await full.pair.createSession();
    await full.untilSaid();
    await full.untilWriting();
    full.machine.freeDisk();
    await full.expectEqualByItself();
  });
});
