/**
 * `npm run mutants`: puts one fault after the other into a copy of the tree and runs the test that must notice it. A fault that no
 * test notices, a patch that no longer applies and a test that fails without any fault end it with exit code 1.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './mutants.js';
import type { Mutant } from './mutant.js';
import { runTest, type SpecOutcome } from './spec-run.js';
import { TreeCopy } from './tree-copy.js';

const root = path.resolve(fileURLToPath(new URL('../../../..', import.meta.url)));
const USAGE = `Usage: npm run mutants -- [NAME]...

  NAME  only the mutants whose name contains this
`;
/** A fault may well make a test wait for ever; jest gives each test a minute. */
const LIMIT_MS = 90_000;

const VERDICTS: Record<SpecOutcome, string> = {
  failed: 'killed',
  hung: 'killed (its test hung)',
  passed: 'SURVIVED',
  broken: 'BROKEN: no test ran',
};

function chosen(names: readonly string[]): readonly Mutant[] {
  return MUTANTS.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Names the tests that fail, or do not run, without any fault. */
async function unfit(tree: TreeCopy, mutants: readonly Mutant[]): Promise<string[]> {
  const tests = new Map(mutants.map(({ spec, test }) => [`${spec}: ${test}`, { spec, test }]));
  const found: string[] = [];
  for (const [name, { spec, test }] of tests) {
    const outcome = await runTest(tree.folder, spec, test, LIMIT_MS);
    if (outcome !== 'passed') found.push(`${name}: ${outcome}`);
  }
  return found;
}

/** @returns whether its test noticed it */
async function tryMutant(tree: TreeCopy, mutant: Mutant): Promise<boolean> {
  let verdict: string;
  let isKilled = false;
  try {
    tree.apply(mutant);
    const outcome = await runTest(tree.folder, mutant.spec, mutant.test, LIMIT_MS);
    verdict = VERDICTS[outcome];
    isKilled = outcome === 'failed' || outcome === 'hung';
  } catch (error) {
    verdict = `DOES NOT APPLY: ${(error as Error).message}`;
  }
  tree.restore(mutant);
  say(`${mutant.name}: ${verdict}${isKilled ? '' : ` (${mutant.spec}: ${mutant.test})`}`);
  return isKilled;
}

async function main(): Promise<number> {
  const names = process.argv.slice(2);
  const mutants = chosen(names);
  if (mutants.length === 0 || names.some((name) => name.startsWith('-'))) {
    process.stderr.write(`evenkeel mutants: no mutant is named ${names.join(', ')}\n${USAGE}`);
    return 2;
  }
  const tree = new TreeCopy(root);
  process.once('exit', () => tree.remove());
  const failing = await unfit(tree, mutants);
  for (const name of failing) say(`fails without any mutant: ${name}`);
  if (failing.length > 0) return 1;
  let killed = 0;
  for (const mutant of mutants) if (await tryMutant(tree, mutant)) killed++;
  say(`${killed} of ${mutants.length} killed`);
  return killed === mutants.length ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exit(await main());
