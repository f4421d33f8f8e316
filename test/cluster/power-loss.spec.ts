import { describe } from '@jest/globals';
import { itWithMachines } from '../support/machine.js';
import { PowerScenario, type LostEnds } from '../support/power-scenario.js';
import { announceSeed } from '../support/seeded-random.js';

const LIMIT_MS = 60_000;

describe('loss of power under load', () => {
  function itSurvives(name: string, losses: readonly LostEnds[]): void {
    const run = async (power: PowerScenario) => {
      for (const ends of losses) await power.lose(ends);
    };
    itWithMachines(name, () => PowerScenario.run(announceSeed('power-loss'), run, LIMIT_MS), LIMIT_MS + 20_000);
  }

  itSurvives('C60: C75: of either end alone loses no acknowledged write, and the pair comes back equal', [
    'source',
    'destination',
  ]);
  itSurvives('C60: C61: C75: of both at once keeps what was flushed, holds the volume, and the pair comes back equal', [
    'both',
    'both',
  ]);
});
