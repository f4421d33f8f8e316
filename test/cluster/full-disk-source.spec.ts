import { describe, expect } from '@jest/globals';
import { MIB } from '../../src/model/sizes.js';
import { FULL_DISK_LIMIT_MS, FullDiskScenario } from '../support/full-disk-scenario.js';
import { itWithMachines } from '../support/machine.js';
import { announceSeed } from '../support/seeded-random.js';

const LIMIT_MS = FULL_DISK_LIMIT_MS + 20_000;

describe('a source whose disk is full', () => {
  function itGoesOn(name: string, scenario: (full: FullDiskScenario) => Promise<void>): void {
    const run = () => FullDiskScenario.run('source', announceSeed('full-disk-source'), scenario);
    itWithMachines(name, run, LIMIT_MS);
  }

  itGoesOn('C72: says so, loses nothing acknowledged, and goes on by itself once there is space', async (full) => {
    await full.pair.createSession();
    await full.pair.waitForEquivalent();
    await full.startWriting();
    await full.untilWriting();
    full.machine.fillDisk(3 * MIB);
    await full.untilSaid();
    full.machine.freeDisk();
    await full.untilWriting();
    await full.expectEqualByItself();
  });

  itGoesOn('C72: to the last block, and is killed meanwhile: it starts, and comes back the same', async (full) => {
    await full.pair.createSession();
    await full.pair.waitForEquivalent();
    await full.startWriting();
    await full.untilWriting();
    full.machine.fillDisk();
    await full.untilSaid();
    await full.restartThroughFullDisk();
    await full.startWriting();
    await full.untilWriting();
    await full.stopWriting();
    await full.expectEqualByItself();
  });

  itGoesOn('C72: lets a lost destination go no sooner than it can remember that', async (full) => {
    await full.pair.createSession();
    await full.pair.waitForEquivalent();
    await full.startWriting();
    await full.untilWriting();
    full.machine.fillDisk();
    await full.pair.destination.kill();
    await full.pair.waitForSession('Halt or in Error', ({ status }) => status === 'Halt' || status === 'Error');
    full.machine.freeDisk();
    await full.untilWriting();
    await full.pair.destination.restart();
    expect((await full.pair.waitForEquivalent()).error).toBeNull();
    await full.expectEqualByItself();
  });
});
