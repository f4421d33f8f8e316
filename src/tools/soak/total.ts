import type { SoakRecord } from './wish.js';

/** One line for each kind of test and each failure, and how to have a failed run again. */
export function formatTotal(records: readonly SoakRecord[], elapsedSeconds: number, replay: string): string {
  const failed = records.filter(({ failure }) => failure !== null);
  const lines = [...new Set(records.map(({ of }) => of))].map((of) => {
    const its = records.filter((record) => record.of === of);
    const seeds = its.map(({ seed }) => seed);
    const [first, last] = [Math.min(...seeds), Math.max(...seeds)];
    const failures = its.filter(({ failure }) => failure !== null).length;
    return `${of}: ${runsOf(its)} runs, seed ${first === last ? first : `${first} to ${last}`}, ${failures} failed`;
  });
  lines.push(`total: ${runsOf(records)} runs, ${failed.length} failed, ${Math.round(elapsedSeconds)} s`);
  for (const { of, seed, failure } of failed) {
    lines.push(`failed: ${of}, seed ${seed}: ${failure!.split('\n')[0]}`);
    lines.push(`  again: ${replay} --seed ${seed}`);
  }
  return `${lines.join('\n')}\n`;
}

function runsOf(records: readonly SoakRecord[]): number {
  return records.reduce((sum, { runs }) => sum + runs, 0);
}
