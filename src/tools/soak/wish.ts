/**
 * What a soak asks of the specs under test/soak, and what they report. The command line becomes these environment variables; a spec
 * that finds none of them does a moderate run.
 *
 *   EVENKEEL_MODE          transfer mode of the sessions
 *   EVENKEEL_FAULT         only this fault
 *   EVENKEEL_RUNS          runs of each kind of test
 *   EVENKEEL_SEED          of the first run; each further run has the next number
 *   EVENKEEL_FUZZ_MINUTES  how long to fuzz
 *   EVENKEEL_SOAK_REPORT   file that takes one line of JSON (`SoakRecord`) for each run
 */

/** Mixed: any of them, in every session one of its own. */
export const SOAK_MODES = ['sync', 'consistency', 'stack', 'mixed'] as const;
export type SoakMode = (typeof SOAK_MODES)[number];

/** Mixed: all of the first three at once. */
export const SOAK_FAULTS = ['kill', 'power', 'link', 'disk', 'mixed', 'corruption'] as const;
export type SoakFault = (typeof SOAK_FAULTS)[number];

export interface SoakWish {
  readonly mode: SoakMode;
  /** Null: every one. */
  readonly fault: SoakFault | null;
  /** Null: as many as the spec finds moderate. */
  readonly runs: number | null;
  readonly seed: number | null;
  readonly fuzzMinutes: number | null;
}

/** One run, or a number of them that share a seed. */
export interface SoakRecord {
  /** Which test. */
  readonly of: string;
  readonly seed: number;
  readonly runs: number;
  /** Why it failed, or null. */
  readonly failure: string | null;
}

export function wishEnvironment(wish: SoakWish): Record<string, string> {
  const entries = {
    EVENKEEL_MODE: wish.mode,
    EVENKEEL_FAULT: wish.fault,
    EVENKEEL_RUNS: wish.runs,
    EVENKEEL_SEED: wish.seed,
    EVENKEEL_FUZZ_MINUTES: wish.fuzzMinutes,
  };
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  );
}

/** The inverse, for specs. */
export function readWish(environment: NodeJS.ProcessEnv): SoakWish {
  const numberOf = (name: string) => (environment[name] === undefined ? null : Number(environment[name]));
  return {
    mode: (environment['EVENKEEL_MODE'] ?? 'sync') as SoakMode,
    fault: (environment['EVENKEEL_FAULT'] ?? null) as SoakFault | null,
    runs: numberOf('EVENKEEL_RUNS'),
    seed: numberOf('EVENKEEL_SEED'),
    fuzzMinutes: numberOf('EVENKEEL_FUZZ_MINUTES'),
  };
}
