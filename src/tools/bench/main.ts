/** `npm run bench`: measures Evenkeel beside qemu-storage-daemon, as docs/benchmarks.md describes. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchContext } from './bench-context.js';
import { runCatchUpWorks, runInitialCopy, runResyncWorks } from './copy-works.js';
import { runControlWorks } from './control/control-works.js';
import { runThousandWorks } from './control/thousand-works.js';
import { runFioWorks } from './fio-works.js';
import { runLinkDelay, runSlowLink } from './link-works.js';
import type { WorkResult } from './measure.js';
import { missingPackages } from './required-programs.js';
import { describeMachine, formatTable, type BenchReport } from './report.js';
import {
  WORKS,
  type CatchUpWork,
  type ControlWork,
  type FioWork,
  type ResyncWork,
  type ThousandWork,
  type Work,
} from './works.js';

const USAGE = `Usage: npm run bench -- [--json FILE] [--only WORK]... [--seconds N] [--rounds N] [--folder DIR] [--list]

  --json FILE   writes the figures to FILE
  --only WORK   measures this work, or all whose name begins so; may be repeated
  --seconds N   length of each fio run (3)
  --rounds N    runs of each side, of which the median counts (2)
  --folder DIR  where both sides keep their volumes (the system's temporary folder)
  --list        names the works and ends
`;

interface Options {
  readonly works: readonly Work[];
  readonly json: string | undefined;
  readonly seconds: number;
  readonly rounds: number;
  readonly folder: string;
}

function readOptions(): Options | null {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      only: { type: 'string', multiple: true },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '2' },
      folder: { type: 'string', default: tmpdir() },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { only, json, folder } = values;
  const works = WORKS.filter((work) => only === undefined || only.some((name) => work.name.startsWith(name)));
  if (values.help || values.list) {
    process.stdout.write(values.help ? USAGE : works.map((work) => `${work.name}\n`).join(''));
    return null;
  }
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
  if (works.length === 0) throw new TypeError(`no work is named ${only?.join(', ')}`);
  if (!(seconds > 0) || !Number.isInteger(rounds) || rounds < 1)
    throw new TypeError('--seconds and --rounds are counts');
  return { works, json, seconds, rounds, folder };
}

async function measure(works: readonly Work[], context: BenchContext): Promise<WorkResult[]> {
  const results: WorkResult[] = [];
  for (const mode of ['local', 'tls', 'sync', 'consistency', 'stack'] as const) {
    const ofMode = works.filter((work): work is FioWork => work.kind === 'fio' && work.mode === mode);
    if (ofMode.length > 0) results.push(...(await runFioWorks(mode, ofMode, context)));
  }
  for (const work of works) {
    if (work.kind === 'link-delay') results.push(...(await runLinkDelay(work, context)));
    if (work.kind === 'slow-link') results.push(...(await runSlowLink(work, context)));
    if (work.kind === 'initial-copy') results.push(await runInitialCopy(work, context));
  }
  const catchUps = works.filter((work): work is CatchUpWork => work.kind === 'catch-up');
  if (catchUps.length > 0) results.push(...(await runCatchUpWorks(catchUps, context)));
  const resyncs = works.filter((work): work is ResyncWork => work.kind === 'resync');
  if (resyncs.length > 0) results.push(...(await runResyncWorks(resyncs, context)));
  const controls = works.filter((work): work is ControlWork => work.kind === 'control');
  if (controls.length > 0) results.push(...(await runControlWorks(controls, context)));
  const thousands = works.filter((work): work is ThousandWork => work.kind === 'thousand');
  if (thousands.length > 0) results.push(...(await runThousandWorks(thousands, context)));
  return results;
}

async function main(): Promise<number> {
  let options: Options | null;
  try {
    options = readOptions();
  } catch (error) {
    process.stderr.write(`evenkeel bench: ${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  if (options === null) return 0;
  const hasPeer = options.works.some(({ kind }) => kind !== 'control' && kind !== 'thousand');
  const missing = hasPeer ? missingPackages() : [];
  if (missing.length > 0) {
    process.stderr.write(`evenkeel bench: needs other programs; on Debian: apt-get install ${missing.join(' ')}\n`);
    return 1;
  }
  const folder = mkdtempSync(path.join(options.folder, 'evenkeel-bench-'));
  // Under root a database of ours runs as another user, and is to lie here, where it is removed.
  chmodSync(folder, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { works, json, seconds, rounds } = options;
  const machine = describeMachine(folder, hasPeer);
  const date = new Date().toISOString();
  for (const [name, value] of Object.entries(machine)) process.stdout.write(`${name}: ${value}\n`);
  const say = (line: string) => void process.stdout.write(`\n${line}\n`);
  const results = await measure(works, { folder, seconds, rounds, say });
  say(formatTable(results));
  if (json !== undefined) {
    const report: BenchReport = { machine, date, seconds, rounds, works: results };
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exit(await main());
