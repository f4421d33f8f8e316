import { Command, InvalidArgumentError, Option } from 'commander';
import { SOAK_FAULTS, SOAK_MODES, type SoakFault, type SoakMode, type SoakWish } from './wish.js';

/** Names of specs under test/soak that show each fault. */
const SPECS_OF: Record<SoakFault, readonly string[]> = {
  kill: ['kill-either-node', 'simulation', 'control-plane'],
  power: ['power-loss', 'simulation'],
  link: ['simulation'],
  disk: ['full-disk', 'simulation'],
  mixed: ['simulation'],
  corruption: ['corruption'],
};
const FUZZ_SPECS = ['fuzz', 'fuzz-requests'];
const FUZZ_MINUTES = 20;

interface Flags {
  readonly mode: SoakMode;
  readonly fault?: SoakFault;
  readonly runs?: number;
  readonly seed?: number;
  readonly fuzz?: true;
  readonly minutes?: number;
}

export interface SoakPlan {
  readonly wish: SoakWish;
  /** Null: every spec under test/soak. */
  readonly specs: readonly string[] | null;
}

export function soakCommand(): Command {
  return new Command('npm run soak --')
    .description(
      'Breaks nodes, disks, links and bytes at length, and checks that nothing is lost. Without options: everything, moderately.',
    )
    .addOption(new Option('--mode <mode>', 'transfer mode of the sessions').choices(SOAK_MODES).default('sync'))
    .addOption(new Option('--fault <fault>', 'only this fault').choices(SOAK_FAULTS).conflicts('fuzz'))
    .addOption(new Option('--runs <n>', 'runs of each kind of test').argParser(count).conflicts('fuzz'))
    .addOption(new Option('--seed <n>', 'of the first run; further runs count up').argParser(seed))
    .addOption(new Option('--fuzz', 'hostile bytes on every port and in every parser'))
    .addOption(new Option('--minutes <n>', 'how long to fuzz').argParser(minutes).implies({ fuzz: true }))
    .allowExcessArguments(false)
    .showHelpAfterError();
}

/** @throws CommanderError for what it does not know, by way of the command */
export function readPlan(command: Command, argv: readonly string[]): SoakPlan {
  const flags = command.parse(argv, { from: 'user' }).opts<Flags>();
  const isAll = flags.fault === undefined && !flags.fuzz;
  return {
    wish: {
      mode: flags.mode,
      fault: flags.fault ?? null,
      runs: flags.runs ?? null,
      seed: flags.seed ?? null,
      fuzzMinutes: flags.minutes ?? (flags.fuzz ? FUZZ_MINUTES : null),
    },
    specs: isAll ? null : flags.fuzz ? FUZZ_SPECS : SPECS_OF[flags.fault!],
  };
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return value;
}

function seed(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 2 ** 31) throw new InvalidArgumentError('It is a whole number below 2^31.');
  return value;
}

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}
