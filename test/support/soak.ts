/** The specs' side of `npm run soak`: what is asked of them, and what they report. See src/tools/soak/wish.ts. */
import { appendFileSync } from 'node:fs';
import type { TransferMode } from '../../src/model/session.js';
import { readWish, type SoakFault, type SoakMode, type SoakRecord } from '../../src/tools/soak/wish.js';

/** As asked for by `npm run soak`. */
export const wish = readWish(process.env);

const TRANSFER_MODES: Record<SoakMode, readonly TransferMode[]> = {
  sync: ['Synchronous'],
  consistency: ['Consistency'],
  stack: ['Stack'],
  mixed: ['Synchronous', 'Consistency', 'Stack'],
};

/** Transfer modes that the sessions of a run may have. */
export function wantedModes(mode: SoakMode = wish.mode): readonly TransferMode[] {
  return TRANSFER_MODES[mode];
}

/** Further failures of one test rarely say more. */
const FAILURES_MAX = 5;
const SEED_MAX = 2 ** 31;

export function wantsFault(fault: SoakFault): boolean {
  return wish.fault === null || wish.fault === fault;
}

/**
 * Runs a test with one seed after the other and reports each run.
 * @param of the name that the total shows
 * @param runs a moderate number, for when none was asked for
 * @param share of the runs asked for, where one run takes much longer than those of other tests of the fault
 * @throws Error that names every failed seed, after the last run
 */
export async function soak(of: string, runs: number, run: (seed: number) => Promise<void>, share = 1): Promise<void> {
  const first = firstSeed();
  const count = wish.runs === null ? runs : Math.ceil(wish.runs * share);
  const failures: string[] = [];
  for (let n = 0; n < count && failures.length < FAILURES_MAX; n++) {
    const seed = (first + n) % SEED_MAX;
    const failure = await failureOf(() => run(seed));
    report({ of, seed, runs: 1, failure });
    if (failure !== null) failures.push(`seed ${seed}: ${failure}`);
  }
  if (failures.length > 0) throw new Error(`${of}: ${failures.join('\n\n')}`);
}

/** The same for a test that goes on and on with one seed. */
export async function soakInARow(
  of: string,
  runs: number,
  run: (seed: number, runs: number) => Promise<void>,
): Promise<void> {
  const seed = firstSeed();
  const count = wish.runs ?? runs;
  const failure = await failureOf(() => run(seed, count));
  report({ of, seed, runs: count, failure });
  if (failure !== null) throw new Error(`${of}: seed ${seed}: ${failure}`);
}

function firstSeed(): number {
  return wish.seed ?? Math.floor(Math.random() * SEED_MAX);
}

async function failureOf(run: () => Promise<void>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function report(record: SoakRecord): void {
  const { of, seed, runs, failure } = record;
  process.stderr.write(`${of}: seed ${seed}, ${runs} runs: ${failure === null ? 'held' : `FAILED: ${failure}`}\n`);
  const file = process.env['EVENKEEL_SOAK_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(record)}\n`);
}
