import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { readPlan, soakCommand } from './command-line.js';
import { formatTotal } from './total.js';
import { readWish, SOAK_FAULTS, wishEnvironment } from './wish.js';

describe('the command line of a soak', () => {
  function plan(line: string) {
    return readPlan(soakCommand(), line.split(' ').filter(Boolean));
  }

  /** What it says instead of running. */
  function refusalOf(line: string): string {
    let said = '';
    const command: Command = soakCommand().exitOverride();
    command.configureOutput({ writeErr: (text) => (said += text) });
    expect(() => readPlan(command, line.split(' '))).toThrow(CommanderError);
    return said;
  }

  it('names specs that exist', () => {
    for (const line of [...SOAK_FAULTS.map((fault) => `--fault ${fault}`), '--fuzz']) {
      const missing = plan(line).specs!.filter((name) => !existsSync(`test/soak/${name}.spec.ts`));
      expect(missing).toEqual([]);
    }
  });

  it('asks for everything when nothing is said', () => {
    expect(plan('')).toEqual({
      wish: { mode: 'sync', fault: null, runs: null, seed: null, fuzzMinutes: null },
      specs: null,
    });
  });

  it('finds the specs of a fault, and hands on runs and seed', () => {
    const { wish, specs } = plan('--mode sync --fault power --runs 300 --seed 7');
    expect(wish).toEqual({ mode: 'sync', fault: 'power', runs: 300, seed: 7, fuzzMinutes: null });
    expect(specs).toEqual(['power-loss', 'simulation']);
    expect(wishEnvironment(wish)).toEqual({
      EVENKEEL_MODE: 'sync',
      EVENKEEL_FAULT: 'power',
      EVENKEEL_RUNS: '300',
      EVENKEEL_SEED: '7',
    });
    expect(readWish(wishEnvironment(wish))).toEqual(wish);
  });

  it('hands on the mode', () => {
    expect(wishEnvironment(plan('--mode stack --fault mixed').wish)).toEqual({
      EVENKEEL_MODE: 'stack',
      EVENKEEL_FAULT: 'mixed',
    });
  });

  it('fuzzes for a time', () => {
    expect(plan('--fuzz --minutes 0.5')).toMatchObject({
      wish: { fuzzMinutes: 0.5 },
      specs: ['fuzz', 'fuzz-requests'],
    });
    expect(plan('--fuzz').wish.fuzzMinutes).toBe(20);
  });

  it('refuses what it does not know, and says what it does', () => {
    expect(refusalOf('--fault fire')).toContain('Allowed choices are kill, power, link, disk');
    expect(refusalOf('--mode periodic')).toContain('Allowed choices are sync, consistency, stack, mixed');
    expect(refusalOf('--runs 0')).toContain('whole number from 1');
    expect(refusalOf('--seed -1')).toContain('below 2^31');
    expect(refusalOf('--minutes many')).toContain('number above 0');
    expect(refusalOf('--fuzz --fault kill')).toContain('cannot be used with');
    expect(refusalOf('--kills 3')).toContain("unknown option '--kills'");
    expect(refusalOf('kill')).toContain('too many arguments');
  });
});

describe('the total of a soak', () => {
  it('counts the runs of each test and says how to have a failed one again', () => {
    const records = [
      { of: 'power', seed: 5, runs: 1, failure: null },
      { of: 'power', seed: 6, runs: 1, failure: 'lost a write\n  at …' },
      { of: 'kills', seed: 5, runs: 100, failure: null },
    ];
    expect(formatTotal(records, 12.4, 'npm run soak -- --runs 1').split('\n')).toEqual([
      'power: 2 runs, seed 5 to 6, 1 failed',
      'kills: 100 runs, seed 5, 0 failed',
      'total: 102 runs, 1 failed, 12 s',
      'failed: power, seed 6: lost a write',
      '  again: npm run soak -- --runs 1 --seed 6',
      '',
    ]);
  });
});
